"""What OKX's documented answers are read to.

Shape: https://www.okx.com/docs-v5/en/#trading-account-rest-api-get-account-configuration, last verified 2026-11-22.
"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.exchanges.okx import EXCHANGE, PERMISSIONS
from reconciler.model.exchange import Asked, Purpose
from reconciler.values.rights import Right, Verdict

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GRANTED, DENIED, UNKNOWN = Verdict.GRANTED, Verdict.DENIED, Verdict.UNKNOWN
TRADING = {Right.TRADE_SPOT, Right.TRADE_MARGIN, Right.TRADE_FUTURES, Right.TRANSFER}

DATA = {
    "acctLv": "2",
    "autoLoan": False,
    "enableSpotBorrow": False,
    "ip": "203.0.113.10,2001:db8::/32",
    "label": "grid",
    "mainUid": "44705892343619584",
    "perm": "trade,read_only",
    "type": "0",
    "uid": "44705892343619584",
}


def read(**changes):
    data = {name: value for name, value in {**DATA, **changes}.items() if value is not ...}
    return EXCHANGE.read_key_info([{"code": "0", "data": [data], "msg": ""}], Asked("key", NOON))


def verdicts(info):
    return {right: reading.verdict for right, reading in info.rights.items()}


def granted(perm):
    return {right for right, verdict in verdicts(read(perm=perm)).items() if verdict is GRANTED}


def test_the_documented_answer_is_read_to_its_rights():
    info = read()

    assert verdicts(info) == {
        Right.READ: GRANTED,
        Right.TRADE_SPOT: GRANTED,
        Right.TRADE_MARGIN: GRANTED,
        Right.TRADE_FUTURES: GRANTED,
        Right.TRANSFER: GRANTED,
        Right.WITHDRAW: DENIED,
        Right.CONVERT_PAY: UNKNOWN,
        Right.MANAGE_KEYS: UNKNOWN,
        Right.ADDRESS_BOOK: UNKNOWN,
    }
    assert info.ip_allowlist == ("203.0.113.10", "2001:db8::/32")
    assert (info.account.uid, info.account.is_subaccount, info.account.label) == (DATA["uid"], False, "grid")
    assert info.notes == ()
    assert info.expires_at is None


@pytest.mark.parametrize(
    ("perm", "rights"),
    [
        ("read_only", set()),
        ("read", set()),
        ("trade", TRADING),
        ("read_only,trade", TRADING),
        ("withdraw", {Right.WITHDRAW}),
        ("read_only,withdraw,trade", TRADING | {Right.WITHDRAW}),
    ],
)
def test_every_documented_word_is_read_whole_and_in_any_order_and_case(perm, rights):
    turned = ",".join(reversed(perm.split(",")))

    assert granted(perm) == granted(perm.upper()) == granted(f" {turned} ,") == rights | {Right.READ}


@pytest.mark.parametrize("mode", ["2", "3", "4"])
def test_every_mode_but_spot_has_all_markets(mode):
    assert {verdicts(read(acctLv=mode))[right] for right in TRADING} == {GRANTED}


@pytest.mark.parametrize(
    ("borrows", "margin"), [(True, GRANTED), (False, DENIED), ("true", GRANTED), ("false", DENIED), (..., UNKNOWN)]
)
def test_spot_mode_has_no_derivatives_and_margin_only_with_borrowing(borrows, margin):
    rights = verdicts(read(acctLv="1", enableSpotBorrow=borrows))

    assert rights[Right.TRADE_SPOT] is GRANTED
    assert rights[Right.TRADE_FUTURES] is DENIED
    assert rights[Right.TRADE_MARGIN] is margin


@pytest.mark.parametrize("mode", [..., None, "", "5", 2, ["2"]])
def test_a_mode_that_is_not_documented_leaves_margin_and_futures_open(mode):
    rights = verdicts(read(acctLv=mode))

    assert rights[Right.TRADE_SPOT] is GRANTED
    assert rights[Right.TRADE_FUTURES] is rights[Right.TRADE_MARGIN] is UNKNOWN


def test_a_mode_gives_no_right_that_the_key_has_not():
    assert verdicts(read(perm="read_only", acctLv="?"))[Right.TRADE_FUTURES] is DENIED


@pytest.mark.parametrize("word", ["FastWithdraw", "withdraw_all", "withdrawal", "withdraw_read"])
def test_every_word_that_says_withdraw_counts_as_withdrawal(word):
    info = read(perm=f"read_only,{word}")

    assert info.rights[Right.WITHDRAW].verdict is GRANTED
    assert any(word in note for note in info.notes)


@pytest.mark.parametrize("word", ["p2p", "super", "trade_all", "tra de"])
def test_a_word_that_is_not_understood_leaves_withdrawal_unproven(word):
    assert DENIED not in verdicts(read(perm=f"read_only,{word}")).values()


@pytest.mark.parametrize("field", [..., None, "", ",", 7, ["read_only"], {"read_only": True}])
def test_permissions_that_cannot_be_read_prove_nothing(field):
    assert set(verdicts(read(perm=field)).values()) == {UNKNOWN}


@pytest.mark.parametrize("data", [..., None, [], {}, [[]], [DATA, DATA], "x"])
def test_an_answer_without_exactly_one_entry_proves_nothing(data):
    body = {"code": "0", "data": data} if data is not ... else {"code": "0"}

    assert set(verdicts(EXCHANGE.read_key_info([body], Asked("key", NOON))).values()) == {UNKNOWN}


@pytest.mark.parametrize(
    ("field", "allowlist"),
    [("", ()), (..., None), (None, None), (["1.1.1.1"], None), ("1.1.1.1, 10.0.0.0/8", ("1.1.1.1", "10.0.0.0/8"))],
)
def test_the_allowlist_is_split_and_a_missing_one_is_unknown(field, allowlist):
    assert read(ip=field).ip_allowlist == allowlist


def test_a_key_without_addresses_that_may_do_more_than_read_is_pointed_out():
    assert any("14 days" in note for note in read(ip="").notes)
    assert any("14 days" in note for note in read(ip="", perm="withdraw").notes)
    assert read(ip="", perm="read_only").notes == ()
    assert read(ip=...).notes == ()


def test_a_sub_account_has_another_main_account():
    assert read(uid="7").account.is_subaccount is True
    assert read(uid=...).account.is_subaccount is None
    assert read(mainUid="").account.is_subaccount is None


def test_one_balance_speaks_for_whichever_markets_were_declared():
    for markets in (["spot"], ["futures", "margin"], ["spot", "margin", "futures"]):
        balances = [one for one in EXCHANGE.plan(markets) if one.purpose is Purpose.BALANCE]

        assert [one.markets for one in balances] == [frozenset(markets)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_no_fuzzed_body_is_ever_read_as_denied(body):
    for given_body in (body, {"code": "0", "data": body}, {"code": "0", "data": [body]}):
        assert DENIED not in verdicts(EXCHANGE.read_key_info([given_body], Asked("key", NOON))).values()


@given(st.dictionaries(st.sampled_from(sorted(DATA)), JSON))
def test_a_documented_answer_with_fuzzed_fields_denies_withdrawal_only_by_understood_words(changes):
    words = changes.get("perm", DATA["perm"])
    understood = isinstance(words, str) and {w.strip().casefold() for w in words.split(",")} <= {*PERMISSIONS, ""}

    assert read(**changes).rights[Right.WITHDRAW].verdict is not DENIED or understood


def test_the_code_is_read_and_success_is_none():
    assert EXCHANGE.code_of({"code": "50113", "msg": "Invalid Sign"}) == "50113"
    assert EXCHANGE.code_of({"code": 404, "msg": "Not Found"}) == "404"
    assert EXCHANGE.code_of({"code": "0", "data": []}) is None
    assert EXCHANGE.code_of({"code": True}) is EXCHANGE.code_of([]) is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Your IP 203.0.113.9 is not included in your API key's IP whitelist.", "203.0.113.9"),
        ("Your IP 2001:db8::5 is not included in your API key's FutureApi IP whitelist.", "2001:db8::5"),
        ("Invalid IP", None),
        ("IP whitelist", None),
    ],
)
def test_the_egress_address_is_found_in_the_refusal_that_names_it(text, address):
    assert EXCHANGE.egress_of(text) == address


def test_time_is_read_only_from_the_documented_shape():
    assert EXCHANGE.read_time({"code": "0", "data": [{"ts": "1795348800000"}]}) == 1795348800000
    assert EXCHANGE.read_time({"code": "0", "data": [{"ts": "soon"}]}) is None
    assert EXCHANGE.read_time({"code": "0", "data": []}) is None
    assert EXCHANGE.read_time("") is None
