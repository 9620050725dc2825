"""Laws that hold for every plan, whatever the three sides look like."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.engine.apply import Work, apply
from reconciler.engine.changes import connection_of, runs
from reconciler.engine.recover import recorded_after
from reconciler.kit.clock import ManualClock
from reconciler.model.plan import Action
from reconciler.model.probe import Diagnosis, Status
from reconciler.model.state import Kind
from reconciler.platforms.embedded import open_platform
from reconciler.stores.memory import Memory, MemoryStore
from reconciler.stores.sqlite import open_store

CONNECTIONS = ("a", "b")
BINDINGS = ("p", "q")
REASONS = (None, None, "connection a is Blocked: Withdrawal enabled", "by hand")


@dataclass(frozen=True)
class World:
    """Everything a plan is made from."""

    connections: dict[str, tuple[str, str]]
    bindings: dict[str, tuple[str, bool, str]]
    unopened: frozenset[str]
    diagnoses: dict[str, Diagnosis | None]
    denied: frozenset[tuple[Kind, str]]
    there: dict[str, tuple[str, str]]
    running: dict[str, tuple[str, bool, str, str | None]]
    unrecorded: frozenset[str]
    gone: frozenset[str] = field(default=frozenset())


RISK = ("balanced", "aggressive")


def worlds(*, calm: bool = False) -> st.SearchStrategy[World]:
    """Draw any three sides; a calm world has every key online, every secret open, and nothing denied.

    Drawn by seed, so that one rare combination is as likely as the next.
    """
    return st.integers(0, 2**32).map(lambda seed: drawn(Random(seed), calm=calm))


def drawn(dice: Random, *, calm: bool) -> World:
    """Throw dice for a world whose sides are near to each other: two strangers meet in nothing but creations."""

    def usually(usual, others):
        return usual if usual is not None and dice.random() < 0.7 else dice.choice(others)

    keys = [(account, word) for account in "xy" for word in ("first", "second")]
    connections = {name: dice.choice(keys) for name in CONNECTIONS if dice.random() < 0.8}
    there = {name: usually(connections.get(name), keys) for name in CONNECTIONS if dice.random() < 0.8}
    bindings, running = {}, {}
    for name in BINDINGS:
        if connections and dice.random() < 0.8:
            bindings[name] = (dice.choice(sorted(connections)), dice.random() < 0.7, dice.choice(RISK))
        if there and dice.random() < 0.8:
            connection, enabled, risk = bindings.get(name, (None, True, "balanced"))
            used = usually(connection if connection in there else None, sorted(there))
            flags = (usually(enabled, [True, False]), usually(risk, RISK), dice.choice(REASONS))
            running[name] = (used, *flags)
    names = [name for name in CONNECTIONS + BINDINGS if dice.random() < 0.3]
    return World(
        connections=connections,
        bindings=bindings,
        unopened=frozenset({"a"}) if dice.random() < 0.15 and not calm else frozenset(),
        diagnoses={name: None if calm or dice.random() < 0.4 else dice.choice(list(Diagnosis)) for name in connections},
        denied=frozenset(map(_id, names)) if dice.random() < 0.4 and not calm else frozenset(),
        there=there,
        running=running,
        unrecorded=frozenset(dice.choice(CONNECTIONS + BINDINGS) for _ in range(dice.choice((0, 0, 1, 3)))),
        gone=frozenset(dice.choice(CONNECTIONS) for _ in range(dice.choice((0, 0, 1)))),
    )


def _id(name: str) -> tuple[Kind, str]:
    return (Kind.CONNECTION if name in CONNECTIONS else Kind.BINDING, name)


class Given:
    """A world turned into what `plan` takes."""

    def __init__(self, build, world: World) -> None:
        self.build, self.world = build, world
        self.manifests = self._manifests(world.connections, world.bindings)
        self.fingerprints = {
            name: build.fingerprint(f"{name}-{word}")
            for name, (_, word) in world.connections.items()
            if name not in world.unopened
        }
        self.results = {
            name: build.result(name, Diagnosis.UNVERIFIED if name in world.unopened else diagnosis)
            for name, diagnosis in world.diagnoses.items()
        }
        self.findings = [build.deny(kind, name) for kind, name in sorted(world.denied)]
        self.actual = self._objects(world.there, world.running)
        ghosts = self._objects({name: ("x", "first") for name in world.gone if name in CONNECTIONS}, {})
        self.recorded = tuple(one for one in self.actual if one.name not in world.unrecorded) + tuple(
            one for one in ghosts if one.name not in world.there
        )

    def _manifests(self, connections, bindings):
        return self.build.manifests(
            *(_connection(self.build, name, account) for name, (account, _) in connections.items()),
            *(_binding(self.build, name, *one) for name, one in bindings.items()),
        )

    def _objects(self, connections, bindings):
        manifests = self._manifests(connections, {name: one[:3] for name, one in bindings.items()})
        fingerprints = {n: self.build.fingerprint(f"{n}-{word}") for n, (_, word) in connections.items()}
        flat = self.build.desired(manifests, {}, fingerprints=fingerprints)
        reasons = {name: one[3] for name, one in bindings.items()}
        return tuple(replace(one, suspended=reasons.get(one.name)) for one in flat)

    def plan(self, actual=None, recorded=None):
        return self.build.plan(
            self.manifests,
            self.results,
            actual=self.actual if actual is None else actual,
            recorded=self.recorded if recorded is None else recorded,
            fingerprints=self.fingerprints,
            findings=self.findings,
        )

    def credentials(self):
        return {name: self.build.credentials(f"{name}-{word}") for name, (_, word) in self.world.connections.items()}

    def recorded_after(self, plan):
        """Return the record once everything ready was done."""
        kept = {one.id: one for one in self.recorded}
        kept.update({one.id: one for one in plan.adopted})
        for change in plan.ready:
            if change.target is None:
                kept.pop(change.id, None)
            else:
                kept[change.id] = change.target
        return tuple(one for each, one in kept.items() if each not in plan.forgotten)


@cache
def _connection(build, name, account):
    return build.connection(name, account=account)


@cache
def _binding(build, name, connection, enabled, risk):
    return build.binding(name, connection, enabled=enabled, riskLevel=risk)


def index(objects):
    return {one.id: one for one in objects}


@given(world=worlds())
@settings(max_examples=400)
def test_after_an_apply_nothing_is_left_to_do_but_what_is_held(build, world):
    given_ = Given(build, world)
    first = given_.plan()

    second = given_.plan(build.done(given_.actual, first), given_.recorded_after(first))

    assert second.ready == ()
    assert (second.adopted, second.forgotten) == ((), ())


@given(world=worlds(calm=True))
@settings(max_examples=400)
def test_in_a_calm_world_an_apply_leaves_nothing_but_keys_that_strangers_use(build, world):
    given_ = Given(build, world)
    first = given_.plan()

    second = given_.plan(build.done(given_.actual, first), given_.recorded_after(first))

    strangers = {str(connection_of(index(given_.actual)[each])) for each in first.unmanaged if each[0] is Kind.BINDING}
    assert {(change.action, change.name in strangers) for change in second.changes} <= {(Action.DELETE, True)}


@given(world=worlds(), data=st.data())
@settings(max_examples=400)
def test_the_order_of_anything_does_not_matter(build, world, data):
    given_ = Given(build, world)
    mixed = Given(build, world)
    mixed.manifests = replace(
        mixed.manifests,
        connections=tuple(data.draw(st.permutations(mixed.manifests.connections))),
        bindings=tuple(data.draw(st.permutations(mixed.manifests.bindings))),
    )
    mixed.actual = tuple(data.draw(st.permutations(mixed.actual)))
    mixed.recorded = tuple(data.draw(st.permutations(mixed.recorded)))
    mixed.findings = data.draw(st.permutations(mixed.findings))

    assert given_.plan() == mixed.plan()


@given(world=worlds())
@settings(max_examples=400)
def test_nothing_unmanaged_is_ever_touched(build, world):
    given_ = Given(build, world)
    plan = given_.plan()
    before, after = index(given_.actual), index(build.done(given_.actual, plan))

    assert all(after[each] == before[each] for each in plan.unmanaged)
    assert {change.id for change in plan.changes}.isdisjoint(plan.unmanaged)
    deleted = {change.id for change in plan.changes if change.action is Action.DELETE}
    assert deleted <= {one.id for one in given_.recorded}


@given(world=worlds())
@settings(max_examples=400)
def test_nothing_starts_to_run_on_a_key_that_is_not_online_and_nothing_runs_on_a_blocked_one(build, world):
    given_ = Given(build, world)
    plan = given_.plan()
    before, after = index(given_.actual), index(build.done(given_.actual, plan))
    declared = {(Kind.BINDING, name) for name in world.bindings}

    for each in declared & after.keys():
        if not runs(after[each]):
            continue
        wanted = world.bindings[each[1]][0]
        name = str(connection_of(after[each]))
        ran = each in before and runs(before[each]) and connection_of(before[each]) == name
        if not ran:
            assert given_.results[name].status is Status.ONLINE
            assert (Kind.CONNECTION, name) not in world.denied
            assert after[(Kind.CONNECTION, name)].fingerprint == given_.fingerprints[name]
        assert given_.results[wanted].status is not Status.BLOCKED


@given(world=worlds())
@settings(max_examples=400)
def test_the_platform_always_holds_the_connection_of_each_binding(build, world):
    given_ = Given(build, world)
    present = list(given_.actual)

    for change in given_.plan().ready:
        present = list(build.done(present, replace(given_.plan(), changes=(change,))))
        connections = {one.name for one in present if one.kind is Kind.CONNECTION}
        assert {connection_of(one) for one in present if one.kind is Kind.BINDING} <= connections


@given(world=worlds())
@settings(max_examples=200)
def test_each_change_starts_where_the_last_one_about_the_object_ended(build, world):
    given_ = Given(build, world)
    state = index(given_.actual)

    for change in given_.plan().ready:
        before = state[change.id].flat if change.id in state else {}
        assert {each.path: before.get(each.path) for each in change.fields} == {f.path: f.before for f in change.fields}
        state = index(build.done(tuple(state.values()), replace(given_.plan(), changes=(change,))))


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@given(world=worlds())
@settings(max_examples=25)
def test_the_real_platform_and_stores_do_what_the_law_says(build, kind, world):
    given_ = Given(build, world)

    async def scenario(folder: Path):
        platform = open_platform(folder / "platform.db", key=build.key)
        store = MemoryStore(Memory()) if kind == "memory" else open_store(folder / "state.db")
        empty = Given(build, replace(world, there={}, running={}, gone=frozenset()))
        first = empty.plan()
        await store.lock("ann@host pid 1", build.now, 60)
        await store.begin(build.run())
        work = Work(build.run(), platform, store, ManualClock(), credentials=given_.credentials())
        outcomes = await apply(first, work)
        actual, recorded, intents = await platform.read(), await store.recorded(), await store.intents()
        await platform.close()
        await store.close()
        return empty, first, outcomes, actual, recorded, intents

    with tempfile.TemporaryDirectory() as folder:
        empty, first, outcomes, actual, recorded, intents = asyncio.run(scenario(Path(folder)))

    assert [outcome.error for outcome in outcomes] == [None] * len(first.ready)
    assert index(actual) == index(recorded) == index(build.done((), first))
    assert intents == []
    assert recorded_after(recorded, intents, actual) == tuple(sorted(actual, key=lambda one: one.id))
    assert empty.plan(actual, recorded).ready == ()
