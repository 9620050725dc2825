"""What HTX's documented answers are read to.

Shapes: https://huobiapi.github.io/docs/spot/v1/en/#api-key-query, last verified 2026-11-22.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.exchanges.htx import EXCHANGE, PERMISSIONS
from reconciler.model.exchange import Asked
from reconciler.values.rights import Right, Verdict

KEY = "bgbfh5tv3f-f8b9a3c1-12345678-abcde"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GRANTED, DENIED, UNKNOWN = Verdict.GRANTED, Verdict.DENIED, Verdict.UNKNOWN
TRADING = {Right.TRADE_SPOT, Right.TRADE_MARGIN, Right.TRADE_FUTURES, Right.TRANSFER}

UID = {"code": 200, "data": 63628520}
ENTRY = {
    "accessKey": KEY,
    "note": "trading",
    "permission": "readOnly,trade",
    "ipAddresses": "203.0.113.10,198.51.100.0/24,2001:db8::1",
    "validDays": -1,
    "status": "normal",
    "createTime": 1591348751000,
    "updateTime": 1591348751000,
}


def entry(**changes):
    return {name: value for name, value in {**ENTRY, **changes}.items() if value is not ...}


def told(*data, uid=UID):
    return EXCHANGE.read_key_info([uid, {"code": 200, "message": "success", "data": list(data)}], Asked(KEY, NOON))


def read(**changes):
    return told(entry(**changes))


def verdicts(info):
    return {right: reading.verdict for right, reading in info.rights.items()}


def granted(permission):
    return {right for right, verdict in verdicts(read(permission=permission)).items() if verdict is GRANTED}


def test_the_documented_answer_is_read_to_its_rights():
    info = read()

    assert verdicts(info) == {
        Right.READ: GRANTED,
        **dict.fromkeys(TRADING, GRANTED),
        Right.WITHDRAW: DENIED,
        Right.CONVERT_PAY: UNKNOWN,
        Right.MANAGE_KEYS: UNKNOWN,
        Right.ADDRESS_BOOK: UNKNOWN,
    }
    assert info.ip_allowlist == ("203.0.113.10", "198.51.100.0/24", "2001:db8::1")
    assert info.account.uid == "63628520"
    assert (info.expires_at, info.problem, info.notes) == (None, None, ())


@pytest.mark.parametrize(
    ("words", "rights"),
    [
        ("readOnly", {Right.READ}),
        ("readOnly,trade", {Right.READ, *TRADING}),
        ("withdraw, readOnly", {Right.READ, Right.WITHDRAW}),
        ("trade,withdraw,readOnly", {Right.READ, Right.WITHDRAW, *TRADING}),
    ],
)
def test_the_words_are_read_in_any_order_and_case(words, rights):
    assert granted(words) == granted(words.upper()) == granted(f" {words} ,") == rights


def test_a_list_without_read_only_is_not_the_documented_one_and_proves_no_absence():
    assert DENIED not in verdicts(read(permission="trade")).values()
    assert Right.WITHDRAW in granted("withdraw")


@pytest.mark.parametrize("word", ["fastWithdraw", "withdraw_all"])
def test_an_undocumented_word_that_says_withdraw_counts_as_withdrawal(word):
    assert Right.WITHDRAW in granted(f"readOnly,{word}")


def test_a_word_that_is_not_understood_leaves_withdrawal_unproven():
    info = read(permission="readOnly,trade,p2p")

    assert DENIED not in verdicts(info).values()
    assert any("p2p" in note for note in info.notes)


@pytest.mark.parametrize("field", [..., None, "", ",", 7, ["readOnly"], {"readOnly": True}])
def test_permissions_that_cannot_be_read_prove_nothing(field):
    assert set(verdicts(read(permission=field)).values()) == {UNKNOWN}


OTHER = entry(accessKey="another", permission="readOnly,trade,withdraw")


def test_only_the_entry_of_this_very_key_is_read():
    assert verdicts(told(OTHER, ENTRY))[Right.WITHDRAW] is DENIED
    for listed in ([OTHER], [], [ENTRY, ENTRY], ["x"], [entry(accessKey=...)]):
        assert set(verdicts(told(*listed)).values()) == {UNKNOWN}


@pytest.mark.parametrize("uid", [{}, {"code": 200}, {"code": 200, "data": "x"}, {"data": True}, {"data": -1}, [], ""])
def test_without_a_uid_nothing_is_known(uid):
    info = told(ENTRY, uid=uid)

    assert info.account.uid is None
    assert set(verdicts(info).values()) == {UNKNOWN}


def test_the_uid_alone_says_whose_key_it_is_and_nothing_of_its_rights():
    info = EXCHANGE.read_key_info([UID], Asked(KEY, NOON))

    assert info.account.uid == "63628520"
    assert set(verdicts(info).values()) == {UNKNOWN}


@pytest.mark.parametrize(
    ("days", "end"),
    [(-1, None), (7, NOON + timedelta(days=7)), (0, NOON), (..., None), ("7", None), (True, None), (99999, None)],
)
def test_the_end_is_told_in_days(days, end):
    assert read(validDays=days).expires_at == end


def test_the_end_of_a_key_that_is_bound_to_no_address_is_moved_by_its_use():
    assert any("each use renews it" in note for note in read(validDays=80, ipAddresses="").notes)
    assert read(validDays=80).notes == read(validDays=-1, ipAddresses="").notes == ()


@pytest.mark.parametrize(
    ("status", "is_fine"),
    [("normal", True), ("NORMAL", True), (..., True), ("expired", False), (None, False), (1, False)],
)
def test_a_status_other_than_normal_is_a_problem(status, is_fine):
    assert (read(status=status).problem is None) == is_fine


@pytest.mark.parametrize(("field", "allowlist"), [("", ()), (..., None), (None, None), (["203.0.113.1"], None)])
def test_an_empty_allowlist_is_known_and_a_missing_one_is_not(field, allowlist):
    assert read(ipAddresses=field).ip_allowlist == allowlist


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_no_fuzzed_body_is_ever_read_as_denied(body):
    for bodies in ([body], [UID, body], [body, body], [UID, {"code": 200, "data": body}]):
        assert DENIED not in verdicts(EXCHANGE.read_key_info(bodies, Asked(KEY, NOON))).values()


@given(st.dictionaries(st.sampled_from(sorted(ENTRY)), JSON))
def test_a_documented_answer_with_fuzzed_fields_denies_only_by_understood_words(changes):
    info = read(**changes)

    words = changes.get("permission", ENTRY["permission"])
    if not isinstance(words, str) or any(
        w.strip() and w.strip().casefold() not in PERMISSIONS for w in words.split(",")
    ):
        assert info.rights[Right.WITHDRAW].verdict is not DENIED


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"status": "error", "err-code": "login-required"}, "login-required"),
        ({"status": "error", "err_code": 1003}, "contract 1003"),
        ({"code": 1003, "message": "invalid signature"}, "1003"),
        ({"code": "401"}, "401"),
        ({"status": "error"}, "error"),
        ({"status": "ok", "data": [{"type": "spot", "state": "lock"}]}, "lock"),
        ({"status": "ok", "data": [{"type": "margin", "state": "lock"}, {"type": "spot", "state": "working"}]}, None),
        ({"code": 200, "data": [ENTRY]}, None),
        ({"status": "ok", "data": 7}, None),
        ([], None),
    ],
)
def test_the_code_is_read_from_each_envelope_and_success_has_none(body, code):
    assert EXCHANGE.code_of(body) == code


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Signature not valid: Incorrect IP address [IP地址错误]:119.81.237.3", "119.81.237.3"),
        (r'"Incorrect IP address [IP\u5730\u5740\u9519\u8bef]:2001:db8::9","data":null', "2001:db8::9"),
        ('"Incorrect IP address.","ts":1645096660718', None),
        ("invalid.ip", None),
    ],
)
def test_the_egress_address_is_found_where_the_refusal_names_it(text, address):
    assert EXCHANGE.egress_of(text) == address


def test_time_is_read_only_from_the_documented_shape():
    assert EXCHANGE.read_time({"status": "ok", "data": 1795348800000}) == 1795348800000
    assert EXCHANGE.read_time({"status": "ok", "data": "soon"}) is None
    assert EXCHANGE.read_time("") is None
