"""What Coinbase's documented answers are read to, and which secrets can sign there.

Shape: https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/data-api/get-api-key-permissions, last
verified 2026-11-22.
"""

import asyncio
import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from reconciler.exchanges.coinbase import EXCHANGE, FLAGS
from reconciler.kit.clock import SystemClock
from reconciler.model.exchange import Asked
from reconciler.model.probe import Diagnosis, Target
from reconciler.probing.prober import CcxtProber
from reconciler.simulator.server import Simulator
from reconciler.values.rights import Right, Verdict
from reconciler.values.secret import Credentials, Secret

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GRANTED, DENIED, UNKNOWN = Verdict.GRANTED, Verdict.DENIED, Verdict.UNKNOWN
INFO = {
    "can_view": True,
    "can_trade": True,
    "can_transfer": False,
    "can_receive": False,
    "portfolio_uuid": "5ff4a9dd-7d5c-4f7d-a2c3-1a6ae3b1d6e1",
    "portfolio_type": "CONSUMER",
}
SUMMARY = {"balance_summary": {"futures_buying_power": {"value": "500", "currency": "USD"}}}


def read(*more, **changes):
    body = {name: value for name, value in {**INFO, **changes}.items() if value is not ...}
    return EXCHANGE.read_key_info([body, *more], Asked("key", NOON))


def verdicts(info):
    return {right: reading.verdict for right, reading in info.rights.items()}


def test_the_documented_answer_is_read_to_its_rights():
    info = read()

    assert verdicts(info) == {
        Right.READ: GRANTED,
        Right.TRADE_SPOT: GRANTED,
        Right.TRADE_MARGIN: UNKNOWN,
        Right.TRADE_FUTURES: UNKNOWN,
        Right.TRANSFER: DENIED,
        Right.WITHDRAW: DENIED,
        Right.CONVERT_PAY: UNKNOWN,
        Right.MANAGE_KEYS: UNKNOWN,
        Right.ADDRESS_BOOK: UNKNOWN,
    }
    assert info.account.uid == INFO["portfolio_uuid"]
    assert info.ip_allowlist is info.expires_at is info.problem is None
    assert info.notes == ()


@pytest.mark.parametrize(
    ("flag", "verdict"),
    [(True, GRANTED), ("true", GRANTED), (False, DENIED), ("false", DENIED), (..., UNKNOWN), (None, UNKNOWN)],
)
def test_one_flag_stands_for_withdrawals_and_transfers(flag, verdict):
    rights = verdicts(read(can_transfer=flag))

    assert rights[Right.WITHDRAW] is rights[Right.TRANSFER] is verdict


@pytest.mark.parametrize("flag", [1, 0, "yes", "", [], {}])
def test_a_flag_that_is_none_proves_nothing(flag):
    assert verdicts(read(can_transfer=flag))[Right.WITHDRAW] is UNKNOWN


def test_to_receive_is_harmless():
    assert verdicts(read(can_receive=True)) == verdicts(read(can_receive=...)) == verdicts(read())


@pytest.mark.parametrize(
    ("changes", "bodies", "verdict"),
    [
        ({}, (), UNKNOWN),
        ({}, (SUMMARY,), GRANTED),
        ({}, ({"accounts": []},), UNKNOWN),
        ({"portfolio_type": "INTX"}, (), GRANTED),
        ({"can_trade": False}, (SUMMARY,), DENIED),
        ({"can_trade": False}, (), DENIED),
        ({"can_trade": ...}, (SUMMARY,), UNKNOWN),
    ],
)
def test_futures_take_the_flag_and_an_account_that_shows_them(changes, bodies, verdict):
    reading = read(*bodies, **changes).rights[Right.TRADE_FUTURES]

    assert reading.verdict is verdict
    assert ("futures balance" in reading.remedy) == (verdict is UNKNOWN and "can_trade" not in changes)


def test_whatever_says_withdraw_counts_as_withdrawal_and_is_pointed_out():
    info = read(can_withdraw_crypto=True)

    assert info.rights[Right.WITHDRAW].verdict is GRANTED
    assert info.notes == ('undocumented permission "can_withdraw_crypto"',)
    assert verdicts(read(can_withdraw_crypto=False))[Right.WITHDRAW] is DENIED


@pytest.mark.parametrize(
    ("flag", "told"),
    [("can_send", True), ("can_pay", "true"), ("Can_Transfer", True), ("can_withdraw", "TRUE"), ("can_withdraw", 1)],
)
def test_a_flag_nobody_documented_leaves_withdrawal_unproven_and_trading_as_it_is(flag, told):
    found = verdicts(read(**{flag: told}))

    assert found[Right.WITHDRAW] is UNKNOWN
    assert found[Right.TRADE_SPOT] is verdicts(read())[Right.TRADE_SPOT]
    assert verdicts(read(**{flag: False}))[Right.WITHDRAW] is DENIED


@pytest.mark.parametrize("body", [None, [], {}, "x", {"portfolio_uuid": "x"}, [INFO]])
def test_an_answer_without_a_flag_proves_nothing(body):
    assert set(verdicts(EXCHANGE.read_key_info([body], Asked("key", NOON))).values()) == {UNKNOWN}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_no_fuzzed_body_is_ever_read_as_denied(body):
    assert DENIED not in verdicts(EXCHANGE.read_key_info([body, body], Asked("key", NOON))).values()


@given(st.dictionaries(st.sampled_from(sorted({*INFO, *FLAGS})), JSON), JSON)
def test_fuzzed_flags_deny_withdrawal_only_by_an_explicit_false(changes, other):
    is_false = changes.get("can_transfer", False) in (False, "false")

    assert (verdicts(read(other, **changes))[Right.WITHDRAW] is DENIED) <= is_false


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Unauthorized\n", "Unauthorized"),
        ("unauthorized", "Unauthorized"),
        ("<html>Unauthorized</html>", None),
        ("", None),
        ({"error": "PERMISSION_DENIED", "message": "x"}, "PERMISSION_DENIED"),
        ({"errors": [{"id": "invalid_scope", "message": "x"}]}, "invalid_scope"),
        ({"errors": []}, None),
        ({"errors": ["x"], "error": 7}, None),
        (INFO, None),
        ([], None),
    ],
)
def test_the_code_is_read_from_each_of_the_three_envelopes(body, code):
    assert EXCHANGE.code_of(body) == code


def test_time_is_read_only_from_the_documented_shape():
    assert EXCHANGE.read_time({"epochMillis": "1795348800000"}) == 1795348800000
    for body in ({"epochMillis": "soon"}, {"epochMillis": 5.5}, {"epochMillis": "9" * 30}, {}, [], ""):
        assert EXCHANGE.read_time(body) is None


def test_no_answer_names_the_address():
    assert EXCHANGE.egress_of("IP 203.0.113.9") is None


def spelled(size):
    pair = Ed25519PrivateKey.generate()
    return base64.b64encode((pair.private_bytes_raw() + pair.public_key().public_bytes_raw())[:size]).decode()


def tried(stored, given, api_key="organizations/a/apiKeys/b"):
    """Test a key that Coinbase knows by one secret with another text for it."""

    async def run():
        async with Simulator(exchanges=["coinbase"]) as simulator:
            key = simulator.create_key(
                exchange="coinbase", rights=["read", "trade_spot"], secret=stored, api_key=api_key
            )
            url = simulator.ready["exchanges"]["coinbase"]
            prober = CcxtProber({"coinbase": EXCHANGE}, clock=SystemClock(), base_url=lambda *_: url)
            signing = Credentials(Secret(key.api_key), Secret(given))
            try:
                return await prober.probe(
                    Target(key.id, "coinbase", "simulator", ("spot", "futures"), ("read", "trade"), signing)
                )
            finally:
                await prober.close()

    return asyncio.run(run())


@pytest.mark.parametrize("size", [32, 64])
@pytest.mark.parametrize("api_key", ["organizations/a/apiKeys/b", "1b0f4c1e-6f0f-4d4e-9a8f-6a2b3c4d5e6f"])
def test_an_ed25519_key_signs_as_a_seed_and_as_both_halves(size, api_key):
    secret = spelled(size)

    assert tried(secret, secret, api_key).diagnosis is None
    assert tried(secret, spelled(size), api_key).diagnosis is Diagnosis.INVALID_KEY


@pytest.mark.parametrize(
    "given",
    ["x" * 32, spelled(64)[:-8], spelled(64) + "\n", spelled(48), "=", "é="],
    ids=["legacy", "cut", "line break", "another size", "empty", "no base64"],
)
def test_a_secret_of_another_kind_is_never_sent_and_legacy_keys_are_named(given):
    result = tried(spelled(64), given)

    assert result.diagnosis is Diagnosis.INVALID_KEY
    assert result.requests == 0
    assert "legacy key" in result.message
