"""What Bitget's documented answers are read to, of unified accounts and of classic ones.

Shapes: https://www.bitget.com/api-doc/uta/account/Get-Account-Info and
https://www.bitget.com/api-doc/spot/account/Get-Account-Info, last verified 2026-11-22.
"""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.exchanges.bitget import CLASSIC_WORDS, EXCHANGE, UNIFIED_WORDS
from reconciler.kit.clock import SystemClock
from reconciler.model.exchange import Asked, Purpose
from reconciler.model.probe import Check, CheckState, Diagnosis, Target
from reconciler.probing.prober import CcxtProber
from reconciler.simulator.server import Simulator
from reconciler.values.rights import Right, Verdict
from reconciler.values.secret import Credentials, Secret

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GRANTED, DENIED, UNKNOWN = Verdict.GRANTED, Verdict.DENIED, Verdict.UNKNOWN
TRADING = {Right.TRADE_SPOT, Right.TRADE_MARGIN, Right.TRADE_FUTURES}

UNIFIED = {
    "userId": "123456789",
    "inviterId": "",
    "parentId": "",
    "ips": "192.0.2.1,192.0.2.2",
    "permType": "read-and-write",
    "permissions": ["uta_mgt", "uta_trade"],
    "regisTime": "1704067200000",
}
CLASSIC = {
    "userId": "123456789",
    "ips": "192.0.2.1",
    "authorities": ["stor", "stow", "coor", "cpor"],
    "parentId": 0,
    "traderType": "not_trader",
}


def read(base, **changes):
    data = {name: value for name, value in {**base, **changes}.items() if value is not ...}
    return EXCHANGE.read_key_info([{"code": "00000", "msg": "success", "data": data}], Asked("key", NOON))


def verdicts(info):
    return {right: reading.verdict for right, reading in info.rights.items()}


def granted(info):
    return {right for right, verdict in verdicts(info).items() if verdict is GRANTED}


def test_the_answer_of_a_unified_account_is_read_to_its_rights():
    info = read(UNIFIED)

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
    assert info.ip_allowlist == ("192.0.2.1", "192.0.2.2")
    assert (info.account.uid, info.account.is_subaccount) == ("123456789", False)
    assert (info.notes, info.expires_at) == ((), None)


def test_the_answer_of_a_classic_account_is_read_to_its_rights():
    info = read(CLASSIC)

    assert verdicts(info) == {
        Right.READ: GRANTED,
        Right.TRADE_SPOT: GRANTED,
        Right.TRADE_MARGIN: DENIED,
        Right.TRADE_FUTURES: DENIED,
        Right.TRANSFER: DENIED,
        Right.WITHDRAW: DENIED,
        Right.CONVERT_PAY: DENIED,
        Right.MANAGE_KEYS: DENIED,
        Right.ADDRESS_BOOK: UNKNOWN,
    }
    assert (info.account.uid, info.account.is_subaccount) == ("123456789", False)


@pytest.mark.parametrize(
    ("words", "rights"),
    [
        (["uta_trade"], TRADING),
        (["uta_mgt"], {Right.TRANSFER}),
        (["UTA_MGT", " uta_trade "], TRADING | {Right.TRANSFER}),
        (["withdraw"], {Right.WITHDRAW}),
        (["copy_futures_order", "copy_futures_position"], set()),
    ],
)
def test_every_word_of_a_unified_account_is_read_whole_and_in_any_case(words, rights):
    assert granted(read(UNIFIED, permissions=words)) == rights | {Right.READ}


@pytest.mark.parametrize("spelled", ["read-and-write", "read_and_write", "read_write", "Read-Write"])
def test_a_key_that_may_write_is_told_in_four_spellings(spelled):
    assert granted(read(UNIFIED, permType=spelled)) > TRADING


@pytest.mark.parametrize("spelled", ["read-only", "read_only", "readonly"])
def test_a_read_only_key_neither_trades_nor_transfers_but_its_withdrawal_counts(spelled):
    rights = verdicts(read(UNIFIED, permType=spelled, permissions=["uta_mgt", "uta_trade", "withdraw"]))

    assert {rights[right] for right in (*TRADING, Right.TRANSFER)} == {DENIED}
    assert rights[Right.WITHDRAW] is GRANTED


@pytest.mark.parametrize("spelled", [..., None, "", "write", 7, ["read-only"]])
def test_a_type_that_is_not_documented_leaves_open_what_needs_writing(spelled):
    rights = verdicts(read(UNIFIED, permType=spelled))

    assert {rights[right] for right in (*TRADING, Right.TRANSFER)} == {UNKNOWN}
    assert rights[Right.WITHDRAW] is DENIED


def test_copy_trading_leaves_futures_open():
    assert verdicts(read(UNIFIED, permissions=["copy_futures_order"]))[Right.TRADE_FUTURES] is UNKNOWN
    assert verdicts(read(CLASSIC, authorities=["ttow"]))[Right.TRADE_FUTURES] is UNKNOWN


@pytest.mark.parametrize(
    ("code", "rights"),
    [
        ("stow", {Right.TRADE_SPOT}),
        ("smow", {Right.TRADE_MARGIN}),
        ("coow", {Right.TRADE_FUTURES}),
        ("cpow", set()),
        ("ttow", set()),
        ("wtow", {Right.TRANSFER}),
        ("wwow", {Right.WITHDRAW}),
        ("chow", {Right.MANAGE_KEYS}),
        ("p2p", {Right.CONVERT_PAY}),
        ("p2pw", {Right.CONVERT_PAY}),
        ("taxw", set()),
        ("pllw", set()),
        *((code, set()) for code in ("coor", "cpor", "stor", "smor", "ttor", "wtor", "taxr", "chor", "p2pr", "pllr")),
    ],
)
def test_every_code_of_a_classic_account_is_read_whole_and_in_any_case(code, rights):
    assert granted(read(CLASSIC, authorities=[code])) == granted(read(CLASSIC, authorities=[f" {code.upper()}"]))
    assert granted(read(CLASSIC, authorities=[code])) == rights | {Right.READ}


def test_every_code_there_is_has_been_tried():
    tried = test_every_code_of_a_classic_account_is_read_whole_and_in_any_case.pytestmark[0].args[1]

    assert {code for code, _ in tried} == set(CLASSIC_WORDS) - {"trade", "readonly"}


@pytest.mark.parametrize("words", [["trade"], ["readonly"], ["trade", "readonly"], ["stor", "readonly"]])
def test_the_words_of_the_examples_prove_nothing_but_that_it_reads(words):
    rights = verdicts(read(CLASSIC, authorities=words))

    assert rights.pop(Right.READ) is GRANTED
    assert set(rights.values()) == {UNKNOWN}


def test_half_a_futures_right_is_pointed_out():
    assert any("cpow" in note for note in read(CLASSIC, authorities=["coow"]).notes)
    assert read(CLASSIC, authorities=["coow", "cpow"]).notes == ()


@pytest.mark.parametrize("word", ["fast_withdraw", "Withdrawal", "withdraw_read"])
@pytest.mark.parametrize(("base", "field"), [(UNIFIED, "permissions"), (CLASSIC, "authorities")])
def test_every_word_that_says_withdraw_counts_as_withdrawal(base, field, word):
    info = read(base, **{field: [*base[field], word], "permType": "read-only"})

    assert info.rights[Right.WITHDRAW].verdict is GRANTED
    assert any(word in note for note in info.notes)


@pytest.mark.parametrize(("base", "field"), [(UNIFIED, "permissions"), (CLASSIC, "authorities")])
def test_a_word_that_is_not_understood_leaves_everything_else_open(base, field):
    for kind in ("read-only", "read-and-write"):
        assert DENIED not in verdicts(read(base, **{field: [*base[field], "omni"], "permType": kind})).values()


@pytest.mark.parametrize("given_words", [..., None, [], "uta_mgt", [7], ["stow", None], {"stow": 1}, [" "]])
@pytest.mark.parametrize(("base", "field"), [(UNIFIED, "permissions"), (CLASSIC, "authorities")])
def test_permissions_that_cannot_be_read_prove_nothing(base, field, given_words):
    assert set(verdicts(read(base, **{field: given_words})).values()) == {UNKNOWN}


@pytest.mark.parametrize(("base", "field"), [(UNIFIED, "permissions"), (CLASSIC, "authorities")])
def test_an_empty_word_is_none_that_is_understood(base, field):
    for words, verdict in ((["withdraw"], GRANTED), ([], UNKNOWN)):
        rights = verdicts(read(base, **{field: [*base[field], "", *words]}))
        assert rights[Right.WITHDRAW] is verdict


@pytest.mark.parametrize(
    ("authorities", "permissions", "verdict"),
    [
        (["stow"], ["withdraw"], GRANTED),
        (["wwow"], ["uta_trade"], GRANTED),
        (["stow"], ["uta_trade"], UNKNOWN),
        (["stow"], {"withdraw": True}, UNKNOWN),
        (["stow"], "uta_trade", UNKNOWN),
        (["stow"], [], DENIED),
        (["stow"], None, DENIED),
    ],
)
def test_the_words_of_the_other_family_are_never_overlooked(authorities, permissions, verdict):
    info = read(CLASSIC, authorities=authorities, permissions=permissions, permType="read-and-write")

    assert info.rights[Right.WITHDRAW].verdict is verdict


@pytest.mark.parametrize(("ips", "allowlist"), [("", ()), (..., None), (None, None), (["1.1.1.1"], None)])
def test_a_missing_allowlist_is_unknown_and_an_empty_one_is_none_set(ips, allowlist):
    assert read(UNIFIED, ips=ips).ip_allowlist == read(CLASSIC, ips=ips).ip_allowlist == allowlist


@pytest.mark.parametrize(
    ("base", "changes", "uid", "is_sub"),
    [
        (UNIFIED, {"parentId": "7"}, "123456789", True),
        (UNIFIED, {"userId": ..., "uid": "5"}, "5", False),
        (UNIFIED, {"userId": ...}, None, None),
        (UNIFIED, {"parentId": ...}, "123456789", None),
        (CLASSIC, {"parentId": 7}, "123456789", True),
        (CLASSIC, {"parentId": 123456789}, "123456789", False),
        (CLASSIC, {"userId": 8, "parentId": "8"}, "8", False),
    ],
)
def test_a_sub_account_has_a_parent_that_is_not_itself(base, changes, uid, is_sub):
    account = read(base, **changes).account

    assert (account.uid, account.is_subaccount) == (uid, is_sub)


def test_a_classic_account_with_several_markets_takes_one_overview():
    for markets, path in (
        (["spot"], "/api/v2/spot/account/assets"),
        (["margin"], "/api/v2/margin/crossed/account/assets"),
        (["futures"], "/api/v2/mix/account/accounts"),
        (["futures", "spot"], "/api/v2/account/all-account-balance"),
    ):
        plan = EXCHANGE.plan(markets, "classic")

        assert [one.path for one in plan if one.purpose is Purpose.BALANCE] == [path]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_no_fuzzed_body_is_ever_read_as_denied(body):
    for given_body in (body, {"code": "00000", "data": body}):
        assert DENIED not in verdicts(EXCHANGE.read_key_info([given_body], Asked("key", NOON))).values()


@given(st.dictionaries(st.sampled_from(sorted({*UNIFIED, *CLASSIC})), JSON))
def test_a_documented_answer_with_fuzzed_fields_denies_withdrawal_only_by_understood_words(changes):
    data = {**UNIFIED, **changes}
    words, known = (
        (data["authorities"], CLASSIC_WORDS) if "authorities" in data else (data["permissions"], UNIFIED_WORDS)
    )
    understood = isinstance(words, list) and all(
        isinstance(word, str) and word.strip().casefold() in {*known, ""} for word in words
    )

    assert read(UNIFIED, **changes).rights[Right.WITHDRAW].verdict is not DENIED or understood


def test_the_code_is_read_and_success_is_none():
    assert EXCHANGE.code_of({"code": "40009", "msg": "sign signature error"}) == "40009"
    assert EXCHANGE.code_of({"code": 429}) == "429"
    assert EXCHANGE.code_of({"code": "00000", "data": {}}) is None
    assert EXCHANGE.code_of({"code": True}) is EXCHANGE.code_of([]) is None


def test_the_egress_address_is_found_should_a_refusal_name_it():
    assert EXCHANGE.egress_of('{"code":"40018","msg":"Invalid IP","requestTime":1744617600000}') is None
    assert EXCHANGE.egress_of('{"code":"40038","msg":"Invalid IP: 203.0.113.9"}') == "203.0.113.9"


def test_time_is_read_only_from_the_documented_shape():
    assert EXCHANGE.read_time({"code": "00000", "data": {"serverTime": "1795348800000"}}) == 1795348800000
    assert EXCHANGE.read_time({"code": "00000", "data": {"serverTime": "soon"}}) is None
    assert EXCHANGE.read_time({"code": "00000", "data": []}) is None
    assert EXCHANGE.read_time("") is None


def probed(*, answers=None, **fields):
    """Test one simulated key, with some paths answering by a code, and return the result and what was asked."""

    async def run():
        async with Simulator(exchanges=["bitget"]) as simulator:
            for path, code in (answers or {}).items():
                body = json.dumps({"code": code, "msg": "need spot read permissions", "requestTime": 1, "data": None})
                simulator.add_fault("bitget", "answer", path=path, answer={"status": 400, "body": body})
            key = simulator.create_key(exchange="bitget", **fields)
            secrets = Credentials(Secret(key.api_key), Secret(key.secret), Secret(key.passphrase))
            url = simulator.ready["exchanges"]["bitget"]
            prober = CcxtProber({"bitget": EXCHANGE}, clock=SystemClock(), base_url=lambda *_: url)
            target = Target("main", "bitget", "simulator", ("spot", "futures"), ("read", "trade"), secrets)
            result = await prober.probe(target)
            await prober.close()
            return result, [entry["path"] for entry in simulator.requests() if entry["signature"] != "absent"]

    return asyncio.run(run())


def test_a_unified_account_is_never_asked_in_the_classic_way():
    result, paths = probed(rights=["trade_spot"])

    assert result.diagnosis is None, result.message
    assert all(path.startswith("/api/v3/") for path in paths)


def test_a_classic_account_is_found_out_by_its_first_answer():
    result, paths = probed(rights=["trade_spot", "trade_futures"], version=2)

    assert result.diagnosis is None, result.message
    assert paths[:2] == ["/api/v3/account/info", "/api/v2/spot/account/info"]
    assert paths[2:] == ["/api/v2/account/all-account-balance", "/api/v2/spot/trade/unfilled-orders"]


def test_a_classic_account_is_found_out_by_the_code_of_the_unified_table_too():
    result, paths = probed(answers={"v3/account/info": "25245"}, rights=["trade_spot", "trade_futures"], version=2)

    assert result.diagnosis is None, result.message
    assert paths[:2] == ["/api/v3/account/info", "/api/v2/spot/account/info"]


def test_a_classic_key_that_may_not_read_its_rights_stays_unverified():
    result, paths = probed(answers={"spot/account/info": "40014"}, rights=["withdraw"], version=2)

    assert result.diagnosis is Diagnosis.UNVERIFIED
    assert result.rights.verdict(Right.WITHDRAW) is UNKNOWN
    assert result.checks[Check.KEY] is CheckState.PASS
    assert "40014" in result.message
    assert len(paths) == 4


def test_a_unified_key_that_was_made_before_is_told_so():
    result, paths = probed(answers={"account/info": "40014", "spot/account/info": "40085"}, rights=["withdraw"])

    assert result.diagnosis is Diagnosis.UNVERIFIED
    assert "before its account became unified" in result.message
    assert paths[:2] == ["/api/v3/account/info", "/api/v2/spot/account/info"]
