"""What BingX's two key infos are read to, alone and together.

Shapes: https://github.com/BingX-API/api-ai-skills and https://github.com/JKorf/BingX.Net, last verified 2026-11-22.
"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.exchanges.bingx import EXCHANGE, FLAGS, PERMISSIONS
from reconciler.model.exchange import Asked, Purpose
from reconciler.values.rights import Right, Verdict

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GRANTED, DENIED, UNKNOWN = Verdict.GRANTED, Verdict.DENIED, Verdict.UNKNOWN
KEY = "Zsm4" + "0" * 56 + "VOzU"
BY_FLAG = {
    "enableReading": {Right.READ},
    "enableSpotAndMarginTrading": {Right.TRADE_SPOT, Right.TRADE_MARGIN},
    "enableFutures": {Right.TRADE_FUTURES},
    "enableWithdrawals": {Right.WITHDRAW},
    "enableInternalTransfer": {Right.TRANSFER},
    "permitsUniversalTransfer": {Right.TRANSFER},
    "enableVanillaOptions": set(),
}
BY_CODE = {
    1: {Right.TRADE_SPOT, Right.TRADE_MARGIN},
    2: {Right.READ},
    3: {Right.TRADE_FUTURES},
    4: {Right.TRANSFER},
    5: {Right.WITHDRAW},
    7: {Right.TRANSFER},
}
RESTRICTIONS = {
    "ipRestrict": True,
    "createTime": 1698645219000,
    "enableReading": True,
    "enableSpotAndMarginTrading": True,
    "enableFutures": False,
    "enableWithdrawals": False,
    "enableInternalTransfer": False,
    "permitsUniversalTransfer": False,
}
LISTED = {"apiKey": KEY, "permissions": [2, 1], "ipAddresses": ["203.0.113.10", "2001:db8::5"], "note": "grid"}


def told(body, **changes):
    return {name: value for name, value in {**body, **changes}.items() if value is not ...}


def read(*bodies):
    return EXCHANGE.read_key_info(bodies, Asked(KEY, NOON))


def verdicts(info):
    return {right: reading.verdict for right, reading in info.rights.items()}


def granted(*bodies):
    return {right for right, verdict in verdicts(read(*bodies)).items() if verdict is GRANTED}


def withdrawal(*bodies):
    return read(*bodies).rights[Right.WITHDRAW].verdict


def test_the_documented_answers_are_read_to_their_rights():
    info = read(RESTRICTIONS, LISTED)

    assert verdicts(info) == {
        Right.READ: GRANTED,
        Right.TRADE_SPOT: GRANTED,
        Right.TRADE_MARGIN: GRANTED,
        Right.TRADE_FUTURES: DENIED,
        Right.TRANSFER: DENIED,
        Right.WITHDRAW: DENIED,
        Right.CONVERT_PAY: UNKNOWN,
        Right.MANAGE_KEYS: UNKNOWN,
        Right.ADDRESS_BOOK: UNKNOWN,
    }
    assert info.ip_allowlist == ("203.0.113.10", "2001:db8::5")
    assert info.expires_at is info.problem is None
    assert info.notes == ()


@pytest.mark.parametrize("wrap", [lambda body: body, lambda body: {"code": 0, "msg": "", "data": body}])
def test_the_fields_may_stand_at_the_top_or_inside_data(wrap):
    assert read(wrap(RESTRICTIONS), wrap(LISTED)) == read(RESTRICTIONS, LISTED)


def test_the_flags_may_come_from_either_answer():
    assert verdicts(read(LISTED, RESTRICTIONS)) == verdicts(read(RESTRICTIONS, LISTED))
    assert verdicts(read(RESTRICTIONS, RESTRICTIONS)) == verdicts(read(RESTRICTIONS))


@pytest.mark.parametrize(("flag", "rights"), BY_FLAG.items())
@pytest.mark.parametrize("spelled", [True, "true"])
def test_every_flag_is_read_to_its_rights(flag, rights, spelled):
    nothing = dict.fromkeys(FLAGS, False)

    assert granted({**nothing, flag: spelled}) == rights
    assert set(BY_FLAG) == set(FLAGS)


@pytest.mark.parametrize(("code", "rights"), BY_CODE.items())
@pytest.mark.parametrize("spelled", [int, float, str, lambda code: f" {code} "])
def test_every_code_is_read_to_its_rights(code, rights, spelled):
    assert granted(told(LISTED, permissions=[spelled(code)])) == rights
    assert {str(known) for known in BY_CODE} == set(PERMISSIONS)


@pytest.mark.parametrize(
    ("flag", "codes", "verdict"),
    [
        (True, [2], GRANTED),
        (False, [2, 5], GRANTED),
        (True, [2, 5], GRANTED),
        (False, [2], DENIED),
        (False, ..., DENIED),
        (False, [2, 6], DENIED),
        (False, [], DENIED),
        (..., [2], DENIED),
        (..., [2, 5], GRANTED),
        (True, ..., GRANTED),
        (..., ["2", "5"], GRANTED),
        (..., ..., UNKNOWN),
        (..., [], UNKNOWN),
        (..., [2, 6], UNKNOWN),
        (None, [2, "?"], UNKNOWN),
        ("no", ..., UNKNOWN),
    ],
)
def test_withdrawal_is_granted_by_either_answer_and_denied_by_an_explicit_one(flag, codes, verdict):
    assert withdrawal(told(RESTRICTIONS, enableWithdrawals=flag), told(LISTED, permissions=codes)) is verdict


@pytest.mark.parametrize("flag", [1, "1", "True", "TRUE", "yes", {"enabled": True}, []])
@pytest.mark.parametrize("name", ["enableWithdrawals", "enableWithdrawal", "EnableWithdrawals"])
def test_a_withdrawal_flag_that_is_told_but_not_understood_is_not_denied_by_the_list(name, flag):
    restrictions = told(RESTRICTIONS, enableWithdrawals=...) | {name: flag}

    assert withdrawal(restrictions, LISTED) is UNKNOWN
    assert withdrawal(restrictions, RESTRICTIONS) is withdrawal(RESTRICTIONS, restrictions) is UNKNOWN


@pytest.mark.parametrize("codes", ["1,2,5", "[2,5]", {"5": True}, ["1,2,5"], [2, [5]], [{"id": 5}], ["05"], [5.5]])
def test_a_list_that_is_told_but_not_understood_is_not_denied_by_the_flag(codes):
    assert withdrawal(RESTRICTIONS, told(LISTED, permissions=codes)) is UNKNOWN


@pytest.mark.parametrize("code", [6, 8, "P2P", None, [5], {"5": True}, True])
def test_a_code_that_is_not_understood_is_pointed_out_and_denies_nothing_by_itself(code):
    info = read(told(LISTED, permissions=[2, code]))

    assert DENIED not in verdicts(info).values()
    assert any("undocumented permission" in note for note in info.notes)


def test_whatever_says_withdraw_counts_as_withdrawal():
    assert withdrawal(told(RESTRICTIONS, enableFastWithdraw=True), LISTED) is GRANTED
    assert withdrawal(RESTRICTIONS, told(LISTED, permissions=[2, "Withdraw"])) is GRANTED
    assert withdrawal(told(RESTRICTIONS, enableFastWithdraw=False), LISTED) is DENIED


def test_a_flag_that_is_not_documented_is_pointed_out():
    assert read(told(RESTRICTIONS, enableCard=True, success=True), LISTED).notes == (
        'undocumented permission "enableCard"',
    )


@pytest.mark.parametrize("echo", ["another", "", 7, None, "Xsm4****VOzU", "Zsm4****XXXX"])
def test_an_answer_about_another_key_denies_nothing_and_hides_no_withdrawal(echo):
    other = told(LISTED, apiKey=echo)

    assert DENIED not in verdicts(read(RESTRICTIONS, other)).values()
    assert withdrawal(told(RESTRICTIONS, enableWithdrawals=True), other) is GRANTED
    assert set(verdicts(read(other)).values()) == {UNKNOWN}


def test_the_key_may_be_named_with_its_middle_starred_out():
    assert withdrawal(told(LISTED, apiKey="Zsm4****VOzU")) is DENIED
    assert withdrawal(told(LISTED, apiKey=...)) is DENIED


@pytest.mark.parametrize("strange", [None, [], {}, "x", {"code": 0}, {"data": []}, {"surprise": True}])
def test_an_answer_that_is_none_makes_the_other_one_deny_nothing(strange):
    for bodies in ((strange, LISTED), (RESTRICTIONS, strange), (strange,), (strange, strange)):
        assert DENIED not in verdicts(read(*bodies)).values()
    assert withdrawal(strange, told(LISTED, permissions=[5])) is GRANTED


@pytest.mark.parametrize(
    ("is_bound", "listed", "allowlist"),
    [
        (True, ["203.0.113.10", " 10.0.0.0/8 "], ("203.0.113.10", "10.0.0.0/8")),
        (False, [""], ()),
        (False, [], ()),
        (..., [""], ()),
        (..., [], ()),
        (False, ..., ()),
        (False, None, ()),
        (..., ..., None),
        (..., None, None),
        (..., "203.0.113.10", None),
        (..., ["203.0.113.10", 7], None),
        (True, [""], None),
        (True, ..., None),
        (False, ["203.0.113.10"], ("203.0.113.10",)),
    ],
)
def test_a_list_with_an_empty_text_is_empty_and_a_missing_one_is_unknown(is_bound, listed, allowlist):
    assert read(told(RESTRICTIONS, ipRestrict=is_bound), told(LISTED, ipAddresses=listed)).ip_allowlist == allowlist


def test_a_key_that_is_bound_to_addresses_nobody_lists_is_pointed_out():
    assert any("do not list" in note for note in read(RESTRICTIONS, told(LISTED, ipAddresses=...)).notes)


def test_a_key_without_addresses_that_may_do_more_than_read_is_pointed_out():
    free, empty = told(RESTRICTIONS, ipRestrict=False), told(LISTED, ipAddresses=[""])
    reader = told(free, enableSpotAndMarginTrading=False)

    assert any("14 days" in note for note in read(free, empty).notes)
    assert read(reader, told(empty, permissions=[2])).notes == ()


@pytest.mark.parametrize("code", [4, 7])
def test_that_a_transfer_may_go_to_other_users_is_pointed_out_as_open(code):
    assert any("other users" in note for note in read(RESTRICTIONS, told(LISTED, permissions=[2, code])).notes)


def test_two_key_infos_and_two_balances_fill_the_budget_and_one_market_leaves_room_for_the_account():
    purposes = [request.purpose for request in EXCHANGE.plan(["spot"])]

    assert purposes == [Purpose.KEY_INFO, Purpose.KEY_INFO, Purpose.BALANCE, Purpose.ACCOUNT]
    assert [request.purpose for request in EXCHANGE.plan(["spot", "futures"])] == [*purposes[:3], Purpose.BALANCE]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_no_fuzzed_bodies_are_ever_read_as_denied(one, other):
    for bodies in ((one,), (one, other), ({"data": one}, other), (RESTRICTIONS, other), (one, LISTED)):
        assert DENIED not in verdicts(read(*bodies)).values()


@given(st.dictionaries(st.sampled_from(sorted(RESTRICTIONS)), JSON))
def test_fuzzed_flags_alone_deny_withdrawal_only_by_an_explicit_false(changes):
    is_false = changes.get("enableWithdrawals", False) in (False, "false")

    assert (withdrawal(told(RESTRICTIONS, **changes)) is DENIED) <= is_false


@given(JSON)
def test_a_fuzzed_list_alone_denies_withdrawal_only_by_understood_codes(codes):
    is_understood = isinstance(codes, list) and all(
        isinstance(code, int | float | str) and float(code) in {1, 2, 3, 4, 7}
        if isinstance(code, int | float) or str(code).strip() in PERMISSIONS
        else False
        for code in codes
    )

    assert (withdrawal(told(LISTED, permissions=codes)) is DENIED) <= is_understood


def test_the_code_is_a_number_or_a_text_and_success_is_none():
    assert EXCHANGE.code_of({"code": 100413, "msg": "Incorrect apiKey"}) == "100413"
    assert EXCHANGE.code_of({"code": "100413"}) == "100413"
    assert EXCHANGE.code_of({"code": 0, "data": {}}) is EXCHANGE.code_of({"code": "0"}) is None
    assert EXCHANGE.code_of(RESTRICTIONS) is EXCHANGE.code_of([]) is EXCHANGE.code_of({"code": True}) is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("your current request IP is 203.0.113.9 does not match IP whitelist", "203.0.113.9"),
        ("your current request IP is 2001:db8::5 does not match IP whitelist", "2001:db8::5"),
        ("IP does not match IP whitelist", None),
    ],
)
def test_the_egress_address_is_found_in_the_refusal_that_names_it(text, address):
    assert EXCHANGE.egress_of(text) == address


def test_time_and_account_are_read_only_from_the_documented_shape():
    assert EXCHANGE.read_time({"code": 0, "data": {"serverTime": 1795348800000}}) == 1795348800000
    assert EXCHANGE.read_time({"code": 0, "data": {"serverTime": "soon"}}) is None
    assert EXCHANGE.read_time({"data": []}) is EXCHANGE.read_time("") is None
    assert EXCHANGE.read_account({"code": 0, "data": {"uid": 16789123}}).uid == "16789123"
    assert EXCHANGE.read_account({"data": {"uid": True}}).uid is EXCHANGE.read_account([]).uid is None
