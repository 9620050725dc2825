"""What KuCoin's documented answers are read to.

Shapes: https://github.com/Kucoin/kucoin-universal-sdk, last verified 2026-11-22.
"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.exchanges.kucoin import EXCHANGE, OWN_TRANSFERS, PERMISSIONS
from reconciler.model.exchange import Asked
from reconciler.values.rights import Right, Verdict

KEY = "6563a1b2c3d4e5f601234567"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GRANTED, DENIED, UNKNOWN = Verdict.GRANTED, Verdict.DENIED, Verdict.UNKNOWN

DATA = {
    "remark": "trading",
    "apiKey": KEY,
    "apiVersion": 3,
    "permission": "General,Spot,Futures,InnerTransfer",
    "ipWhitelist": "203.0.113.10,203.0.113.11",
    "createdAt": 1748524230000,
    "uid": 237920187,
    "isMaster": True,
}


def read(**changes):
    data = {name: value for name, value in {**DATA, **changes}.items() if value is not ...}
    return EXCHANGE.read_key_info([{"code": "200000", "data": data}], Asked(KEY, NOON))


def verdicts(info):
    return {right: reading.verdict for right, reading in info.rights.items()}


def granted(permission):
    return {right for right, verdict in verdicts(read(permission=permission)).items() if verdict is GRANTED}


def test_the_documented_answer_is_read_to_its_rights():
    info = read()

    assert verdicts(info) == {
        Right.READ: GRANTED,
        Right.TRADE_SPOT: GRANTED,
        Right.TRADE_MARGIN: DENIED,
        Right.TRADE_FUTURES: GRANTED,
        Right.TRANSFER: GRANTED,
        Right.WITHDRAW: DENIED,
        Right.CONVERT_PAY: UNKNOWN,
        Right.MANAGE_KEYS: UNKNOWN,
        Right.ADDRESS_BOOK: UNKNOWN,
    }
    assert info.ip_allowlist == ("203.0.113.10", "203.0.113.11")
    assert (info.account.uid, info.account.is_subaccount, info.account.label) == ("237920187", False, None)
    assert info.notes == ()


@pytest.mark.parametrize(
    ("word", "rights"),
    [
        ("General", {Right.READ}),
        ("Spot", {Right.TRADE_SPOT}),
        ("Margin", {Right.TRADE_MARGIN}),
        ("Futures", {Right.TRADE_FUTURES}),
        ("Transfer", {Right.WITHDRAW}),
        ("Withdraw", {Right.WITHDRAW}),
        ("Withdrawal", {Right.WITHDRAW}),
        ("InnerTransfer", {Right.TRANSFER}),
        ("FlexTransfers", {Right.TRANSFER}),
        ("Earn", set()),
        ("LeadtradeFutures", set()),
        ("Unified", {Right.TRADE_SPOT, Right.TRADE_FUTURES}),
        ("Trade", {Right.TRADE_SPOT}),
    ],
)
def test_every_documented_word_is_read_whole_and_in_any_case(word, rights):
    assert granted(word) == granted(word.upper()) == granted(f" {word.lower()} ,") == rights


def test_moving_between_own_accounts_is_not_withdrawal():
    info = read(permission="General,InnerTransfer")

    assert info.rights[Right.WITHDRAW].verdict is DENIED


def test_a_key_that_may_trade_is_never_called_unable_to_transfer():
    assert read(permission="General,Spot").rights[Right.TRANSFER] == OWN_TRANSFERS.reading
    assert read(permission="General,Unified").rights[Right.TRANSFER] == OWN_TRANSFERS.reading
    assert read(permission="General,Earn").rights[Right.TRANSFER].verdict is DENIED


def test_leading_others_in_futures_may_take_the_right_to_trade_them():
    assert read(permission="General,LeadtradeFutures").rights[Right.TRADE_FUTURES].verdict is UNKNOWN


def test_what_old_and_unified_words_may_include_stays_unproven():
    assert verdicts(read(permission="General,Unified"))[Right.TRADE_MARGIN] is UNKNOWN
    assert verdicts(read(permission="General,Trade"))[Right.TRADE_FUTURES] is UNKNOWN
    assert verdicts(read(permission="General,Trade,Futures"))[Right.TRADE_FUTURES] is GRANTED


@pytest.mark.parametrize("word", ["FastWithdrawal", "withdraw_all", "SubWithdraw"])
def test_an_undocumented_word_that_says_withdraw_counts_as_withdrawal(word):
    info = read(permission=f"General,{word}")

    assert info.rights[Right.WITHDRAW].verdict is GRANTED
    assert any(word in note for note in info.notes)


@pytest.mark.parametrize("word", ["OuterTransfer", "Transfers", "P2P", "Trans fer"])
def test_a_word_that_is_not_understood_leaves_withdrawal_unproven(word):
    info = read(permission=f"General,Spot,{word}")

    assert info.rights[Right.TRADE_SPOT].verdict is GRANTED
    assert DENIED not in verdicts(info).values()


@pytest.mark.parametrize("field", [..., None, "", ",", 7, ["General"], {"General": True}])
def test_permissions_that_cannot_be_read_prove_nothing(field):
    assert set(verdicts(read(permission=field)).values()) == {UNKNOWN}


@pytest.mark.parametrize(
    ("echoed", "withdraw"),
    [
        (KEY, DENIED),
        ("6563****4567", DENIED),
        (..., UNKNOWN),
        (None, UNKNOWN),
        ("***", UNKNOWN),
        (f"{KEY[0]}***", UNKNOWN),
        ("another", UNKNOWN),
        (["x"], UNKNOWN),
    ],
)
def test_the_echoed_key_may_be_masked_but_neither_missing_nor_another(echoed, withdraw):
    assert read(apiKey=echoed).rights[Right.WITHDRAW].verdict is withdraw


@pytest.mark.parametrize(
    ("field", "allowlist"),
    [
        ("", ()),
        (..., ()),
        (None, None),
        (["203.0.113.1"], None),
        ("203.**.113.1, 198.51.100.7", ("203.**.113.1", "198.51.100.7")),
    ],
)
def test_the_allowlist_is_split_and_a_missing_one_means_none_set(field, allowlist):
    assert read(ipWhitelist=field).ip_allowlist == allowlist


def test_an_answer_without_a_code_is_no_success():
    info = EXCHANGE.read_key_info([{"data": DATA}], Asked(KEY, NOON))

    assert set(verdicts(info).values()) == {UNKNOWN}


def test_a_masked_allowlist_is_pointed_out():
    assert any("mask" in note for note in read(ipWhitelist="203.**.113.1").notes)


def test_the_account_is_told_as_far_as_the_answer_shows_it():
    info = read(isMaster=False, subName="bots", uid="77")

    assert (info.account.uid, info.account.is_subaccount, info.account.label) == ("77", True, "bots")
    assert read(isMaster="no", uid=None).account.is_subaccount is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_no_fuzzed_body_is_ever_read_as_denied(body):
    for given_body in (body, {"code": "200000", "data": body}):
        info = EXCHANGE.read_key_info([given_body], Asked(KEY, NOON))

        assert DENIED not in verdicts(info).values()


@given(st.dictionaries(st.sampled_from(sorted(DATA)), JSON))
def test_a_documented_answer_with_fuzzed_fields_denies_only_by_understood_words(changes):
    info = read(**changes)

    words = changes.get("permission", DATA["permission"])
    if not isinstance(words, str) or any(
        w.strip() and w.strip().casefold() not in PERMISSIONS for w in words.split(",")
    ):
        assert info.rights[Right.WITHDRAW].verdict is not DENIED


def test_the_code_is_read_and_success_is_none():
    assert EXCHANGE.code_of({"code": "400003", "msg": "KC-API-KEY not exists"}) == "400003"
    assert EXCHANGE.code_of({"code": 400003}) == "400003"
    assert EXCHANGE.code_of({"code": "200000", "data": {}}) is None
    assert EXCHANGE.code_of([]) is None
    assert EXCHANGE.code_of({"code": True}) is None


def test_the_egress_address_is_found_in_the_refusal_that_names_it():
    assert EXCHANGE.egress_of("Invalid request ip, the current clientIp is:203.0.113.9") == "203.0.113.9"
    assert EXCHANGE.egress_of("The requested ip address is not in the api whitelist") is None


def test_time_is_read_only_from_the_documented_shape():
    assert EXCHANGE.read_time({"code": "200000", "data": 1795348800000}) == 1795348800000
    assert EXCHANGE.read_time({"code": "200000", "data": "soon"}) is None
    assert EXCHANGE.read_time("") is None
