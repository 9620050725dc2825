"""What Gate's documented answers are read to.

Shapes: https://www.gate.com/docs/developers/apiv4/en/ and
https://github.com/gate/gateapi-csharp/blob/master/docs/AccountKeyInfo.md, last verified 2026-11-22.
"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.exchanges.gate import EXCHANGE, NO_WITHDRAWAL
from reconciler.model.exchange import Asked
from reconciler.values.rights import Right, Verdict

KEY = "0123456789abcdef0123456789abcdef"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GRANTED, DENIED, UNKNOWN = Verdict.GRANTED, Verdict.DENIED, Verdict.UNKNOWN


def perms(*groups):
    """Spell groups as they are listed: `spot` to write, `spot:r` only to read, `spot:?` without a word about it."""
    listed = []
    for group in groups:
        name, _, mode = group.partition(":")
        listed.append({"name": name, **({} if mode == "?" else {"read_only": mode == "r"})})
    return listed


ENTRY = {
    "key": "0123456789ab********************",
    "state": 1,
    "mode": 1,
    "name": "trading",
    "currency_pairs": [],
    "user_id": 10001,
    "ip_whitelist": ["203.0.113.10", "203.0.113.11"],
    "perms": perms("account:r", "spot", "futures:r", "wallet:r"),
    "created_at": 1748524230,
}


def entry(**changes):
    return {name: value for name, value in {**ENTRY, **changes}.items() if value is not ...}


def read(**changes):
    return EXCHANGE.read_key_info([[entry(**changes)]], Asked(KEY, NOON))


def verdicts(info):
    return {right: reading.verdict for right, reading in info.rights.items()}


def granted(*groups):
    return {right for right, verdict in verdicts(read(perms=perms(*groups))).items() if verdict is GRANTED}


def test_the_documented_answer_is_read_to_its_rights():
    info = read()

    assert verdicts(info) == {
        Right.READ: GRANTED,
        Right.TRADE_SPOT: GRANTED,
        Right.TRADE_MARGIN: GRANTED,
        Right.TRADE_FUTURES: DENIED,
        Right.TRANSFER: DENIED,
        Right.WITHDRAW: UNKNOWN,
        Right.CONVERT_PAY: UNKNOWN,
        Right.MANAGE_KEYS: UNKNOWN,
        Right.ADDRESS_BOOK: UNKNOWN,
    }
    assert info.ip_allowlist == ("203.0.113.10", "203.0.113.11")
    assert info.account.uid == "10001"
    assert (info.problem, info.notes) == (None, ())


@pytest.mark.parametrize(
    ("group", "rights"),
    [
        ("spot", {Right.TRADE_SPOT, Right.TRADE_MARGIN}),
        ("margin", {Right.TRADE_MARGIN}),
        ("unified", {Right.TRADE_MARGIN}),
        ("futures", {Right.TRADE_FUTURES}),
        ("delivery", {Right.TRADE_FUTURES}),
        ("wallet", {Right.TRANSFER}),
        ("withdraw", {Right.WITHDRAW}),
        ("withdrawal", {Right.WITHDRAW}),
        ("sub_accounts", {Right.MANAGE_KEYS}),
        ("otc", {Right.CONVERT_PAY}),
        *(
            (name, set())
            for name in ("account", "earn", "loan", "custody", "options", "copy", "pilot", "alpha", "crossx")
        ),
    ],
)
def test_every_group_grants_its_rights_only_where_it_may_write(group, rights):
    assert granted(group) == granted(group.upper()) == rights | {Right.READ}
    assert granted(f"{group}:r") == {Right.READ}


def test_a_group_that_does_not_say_whether_it_writes_proves_neither():
    found = verdicts(read(perms=perms("account:r", "spot:?", "futures:r")))

    assert found[Right.TRADE_SPOT] is found[Right.TRADE_MARGIN] is UNKNOWN
    assert found[Right.TRADE_FUTURES] is DENIED


@pytest.mark.parametrize("group", ["withdraw", "withdraw:?", "Withdrawals", "fast_withdraw:?", "wallet_withdraw"])
def test_a_group_that_says_withdraw_and_not_that_it_only_reads_is_withdrawal(group):
    assert Right.WITHDRAW in granted("account:r", group)


@pytest.mark.parametrize("flag", ["true", "false", 1, 0, None, []])
def test_a_flag_that_is_neither_true_nor_false_is_no_promise_not_to_withdraw(flag):
    info = read(perms=[{"name": "withdraw", "read_only": flag}])

    assert info.rights[Right.WITHDRAW].verdict is GRANTED


def test_a_withdrawal_group_that_is_listed_to_read_only_proves_that_the_key_cannot():
    assert verdicts(read(perms=perms("account:r", "spot", "withdraw:r")))[Right.WITHDRAW] is DENIED
    assert verdicts(read(perms=perms("account:r", "withdraw:r", "withdrawal")))[Right.WITHDRAW] is GRANTED
    assert verdicts(read(perms=perms("account:r", "sub_accounts:r")))[Right.MANAGE_KEYS] is DENIED


def test_an_answer_that_names_no_key_grants_and_never_denies():
    nameless = verdicts(EXCHANGE.read_key_info([entry(key=..., perms=perms("spot", "withdraw:r"))], Asked(KEY, NOON)))

    assert nameless[Right.TRADE_SPOT] is GRANTED
    assert DENIED not in nameless.values()


@pytest.mark.parametrize(
    "group", ["withdraw_history:r", "withdraw_address:r", "sub_account_withdraw:r", "withdrawal:r"]
)
def test_a_group_beside_withdrawal_that_only_reads_proves_nothing_of_withdrawal_itself(group):
    found = verdicts(read(perms=perms("account:r", "spot", group)))

    assert found[Right.WITHDRAW] is found[Right.MANAGE_KEYS] is UNKNOWN


def test_a_withdrawal_group_that_is_not_listed_proves_nothing_and_the_way_to_a_proof_is_told():
    reading = read().rights[Right.WITHDRAW]

    assert reading == NO_WITHDRAWAL.reading
    assert "read-only" in reading.remedy


def test_a_group_nobody_knows_proves_no_absence():
    info = read(perms=perms("account:r", "spot", "withdraw:r", "gatepay"))

    assert DENIED not in verdicts(info).values()
    assert any("gatepay" in note for note in info.notes)


def test_a_group_nobody_knows_that_only_reads_changes_nothing():
    assert verdicts(read(perms=perms("account:r", "withdraw:r", "gatepay:r")))[Right.WITHDRAW] is DENIED


@pytest.mark.parametrize(
    "field", [..., None, [], "spot", {"name": "spot"}, ["spot"], [{"name": 7}], [{"read_only": True}]]
)
def test_perms_that_cannot_be_read_prove_nothing(field):
    info = read(perms=field)

    assert set(verdicts(info).values()) == {UNKNOWN}
    assert info.rights[Right.WITHDRAW].remedy


MINE, OTHER = entry(), entry(key="999999999999********************", perms=perms("withdraw"))


@pytest.mark.parametrize(
    ("body", "is_mine"),
    [
        ([MINE], True),
        ([OTHER, MINE], True),
        (MINE, True),
        (entry(key={"mode": 1}), True),
        (entry(key=...), True),
        ([OTHER], False),
        (OTHER, False),
        ([MINE, MINE], False),
        ([entry(key="****")], False),
        ([entry(key="")], False),
        ([entry(key=...)], False),
        ([], False),
        ({"surprise": True}, False),
        ("", False),
    ],
)
def test_only_the_one_entry_that_can_be_about_this_key_is_read(body, is_mine):
    found = verdicts(EXCHANGE.read_key_info([body], Asked(KEY, NOON)))

    assert (found[Right.TRADE_SPOT] is GRANTED) == is_mine
    assert found[Right.WITHDRAW] is UNKNOWN


@pytest.mark.parametrize(
    ("state", "is_fine"), [(1, True), ("1", True), (..., True), (2, False), (3, False), ("2", False)]
)
def test_a_state_other_than_normal_is_a_problem(state, is_fine):
    assert (read(state=state).problem is None) == is_fine


@pytest.mark.parametrize(
    ("field", "allowlist"),
    [([], ()), (["203.0.113.1"], ("203.0.113.1",)), (..., None), (None, None), ("203.0.113.1", None), ([7], None)],
)
def test_an_empty_allowlist_is_known_and_a_missing_one_is_not(field, allowlist):
    assert read(ip_whitelist=field).ip_allowlist == allowlist


def test_a_limit_to_some_pairs_is_pointed_out():
    assert any("BTC_USDT" in note for note in read(currency_pairs=["BTC_USDT"]).notes)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_no_fuzzed_body_is_ever_read_as_denied(body):
    for given_body in (body, [body], [entry(perms=body)], entry(perms=body)):
        info = EXCHANGE.read_key_info([given_body], Asked(KEY, NOON))

        assert DENIED not in verdicts(info).values()


@given(st.lists(st.fixed_dictionaries({"name": st.text(max_size=12)}, optional={"read_only": st.booleans() | JSON})))
def test_withdrawal_is_denied_only_where_a_withdrawal_group_is_listed_to_read_only(groups):
    verdict = read(perms=groups).rights[Right.WITHDRAW].verdict

    listed = [one.get("read_only") for one in groups if "withdraw" in one["name"].casefold()]
    assert verdict is not DENIED or (listed and all(flag is True for flag in listed))


def test_the_label_is_read_and_success_has_none():
    assert EXCHANGE.code_of({"label": "INVALID_KEY", "message": "Invalid key provided"}) == "INVALID_KEY"
    assert EXCHANGE.code_of({"label": 7}) is None
    assert EXCHANGE.code_of([ENTRY]) is None
    assert EXCHANGE.code_of({"available": "1"}) is None


def test_the_egress_address_is_found_where_the_refusal_names_it():
    assert EXCHANGE.egress_of("Request IP not in whitelist: 203.0.113.9") == "203.0.113.9"
    assert EXCHANGE.egress_of("Request IP not in whitelist") is None


def test_time_is_read_only_from_the_documented_shape():
    assert EXCHANGE.read_time({"server_time": 1795348800000}) == 1795348800000
    assert EXCHANGE.read_time({"server_time": "soon"}) is None
    assert EXCHANGE.read_time("") is None


DETAIL = {"user_id": 20001, "ip_whitelist": ["203.0.113.10"], "currency_pairs": [], "key": {"mode": 1}, "tier": 2}
LISTED = {**ENTRY, "key": KEY, "user_id": 20001}


def listing(*entries, uid="20001"):
    return EXCHANGE.read_listing([*entries], Asked(KEY, NOON), uid)


def test_whose_key_it_is_says_nothing_of_its_rights():
    info = EXCHANGE.read_key_info([DETAIL], Asked(KEY, NOON))

    assert info.account.uid == "20001"
    assert info.ip_allowlist == ("203.0.113.10",)
    assert set(verdicts(info).values()) == {UNKNOWN}


def test_a_key_of_a_sub_account_is_denied_withdrawal_by_a_list_that_shows_none():
    other = {**LISTED, "key": "f" * 32, "perms": perms("withdraw")}

    told = verdicts(listing(other, LISTED))

    assert (told[Right.WITHDRAW], told[Right.TRADE_SPOT], told[Right.TRADE_FUTURES]) == (DENIED, GRANTED, DENIED)
    assert told[Right.MANAGE_KEYS] is told[Right.CONVERT_PAY] is UNKNOWN


@pytest.mark.parametrize(
    ("groups", "verdict"),
    [
        (("spot", "withdraw"), GRANTED),
        (("spot", "withdrawal"), GRANTED),
        (("spot", "withdraw:?"), GRANTED),
        (("spot", "crypto_withdraw"), GRANTED),
        (("spot", "withdraw:r"), DENIED),
        (("spot", "something_new"), UNKNOWN),
        ((), UNKNOWN),
    ],
)
def test_what_is_listed_decides_and_what_is_not_understood_leaves_it_open(groups, verdict):
    assert listing({**LISTED, "perms": perms(*groups)}).rights[Right.WITHDRAW].verdict is verdict


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [{**LISTED, "key": "f" * 32}],
        [{**LISTED, "key": KEY[:12] + "*" * 20}],
        [{**LISTED, "key": KEY.upper()}],
        [{**LISTED, "key": None}],
        [LISTED, LISTED],
        [LISTED, {**LISTED, "key": KEY[:12] + "*" * 20}],
        [{**LISTED, "user_id": 20002}],
        [{**LISTED, "perms": None}],
        [{**LISTED, "perms": [{"name": "spot"}, "wallet"]}],
        ["nonsense"],
    ],
)
def test_a_list_that_does_not_show_exactly_this_key_proves_nothing(entries):
    assert set(verdicts(listing(*entries)).values()) == {UNKNOWN}


def test_a_listed_key_that_is_frozen_is_no_good():
    assert "not as normal" in listing({**LISTED, "state": 2}).problem


@given(JSON)
def test_no_fuzzed_list_denies(body):
    assert DENIED not in verdicts(EXCHANGE.read_listing(body, Asked(KEY, NOON), "20001")).values()


@given(JSON, st.none() | st.integers(100, 599))
def test_no_fuzzed_answer_to_a_probe_denies(body, status):
    assert EXCHANGE.read_probe(body, status).verdict is not DENIED


def test_what_a_probe_denies_by_says_that_no_document_has_those_words():
    told = {"label": "FORBIDDEN", "message": "Request API key does not have withdraw permission"}

    reading = EXCHANGE.read_probe(told, 403)

    assert reading.verdict is DENIED
    assert "no documented words" in reading.why
    assert any("no words are documented" in source.doubt for source in EXCHANGE.doubts)
