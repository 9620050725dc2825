"""What MEXC's documented answers are read to.

Shapes: https://www.mexc.com/api-docs/spot-v3/spot-account-trade/query-api-key-info, last verified 2026-11-22.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.exchanges.mexc import EXCHANGE, NO_MARGIN, PERMISSIONS
from reconciler.model.exchange import Asked
from reconciler.values.rights import Right, Verdict

KEY = "mx0vABCDEF1234567890"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GRANTED, DENIED, UNKNOWN = Verdict.GRANTED, Verdict.DENIED, Verdict.UNKNOWN
WORDS = [word.upper() for word in PERMISSIONS]

# The documented example, with the spelling of the field names that live answers use.
ANSWER = {
    "note": "trading",
    "accessKey": KEY,
    "permissions": "SPOT_ACCOUNT_READ,SPOT_DEAL_READ,SPOT_DEAL_WRITE,SPOT_WITHDRAW_READ",
    "ipWhiteList": "203.0.113.10,203.0.113.11",
    "createTime": "2026-01-02T03:04:05.678+00:00",
    "remainingValidity": -999,
    "status": "VALID",
}


def read(**changes):
    body = {name: value for name, value in {**ANSWER, **changes}.items() if value is not ...}
    return EXCHANGE.read_key_info([body], Asked(KEY, NOON))


def verdicts(info):
    return {right: reading.verdict for right, reading in info.rights.items()}


def test_the_documented_answer_is_read_to_its_rights():
    info = read()

    assert verdicts(info) == {
        Right.READ: GRANTED,
        Right.TRADE_SPOT: GRANTED,
        Right.TRADE_MARGIN: UNKNOWN,
        Right.TRADE_FUTURES: DENIED,
        Right.TRANSFER: DENIED,
        Right.WITHDRAW: DENIED,
        Right.CONVERT_PAY: UNKNOWN,
        Right.MANAGE_KEYS: UNKNOWN,
        Right.ADDRESS_BOOK: UNKNOWN,
    }
    assert info.ip_allowlist == ("203.0.113.10", "203.0.113.11")
    assert info.expires_at is None
    assert info.problem is None
    assert info.notes == ()


def test_the_absence_of_words_that_are_no_longer_documented_proves_nothing():
    assert read().rights[Right.TRADE_MARGIN] == NO_MARGIN.reading
    assert read(permissions="SPOT_DEAL_WRITE").rights[Right.TRADE_FUTURES].verdict is DENIED


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("SPOT_ACCOUNT_READ", Right.READ),
        ("CONTRACT_ACCOUNT_READ", Right.READ),
        ("SPOT_DEAL_WRITE", Right.TRADE_SPOT),
        ("CONTRACT_DEAL_WRITE", Right.TRADE_FUTURES),
        ("ISOLATED_MARGIN_DEAL_WRITE", Right.TRADE_MARGIN),
        ("SPOT_TRANSFER_WRITE", Right.TRANSFER),
        ("SPOT_WITHDRAW_WRITE", Right.WITHDRAW),
        ("SPOT_WITHDRAW_READ", None),
        ("SPOT_ACCOUNT_WRITE", None),
        ("SPOT_DEAL_READ", None),
        ("SPOT_TRANSFER_READ", None),
        ("SPOT_DEPOSIT_READ", None),
        ("SPOT_DEPOSIT_WRITE", None),
        ("CONTRACT_ACCOUNT_WRITE", None),
        ("CONTRACT_DEAL_READ", None),
        ("ISOLATED_MARGIN_ACCOUNT_READ", None),
        ("ISOLATED_MARGIN_ACCOUNT_WRITE", None),
        ("ISOLATED_MARGIN_DEAL_READ", None),
    ],
)
def test_every_documented_word_alone_grants_one_right_or_none(word, right):
    short = word.replace("_READ", "_R").replace("_WRITE", "_W")
    for spelling in (word, short, word.lower(), f" {word} ,"):
        granted = {r for r, verdict in verdicts(read(permissions=spelling)).items() if verdict is GRANTED}
        assert granted == ({right} if right else set())


@pytest.mark.parametrize("word", ["SPOT_WITHDRAW", "WITHDRAW_ALL", "Futures_Withdraw_Write", "QUICKWITHDRAWAL"])
def test_an_undocumented_word_that_says_withdraw_counts_as_withdrawal(word):
    info = read(permissions=f"SPOT_ACCOUNT_READ,{word}")

    assert info.rights[Right.WITHDRAW].verdict is GRANTED
    assert any(word in note for note in info.notes)


@pytest.mark.parametrize("word", ["OPTION_DEAL_WRITE", "PAYMENT", "SPREAD", "SPOT_W\u200bITHDRAW_WRITE"])
def test_a_word_that_is_not_understood_leaves_every_missing_right_unproven(word):
    info = read(permissions=f"SPOT_ACCOUNT_READ,SPOT_DEAL_WRITE,{word}")

    assert info.rights[Right.TRADE_SPOT].verdict is GRANTED
    assert info.rights[Right.WITHDRAW].verdict is UNKNOWN
    assert DENIED not in verdicts(info).values()
    assert len(info.notes) == 1


def test_an_undocumented_word_that_only_reads_proves_nothing_away():
    info = read(permissions="SPOT_ACCOUNT_READ,FUTURES_WITHDRAW_READ")

    assert info.rights[Right.WITHDRAW].verdict is DENIED
    assert len(info.notes) == 1


@pytest.mark.parametrize("echoed", ["mx0vANOTHERKEY", None, 7, ...])
def test_an_answer_about_another_key_proves_nothing(echoed):
    info = read(accessKey=echoed)

    assert set(verdicts(info).values()) == {UNKNOWN}


@pytest.mark.parametrize("name", ["apikey", "apiKey"])
def test_an_answer_that_names_two_keys_proves_nothing(name):
    info = read(accessKey=KEY, **{name: "mx0vANOTHERKEY"})

    assert set(verdicts(info).values()) == {UNKNOWN}


@pytest.mark.parametrize("name", ["apikey", "apiKey"])
def test_the_key_may_be_echoed_under_its_other_names(name):
    info = read(accessKey=..., **{name: KEY})

    assert info.rights[Right.WITHDRAW].verdict is DENIED


@pytest.mark.parametrize("field", [..., None, "", " , ,", 7, ["SPOT_DEAL_WRITE"], {"SPOT_DEAL_WRITE": True}])
def test_permissions_that_cannot_be_read_prove_nothing(field):
    info = read(permissions=field)

    assert set(verdicts(info).values()) == {UNKNOWN}


@pytest.mark.parametrize(
    ("field", "allowlist"), [("", ()), (..., None), (["203.0.113.1"], None), (" 1.2.3.4 ", ("1.2.3.4",))]
)
def test_an_empty_allowlist_is_known_and_a_missing_one_is_not(field, allowlist):
    assert read(ipWhiteList=field).ip_allowlist == allowlist


@pytest.mark.parametrize(
    ("days", "expires_at"),
    [(30, NOON + timedelta(days=30)), ("30", NOON + timedelta(days=30)), (-999, None), ("soon", None), (..., None)],
)
def test_the_days_that_are_left_give_the_end(days, expires_at):
    info = read(remainingValidity=days)

    assert info.expires_at == expires_at
    assert info.problem is None


@pytest.mark.parametrize("changes", [{"remainingValidity": 0}, {"status": "FROZEN"}, {"status": "DELETE"}])
def test_a_key_that_is_no_longer_valid_says_so(changes):
    assert read(**changes).problem is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_no_fuzzed_body_is_ever_read_as_denied(body):
    info = EXCHANGE.read_key_info([body], Asked(KEY, NOON))

    assert DENIED not in verdicts(info).values()


@given(st.dictionaries(st.sampled_from(sorted(ANSWER)), JSON))
def test_a_documented_answer_with_fuzzed_fields_denies_only_by_understood_words(changes):
    info = read(**changes)

    words = changes.get("permissions", ANSWER["permissions"])
    is_understood = isinstance(words, str) and all(
        w.strip().casefold() in PERMISSIONS or not w.strip() for w in words.split(",")
    )
    if not is_understood:
        assert info.rights[Right.WITHDRAW].verdict is not DENIED


@given(st.lists(st.sampled_from(WORDS), min_size=1))
def test_withdrawal_is_granted_exactly_when_its_word_is_there(words):
    info = read(permissions=",".join(words))

    expected = GRANTED if {"SPOT_WITHDRAW_WRITE", "SPOT_WITHDRAW_W"} & set(words) else DENIED
    assert info.rights[Right.WITHDRAW].verdict is expected


def test_the_code_is_read_from_spot_and_futures_answers():
    assert EXCHANGE.code_of({"code": 10072, "msg": "Api key info invalid"}) == "10072"
    assert EXCHANGE.code_of({"success": False, "code": 602, "message": "Signature verification failed!"}) == "602"
    assert EXCHANGE.code_of({"success": True, "code": 0, "data": []}) is None
    assert EXCHANGE.code_of({"success": False, "code": 0}) == "0"
    assert EXCHANGE.code_of({"success": False}) == "failed"
    assert EXCHANGE.code_of({"balances": []}) is None
    assert EXCHANGE.code_of([]) is None


def test_the_egress_address_is_found_in_the_refusal():
    assert EXCHANGE.egress_of('{"code":700006,"msg":"IP [203.0.113.9] not in the ip white list"}') == "203.0.113.9"
    assert EXCHANGE.egress_of('{"code":700006,"msg":"IP [2001:db8::1] not in the ip white list"}') == "2001:db8::1"
    assert EXCHANGE.egress_of('{"code":700006,"msg":"IP non white list"}') is None


def test_time_and_account_are_read_only_from_the_documented_shape():
    assert EXCHANGE.read_time({"serverTime": 1795348800000}) == 1795348800000
    assert EXCHANGE.read_time({"serverTime": "soon"}) is None
    assert EXCHANGE.read_time([]) is None
    assert EXCHANGE.read_account({"uid": "12345678"}).uid == "12345678"
    assert EXCHANGE.read_account({"uid": True}).uid is None
    assert EXCHANGE.read_account("").uid is None
