"""What Kraken's documented answers are read to.

Shapes: https://docs.kraken.com/api-reference/account-data/get-api-key-info, last verified 2026-11-22.
"""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.exchanges.kraken import EXCHANGE, PERMISSIONS
from reconciler.kit.clock import SystemClock
from reconciler.model.exchange import Asked, Purpose
from reconciler.model.probe import Diagnosis, Status, Target
from reconciler.probing.classify import matching_row
from reconciler.probing.prober import CcxtProber
from reconciler.simulator.server import Simulator
from reconciler.values.rights import Right, Verdict
from reconciler.values.secret import Credentials, Secret

KEY = "4/SDrDBcOOPnm3nPlNfEMMJDeRcIVqPz+QhRxIodyZbI9po/aVRiHsgX"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GRANTED, DENIED, UNKNOWN = Verdict.GRANTED, Verdict.DENIED, Verdict.UNKNOWN

INFO = {
    "apiKeyName": "my-api-key",
    "apiKey": KEY,
    "nonce": "1772627060997",
    "nonceWindow": 0,
    "permissions": ["query-funds", "query-open-trades", "modify-trades"],
    "iban": "AA88 N84G WOAK NMOI",
    "validUntil": "0",
    "queryFrom": "0",
    "queryTo": "0",
    "createdTime": "1772542900",
    "modifiedTime": "1772543095",
    "ipAllowlist": [],
    "lastUsed": "1772627061",
}


def read(**changes):
    info = {name: value for name, value in {**INFO, **changes}.items() if value is not ...}
    return EXCHANGE.read_key_info([{"error": [], "result": info}], Asked(KEY, NOON))


def verdicts(info):
    return {right: reading.verdict for right, reading in info.rights.items()}


def granted(*words):
    return {right for right, verdict in verdicts(read(permissions=list(words))).items() if verdict is GRANTED}


def test_the_documented_answer_is_read_to_its_rights():
    info = read()

    assert verdicts(info) == {
        Right.READ: GRANTED,
        Right.TRADE_SPOT: GRANTED,
        Right.TRADE_MARGIN: GRANTED,
        Right.TRADE_FUTURES: UNKNOWN,
        Right.TRANSFER: UNKNOWN,
        Right.WITHDRAW: DENIED,
        Right.CONVERT_PAY: UNKNOWN,
        Right.MANAGE_KEYS: UNKNOWN,
        Right.ADDRESS_BOOK: DENIED,
    }
    assert (info.ip_allowlist, info.expires_at, info.notes) == ((), None, ())
    assert (info.account.uid, info.account.is_subaccount, info.account.label) == (INFO["iban"], None, "my-api-key")


@pytest.mark.parametrize(
    ("word", "rights"),
    [
        ("query-funds", set()),
        ("add-funds", set()),
        ("withdraw-funds", {Right.WITHDRAW}),
        ("earn-funds", set()),
        ("query-open-trades", set()),
        ("query-closed-trades", set()),
        ("modify-trades", {Right.TRADE_SPOT, Right.TRADE_MARGIN}),
        ("close-trades", set()),
        ("query-ledger", set()),
        ("export-data", set()),
        ("create-ws-token", set()),
        ("add-withdraw-address", {Right.ADDRESS_BOOK}),
        ("update-withdraw-address", {Right.ADDRESS_BOOK}),
    ],
)
def test_every_documented_word_is_read_in_any_case(word, rights):
    assert granted(word) == granted(word.upper()) == rights


def test_all_thirteen_documented_words_are_known_and_no_other():
    assert len(PERMISSIONS) == 13


def test_reading_takes_balances_and_open_orders_and_the_missing_one_is_named():
    info = read(permissions=["query-funds", "query-closed-trades"])

    assert granted("query-funds", "query-open-trades") == {Right.READ}
    assert info.rights[Right.READ].verdict is DENIED
    assert info.rights[Right.READ].why == "the key has no query-open-trades"


@pytest.mark.parametrize("word", ["withdraw-crypto", "fast_withdrawal", "WithdrawAll", "add-funds,withdraw-funds"])
def test_an_undocumented_word_that_says_withdraw_counts_as_withdrawal(word):
    info = read(permissions=["query-funds", word])

    assert info.rights[Right.WITHDRAW].verdict is GRANTED
    assert any(word in note for note in info.notes)


@pytest.mark.parametrize("word", ["move-funds", "send", "funds", " query-funds"])
def test_a_word_that_is_not_understood_leaves_everything_open(word):
    info = read(permissions=["query-open-trades", "modify-trades", word])

    assert info.rights[Right.TRADE_SPOT].verdict is GRANTED
    assert DENIED not in verdicts(info).values()


@pytest.mark.parametrize(
    "field",
    [..., None, [], "query-funds", {"query-funds": True}, [7], [None], [""], ["query-funds", 7], [["query-funds"]]],
)
def test_permissions_that_cannot_be_read_prove_nothing(field):
    assert set(verdicts(read(permissions=field)).values()) == {UNKNOWN}


@pytest.mark.parametrize("echoed", [..., None, "another", 7, [KEY], KEY[:-1], f" {KEY}"])
def test_an_answer_about_another_key_proves_nothing(echoed):
    assert set(verdicts(read(apiKey=echoed)).values()) == {UNKNOWN}


@pytest.mark.parametrize(
    ("field", "allowlist"),
    [
        ([], ()),
        (["203.0.113.10", "2001:db8::/32"], ("203.0.113.10", "2001:db8::/32")),
        (..., None),
        (None, None),
        ("203.0.113.10", None),
        ([7], None),
    ],
)
def test_an_empty_allowlist_means_none_set_and_a_missing_one_is_not_told(field, allowlist):
    assert read(ipAllowlist=field).ip_allowlist == allowlist


@pytest.mark.parametrize("field", ["0", 0, ..., None, "", "soon", -5, True, "9" * 30, [1], 1.5])
def test_what_is_no_end_is_none(field):
    assert read(validUntil=field).expires_at is None


@pytest.mark.parametrize("field", ["1795348800", 1795348800])
def test_the_end_of_a_key_is_read_from_seconds(field):
    assert read(validUntil=field).expires_at == datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_key_that_sees_a_part_of_the_history_only_is_pointed_out():
    assert read(queryFrom="1795348800").notes == ("the key sees a part of the history only: queryFrom 2026-11-22",)


def test_a_warning_beside_a_good_answer_spoils_nothing():
    answer = {"error": ["WGeneral:Something is new"], "result": INFO}

    assert EXCHANGE.code_of(answer) is None
    assert EXCHANGE.read_key_info([answer], Asked(KEY, NOON)).rights[Right.WITHDRAW].verdict is DENIED


@pytest.mark.parametrize("error", [..., None, "", "EGeneral:x", ["EGeneral:x"], {}, [7], [None]])
def test_an_answer_that_does_not_say_that_it_is_good_proves_nothing(error):
    answer = {"result": INFO} if error is ... else {"error": error, "result": INFO}

    assert set(verdicts(EXCHANGE.read_key_info([answer], Asked(KEY, NOON))).values()) == {UNKNOWN}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (["EAPI:Invalid key"], "EAPI:Invalid key"),
        ("EFunding:No funding method", "EFunding:No funding method"),
        (["EGeneral:Invalid arguments:nonce"], "EGeneral:Invalid arguments"),
        (["EDatabase: Internal error"], "EDatabase:Internal error"),
        (["WGeneral:New", "EAPI:Invalid nonce", "EAPI:Invalid key"], "EAPI:Invalid nonce"),
        ([], None),
        (["WGeneral:New"], None),
        ("", None),
        (None, None),
    ],
)
def test_the_first_error_is_the_code_without_its_argument(error, code):
    assert EXCHANGE.code_of({"error": error}) == code


@pytest.mark.parametrize("body", [None, [], "EAPI:Invalid key", {}])
def test_what_is_no_answer_has_no_code(body):
    assert EXCHANGE.code_of(body) is None


@pytest.mark.parametrize("code", ["EAPI:Invalid key", "EGeneral:Permission denied"])
def test_a_host_outside_the_declared_addresses_is_told_of_them_first(code):
    outside = matching_row(EXCHANGE, code, Purpose.KEY_INFO, "", is_outside=True)
    elsewhere = matching_row(EXCHANGE, code, Purpose.KEY_INFO, "")

    assert outside.diagnosis is Diagnosis.IP_NOT_ALLOWED
    assert elsewhere.diagnosis is not Diagnosis.IP_NOT_ALLOWED
    assert "address" in elsewhere.when


def test_time_is_told_in_whole_seconds():
    answer = {"error": [], "result": {"unixtime": 1795348800, "rfc1123": "Sun, 22 Nov 26 12:00:00 +0000"}}

    assert EXCHANGE.read_time(answer) == 1795348800000
    assert EXCHANGE.time_step_ms == 1000
    for unixtime in ("1795348800", True, None, 1.5):
        assert EXCHANGE.read_time({"error": [], "result": {"unixtime": unixtime}}) is None
    assert EXCHANGE.read_time({"error": ["EService:Busy"], "result": {"unixtime": 1}}) is None


@pytest.mark.parametrize("secret", ["x" * 31, "not base64!", "käse" * 8])
def test_a_secret_that_is_no_base64_is_not_sent(secret):
    assert "base64" in EXCHANGE.misfit(secret)


def test_a_secret_that_wraps_is_one_still():
    assert (
        EXCHANGE.misfit("kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd\n3pd5nE9qa99HAZtuZuj6F1huXg==")
        is None
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_no_fuzzed_body_is_ever_read_as_denied(body):
    for given_body in (body, {"error": [], "result": body}):
        info = EXCHANGE.read_key_info([given_body], Asked(KEY, NOON))

        assert DENIED not in verdicts(info).values()
        assert EXCHANGE.read_time(given_body) is None


@given(st.dictionaries(st.sampled_from(sorted(INFO)), JSON))
def test_a_documented_answer_with_fuzzed_fields_denies_only_by_understood_words(changes):
    info = read(**changes)

    words = changes.get("permissions", INFO["permissions"])
    if not isinstance(words, list) or not all(
        isinstance(word, str) and word.casefold() in PERMISSIONS for word in words
    ):
        assert DENIED not in verdicts(info).values()


def at_kraken(use):
    """Test keys at a simulated Kraken; `use` gets the simulator, one key and what tests a key."""

    async def run():
        async with Simulator(exchanges=["kraken"]) as simulator:
            url = simulator.ready["exchanges"]["kraken"]
            prober = CcxtProber({"kraken": EXCHANGE}, clock=SystemClock(), base_url=lambda *_: url)
            key = simulator.create_key(exchange="kraken", rights=["read", "trade_spot"])

            async def probe(key=key):
                credentials = Credentials(Secret(key.api_key), Secret(key.secret))
                return await prober.probe(
                    Target(key.id, "kraken", "simulator", ("spot",), ("read", "trade"), credentials)
                )

            try:
                return await use(simulator, key, probe)
            finally:
                await prober.close()

    return asyncio.run(run())


def test_a_key_that_another_program_uses_with_higher_nonces_is_not_judged():
    async def use(simulator, key, probe):
        simulator._keys.raise_nonce(key.id, 10**19)
        return await probe()

    result = at_kraken(use)

    assert result.status is Status.UNAVAILABLE
    assert "another program" in result.message
    assert {proof.verdict for proof in result.rights.proofs.values()} == {UNKNOWN}
    assert result.requests == 2


def test_a_nonce_that_was_overtaken_once_is_made_up_for():
    async def use(simulator, key, probe):
        body = '{"error":["EAPI:Invalid nonce"]}'
        answer = {"status": 200, "headers": {}, "body": body}
        simulator.add_fault("kraken", "answer", times=1, path="OpenOrders$", answer=answer)
        return await probe()

    result = at_kraken(use)

    assert (result.status, result.requests) == (Status.ONLINE, 4)


def test_a_wrong_time_pushes_up_the_nonces_of_no_later_key():
    async def use(simulator, key, probe):
        simulator.add_fault("kraken", "clock_skew", times=1, path="Time$")
        await probe()
        # What falls silent lets the clock be doubted and measured anew.
        simulator.add_fault("kraken", "down", times=1, path="Balance$")
        await probe()
        later = simulator.create_key(exchange="kraken", rights=["read", "trade_spot"])
        result = await probe(later)
        nonces = simulator._keys._nonces
        return result, *(nonces[one.id] / 1000 - SystemClock().now().timestamp() for one in (key, later))

    result, ahead_before, ahead = at_kraken(use)

    assert result.status is Status.ONLINE
    assert ahead_before > 3_000
    assert ahead < 1


def test_a_key_without_open_orders_is_told_which_permission_it_lacks():
    async def use(simulator, key, probe):
        simulator.change_key(key.id, permissions="query-funds,modify-trades")
        return await probe()

    result = at_kraken(use)

    assert result.diagnosis is Diagnosis.NO_TRADE_PERMISSION
    assert "query-open-trades" in result.message
