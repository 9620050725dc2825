from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from reconciler.engine.apply import Work, apply
from reconciler.engine.recover import recover
from reconciler.errors import LockHeld, PlatformError, StoreError
from reconciler.kit.clock import ManualClock
from reconciler.model.lock import Held
from reconciler.model.plan import Action
from reconciler.model.probe import Diagnosis
from reconciler.model.state import Kind
from reconciler.platforms.embedded import open_platform
from reconciler.stores.memory import Memory, MemoryStore

OWNER = "ann@host pid 1"


class Failing:
    """A platform or store that refuses chosen calls, and else does what the real one does."""

    def __init__(self, real, refuse) -> None:
        self._real, self._refuse = real, refuse

    def __getattr__(self, name):
        method = getattr(self._real, name)

        async def call(*arguments):
            self._refuse(name, arguments)
            return await method(*arguments)

        return call


@pytest.fixture
def fleet(build):
    """Two connections with a binding each."""
    return build.manifests(
        *(build.connection(name) for name in ("one", "two")),
        *(build.binding(f"grid-{name}", name) for name in ("one", "two")),
    )


class Bench:
    """A real platform and a store, and what it takes to apply a plan to them."""

    def __init__(self, build, folder) -> None:
        self.build, self.clock = build, ManualClock()
        self.platform = open_platform(folder / "platform.db", key=build.key)
        self.memory = Memory()
        self.store = MemoryStore(self.memory)

    def apply(self, plan, *, platform=None, store=None, word="first", results=None, **more):
        async def scenario():
            await self.store.lock(OWNER, self.clock.now(), 900)
            await self.store.begin(self.build.run())
            work = Work(
                self.build.run(),
                platform or self.platform,
                store or self.store,
                self.clock,
                credentials={name: self.build.credentials(f"{name}-{word}") for name in ("one", "two")},
                proofs={name: self.build.proof(f"{name}-{word}", one) for name, one in (results or {}).items()},
                **more,
            )
            return await apply(plan, work)

        return asyncio.run(scenario())

    def actual(self):
        return asyncio.run(self.platform.read())

    def recorded(self):
        return asyncio.run(self.store.recorded())

    def history(self):
        return asyncio.run(self.store.history())


@pytest.fixture
def bench(build, tmp_path):
    bench = Bench(build, tmp_path)
    yield bench
    asyncio.run(bench.platform.close())


def errors(outcomes) -> dict[tuple[str, str], str | None]:
    return {(outcome.change.action.value, outcome.change.name): outcome.error for outcome in outcomes}


def test_an_apply_brings_both_sides_to_what_was_planned(build, bench, fleet):
    plan = build.plan(fleet, build.online("one", "two"))

    outcomes = bench.apply(plan)

    assert [outcome.change for outcome in outcomes] == list(plan.changes)
    assert all(outcome.done for outcome in outcomes)
    assert bench.actual() == bench.recorded() == [*build.desired(fleet, build.online("one", "two"))]
    assert [entry["action"] for entry in bench.history()] == ["create"] * 4


def test_what_is_held_is_not_touched(build, bench, fleet):
    results = {**build.online("one"), "two": build.result("two", Diagnosis.INVALID_KEY)}

    outcomes = bench.apply(build.plan(fleet, results))

    assert [outcome.change.name for outcome in outcomes] == ["one", "grid-one"]
    assert [one.name for one in bench.actual()] == ["one", "grid-one"]


def test_a_failing_change_does_not_stop_the_others_and_nothing_is_built_on_it(build, bench, fleet):
    def refuse(name, arguments):
        if name == "apply" and arguments[0].id == (Kind.CONNECTION, "one"):
            raise PlatformError("the disk is full")

    outcomes = bench.apply(build.plan(fleet, build.online("one", "two")), platform=Failing(bench.platform, refuse))

    assert errors(outcomes) == {
        ("create", "one"): "the disk is full",
        ("create", "two"): None,
        ("create", "grid-one"): "not tried: connection one was not stored",
        ("create", "grid-two"): None,
    }
    assert [one.name for one in bench.recorded()] == ["two", "grid-two"]
    assert asyncio.run(bench.store.intents()) == []
    assert [(entry["name"], entry["error"]) for entry in bench.history()][-1] == ("one", "the disk is full")


def test_later_steps_of_an_object_are_not_tried_once_one_failed(build, bench, fleet):
    bench.apply(build.plan(fleet, build.online("one", "two")))
    changed = build.manifests(
        build.connection("one"),
        build.connection("two"),
        build.binding("grid-one", "one", riskLevel="aggressive"),
        build.binding("grid-two", "two"),
    )
    blocked = {**build.online("two"), "one": build.result("one", Diagnosis.WITHDRAWAL_ENABLED)}

    def refuse(name, arguments):
        if name == "apply" and arguments[0].action is Action.SUSPEND:
            raise PlatformError("not now")

    outcomes = bench.apply(
        build.plan(changed, blocked, actual=bench.actual()), platform=Failing(bench.platform, refuse)
    )

    assert errors(outcomes) == {
        ("suspend", "grid-one"): "not now",
        ("update", "grid-one"): "not tried: an earlier change of grid-one failed",
    }


def test_the_proof_an_applied_connection_rests_on_is_kept(build, bench, fleet):
    results = build.online("one", "two")
    bench.apply(build.plan(fleet, results), results=results)

    accepted = asyncio.run(bench.store.accepted())

    assert accepted == {name: build.proof(f"{name}-first", results[name]) for name in ("one", "two")}


def test_the_proof_of_another_key_is_never_accepted(build, bench, fleet):
    results = build.online("one", "two")
    plan = build.plan(fleet, results)

    work_proofs = {"one": build.result("one")}
    bench.apply(plan, results=work_proofs)
    update = build.manifests(build.connection("one", displayName="One"), build.connection("two"), *fleet.bindings)
    wild = build.result("one", rights=build.rights(transfer="granted"))
    second = build.plan(update, results, actual=bench.actual())

    async def scenario():
        work = Work(
            build.run("run-2"), bench.platform, bench.store, bench.clock, proofs={"one": build.proof("other", wild)}
        )
        await apply(second, work)
        return await bench.store.accepted()

    assert asyncio.run(scenario())["one"] == build.proof("one-first", build.result("one"))


def test_what_a_key_may_do_less_is_accepted_even_where_nothing_changes(build, bench, fleet):
    wide = {name: build.result(name, rights=build.rights(transfer="granted")) for name in ("one", "two")}
    narrow = {name: build.result(name, rights=build.rights(transfer="denied")) for name in ("one", "two")}
    bench.apply(build.plan(fleet, wide), results=wide)

    bench.apply(build.plan(fleet, narrow, actual=bench.actual()), results=narrow)

    accepted = asyncio.run(bench.store.accepted())
    assert {name: proven.result.rights for name, proven in accepted.items()} == {
        name: result.rights for name, result in narrow.items()
    }


def test_what_is_adopted_is_recorded_with_its_proof(build, bench, fleet):
    results = build.online("one", "two")
    bench.apply(build.plan(fleet, results))
    bench.store = MemoryStore(Memory())

    plan = build.plan(fleet, results, actual=bench.actual(), recorded=())
    outcomes = bench.apply(plan, results=results)

    assert (outcomes, bench.recorded()) == ((), bench.actual())
    assert set(asyncio.run(bench.store.accepted())) == {"one", "two"}


def test_a_stop_between_changes_leaves_the_rest_undone_and_untold(build, bench, fleet):
    told = []

    outcomes = bench.apply(build.plan(fleet, build.online("one", "two")), stop=lambda: len(told) == 2, told=told.append)

    assert [outcome.change.name for outcome in outcomes] == ["one", "two"]
    assert tuple(told) == outcomes
    assert [one.name for one in bench.actual()] == ["one", "two"]


def test_a_cancelled_run_finishes_the_change_at_hand_and_no_other(build, bench, fleet):
    told = []

    class Slow:
        """A platform that waits in the middle of its work."""

        async def apply(self, change, credentials):
            reached.set()
            await asyncio.sleep(0)
            await bench.platform.apply(change, credentials)

    async def scenario():
        await bench.store.lock(OWNER, bench.clock.now(), 900)
        await bench.store.begin(build.run())
        credentials = {name: build.credentials(f"{name}-first") for name in ("one", "two")}
        plan = build.plan(fleet, build.online("one", "two"))
        work = Work(build.run(), Slow(), bench.store, bench.clock, credentials=credentials, told=told.append)
        task = asyncio.create_task(apply(plan, work))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await bench.store.intents()

    reached = asyncio.Event()
    intents = asyncio.run(scenario())

    assert [(outcome.change.name, outcome.done) for outcome in told] == [("one", True)]
    assert [one.name for one in bench.actual()] == [one.name for one in bench.recorded()] == ["one"]
    assert intents == []


def test_a_lost_lock_stops_before_the_next_change_touches_the_platform(build, bench, fleet):
    def refuse(name, arguments):
        if name == "intend" and arguments[1] == 1:
            bench.clock.advance(901)
            now = bench.clock.now()
            bench.memory.locks["writer"] = Held("writer", "bob@host pid 2", now, now + timedelta(seconds=900))

    outcomes = bench.apply(build.plan(fleet, build.online("one", "two")), store=Failing(bench.store, refuse))

    lost = "not tried: the writer lock was lost to bob@host pid 2"
    assert [outcome.error for outcome in outcomes] == [None, lost, lost, lost]
    assert [one.name for one in bench.actual()] == ["one"]
    assert asyncio.run(bench.store.intents()) == []


def test_the_lock_is_renewed_as_it_goes(build, bench, fleet):
    def slow(name, arguments):
        if name == "apply":
            bench.clock.advance(400)

    outcomes = bench.apply(build.plan(fleet, build.online("one", "two")), platform=Failing(bench.platform, slow))

    assert all(outcome.done for outcome in outcomes)
    with pytest.raises(LockHeld):
        asyncio.run(bench.store.lock("bob@host pid 2", bench.clock.now(), 900))


def test_a_store_that_fails_after_the_platform_says_so_and_the_next_run_settles_it(build, bench, fleet):
    def refuse(name, arguments):
        if name == "settle":
            raise StoreError("the disk is full")

    outcomes = bench.apply(build.plan(fleet, build.online("one", "two")), store=Failing(bench.store, refuse))
    asyncio.run(recover(bench.store, bench.actual(), bench.clock.now()))

    assert outcomes[0].error == "made, but could not be recorded: the disk is full; the next run settles it"
    assert {outcome.error for outcome in outcomes[1:]} == {"not tried: the disk is full"}
    assert bench.recorded() == bench.actual()
    assert [entry["name"] for entry in bench.history()] == ["one"]
