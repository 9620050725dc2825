import asyncio
import re
from dataclasses import replace

import pytest

from reconciler.errors import RequestRefused
from reconciler.exchanges.kucoin import EXCHANGE as KUCOIN
from reconciler.exchanges.mexc import EXCHANGE as MEXC
from reconciler.kit.clock import SystemClock
from reconciler.model.probe import Check, CheckState, Diagnosis, Target
from reconciler.probing.prober import CcxtProber
from reconciler.probing.venue import Pace
from reconciler.simulator.server import Simulator
from reconciler.values.rights import Right, Verdict
from reconciler.values.secret import Credentials, Secret

EXCHANGES = {"mexc": MEXC, "kucoin": KUCOIN}
GOOD = Credentials(Secret("mx0vABCDEF1234567890"), Secret("s" * 32), Secret("passphrase"))


def target(
    exchange="mexc", environment="simulator", credentials=GOOD, markets=("spot",), permissions=("read", "trade")
):
    return Target("main", exchange, environment, markets, permissions, credentials)


def probed(wanted, base_url=lambda exchange, environment: None, **options):
    async def run():
        prober = CcxtProber(EXCHANGES, clock=SystemClock(), base_url=base_url, **options)
        try:
            return await prober.probe(wanted)
        finally:
            await prober.close()

    return asyncio.run(run())


def simulated(exchange, rights, *, markets=("spot",), permissions=("read", "trade"), prepare=None, exchanges=None):
    """Test a simulated key and return the result and the requests made."""

    async def run():
        async with Simulator(exchanges=[exchange]) as simulator:
            if prepare:
                prepare(simulator)
            key = simulator.create_key(exchange=exchange, rights=rights)
            credentials = Credentials(
                Secret(key.api_key), Secret(key.secret), Secret(key.passphrase) if key.passphrase else None
            )
            prober = CcxtProber(
                exchanges or EXCHANGES,
                clock=SystemClock(),
                base_url=lambda name, environment: simulator.ready["exchanges"][name],
            )
            try:
                result = await prober.probe(target(exchange, "simulator", credentials, markets, permissions))
            finally:
                await prober.close()
            return result, simulator.requests()

    return asyncio.run(run())


def test_a_simulated_key_is_sent_nowhere_without_a_simulator(off_loopback_attempts):
    result = probed(target())

    assert result.diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE
    assert "no simulator is running" in result.message
    assert result.requests == 0
    assert off_loopback_attempts == []


def test_a_testnet_that_does_not_exist_is_never_the_live_exchange(off_loopback_attempts):
    result = probed(target("kucoin", "testnet"))

    assert "KuCoin has no testnet" in result.message
    assert off_loopback_attempts == []


def test_a_live_key_is_never_sent_to_the_simulator():
    async def run():
        async with Simulator(exchanges=["mexc"]) as simulator:
            urls = simulator.ready["exchanges"]
            prober = CcxtProber(
                EXCHANGES,
                clock=SystemClock(),
                base_url=lambda name, environment: urls[name] if environment == "simulator" else "http://127.0.0.1:9",
            )
            live = await prober.probe(target(environment="live"))
            rehearsed = await prober.probe(target(environment="simulator"))
            await prober.close()
            told = ["http://127.0.0.1:9" in "".join(one.notes) for one in (live, rehearsed)]
            return {one["path"] for one in simulator.requests()}, len(simulator.requests()), told

    paths, count, told = asyncio.run(run())

    assert paths == {"/api/v3/time", "/api/v3/apiKeyInfo"}
    assert count == 2
    assert told == [True, False]


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        (Credentials(Secret("  "), Secret("s" * 32), Secret("p")), "API key is empty"),
        (Credentials(Secret("k" * 20), Secret("\n"), Secret("p")), "secret is empty"),
        (Credentials(Secret("k" * 20), Secret("s" * 32), Secret("")), "passphrase is empty"),
        (Credentials(Secret("k" * 20), Secret("s" * 32)), "needs a passphrase"),
        (Credentials(Secret("k" * 20 + "\n"), Secret("s" * 32), Secret("p")), "line break"),
        (Credentials(Secret("ключ-который-не-ключ"), Secret("s" * 32), Secret("p")), "no key has"),
    ],
)
def test_credentials_that_no_exchange_issues_are_not_sent(credentials, words):
    result = probed(target("kucoin", credentials=credentials), lambda exchange, environment: "http://127.0.0.1:9")

    assert result.diagnosis is Diagnosis.INVALID_KEY
    assert words in result.message
    assert result.requests == 0


def test_a_secret_with_letters_of_any_alphabet_only_fails_at_the_exchange():
    wanted = target(credentials=Credentials(GOOD.api_key, Secret("тайна-тайна-тайна"), None))

    async def run():
        async with Simulator(exchanges=["mexc"]) as simulator:
            prober = CcxtProber(
                EXCHANGES, clock=SystemClock(), base_url=lambda *_: simulator.ready["exchanges"]["mexc"]
            )
            result = await prober.probe(wanted)
            await prober.close()
            return result

    assert asyncio.run(run()).diagnosis is Diagnosis.INVALID_KEY


def test_a_test_that_takes_too_long_ends_as_unavailable():
    async def run():
        async with Simulator(exchanges=["mexc"]) as simulator:
            simulator.add_fault("mexc", "timeout", path="apiKeyInfo")
            pace = Pace(seconds_per_key=0.2)
            urls = simulator.ready["exchanges"]
            prober = CcxtProber(EXCHANGES, clock=SystemClock(), base_url=lambda *_: urls["mexc"], pace=pace)
            result = await prober.probe(target())
            await prober.close()
            return result

    result = asyncio.run(run())

    assert result.diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE
    assert "too long" in result.message
    assert result.requests == 1


def test_a_key_whose_info_is_closed_to_it_is_still_tested_otherwise():
    body = '{"code": 700007, "msg": "No permission to access the endpoint."}'

    def prepare(simulator):
        simulator.add_fault("mexc", "answer", path="apiKeyInfo", answer={"status": 400, "body": body})

    result, _ = simulated("mexc", ["read", "trade_spot"], prepare=prepare)

    assert result.diagnosis is Diagnosis.UNVERIFIED
    assert "cannot withdraw" in result.message
    assert result.checks[Check.KEY] is CheckState.PASS
    assert result.checks[Check.PERMISSIONS] is CheckState.UNKNOWN
    assert result.checks[Check.BALANCE] is CheckState.PASS


def test_a_right_that_a_request_needs_is_looked_up_before_it_is_asked_for():
    result, sent = simulated("kucoin", ["read", "trade_spot"], markets=("futures",))

    assert result.diagnosis is Diagnosis.NO_TRADE_PERMISSION
    assert not any("account-overview" in one["path"] for one in sent)


def test_a_read_only_connection_needs_no_trading_right():
    result, _ = simulated("kucoin", ["read"], permissions=("read",))

    assert result.diagnosis is None
    assert result.rights.verdict(Right.TRADE_SPOT) is Verdict.DENIED


def test_a_second_key_of_the_same_exchange_costs_no_second_time_request():
    async def run():
        async with Simulator(exchanges=["kucoin"]) as simulator:
            keys = [simulator.create_key(exchange="kucoin", rights=["read", "trade_spot"]) for _ in range(5)]
            prober = CcxtProber(
                EXCHANGES, clock=SystemClock(), base_url=lambda name, _: simulator.ready["exchanges"][name]
            )
            for key in keys:
                credentials = Credentials(Secret(key.api_key), Secret(key.secret), Secret(key.passphrase))
                assert (await prober.probe(target("kucoin", credentials=credentials))).diagnosis is None
            await prober.close()
            return [one["path"] for one in simulator.requests()]

    assert asyncio.run(run()).count("/api/v1/timestamp") == 1


def test_a_request_off_the_list_is_a_bug_that_surfaces():

    crooked = tuple(
        replace(request, call="privatePostWithdrawals") if re.search("/accounts$", request.path) else request
        for request in KUCOIN.requests
    )

    with pytest.raises(RequestRefused):
        simulated("kucoin", ["read", "trade_spot"], exchanges={"kucoin": replace(KUCOIN, requests=crooked)})


def test_a_secret_that_can_be_none_of_the_exchanges_is_not_sent():
    fussy = {"mexc": replace(MEXC, misfit=lambda secret: "the secret is too short" if len(secret) < 99 else None)}

    result, asked = simulated("mexc", ["read", "trade_spot"], exchanges=fussy)

    assert result.diagnosis is Diagnosis.INVALID_KEY
    assert "too short" in result.message
    assert result.requests == 0
    assert {one["signature"] for one in asked} <= {"absent"}
