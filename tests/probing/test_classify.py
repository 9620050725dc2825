import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.exchanges.bybit import EXCHANGE as BYBIT
from reconciler.exchanges.kucoin import EXCHANGE as KUCOIN
from reconciler.exchanges.mexc import EXCHANGE as MEXC
from reconciler.model.exchange import Purpose
from reconciler.model.limits import Per
from reconciler.model.probe import Diagnosis
from reconciler.probing.answer import Answer, Silence
from reconciler.probing.classify import Fault, classify, matching_row, reconsidered

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def answer(body, status=200, purpose=Purpose.KEY_INFO, exchange=MEXC, **more):
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer(exchange.asked_for(purpose)[0], NOON, status=status, body=body, text=text, **more)


def test_a_documented_success_is_no_fault():
    assert classify(MEXC, answer({"permissions": "SPOT_ACCOUNT_READ"})) is None
    assert classify(MEXC, answer({"balances": []}, purpose=Purpose.BALANCE)) is None
    assert classify(MEXC, answer([], purpose=Purpose.STATUS)) is None


def test_the_code_decides_whatever_class_ccxt_raised():
    refused = answer({"code": 700006, "msg": "IP [203.0.113.9] not in the ip white list"}, 400, raised=("BadRequest",))

    fault = classify(MEXC, refused)

    assert fault.diagnosis is Diagnosis.IP_NOT_ALLOWED
    assert fault.egress == "203.0.113.9"


def test_one_code_means_different_things_for_different_requests():
    body = {"code": 700007, "msg": "No permission to access the endpoint."}

    assert classify(MEXC, answer(body, 400)).diagnosis is Diagnosis.UNVERIFIED
    assert classify(MEXC, answer(body, 400, Purpose.BALANCE)).diagnosis is Diagnosis.NO_TRADE_PERMISSION


def test_text_tells_rows_of_one_code_apart():
    assert "maintenance" in matching_row(MEXC, "500", Purpose.KEY_INFO, "Under Maintenance").when
    assert "internal" in matching_row(MEXC, "500", Purpose.KEY_INFO, "oops").when
    assert matching_row(MEXC, "4711", Purpose.KEY_INFO, "") is None


def test_a_row_for_bound_keys_holds_only_for_keys_declared_to_be_bound():
    bound = replace(MEXC.errors[0], code="1", diagnosis=Diagnosis.IP_NOT_ALLOWED, is_bound=True)
    rows = (bound, replace(bound, diagnosis=Diagnosis.INVALID_KEY, is_bound=False))
    exchange, refused = replace(MEXC, errors=rows), answer({"code": 1, "msg": "key or address"}, 400)

    assert classify(exchange, refused, is_bound=True).diagnosis is Diagnosis.IP_NOT_ALLOWED
    assert classify(exchange, refused).diagnosis is Diagnosis.INVALID_KEY


def test_a_row_for_hosts_that_may_be_elsewhere_holds_for_no_other():
    rows = (replace(MEXC.errors[0], code="1", diagnosis=Diagnosis.IP_NOT_ALLOWED, is_outside=True),)
    exchange, refused = replace(MEXC, errors=rows), answer({"code": 1, "msg": "key or address"}, 400)

    assert classify(exchange, refused, is_outside=True).diagnosis is Diagnosis.IP_NOT_ALLOWED
    assert classify(exchange, refused, is_bound=True).diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE


LIKELY = Fault(
    Diagnosis.IP_NOT_ALLOWED, "likely the address", Purpose.KEY_INFO, "-2015", egress="203.0.113.9", is_open=True
)


@pytest.mark.parametrize(
    ("second", "diagnosis"),
    [
        (None, Diagnosis.UNVERIFIED),
        (Fault(Diagnosis.NO_TRADE_PERMISSION, "not opened", Purpose.SECOND_LOOK, "1220"), Diagnosis.UNVERIFIED),
        (Fault(Diagnosis.INVALID_KEY, "no such key", Purpose.SECOND_LOOK, "-2008"), Diagnosis.INVALID_KEY),
        (Fault(Diagnosis.INVALID_KEY, "HTTP 401", Purpose.SECOND_LOOK), Diagnosis.IP_NOT_ALLOWED),
        (Fault(Diagnosis.EXCHANGE_UNAVAILABLE, "busy", Purpose.SECOND_LOOK, "-1003"), Diagnosis.IP_NOT_ALLOWED),
        (
            Fault(Diagnosis.EXCHANGE_UNAVAILABLE, "silent", Purpose.SECOND_LOOK, is_silence=True),
            Diagnosis.IP_NOT_ALLOWED,
        ),
    ],
)
def test_a_second_look_decides_only_where_it_says_more(second, diagnosis):
    fault = reconsidered(LIKELY, second, "GET /api/v3/account")

    assert fault.diagnosis is diagnosis
    assert fault.purpose is Purpose.KEY_INFO
    assert (fault.egress is None) == (diagnosis is Diagnosis.UNVERIFIED)


def test_a_code_nobody_documented_says_nothing_at_a_second_look():
    request = replace(MEXC.asked_for(Purpose.STATUS)[0], purpose=Purpose.SECOND_LOOK)
    refused = replace(answer({"code": 4711, "msg": "?"}, 401, raised=("PermissionDenied",)), request=request)

    assert classify(MEXC, refused).diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE


@pytest.mark.parametrize(
    ("raised", "status", "diagnosis"),
    [
        (("PermissionDenied", "AuthenticationError", "ExchangeError"), 400, Diagnosis.UNVERIFIED),
        (("AuthenticationError", "ExchangeError"), 400, Diagnosis.INVALID_KEY),
        (("ExchangeError",), 401, Diagnosis.INVALID_KEY),
        (("InvalidNonce", "NetworkError"), 400, Diagnosis.EXCHANGE_UNAVAILABLE),
        (("ExchangeError",), 400, Diagnosis.EXCHANGE_UNAVAILABLE),
        ((), 200, Diagnosis.EXCHANGE_UNAVAILABLE),
    ],
)
def test_ccxt_decides_only_about_codes_nobody_documented(raised, status, diagnosis):
    assert classify(MEXC, answer({"code": 4711, "msg": "?"}, status, raised=raised)).diagnosis is diagnosis


def test_a_retry_is_put_off_as_long_as_the_exchange_asks():
    limited = answer({"code": "429000", "msg": "Too Many Requests"}, 429, exchange=KUCOIN, retry_after=30.0)

    fault = classify(KUCOIN, limited)

    assert (fault.pause, fault.binds, fault.until) == (30.0, Per.ACCOUNT, None)


def test_a_rest_that_takes_long_is_told_with_its_end():
    page = answer("<h1>403, access too frequent</h1>", 403, exchange=BYBIT)

    fault = classify(BYBIT, page)

    assert (fault.diagnosis, fault.binds) == (Diagnosis.EXCHANGE_UNAVAILABLE, Per.ADDRESS)
    assert fault.until == NOON + timedelta(minutes=10)
    assert "ten minutes" in fault.when


def test_only_what_is_no_fault_of_the_key_asks_for_a_rest():
    refused = answer({"code": "400003", "msg": "KC-API-KEY not exists"}, 401, exchange=KUCOIN, retry_after=30.0)

    assert classify(KUCOIN, refused).pause is None


@pytest.mark.parametrize("silence", list(Silence))
def test_silence_is_never_held_against_the_key(silence):
    fault = classify(MEXC, Answer(MEXC.time_request(), NOON, silence=silence))

    assert fault.diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE
    assert fault.is_silence


def test_a_status_of_its_own_is_told_in_words():
    assert "does not serve this place" in classify(MEXC, answer("no", 451)).when
    assert "somewhere else" in classify(MEXC, answer("", 302)).when
    assert "web page" in classify(MEXC, answer("<html>", 200)).when
    assert "empty or cut short" in classify(MEXC, answer("", 200)).when
    assert "HTTP 524" in classify(MEXC, answer("<html>", 524)).when


def test_a_good_body_under_a_bad_status_is_not_good():
    body = {"permissions": "SPOT_ACCOUNT_READ"}

    assert classify(MEXC, answer(body, 500)).diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["code", "msg", "data", "success", "message"]) | st.text(max_size=5), inner)
    ),
    max_leaves=8,
)


@given(JSON, st.integers(100, 599), st.sampled_from([MEXC, KUCOIN]), st.sampled_from(list(Purpose)))
def test_no_answer_whatever_breaks_the_reading(body, status, exchange, purpose):
    if not exchange.asked_for(purpose):
        return

    fault = classify(exchange, answer(body, status, purpose, exchange))

    assert fault is None or (fault.when and fault.diagnosis is not Diagnosis.WITHDRAWAL_ENABLED)


def test_what_is_only_worded_as_an_error_is_no_fault():
    row = replace(MEXC.errors[0], code="NOTHING", diagnosis=None, purposes=frozenset({Purpose.BALANCE}))
    exchange = replace(MEXC, errors=(row,))

    assert classify(exchange, answer({"code": "NOTHING"}, 400, Purpose.BALANCE)) is None
    assert classify(exchange, answer({"code": "NOTHING"}, 400)) is not None
