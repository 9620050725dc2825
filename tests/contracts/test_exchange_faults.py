"""Every trouble the simulator can make, at every place, leads to the documented diagnosis; none hides a withdrawal."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from reconciler.kit.clock import ManualClock, SystemClock
from reconciler.model.exchange import SIGNED_BUDGET
from reconciler.model.probe import Diagnosis
from reconciler.probing.prober import CcxtProber
from reconciler.probing.venue import Pace
from reconciler.simulator.faults import FaultKind

FAULTS: Mapping[str, Diagnosis | None] = {
    "down": Diagnosis.EXCHANGE_UNAVAILABLE,
    "timeout": Diagnosis.EXCHANGE_UNAVAILABLE,
    "http_500": Diagnosis.EXCHANGE_UNAVAILABLE,
    "html_502": Diagnosis.EXCHANGE_UNAVAILABLE,
    "cloudflare_403": Diagnosis.EXCHANGE_UNAVAILABLE,
    "geo_block": Diagnosis.EXCHANGE_UNAVAILABLE,
    "empty_body": Diagnosis.EXCHANGE_UNAVAILABLE,
    "truncated_json": Diagnosis.EXCHANGE_UNAVAILABLE,
    "rate_limit": Diagnosis.EXCHANGE_UNAVAILABLE,
    "ban": Diagnosis.EXCHANGE_UNAVAILABLE,
    "maintenance": Diagnosis.EXCHANGE_UNAVAILABLE,
    # The exchange's whole clock is off: measured, allowed for, and no fault of the key.
    "clock_skew": None,
}


def test_every_fault_of_the_simulator_has_an_expected_diagnosis():
    assert {*FAULTS, "answer"} == set(FaultKind)


@pytest.mark.parametrize("where", ["everywhere", "key info", "spot balance", "other balance", "status"])
def test_every_fault_of_the_simulator_leads_to_its_diagnosis(bench, where):
    async def run(kind):
        async with bench.simulator() as simulator:
            path = None if where == "everywhere" else bench.path(where)
            simulator.add_fault(bench.id, kind, path=path)
            key = simulator.create_key(exchange=bench.id, rights=["read", *bench.trading])
            wanted = bench.target(key, bench.markets)
            return await bench.result(simulator, wanted, is_hurried=kind == "timeout")

    for kind, diagnosis in FAULTS.items():
        result = asyncio.run(run(kind))

        is_jump = kind == "clock_skew" and where != "everywhere" and not bench.counts_nonces
        expected = Diagnosis.EXCHANGE_UNAVAILABLE if is_jump else diagnosis or bench.best
        if is_jump and where == "key info" and bench.blames_keys_for_time:
            # It tells no bad time from a bad key, and by its own clock the time was good.
            expected = Diagnosis.INVALID_KEY
        assert result.diagnosis is expected, (kind, where, result.message)
        assert result.requests <= SIGNED_BUDGET
    print(f"{bench.id}: {len(FAULTS)} of {len(FAULTS)} faults on {where} lead to their diagnosis")


@pytest.mark.parametrize("kind", sorted(set(FAULTS) - {"timeout"}))
def test_a_key_that_can_withdraw_is_blocked_whatever_else_fails(bench, kind):
    async def run():
        async with bench.simulator() as simulator:
            simulator.add_fault(bench.id, kind, path=bench.path("spot balance"))
            key = simulator.create_key(exchange=bench.id, rights=["read", "withdraw"])
            return await bench.result(simulator, bench.target(key, ["spot"]))

    assert asyncio.run(run()).diagnosis is Diagnosis.WITHDRAWAL_ENABLED


ABSURD = ("9999999", "1e300", "9" * 19, "9" * 40, "-5", "nan", "inf", "soon", "Fri, 31 Dec 9999 23:59:59 GMT")
NOWHERE_ON_EARTH = "Mon, 23 Nov 2026 00:00:00 +99999999999999999999"


@pytest.mark.parametrize("told", [*ABSURD, NOWHERE_ON_EARTH])
def test_a_rest_of_absurd_length_stops_neither_the_run_nor_the_key_for_good(bench, told):
    names = {"Retry-After", *(rest.header for rest in bench.facts.rests if rest.header is not None)}
    answer = {"status": 429, "headers": dict.fromkeys(names, told), "body": '{"told": "too often"}'}

    async def run():
        clock = ManualClock()
        async with bench.simulator(clock) as simulator:
            key = simulator.create_key(exchange=bench.id, rights=["read", *bench.trading])
            wanted = bench.target(key, bench.markets)
            url = simulator.ready["exchanges"][bench.id]
            prober = CcxtProber(
                {bench.id: bench.facts}, clock=clock, base_url=lambda *_: url, pace=Pace(limits_simulator=True)
            )
            simulator.add_fault(bench.id, "answer", answer=answer)
            during = [await prober.probe(wanted) for _ in range(2)]
            simulator.clear_faults()
            # Longer than any ban that an exchange documents.
            clock.advance(8 * 86_400)
            after = await prober.probe(wanted)
            await prober.close()
            return [one.diagnosis for one in during], after.diagnosis

    assert asyncio.run(run()) == ([Diagnosis.EXCHANGE_UNAVAILABLE] * 2, bench.best)


@pytest.mark.parametrize("where", ["key info", "spot balance"])
def test_a_fleet_waits_no_longer_than_one_key_for_an_exchange_that_always_asks_for_a_short_rest(bench, where):
    pace = Pace(limits_simulator=True)
    answer = {"status": 429, "headers": {"Retry-After": "50"}, "body": '{"told": "too often"}'}

    async def run():
        clock = ManualClock()
        async with bench.simulator(clock) as simulator:
            keys = [simulator.create_key(exchange=bench.id, rights=["read"], account="1") for _ in range(40)]
            simulator.add_fault(bench.id, "answer", path=bench.path(where, ["spot"]), answer=answer)
            url = simulator.ready["exchanges"][bench.id]
            prober = CcxtProber({bench.id: bench.facts}, clock=clock, base_url=lambda *_: url, pace=pace)
            wanted = [replace(bench.target(key, ["spot"]), permissions=("read",)) for key in keys]
            began = clock.now()
            results = await asyncio.gather(*(prober.probe(one) for one in wanted))
            await prober.close()
            return [one.diagnosis for one in results], (clock.now() - began).total_seconds()

    diagnoses, seconds = asyncio.run(run())

    assert Diagnosis.EXCHANGE_UNAVAILABLE in diagnoses
    print(f"{bench.id}: {len(diagnoses)} keys waited {seconds:.0f} s for an exchange that is never ready")
    assert seconds < 2 * pace.seconds_per_key


@pytest.mark.parametrize("told", [0, -1, 253_402_300_800_000, 10**20, -(10**30), 10**400])
def test_a_time_that_cannot_be_corrects_no_clock_and_stops_nothing(bench, told):
    facts = replace(bench.facts, read_time=lambda body: told)

    async def run():
        async with bench.simulator() as simulator:
            key = simulator.create_key(exchange=bench.id, rights=["read", *bench.trading])
            url = simulator.ready["exchanges"][bench.id]
            prober = CcxtProber({bench.id: facts}, clock=SystemClock(), base_url=lambda *_: url)
            result = await prober.probe(bench.target(key, bench.markets))
            await prober.close()
            return result

    assert asyncio.run(run()).diagnosis is bench.best


def test_no_result_holds_a_secret(bench):
    async def run():
        async with bench.simulator() as simulator:
            found = []
            for kind in [*FAULTS, None]:
                simulator.clear_faults()
                if kind is not None and kind != "timeout":
                    simulator.add_fault(bench.id, kind)
                key = simulator.create_key(exchange=bench.id, rights=["read", "trade_spot"])
                found.append((key, await bench.result(simulator, bench.target(key, ["spot"]))))
            return found

    for key, result in asyncio.run(run()):
        for secret in filter(None, (key.api_key, key.secret, key.passphrase)):
            assert secret not in repr(result)
