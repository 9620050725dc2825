"""Laws that hold for every plan, whatever the three sides look like."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

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

CONNECTIONS = ("a", "b", "c")
BINDINGS = ("p", "q", "r", "s")
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


@st.composite
def worlds(draw, *, calm: bool = False) -> World:
    """Draw any three sides; a calm world has every key online, every secret open, and nothing denied."""
    keys = st.tuples(st.sampled_from(["x", "y"]), st.sampled_from(["first", "second"]))
    connections = draw(st.dictionaries(st.sampled_from(CONNECTIONS), keys))
    there = draw(st.dictionaries(st.sampled_from(CONNECTIONS), keys))
    risk = st.sampled_from(["balanced", "aggressive"])
    bindings, running = {}, {}
    if connections:
        one = st.tuples(st.sampled_from(sorted(connections)), st.booleans(), risk)
        bindings = draw(st.dictionaries(st.sampled_from(BINDINGS), one))
    if there:
        one = st.tuples(st.sampled_from(sorted(there)), st.booleans(), risk, st.sampled_from(REASONS))
        running = draw(st.dictionaries(st.sampled_from(BINDINGS), one))
    names = st.frozensets(st.sampled_from(CONNECTIONS + BINDINGS))
    verdicts = st.none() if calm else st.one_of(st.none(), st.none(), st.sampled_from(Diagnosis))
    denied = {(Kind.CONNECTION if name in CONNECTIONS else Kind.BINDING, name) for name in draw(names) if not calm}
    return World(
        connections=connections,
        bindings=bindings,
        unopened=frozenset() if calm else draw(st.frozensets(st.sampled_from(CONNECTIONS), max_size=1)),
        diagnoses={name: draw(verdicts) for name in sorted(connections)},
        denied=frozenset(denied) if draw(st.booleans()) else frozenset(),
        there=there,
        running=running,
        unrecorded=draw(names),
        gone=draw(names),
    )


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
            *(self.build.connection(name, account=account) for name, (account, _) in connections.items()),
            *(
                self.build.binding(name, connection, enabled=enabled, riskLevel=risk)
                for name, (connection, enabled, risk) in bindings.items()
            ),
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


def index(objects):
    return {one.id: one for one in objects}


@given(world=worlds())
@settings(max_examples=80)
def test_after_an_apply_nothing_is_left_to_do_but_what_is_held(build, world):
    given_ = Given(build, world)
    first = given_.plan()

    second = given_.plan(build.done(given_.actual, first), given_.recorded_after(first))

    assert second.ready == ()
    assert (second.adopted, second.forgotten) == ((), ())


@given(world=worlds(calm=True))
@settings(max_examples=80)
def test_in_a_calm_world_an_apply_leaves_nothing_but_keys_that_strangers_use(build, world):
    given_ = Given(build, world)
    first = given_.plan()

    second = given_.plan(build.done(given_.actual, first), given_.recorded_after(first))

    strangers = {str(connection_of(index(given_.actual)[each])) for each in first.unmanaged if each[0] is Kind.BINDING}
    assert {(change.action, change.name in strangers) for change in second.changes} <= {(Action.DELETE, True)}


@given(world=worlds(), data=st.data())
@settings(max_examples=80)
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
@settings(max_examples=80)
def test_nothing_unmanaged_is_ever_touched(build, world):
    given_ = Given(build, world)
    plan = given_.plan()
    before, after = index(given_.actual), index(build.done(given_.actual, plan))

    assert all(after[each] == before[each] for each in plan.unmanaged)
    assert {change.id for change in plan.changes}.isdisjoint(plan.unmanaged)
    deleted = {change.id for change in plan.changes if change.action is Action.DELETE}
    assert deleted <= {one.id for one in given_.recorded}


@given(world=worlds())
@settings(max_examples=80)
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
@settings(max_examples=80)
def test_the_platform_always_holds_the_connection_of_each_binding(build, world):
    given_ = Given(build, world)
    present = list(given_.actual)

    for change in given_.plan().ready:
        present = list(build.done(present, replace(given_.plan(), changes=(change,))))
        connections = {one.name for one in present if one.kind is Kind.CONNECTION}
        assert {connection_of(one) for one in present if one.kind is Kind.BINDING} <= connections


@given(world=worlds())
@settings(max_examples=50)
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
