import asyncio
import re
from dataclasses import replace

import pytest

from reconciler.errors import RequestRefused
from reconciler.exchanges.kucoin import EXCHANGE as KUCOIN
from reconciler.exchanges.kucoin import VARIANTS
from reconciler.exchanges.mexc import EXCHANGE as MEXC
from reconciler.kit.clock import ManualClock, SystemClock
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


class Fleet:
    """Keys of one simulated exchange, tested by one prober that shares its clock."""

    def __init__(self, simulator, clock):
        self.simulator, self.clock = simulator, clock
        url, pace = simulator.ready["exchanges"]["kucoin"], Pace(limits_simulator=True)
        self.prober = CcxtProber(EXCHANGES, clock=clock, base_url=lambda *_: url, pace=pace)

    async def result(self, key, *, secret=None, allowlist=()):
        """Test a key as one more connection."""
        given = Credentials(Secret(key.api_key), Secret(secret or key.secret), Secret(key.passphrase))
        wanted = replace(target("kucoin", credentials=given), ip_allowlist=allowlist)
        return await self.prober.probe(wanted)

    @property
    def asked(self):
        """How often a key was asked about."""
        return sum("user/api-key" in one["path"] for one in self.simulator.requests())


def with_fleet(use, **key):
    async def run():
        clock = ManualClock()
        async with Simulator(exchanges=["kucoin"], clock=clock) as simulator:
            fleet = Fleet(simulator, clock)
            made = simulator.create_key(exchange="kucoin", **{"rights": ["read", "trade_spot"], **key})
            try:
                return await use(fleet, made)
            finally:
                await fleet.prober.close()

    return asyncio.run(run())


def test_a_key_that_was_refused_is_not_asked_again_in_the_same_run():
    async def use(fleet, key):
        results = await asyncio.gather(*(fleet.result(key) for _ in range(5)))
        return [(one.diagnosis, one.requests) for one in results], results[1].message, fleet.asked

    told, message, asked = with_fleet(use, state="deleted")

    assert told == [(Diagnosis.INVALID_KEY, 1), *[(Diagnosis.INVALID_KEY, 0)] * 4]
    assert "another connection of this run" in message
    assert asked == 1


def test_the_same_key_with_another_secret_is_another_key():
    async def use(fleet, key):
        return (await fleet.result(key, secret="wrong")).diagnosis, (await fleet.result(key)).diagnosis

    assert with_fleet(use) == (Diagnosis.INVALID_KEY, None)


def test_a_refused_address_is_not_tried_again_with_the_same_key():
    async def use(fleet, key):
        results = [await fleet.result(key, allowlist=("203.0.113.7",)) for _ in range(2)]
        return [(one.diagnosis, one.requests) for one in results], fleet.asked

    told, asked = with_fleet(use, ip_allowlist=["203.0.113.7"])

    assert told == [(Diagnosis.IP_NOT_ALLOWED, 1), (Diagnosis.IP_NOT_ALLOWED, 0)]
    assert asked == 1


def test_an_outage_is_forgotten_by_the_next_connection_with_the_key():
    async def use(fleet, key):
        fleet.simulator.add_fault("kucoin", "http_500", times=1, path="user/api-key")
        return (await fleet.result(key)).diagnosis, (await fleet.result(key)).diagnosis

    assert with_fleet(use) == (Diagnosis.EXCHANGE_UNAVAILABLE, None)


def test_the_next_run_asks_a_refused_key_again():
    async def use(fleet, key):
        await fleet.result(key)
        await fleet.prober.close()
        return (await fleet.result(key)).requests

    assert with_fleet(use, state="deleted") == 1


BANNED = {"status": 429, "headers": {"gw-ratelimit-reset": "600000"}, "body": '{"code": "429000", "msg": "no"}'}


def test_an_exchange_that_bans_is_left_alone_and_the_report_says_until_when():
    async def use(fleet, key):
        fleet.simulator.add_fault("kucoin", "answer", times=1, path="user/api-key", answer=BANNED)
        first, second = [await fleet.result(key) for _ in range(2)]
        fleet.clock.advance(600)
        return first, second, (await fleet.result(key)).diagnosis, fleet.asked

    first, second, third, asked = with_fleet(use)

    assert (first.diagnosis, second.diagnosis, third) == (*[Diagnosis.EXCHANGE_UNAVAILABLE] * 2, None)
    assert all("not asked before 2026-11-22T12:10:00Z" in one.message for one in (first, second))
    assert (first.requests, second.requests, asked) == (1, 0, 2)


def test_a_short_rest_is_taken_and_the_same_thing_asked_again():
    async def use(fleet, key):
        began = fleet.clock.now()
        fleet.simulator.add_fault("kucoin", "rate_limit", times=1, path="user/api-key")
        result = await fleet.result(key)
        return result.diagnosis, result.requests, (fleet.clock.now() - began).total_seconds()

    assert with_fleet(use) == (None, 4, 10)


def test_an_exchange_that_never_has_room_is_asked_no_more_than_once_again():
    async def use(fleet, key):
        fleet.simulator.add_fault("kucoin", "rate_limit", path="user/api-key")
        result = await fleet.result(key)
        return result.diagnosis, result.requests

    assert with_fleet(use) == (Diagnosis.EXCHANGE_UNAVAILABLE, 2)


def test_what_was_asked_for_outlives_the_run_that_heard_it():
    async def use(fleet, key):
        fleet.simulator.add_fault("kucoin", "answer", times=1, path="user/api-key", answer=BANNED)
        await fleet.result(key)
        await fleet.prober.close()
        return (await fleet.result(key)).requests

    assert with_fleet(use) == 0


def test_an_exchange_and_its_variant_at_the_same_host_share_what_they_may_ask():
    futures = next(one for one in VARIANTS if one.id == "kucoinfutures")

    async def run():
        clock = ManualClock()
        async with Simulator(exchanges=["kucoin", "kucoinfutures"], clock=clock) as simulator:
            urls = simulator.ready["exchanges"]
            prober = CcxtProber(
                {"kucoin": KUCOIN, futures.id: futures},
                clock=clock,
                base_url=lambda id, _: urls[id],
                pace=Pace(limits_simulator=True),
            )
            simulator.add_fault("kucoin", "answer", answer=BANNED, path="timestamp")
            asked = []
            for id in ("kucoin", futures.id):
                key = simulator.create_key(exchange=id, rights=["read", "trade_futures"])
                given = Credentials(Secret(key.api_key), Secret(key.secret), Secret(key.passphrase))
                asked.append((await prober.probe(target(id, credentials=given, markets=("futures",)))).requests)
            await prober.close()
            return asked, len(simulator.requests())

    # The address is refused the time, and asks for nothing else, at neither of the two.
    assert asyncio.run(run()) == ([0, 0], 1)
