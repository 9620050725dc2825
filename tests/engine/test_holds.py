from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.engine.holds import denials
from reconciler.model.plan import Action
from reconciler.model.probe import Diagnosis
from reconciler.model.state import Kind
from reconciler.values.severity import Severity

NOT_ONLINE = list(Diagnosis)
DOWN = Diagnosis.EXCHANGE_UNAVAILABLE


def held(plan) -> dict[str, str | None]:
    return {change.name: change.held for change in plan.changes}


@pytest.fixture
def pair(build):
    return build.manifests(build.connection("main"), build.binding("grid"))


@pytest.fixture
def applied(build, pair):
    return build.desired(pair, build.online("main"))


@pytest.mark.parametrize("diagnosis", NOT_ONLINE)
def test_a_new_connection_is_stored_only_once_it_is_online(build, pair, diagnosis):
    plan = build.plan(pair, {"main": build.result("main", diagnosis, "because")})

    assert held(plan)["main"] == f"{diagnosis.status}: because"
    assert held(plan)["grid"] == "connection main is held"


def test_a_connection_that_was_not_tested_is_not_stored(build, pair):
    assert held(build.plan(pair, {}))["main"] == "Pending: its key was not tested"


@pytest.mark.parametrize("diagnosis", NOT_ONLINE)
def test_a_new_key_is_stored_only_once_it_is_online(build, pair, applied, diagnosis):
    plan = build.plan(
        pair,
        {"main": build.result("main", diagnosis, "because")},
        actual=applied,
        fingerprints={"main": build.fingerprint("second")},
    )

    assert held(plan)["main"] == f"{diagnosis.status}: because"


@pytest.mark.parametrize("diagnosis", NOT_ONLINE)
def test_an_update_waits_unless_the_exchange_is_merely_away_and_it_says_nothing_of_the_key(build, applied, diagnosis):
    manifests = build.manifests(build.connection("main", displayName="Main", labels={"a": "b"}), build.binding("grid"))

    plan = build.plan(manifests, {"main": build.result("main", diagnosis, "because")}, actual=applied)

    updates = [change for change in plan.changes if change.action is Action.UPDATE]
    assert [change.held is None for change in updates] == [diagnosis is DOWN]


def test_an_update_without_kept_proof_waits(build, applied):
    manifests = build.manifests(build.connection("main", displayName="Main"), build.binding("grid"))
    blind = build.result("main", DOWN, "no answer", proven_at=None, rights=build.rights(withdraw="unknown"))

    assert held(build.plan(manifests, {"main": blind}, actual=applied)) == {"main": "Unavailable: no answer"}


@pytest.mark.parametrize("spec", [{"exchange": "kucoin"}, {"account": "b"}, {"markets": ["futures"]}])
def test_an_update_of_what_the_key_is_for_needs_a_fresh_test(build, applied, spec):
    manifests = build.manifests(build.connection("main", **spec), build.binding("grid"))

    plan = build.plan(manifests, {"main": build.result("main", DOWN, "no answer")}, actual=applied)

    assert held(plan) == {"main": "Unavailable: no answer"}


def test_a_denied_connection_is_held_and_so_is_what_would_start_on_it(build, pair, applied):
    deny = build.deny(Kind.CONNECTION, "main", "no address")

    new = build.plan(pair, build.online("main"), findings=[deny])
    second = build.plan(pair, build.online("main"), actual=applied[:1], findings=[deny])

    assert held(new)["main"] == "some-rule: no address"
    assert held(new)["grid"] == "connection main is held"
    assert held(second) == {"grid": "connection main: some-rule: no address"}


def test_a_denied_binding_is_held(build, pair, applied):
    plan = build.plan(pair, build.online("main"), actual=applied[:1], findings=[build.deny(Kind.BINDING, "grid", "no")])

    assert held(plan) == {"grid": "some-rule: no"}


def test_a_warning_holds_nothing(build, pair):
    warning = replace(build.deny(Kind.CONNECTION, "main"), severity=Severity.WARN)

    assert set(held(build.plan(pair, build.online("main"), findings=[warning])).values()) == {None}


@pytest.mark.parametrize("diagnosis", NOT_ONLINE)
def test_a_binding_is_not_switched_on_unless_its_connection_is_online(build, diagnosis):
    off = build.manifests(build.connection("main"), build.binding("grid", enabled=False))
    on = build.manifests(build.connection("main"), build.binding("grid"))
    there = build.desired(off, build.online("main"))

    plan = build.plan(on, {"main": build.result("main", diagnosis, "because")}, actual=there)

    widening = [change for change in plan.changes if change.action is Action.UPDATE]
    # A blocked one may be written, since it is suspended before that.
    assert [change.held is None for change in widening] == [diagnosis is Diagnosis.WITHDRAWAL_ENABLED]
    assert diagnosis is not Diagnosis.WITHDRAWAL_ENABLED or widening[0].target.suspended


@pytest.mark.parametrize("diagnosis", NOT_ONLINE)
def test_switching_a_binding_off_is_never_held(build, applied, diagnosis):
    manifests = build.manifests(build.connection("main"), build.binding("grid", enabled=False))
    deny = [build.deny(Kind.BINDING, "grid"), build.deny(Kind.CONNECTION, "main")]

    plan = build.plan(manifests, {"main": build.result("main", diagnosis)}, actual=applied, findings=deny)

    assert [change.held for change in plan.changes if change.action is Action.UPDATE] == [None]


def test_a_running_binding_may_be_changed_while_the_exchange_is_away(build, applied):
    manifests = build.manifests(build.connection("main"), build.binding("grid", riskLevel="conservative"))

    plan = build.plan(manifests, {"main": build.result("main", DOWN)}, actual=applied)

    assert held(plan) == {"grid": None}


def test_a_binding_is_not_moved_to_a_connection_that_is_not_online(build, applied):
    manifests = build.manifests(build.connection("main"), build.connection("other"), build.binding("grid", "other"))
    there = [*applied, *build.desired(build.manifests(build.connection("other")), build.online("other"))]
    results = {"main": build.result("main"), "other": build.result("other", DOWN, "no answer")}

    assert held(build.plan(manifests, results, actual=there)) == {"grid": "connection other: Unavailable: no answer"}


def test_a_binding_of_a_connection_that_is_nowhere_is_held(build):
    plan = build.plan(build.manifests(build.binding("grid", "ghost")), {})

    assert held(plan) == {"grid": "connection ghost is not on the platform"}


def test_suspending_and_deleting_are_never_held(build, applied):
    deny = [build.deny(Kind.BINDING, "grid"), build.deny(Kind.CONNECTION, "main")]
    blocked = {"main": build.result("main", Diagnosis.WITHDRAWAL_ENABLED)}
    pair = build.manifests(build.connection("main"), build.binding("grid"))

    suspending = build.plan(pair, blocked, actual=applied, findings=deny)
    deleting = build.plan(build.manifests(), {}, actual=applied, findings=deny)

    assert held(suspending) == {"grid": None}
    assert held(deleting) == {"grid": None, "main": None}


def test_the_same_denial_is_told_whatever_order_findings_come_in(build):
    one, two = build.deny(Kind.BINDING, "grid", "a"), build.deny(Kind.BINDING, "grid", "b")

    assert denials([one, two]) == denials([two, one]) == {("StrategyBinding", "grid"): "some-rule: a"}
