"""What is only observed is told and left as it is; a key that may withdraw is stopped all the same."""

import pytest

from reconciler.engine.observing import HELD, hold_observed
from reconciler.model.plan import Action, Plan
from reconciler.model.probe import Diagnosis
from reconciler.model.state import Kind


def planned(build, manifests, results, actual=(), recorded=None):
    return build.plan(manifests, results, actual=actual, recorded=recorded)


def held(plan):
    return [(one.action, one.name, one.held) for one in plan.changes]


@pytest.fixture
def fleet(build):
    return build.manifests(
        build.connection("a"), build.connection("b"), build.binding("grid-a", "a"), build.binding("grid-b", "b")
    )


def test_changes_of_an_observed_connection_and_its_bindings_are_held(build, fleet):
    results = build.online("a", "b")
    plan = planned(build, fleet, results)

    found = hold_observed(plan, lambda name: name == "a", (), results)

    assert held(found) == [
        (Action.CREATE, "a", HELD),
        (Action.CREATE, "b", None),
        (Action.CREATE, "grid-a", HELD),
        (Action.CREATE, "grid-b", None),
    ]


def test_a_binding_is_not_moved_away_from_an_observed_connection_either(build, fleet):
    results = build.online("a", "b")
    actual = build.done((), planned(build, fleet, results))
    moved = build.manifests(*fleet.connections, build.binding("grid-a", "b"), fleet.bindings[1])

    found = hold_observed(planned(build, moved, results, actual), lambda name: name == "a", actual, results)

    assert held(found) == [(Action.UPDATE, "grid-a", HELD)]


def test_what_is_no_longer_declared_is_held_by_what_it_was(build, fleet):
    results = build.online("a", "b")
    actual = build.done((), planned(build, fleet, results))
    less = build.manifests(fleet.connections[1], fleet.bindings[1])

    found = hold_observed(planned(build, less, results, actual), lambda name: name == "a", actual, results)

    assert held(found) == [(Action.DELETE, "grid-a", HELD), (Action.DELETE, "a", HELD)]


def test_a_blocked_key_is_stopped_whatever_the_mode(build, fleet):
    results = build.online("a", "b")
    actual = build.done((), planned(build, fleet, results))
    results["a"] = build.result("a", Diagnosis.WITHDRAWAL_ENABLED)

    found = hold_observed(planned(build, fleet, results, actual), lambda name: True, actual, results)

    assert held(found) == [(Action.SUSPEND, "grid-a", None)]


def test_a_declared_pause_is_only_told(build):
    fleet = build.manifests(build.connection("a"), build.binding("grid-a", "a"))
    actual = build.done((), planned(build, fleet, build.online("a")))
    pause = {"until": "2026-12-01", "reason": "holidays"}
    paused = build.manifests(build.connection("a", suspend=pause), fleet.bindings[0])

    found = hold_observed(planned(build, paused, build.online("a"), actual), lambda name: True, actual, {})

    assert (Action.SUSPEND, "grid-a", HELD) in held(found)


def test_why_something_else_holds_a_change_is_not_hidden(build, fleet):
    results = {**build.online("b"), "a": build.result("a", Diagnosis.INVALID_KEY, "deleted")}
    plan = planned(build, fleet, results)

    found = hold_observed(plan, lambda name: True, (), results)

    assert held(found)[0] == (Action.CREATE, "a", "Failed: deleted")
    assert found.adopted == plan.adopted == ()


def test_with_nothing_observed_a_plan_stays_as_it_is(build, fleet):
    results = build.online("a", "b")
    plan = planned(build, fleet, results)

    assert hold_observed(plan, lambda name: False, (), results) == plan
    assert hold_observed(Plan(), lambda name: True, (), {}) == Plan()
    assert {change.kind for change in plan.changes} == set(Kind)
