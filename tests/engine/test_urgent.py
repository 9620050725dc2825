"""What runs on a Blocked key stops as soon as its proof is there, while slower keys are still asked."""

import asyncio
import contextlib
import sqlite3
from dataclasses import replace

import pytest

from reconciler.engine import urgent
from reconciler.engine.order import Asking, Known, Mode
from reconciler.model.plan import Action
from reconciler.model.probe import Diagnosis
from reconciler.model.state import Kind

BLOCKED = Diagnosis.WITHDRAWAL_ENABLED
URGENT = Asking(is_urgent=True)


class Slow:
    """A prober of which one answer waits until somebody else's bindings are suspended, or for nothing at all."""

    def __init__(self, results, slow, done):
        self.results, self.slow, self.done, self.waited = results, slow, done, 0

    async def probe(self, target):
        while target.name == self.slow and not self.done():
            self.waited += 1
            assert self.waited < 1000, "nothing was done before the slowest answer"
            await asyncio.sleep(0)
        return self.results[target.name]

    async def close(self):
        pass


@pytest.fixture
def fleet(build):
    return build.manifests(
        build.connection("a"), build.connection("b"), build.binding("grid-a", "a"), build.binding("grid-b", "b")
    )


def test_a_blocked_key_does_not_wait_for_the_slowest(world, build, fleet):
    world.prober.results = build.online("a", "b")
    world.reconcile(fleet)
    results = {"a": build.result("a", BLOCKED), "b": build.result("b")}

    def is_stopped():
        with contextlib.closing(sqlite3.connect(world.folder / "platform.db")) as db:
            return db.execute("SELECT suspended FROM bindings WHERE name = 'grid-a'").fetchone()[0] is not None

    world.prober = Slow(results, "b", is_stopped)
    report = world.reconcile(fleet, asking=URGENT)

    assert world.prober.waited > 0
    assert [(one.change.action, one.change.name, one.done) for one in report.outcomes] == [
        (Action.SUSPEND, "grid-a", True)
    ]
    assert report.drift
    assert report.pending == ()


def test_a_key_that_is_known_to_be_blocked_is_stopped_before_any_is_asked(world, build, fleet):
    world.prober.results = build.online("a", "b")
    world.reconcile(fleet)
    mark = world.held()["a"].fingerprint
    known = {"a": Known(mark, build.result("a", BLOCKED))}
    world.prober.results = {}

    with pytest.raises(ExceptionGroup):
        world.reconcile(fleet, asking=replace(URGENT, known=known))

    assert world.held()["grid-a"].suspended == "connection a is Blocked: Withdrawal enabled"


def test_a_key_that_was_replaced_since_says_nothing_of_the_one_that_runs(world, build, fleet):
    world.prober.results = build.online("a", "b")
    world.reconcile(fleet)
    known = {"a": Known("another key", build.result("a", BLOCKED))}

    report = world.reconcile(fleet, asking=replace(URGENT, known=known))

    assert report.outcomes == ()
    assert world.prober.asked == ["a", "b"] * 2


def test_what_somebody_else_put_there_is_left_alone(world, build, fleet):
    world.prober.results = build.online("a", "b")
    world.reconcile(fleet)
    less = build.manifests(*fleet.connections, fleet.bindings[1])
    store = world.ports(read_only=False).store
    asyncio.run(store.adopt([], [(Kind.BINDING, "grid-a")]))
    world.prober.results["a"] = build.result("a", BLOCKED)

    report = world.reconcile(less, asking=URGENT)

    assert report.outcomes == ()
    assert world.held()["grid-a"].suspended is None


def test_each_stop_is_told_once_and_is_in_the_history(world, build, fleet):
    world.prober.results = build.online("a", "b")
    world.reconcile(fleet)
    world.prober.results = {name: build.result(name, BLOCKED) for name in ("a", "b")}

    first, second = (world.reconcile(fleet, asking=URGENT) for _ in range(2))

    history = asyncio.run(world.ports(read_only=True).store.history())
    assert sorted(one["name"] for one in history if one["action"] == "suspend") == ["grid-a", "grid-b"]
    assert len(first.outcomes) == 2
    assert second.outcomes == ()
    assert second.changes == ()


def test_a_run_that_only_looks_stops_nothing(world, build, fleet):
    world.prober.results = build.online("a", "b")
    world.reconcile(fleet)
    world.prober.results["a"] = build.result("a", BLOCKED)

    world.reconcile(fleet, Mode.PLAN, asking=URGENT)

    assert world.held()["grid-a"].suspended is None


def test_the_proof_is_kept_before_anything_is_stopped(world, build, fleet, monkeypatch):
    world.prober.results = build.online("a", "b")
    world.reconcile(fleet)
    world.prober.results["a"] = build.result("a", BLOCKED)

    async def killed(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(urgent, "apply", killed)
    with pytest.raises(BaseException, match=r"^$|unhandled"):
        world.reconcile(fleet, asking=URGENT)

    proven = asyncio.run(world.ports(read_only=True).store.proven())
    assert proven["a"].result.diagnosis is BLOCKED
