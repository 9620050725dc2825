"""What Binance's documented answers are read to.

Shapes: https://developers.binance.com/docs/wallet/account/api-key-permission, last verified 2026-11-22.
"""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.exchanges.binance import EXCHANGE, OWN_TRANSFERS, PERMISSIONS
from reconciler.model.exchange import SIGNED_BUDGET, Asked, PrivateKey, Purpose
from reconciler.model.probe import Diagnosis
from reconciler.probing.classify import matching_row
from reconciler.values.rights import Right, Verdict

KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GRANTED, DENIED, UNKNOWN = Verdict.GRANTED, Verdict.DENIED, Verdict.UNKNOWN

ANSWER = {
    "ipRestrict": False,
    "createTime": 1698645219000,
    "enableReading": True,
    "enableWithdrawals": False,
    "enableInternalTransfer": False,
    "enableMargin": False,
    "enableFutures": False,
    "permitsUniversalTransfer": False,
    "enableVanillaOptions": False,
    "enableFixApiTrade": False,
    "enableFixReadOnly": False,
    "enableSpotAndMarginTrading": True,
    "enablePortfolioMarginTrading": False,
}


def read(**changes):
    body = {name: value for name, value in {**ANSWER, **changes}.items() if value is not ...}
    return EXCHANGE.read_key_info([body], Asked(KEY, NOON))


def verdicts(info):
    return {right: reading.verdict for right, reading in info.rights.items()}


def ms(moment):
    return round(moment.timestamp() * 1000)


def test_the_documented_answer_is_read_to_its_rights():
    info = read()

    assert verdicts(info) == {
        Right.READ: GRANTED,
        Right.TRADE_SPOT: GRANTED,
        Right.TRADE_MARGIN: DENIED,
        Right.TRADE_FUTURES: DENIED,
        Right.TRANSFER: DENIED,
        Right.WITHDRAW: DENIED,
        Right.CONVERT_PAY: UNKNOWN,
        Right.MANAGE_KEYS: UNKNOWN,
        Right.ADDRESS_BOOK: UNKNOWN,
    }
    assert (info.ip_allowlist, info.expires_at, info.problem, info.notes) == ((), None, None, ())


@pytest.mark.parametrize(
    ("flag", "rights"),
    [
        ("enableReading", {Right.READ}),
        ("enableWithdrawals", {Right.WITHDRAW}),
        ("enableInternalTransfer", {Right.TRANSFER}),
        ("permitsUniversalTransfer", {Right.TRANSFER}),
        ("enableFutures", {Right.TRADE_FUTURES}),
        ("enableSpotAndMarginTrading", {Right.TRADE_SPOT}),
        ("enableFixApiTrade", {Right.TRADE_SPOT}),
        ("enableMargin", set()),
        ("enableVanillaOptions", set()),
        ("enableFixReadOnly", set()),
        ("enablePortfolioMarginTrading", set()),
    ],
)
def test_every_documented_flag_alone_grants_one_right_or_none(flag, rights):
    for spelling in (True, "true"):
        info = read(**{**dict.fromkeys(PERMISSIONS, False), flag: spelling})

        assert {right for right, verdict in verdicts(info).items() if verdict is GRANTED} == rights


@pytest.mark.parametrize(
    "flag", ["enableMargin", "enableFutures", "enableVanillaOptions", "enablePortfolioMarginTrading"]
)
def test_a_key_for_more_than_spot_is_never_called_unable_to_transfer(flag):
    assert read(**{flag: True}).rights[Right.TRANSFER] == OWN_TRANSFERS.reading
    assert read(**{flag: ...}).rights[Right.TRANSFER] == OWN_TRANSFERS.reading
    assert read(**{flag: False}).rights[Right.TRANSFER].verdict is DENIED
    assert read(**{flag: True}, permitsUniversalTransfer=True).rights[Right.TRANSFER].verdict is GRANTED


def test_trading_on_margin_takes_borrowing_and_orders():
    for borrow, orders in itertools.product((True, False), repeat=2):
        info = read(enableMargin=borrow, enableSpotAndMarginTrading=orders)

        assert info.rights[Right.TRADE_MARGIN].verdict is (GRANTED if borrow and orders else DENIED)


@pytest.mark.parametrize("field", [..., None, 0, 1, "no", "", [], {}, "False"])
def test_withdrawal_is_denied_only_by_an_explicit_false(field):
    assert read(enableWithdrawals=field).rights[Right.WITHDRAW].verdict is UNKNOWN


@pytest.mark.parametrize(("field", "verdict"), [(True, GRANTED), ("true", GRANTED), (False, DENIED), ("false", DENIED)])
def test_a_flag_may_be_spelled_as_text(field, verdict):
    assert read(enableWithdrawals=field).rights[Right.WITHDRAW].verdict is verdict


@pytest.mark.parametrize("name", ["enableFastWithdraw", "WITHDRAW_ALL", "permitsSubAccountWithdrawals"])
def test_an_undocumented_flag_that_says_withdraw_counts_as_withdrawal(name):
    info = read(**{name: True})

    assert info.rights[Right.WITHDRAW].verdict is GRANTED
    assert any(name in note for note in info.notes)
    assert read(**{name: False}).rights[Right.WITHDRAW].verdict is DENIED


@pytest.mark.parametrize("field", [1, "1", "TRUE", "enabled", ["spot"], {"fiat": True}])
def test_an_undocumented_field_that_speaks_of_withdrawing_unreadably_leaves_it_unproven(field):
    assert read(enableFastWithdraw=field).rights[Right.WITHDRAW].verdict is UNKNOWN
    assert read(enableFastWithdraw=field, enableWithdrawals=True).rights[Right.WITHDRAW].verdict is GRANTED


@pytest.mark.parametrize("field", [None, 0, "", [], {}, "false"])
def test_an_undocumented_field_that_says_no_changes_nothing(field):
    assert read(enableFastWithdraw=field).rights[Right.WITHDRAW].verdict is DENIED


def test_an_undocumented_flag_is_pointed_out():
    info = read(enableSomethingNew=True)

    assert info.notes == ('undocumented permission "enableSomethingNew"',)
    assert info.rights[Right.WITHDRAW].verdict is DENIED


def test_what_the_account_may_do_says_nothing_of_the_key():
    account_level = {"canTrade": True, "canWithdraw": True, "canDeposit": True}

    assert read(**account_level, enableWithdrawals=...).rights[Right.WITHDRAW].verdict is not DENIED
    assert read(canWithdraw=False, enableWithdrawals=...).rights[Right.WITHDRAW].verdict is UNKNOWN
    assert EXCHANGE.read_account({**account_level, "uid": 354937868}).uid == "354937868"


def test_portfolio_margin_leaves_margin_and_futures_unproven():
    info = read(enablePortfolioMarginTrading=True)

    assert info.rights[Right.TRADE_FUTURES].verdict is UNKNOWN
    assert info.rights[Right.TRADE_MARGIN].verdict is UNKNOWN
    assert info.rights[Right.WITHDRAW].verdict is DENIED


def test_a_key_that_trades_by_fix_only_is_no_read_only_key():
    info = read(enableSpotAndMarginTrading=False, enableFixApiTrade=True)

    assert info.rights[Right.TRADE_SPOT].verdict is GRANTED
    assert any("FIX" in note for note in info.notes)


def test_the_list_of_addresses_is_never_known_unless_there_is_none():
    bound = read(ipRestrict=True)

    assert read(ipRestrict=False).ip_allowlist == ()
    assert bound.ip_allowlist is None
    assert any("bound" in note for note in bound.notes)
    assert read(ipRestrict=...).ip_allowlist is None


def test_the_right_to_trade_may_lapse_while_the_key_lives_on():
    ahead, over = NOON + timedelta(days=20), NOON - timedelta(days=1)

    coming, gone = read(tradingAuthorityExpirationTime=ms(ahead)), read(tradingAuthorityExpirationTime=ms(over))

    assert coming.expires_at == ahead
    assert coming.rights[Right.TRADE_SPOT].verdict is GRANTED
    assert gone.expires_at is None
    assert gone.problem is None
    assert gone.rights[Right.TRADE_SPOT].verdict is UNKNOWN
    assert any("not the key" in note for note in (*coming.notes, *gone.notes))
    assert read(tradingAuthorityExpirationTime=0).expires_at is None


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
def test_a_documented_answer_with_fuzzed_flags_denies_only_by_false(changes):
    info = read(**changes)

    told = {**ANSWER, **changes}["enableWithdrawals"]
    assert info.rights[Right.WITHDRAW].verdict is {"True": GRANTED, "False": DENIED}.get(
        str(told) if isinstance(told, bool) else str(told).title() if told in ("true", "false") else "", UNKNOWN
    )


def test_the_code_is_read_and_success_is_none():
    assert EXCHANGE.code_of({"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}) == "-2015"
    assert EXCHANGE.code_of({"code": 0, "msg": "Service unavailable from a restricted location"}) == "0"
    assert EXCHANGE.code_of({"code": 200, "msg": "success"}) is None
    assert EXCHANGE.code_of({"balances": []}) is None
    assert EXCHANGE.code_of([]) is None


def test_the_egress_address_is_found_at_the_end_of_the_refusal():
    told = '{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action, request ip: 203.0.113.9"}'

    assert EXCHANGE.egress_of(told) == "203.0.113.9"
    assert EXCHANGE.egress_of(told.replace("203.0.113.9", "2001:db8::1")) == "2001:db8::1"
    assert EXCHANGE.egress_of("Invalid API-key, IP, or permissions for action.") is None


def test_time_and_account_are_read_only_from_the_documented_shape():
    assert EXCHANGE.read_time({"serverTime": 1795348800000}) == 1795348800000
    assert EXCHANGE.read_time({"serverTime": True}) is None
    assert EXCHANGE.read_time("") is None
    assert EXCHANGE.read_account([]).uid is None


def test_all_three_markets_fit_into_the_budget_and_a_spot_balance_tells_the_account():
    plan = EXCHANGE.plan(("spot", "margin", "futures"))

    assert len(plan) == SIGNED_BUDGET
    assert [request.path for request in plan if request.purpose is Purpose.BALANCE] == [
        "/sapi/v1/margin/account",
        "/fapi/v3/account",
    ]
    assert Purpose.ACCOUNT not in {request.purpose for request in EXCHANGE.plan(("spot",))}


def test_keys_may_sign_with_rsa_and_ed25519():
    assert EXCHANGE.private_keys == {PrivateKey.RSA, PrivateKey.ED25519}


@pytest.mark.parametrize(
    ("text", "is_bound", "diagnosis"),
    [
        ("permissions for action, request ip: 203.0.113.9", False, Diagnosis.IP_NOT_ALLOWED),
        ("permissions for action.", True, Diagnosis.IP_NOT_ALLOWED),
        ("permissions for action.", False, Diagnosis.INVALID_KEY),
    ],
)
def test_a_refusal_that_names_three_causes_is_told_by_likelihood(text, is_bound, diagnosis):
    row = matching_row(EXCHANGE, "-2015", Purpose.KEY_INFO, text, is_bound=is_bound)

    assert row.diagnosis is diagnosis
    assert "less likely" in row.when


@pytest.mark.parametrize("purpose", [Purpose.BALANCE, Purpose.STATUS])
def test_after_the_key_info_was_told_the_same_refusal_is_about_a_right(purpose):
    row = matching_row(EXCHANGE, "-2015", purpose, "for action, request ip: 203.0.113.9", is_bound=True)

    assert row.diagnosis is Diagnosis.NO_TRADE_PERMISSION
