"""A fleet at all exchanges at once, in virtual time: nobody is asked too often, and every verdict is right."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.kit.clock import ManualClock
from reconciler.model.probe import Diagnosis, ProbeResult, Target
from reconciler.probing.prober import CcxtProber
from reconciler.probing.venue import Pace
from reconciler.simulator.server import Simulator, simulated
from reconciler.values.rights import Right
from reconciler.values.secret import Secret

# So many turns of the event loop in which nobody looks at the clock mean that all who are left are asleep: a request
# and its answer take fewer, and both sides read the time on the way.
_QUIET_TURNS = 25
DEAD = ("deleted", "wrong secret", "expired")


class VirtualClock:
    """A clock that stands still while anybody is busy, and moves to the next alarm when all are asleep."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 22, 12, tzinfo=UTC)
        self._alarms: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._looks = 0

    def now(self) -> datetime:
        """Return the virtual time."""
        self._looks += 1
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Sleep until the clock has been moved that far."""
        alarm = asyncio.get_running_loop().create_future()
        heapq.heappush(self._alarms, (self._now + timedelta(seconds=seconds), id(alarm), alarm))
        await alarm

    @asynccontextmanager
    async def running(self):
        """Move the clock whenever that is all that is left to do."""
        mover = asyncio.create_task(self._run())
        try:
            yield self
        finally:
            mover.cancel()

    async def _run(self) -> None:
        while True:
            looks = self._looks
            for _ in range(_QUIET_TURNS):
                await asyncio.sleep(0)
            if looks == self._looks and self._alarms:
                self._now = self._alarms[0][0]
                while self._alarms and self._alarms[0][0] <= self._now:
                    alarm = heapq.heappop(self._alarms)[2]
                    if not alarm.done():
                        alarm.set_result(None)


@dataclass(frozen=True)
class Case:
    """One connection, and what must be found of it."""

    target: Target
    diagnosis: Diagnosis | None


def fleet(simulator: Simulator, benches, size: int, *, labels: str) -> Iterator[Case]:
    """Make keys at every exchange by turns: several an account, a fifth dead, some that may withdraw."""
    chance = random.Random(7)
    # Accounts of one, two, three … twelve keys, and again.
    accounts = [number for number in range(size) for _ in range(number % 12 + 1)]
    held = Counter()
    for number in range(size):
        bench = benches[number % len(benches)]
        account = f"{bench.id}-{bench.family}-{accounts[held[bench]]}"
        held[bench] += 1
        rights = {"read", "trade_spot", *(["withdraw"] if chance.random() < 0.1 else [])}
        version = {"version": bench.version} if bench.version else {}
        key = simulator.create_key(exchange=bench.id, rights=rights, account=account, **version)
        made = bench.target(key, ["spot"])
        best = Diagnosis.WITHDRAWAL_ENABLED if Right.WITHDRAW in key.rights else bench.best
        made = replace(made, account={"true": account, "none": "", "all main": "main"}[labels])
        yield spoilt(simulator, Case(made, best), DEAD[number // 5 % 3]) if number % 5 == 4 else Case(made, best)


def spoilt(simulator: Simulator, case: Case, how: str) -> Case:
    """Let a key be dead."""
    if how == "wrong secret":
        wrong = replace(case.target.credentials, secret=Secret("x" * 32))
        return Case(replace(case.target, credentials=wrong), Diagnosis.INVALID_KEY)
    simulator.change_key(case.target.name, state=how)
    return Case(case.target, Diagnosis.INVALID_KEY)


def outcome_of(benches, size: int, *, limits: bool = True, labels: str = "true"):
    """Test a fleet and return its cases with their results, the refusals by exchange, and the virtual seconds."""

    async def run():
        clock = VirtualClock()
        everywhere = sorted({bench.id for bench in benches})
        async with Simulator(exchanges=everywhere, clock=clock, enforce_limits=True) as simulator, clock.running():
            cases = list(fleet(simulator, benches, size, labels=labels))
            urls, facts = simulator.ready["exchanges"], {bench.id: bench.facts for bench in benches}
            pace = Pace(limits_simulator=limits, seconds_per_request=60)
            prober = CcxtProber(facts, clock=clock, base_url=lambda id, _: urls[id], pace=pace)
            began = clock.now()
            results = await asyncio.gather(*(prober.probe(case.target) for case in cases))
            await prober.close()
            return list(zip(cases, results, strict=True)), simulator.refused(), (clock.now() - began).total_seconds()

    return asyncio.run(run())


def wrong(found: list[tuple[Case, ProbeResult]]) -> list[str]:
    """Say which verdicts are not as they must be."""
    return [
        f"{case.target.exchange} {result.diagnosis} and not {case.diagnosis}: {result.message}"
        for case, result in found
        if result.diagnosis is not case.diagnosis
    ]


# Bitget and OKX tell no end, and are asked again soon; the others tell theirs, or have it documented.
ENDS = {"bitget": None, "okx": None, "kraken": "12:05:00"}


def test_a_ban_is_understood_in_the_words_of_each_exchange_and_obeyed_until_it_ends(bench):
    async def run():
        clock = ManualClock()
        async with Simulator(exchanges=[bench.id], clock=clock) as simulator:
            simulator.add_fault(bench.id, "ban", times=1, path=bench.path("key info"))
            version = {"version": bench.version} if bench.version else {}
            keys = [simulator.create_key(exchange=bench.id, rights=["read", "trade_spot"], **version) for _ in "123"]
            url = simulator.ready["exchanges"][bench.id]
            pace = Pace(limits_simulator=True)
            prober = CcxtProber({bench.id: bench.facts}, clock=clock, base_url=lambda *_: url, pace=pace)
            first, second = [await prober.probe(bench.target(key, ["spot"])) for key in keys[:2]]
            clock.advance(600)
            third = await prober.probe(bench.target(keys[2], ["spot"]))
            await prober.close()
            return first, second, third

    first, second, third = asyncio.run(run())

    end = ENDS.get(bench.id, "12:10:00")
    assert third.diagnosis is bench.best
    if end is None:
        # The rest is short, and the same thing is asked again after it, if that leaves enough for the others.
        assert first.diagnosis is (bench.best if bench.spare(["spot"]) else Diagnosis.EXCHANGE_UNAVAILABLE)
        assert second.diagnosis is bench.best
    else:
        assert first.diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE
        assert f"it is not asked before 2026-11-22T{end}Z" in first.message
        assert f"it is not asked before 2026-11-22T{end}Z" in second.message
        assert second.requests == 0


@pytest.fixture
def everywhere(every_bench):
    return [bench for bench in every_bench if bench.id in simulated()]


@pytest.mark.parametrize(
    ("size", "labels"),
    [
        pytest.param(2_000, "true", id="2000"),
        pytest.param(400, "none", id="400 without labels"),
    ],
)
def test_a_fleet_is_never_refused_for_asking_too_often_and_every_verdict_is_right(everywhere, size, labels):
    found, refused, seconds = outcome_of(everywhere, size, labels=labels)

    assert wrong(found) == []
    assert {id: count for id, count in refused.items() if count} == {}
    assert sum(case.diagnosis is Diagnosis.INVALID_KEY for case, _ in found) == size // 5
    print(f"{size} keys, {size // 5} of them dead, in {seconds:.0f} virtual seconds: no request was one too many")


def test_accounts_known_from_the_run_before_are_told_apart_under_one_label_and_joined_under_two(everywhere):
    async def run():
        clock = VirtualClock()
        ids = sorted({bench.id for bench in everywhere})
        async with Simulator(exchanges=ids, clock=clock, enforce_limits=True) as simulator, clock.running():
            cases = list(fleet(simulator, everywhere, 400, labels="true"))
            urls, facts = simulator.ready["exchanges"], {bench.id: bench.facts for bench in everywhere}
            pace = Pace(limits_simulator=True, seconds_per_request=60)
            uids, took = {}, []
            # Labels that are true; then none but what was learnt, each account declared under two wrong ones.
            for labelled in (
                lambda number, target: target,
                lambda number, target: replace(target, account=str(number % 2)),
            ):
                prober = CcxtProber(facts, clock=clock, base_url=lambda id, _: urls[id], pace=pace)
                began = clock.now()
                targets = [labelled(number, case.target) for number, case in enumerate(cases)]
                targets = [replace(target, uid=uids.get(target.name)) for target in targets]
                results = await asyncio.gather(*(prober.probe(target) for target in targets))
                await prober.close()
                uids = {result.name: result.account.uid for result in results}
                took.append((clock.now() - began).total_seconds())
                await clock.sleep(120)
            return list(zip(cases, results, strict=True)), simulator.refused(), took

    found, refused, took = asyncio.run(run())

    assert wrong(found) == []
    assert {id: count for id, count in refused.items() if count} == {}
    assert took[1] <= 1.5 * took[0]


def test_without_budgets_the_same_fleet_is_refused(everywhere):
    found, refused, _ = outcome_of(everywhere, 240, limits=False)

    assert sum(refused.values()) > 10
    assert wrong(found)
    # Whoever is refused for asking too often is not judged.
    assert {result.diagnosis for case, result in found if result.diagnosis is not case.diagnosis} <= {
        Diagnosis.EXCHANGE_UNAVAILABLE,
        Diagnosis.UNVERIFIED,
    }
