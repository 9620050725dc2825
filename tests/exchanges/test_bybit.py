"""What Bybit's documented answers are read to.

Shapes: https://bybit-exchange.github.io/docs/v5/user/apikey-info, last verified 2026-11-22.
"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.exchanges.bybit import EXCHANGE, PERMISSIONS
from reconciler.model.exchange import Asked, PrivateKey, Purpose
from reconciler.values.rights import Right, Verdict

KEY = "4Fo2QGpJ0PmDl4Vx8w"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GRANTED, DENIED, UNKNOWN = Verdict.GRANTED, Verdict.DENIED, Verdict.UNKNOWN

RESULT = {
    "id": "13770661",
    "note": "trading",
    "apiKey": KEY,
    "readOnly": 0,
    "secret": "",
    "permissions": {
        "ContractTrade": ["Order", "Position"],
        "Spot": ["SpotTrade"],
        "Wallet": [],
        "Options": ["OptionsTrade"],
        "Derivatives": ["DerivativesTrade"],
        "Exchange": [],
        "Earn": [],
        "FiatP2P": [],
        "FiatBitPay": [],
        "FiatConvertBroker": [],
        "FiatGlobalPay": [],
        "BitCard": [],
        "BlockTrade": [],
        "Affiliate": [],
    },
    "ips": ["203.0.113.10", "2001:db8::/32"],
    "type": 1,
    "deadlineDay": -2,
    "expiredAt": "1970-01-01T00:00:00Z",
    "createdAt": "2026-01-16T08:13:55Z",
    "uta": 1,
    "userID": 24617703,
    "isMaster": True,
    "parentUid": "0",
}


def read(**changes):
    result = {name: value for name, value in {**RESULT, **changes}.items() if value is not ...}
    body = {"retCode": 0, "retMsg": "", "result": result, "retExtInfo": {}, "time": 1795348800000}
    return EXCHANGE.read_key_info([body], Asked(KEY, NOON))


def with_words(*words, group="Wallet", **changes):
    others = {name: [] for name in RESULT["permissions"]}
    return read(permissions={**others, group: list(words)}, **changes)


def verdicts(info):
    return {right: reading.verdict for right, reading in info.rights.items()}


def test_the_documented_answer_is_read_to_its_rights():
    info = read()

    assert verdicts(info) == {
        Right.READ: GRANTED,
        Right.TRADE_SPOT: GRANTED,
        Right.TRADE_MARGIN: UNKNOWN,
        Right.TRADE_FUTURES: GRANTED,
        Right.TRANSFER: DENIED,
        Right.WITHDRAW: DENIED,
        Right.CONVERT_PAY: DENIED,
        Right.MANAGE_KEYS: DENIED,
        Right.ADDRESS_BOOK: UNKNOWN,
    }
    assert info.ip_allowlist == ("203.0.113.10", "2001:db8::/32")
    assert (info.expires_at, info.problem, info.notes) == (None, None, ())
    assert (info.account.uid, info.account.is_subaccount) == ("24617703", False)


@pytest.mark.parametrize(
    ("group", "word", "rights"),
    [
        ("Spot", "SpotTrade", {Right.TRADE_SPOT}),
        ("ContractTrade", "Order", {Right.TRADE_FUTURES}),
        ("ContractTrade", "Position", set()),
        ("Derivatives", "DerivativesTrade", {Right.TRADE_FUTURES}),
        ("Options", "OptionsTrade", set()),
        ("Wallet", "AccountTransfer", {Right.TRANSFER, Right.MANAGE_KEYS}),
        ("Wallet", "SubMemberTransfer", {Right.TRANSFER, Right.MANAGE_KEYS}),
        ("Wallet", "SubMemberTransferList", {Right.TRANSFER}),
        ("Wallet", "Withdraw", {Right.WITHDRAW, Right.MANAGE_KEYS}),
        ("Exchange", "ExchangeHistory", {Right.CONVERT_PAY}),
        ("FiatP2P", "FiatP2POrder", {Right.CONVERT_PAY}),
        ("FiatP2P", "Advertising", {Right.CONVERT_PAY}),
        ("FiatBitPay", "FaitPayOrder", {Right.CONVERT_PAY}),
        ("FiatBybitPay", "FaitPayOrder", {Right.CONVERT_PAY}),
        ("FiatConvertBroker", "FiatConvertBrokerOrder", {Right.CONVERT_PAY}),
        ("BitCard", "BitCard", {Right.CONVERT_PAY}),
        ("BlockTrade", "BlockTrade", set()),
        ("Earn", "Earn", set()),
        ("Affiliate", "Affiliate", set()),
        ("ByXPost", "ByXPost", set()),
        ("CopyTrading", "CopyTrading", set()),
        ("NFT", "NFTQueryProductList", set()),
    ],
)
def test_every_documented_word_alone_grants_its_rights(group, word, rights):
    info = with_words(word, group=group)

    assert {right for right, verdict in verdicts(info).items() if verdict is GRANTED} == rights | {Right.READ}
    assert info.rights[Right.WITHDRAW].verdict is (GRANTED if Right.WITHDRAW in rights else DENIED)


@pytest.mark.parametrize("word", [permission.word for permission in PERMISSIONS.values()])
def test_a_key_that_is_read_only_uses_none_of_its_words(word):
    info = with_words(word, readOnly=1)

    for right in (Right.TRADE_SPOT, Right.TRADE_FUTURES, Right.TRANSFER, Right.CONVERT_PAY):
        assert info.rights[right].verdict is DENIED
    assert info.rights[Right.READ].verdict is GRANTED


@pytest.mark.parametrize("read_only", [0, 1, "1", True, None, "perhaps", ...])
def test_a_ticked_withdrawal_counts_whether_or_not_the_key_is_read_only(read_only):
    info = with_words("Withdraw", readOnly=read_only)

    assert info.rights[Right.WITHDRAW].verdict is GRANTED
    assert ("for now" in info.rights[Right.WITHDRAW].why) == (read_only in (1, "1", True))


def test_a_read_only_key_that_may_transfer_may_perhaps_make_itself_more():
    assert with_words("AccountTransfer", readOnly=1).rights[Right.MANAGE_KEYS].verdict is UNKNOWN
    assert with_words("SpotTrade", readOnly=1, group="Spot").rights[Right.MANAGE_KEYS].verdict is DENIED


@pytest.mark.parametrize("read_only", [None, ..., 2, "perhaps", []])
def test_without_word_of_being_read_only_no_right_to_trade_is_proven(read_only):
    info = read(readOnly=read_only)

    assert info.rights[Right.TRADE_SPOT].verdict is UNKNOWN
    assert info.rights[Right.WITHDRAW].verdict is DENIED


@pytest.mark.parametrize("read_only", [False, "0"])
def test_the_switch_may_be_spelled_otherwise(read_only):
    assert read(readOnly=read_only).rights[Right.TRADE_SPOT].verdict is GRANTED


@pytest.mark.parametrize(
    ("group", "word"), [("Wallet", "FastWithdraw"), ("Earn", "WITHDRAWAL"), ("Withdrawals", "All"), ("X", "withdraw_r")]
)
def test_any_word_in_any_group_that_says_withdraw_counts_as_withdrawal(group, word):
    info = with_words(word, group=group)

    assert info.rights[Right.WITHDRAW].verdict is GRANTED
    assert info.notes


def test_a_word_that_is_not_understood_leaves_withdrawal_unproven():
    info = with_words("SpotTrade", "OuterTransfer", group="Spot")

    assert info.rights[Right.TRADE_SPOT].verdict is GRANTED
    assert info.rights[Right.WITHDRAW].verdict is UNKNOWN
    assert "OuterTransfer" in info.notes[0]


@pytest.mark.parametrize("values", [None, "SpotTrade", 7, [7], {"a": 1}, [["Withdrawal"]]])
def test_a_group_that_is_no_list_of_words_leaves_withdrawal_unproven(values):
    info = read(permissions={**RESULT["permissions"], "Wallet": values})

    assert info.rights[Right.WITHDRAW].verdict is UNKNOWN
    assert info.rights[Right.TRADE_SPOT].verdict is GRANTED


@pytest.mark.parametrize("field", [..., None, "", [], {}, ["Withdraw"], {"Other": []}, 7])
def test_permissions_that_cannot_be_read_prove_nothing(field):
    assert set(verdicts(read(permissions=field)).values()) == {UNKNOWN}


def test_groups_may_be_left_out():
    info = read(permissions={"Spot": ["SpotTrade"], "Wallet": []})

    assert info.rights[Right.TRADE_FUTURES].verdict is DENIED
    assert info.rights[Right.WITHDRAW].verdict is DENIED


@pytest.mark.parametrize("read_only", [0, 1])
def test_without_the_group_that_holds_it_withdrawal_is_never_denied(read_only):
    info = read(permissions={"Spot": ["SpotTrade"]}, readOnly=read_only)

    assert info.rights[Right.WITHDRAW].verdict is info.rights[Right.MANAGE_KEYS].verdict is UNKNOWN
    assert info.rights[Right.TRANSFER].verdict is (DENIED if read_only else UNKNOWN)
    assert info.rights[Right.TRADE_FUTURES].verdict is DENIED
    assert read(permissions={"Spot": ["Withdraw"]}).rights[Right.WITHDRAW].verdict is GRANTED


@pytest.mark.parametrize(
    ("echoed", "withdraw"),
    [(KEY, DENIED), (..., DENIED), ("XXXXXX", DENIED), ("******", DENIED), ("another", UNKNOWN), ("", UNKNOWN)],
)
def test_an_answer_about_another_key_proves_nothing(echoed, withdraw):
    assert read(apiKey=echoed).rights[Right.WITHDRAW].verdict is withdraw


@pytest.mark.parametrize(
    ("field", "allowlist"),
    [(["*"], ()), ([], ()), (..., None), (None, None), ("203.0.113.1", None), (["203.0.113.1"], ("203.0.113.1",))],
)
def test_a_star_stands_for_no_allowlist_and_a_missing_one_is_not_known(field, allowlist):
    assert read(ips=field).ip_allowlist == allowlist


@pytest.mark.parametrize(
    ("field", "expires_at", "is_over"),
    [
        ("1970-01-01T00:00:00Z", None, False),
        ("2027-01-31T02:03:04Z", datetime(2027, 1, 31, 2, 3, 4, tzinfo=UTC), False),
        ("2026-11-22T11:59:59Z", datetime(2026, 11, 22, 11, 59, 59, tzinfo=UTC), True),
        ("2026-11-21T00:00:00", datetime(2026, 11, 21, tzinfo=UTC), True),
        ("soon", None, False),
        (..., None, False),
    ],
)
def test_the_end_of_a_key_is_told_and_the_epoch_stands_for_none(field, expires_at, is_over):
    info = read(expiredAt=field)

    assert info.expires_at == expires_at
    assert (info.problem is not None) is is_over


def test_the_account_is_told_as_far_as_the_answer_shows_it():
    assert read(isMaster=False).account.is_subaccount is True
    assert read(isMaster="no", userID=None).account.is_subaccount is None
    assert read(type=2).notes == ("the key belongs to an app of somebody else",)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_no_fuzzed_body_is_ever_read_as_denied(body):
    for given_body in (body, {"retCode": 0, "result": body}, {"retCode": 0, "result": {"permissions": body}}):
        info = EXCHANGE.read_key_info([given_body], Asked(KEY, NOON))

        assert DENIED not in verdicts(info).values()


@given(st.dictionaries(st.sampled_from(sorted(RESULT)), JSON))
def test_a_documented_answer_with_fuzzed_fields_denies_withdrawal_only_by_understood_words(changes):
    info = read(**changes)

    if "permissions" in changes:
        assert info.rights[Right.WITHDRAW].verdict is not DENIED


def test_the_code_is_read_and_success_is_none():
    assert EXCHANGE.code_of({"retCode": 10003, "retMsg": "API key is invalid."}) == "10003"
    assert EXCHANGE.code_of({"retCode": "10003"}) == "10003"
    assert EXCHANGE.code_of({"retCode": 0, "result": {}}) is None
    assert EXCHANGE.code_of([]) is None
    assert EXCHANGE.code_of({"retCode": True}) is None


def test_no_refusal_names_an_address():
    assert EXCHANGE.egress_of("Unmatched IP, please check your API key's bound IP addresses. 203.0.113.9") is None


@pytest.mark.parametrize(
    ("body", "ms"),
    [
        ({"time": 1795348800000}, 1795348800000),
        ({"time": "1795348800000"}, 1795348800000),
        ({"time": True}, None),
        ({"time": "soon"}, None),
        ("", None),
    ],
)
def test_time_is_read_only_from_the_documented_shape(body, ms):
    assert EXCHANGE.read_time(body) == ms


def test_one_balance_speaks_for_both_markets():
    assert [request.purpose for request in EXCHANGE.plan(("spot", "futures"))] == [
        Purpose.KEY_INFO,
        Purpose.BALANCE,
        Purpose.STATUS,
    ]


def test_pairs_that_sign_are_rsa():
    assert EXCHANGE.private_keys == {PrivateKey.RSA}
