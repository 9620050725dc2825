from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.plan import Action
from reconciler.model.ports import Intent
from reconciler.model.probe import Diagnosis
from reconciler.model.state import Kind

BLOCKED = Diagnosis.WITHDRAWAL_ENABLED


def told(plan) -> list[tuple[str, str, bool]]:
    return [(change.action.value, change.name, change.held is not None) for change in plan.changes]


@pytest.fixture
def pair(build):
    return build.manifests(build.connection("main"), build.binding("grid"))


@pytest.fixture
def applied(build, pair):
    return build.desired(pair, build.online("main"))


def test_an_empty_platform_gets_the_connection_before_its_binding(build, pair):
    plan = build.plan(pair, build.online("main"))

    assert told(plan) == [("create", "main", False), ("create", "grid", False)]
    assert all(each.before is None for change in plan.changes for each in change.fields)
    assert not plan.is_empty


def test_what_is_as_declared_is_left_alone(build, pair, applied):
    plan = build.plan(pair, build.online("main"), actual=applied)

    assert plan.is_empty
    assert (plan.unchanged, plan.adopted) == (2, ())


def test_a_changed_field_is_an_update_that_names_it(build, applied):
    manifests = build.manifests(build.connection("main"), build.binding("grid", riskLevel="aggressive"))

    (change,) = build.plan(manifests, build.online("main"), actual=applied).changes

    assert change.action is Action.UPDATE
    assert [(f.path, f.before, f.after) for f in change.fields] == [("spec.riskLevel", "balanced", "aggressive")]


def test_true_is_not_one(build):
    before = build.manifests(build.connection("main"), build.binding("grid", settings={"a": True}))
    after = build.manifests(build.connection("main"), build.binding("grid", settings={"a": 1}))

    plan = build.plan(after, build.online("main"), actual=build.desired(before, build.online("main")))

    assert told(plan) == [("update", "grid", False)]


def test_a_new_key_replaces_the_connection_and_shows_fingerprints_only(build, pair, applied):
    (change,) = build.plan(
        pair, build.online("main"), actual=applied, fingerprints={"main": build.fingerprint("second")}
    ).changes

    assert (change.action, change.reason) == (Action.REPLACE, "its key changed")
    assert [each.path for each in change.fields] == ["spec.credentials"]
    assert change.fields[0].after == build.fingerprint("second")


def test_what_is_no_longer_declared_is_deleted_binding_first_connection_last(build, applied):
    plan = build.plan(build.manifests(), {}, actual=applied)

    assert told(plan) == [("delete", "grid", False), ("delete", "main", False)]


def test_what_was_never_recorded_is_reported_and_left_alone(build, applied):
    plan = build.plan(build.manifests(), {}, actual=applied, recorded=())

    assert plan.is_empty
    assert plan.unmanaged == ((Kind.CONNECTION, "main"), (Kind.BINDING, "grid"))


def test_a_connection_that_an_unmanaged_binding_uses_is_not_deleted(build, applied):
    plan = build.plan(build.manifests(), {}, actual=applied, recorded=applied[:1])

    assert told(plan) == [("delete", "main", True)]
    assert plan.changes[0].held == "StrategyBinding grid still uses it"


def test_a_connection_whose_binding_cannot_move_away_yet_is_not_deleted(build, applied):
    manifests = build.manifests(build.connection("other"), build.binding("grid", "other"))

    plan = build.plan(manifests, {"other": build.result("other", Diagnosis.INVALID_KEY)}, actual=applied)

    assert told(plan) == [("create", "other", True), ("update", "grid", True), ("delete", "main", True)]


def test_a_binding_moves_to_a_new_connection_before_the_old_one_goes(build, applied):
    manifests = build.manifests(build.connection("other"), build.binding("grid", "other"))

    plan = build.plan(manifests, build.online("other"), actual=applied)

    assert told(plan) == [("create", "other", False), ("update", "grid", False), ("delete", "main", False)]


def test_what_is_as_declared_but_was_never_recorded_is_adopted(build, pair, applied):
    plan = build.plan(pair, build.online("main"), actual=applied, recorded=())

    assert plan.is_empty
    assert plan.adopted == applied


def test_what_was_there_before_and_differs_is_updated(build, pair, applied):
    there = [applied[0], build.changed(applied[1], spec__riskLevel="aggressive")]

    (change,) = build.plan(pair, build.online("main"), actual=there, recorded=()).changes

    assert (change.action, change.reason) == (Action.UPDATE, "it was on the platform before it was declared here")


def test_what_somebody_changed_is_put_back(build, pair, applied):
    there = [applied[0], build.changed(applied[1], spec__riskLevel="aggressive")]

    (change,) = build.plan(pair, build.online("main"), actual=there, recorded=applied).changes

    assert change.reason == "it was changed on the platform"


def test_what_somebody_deleted_is_created_again(build, pair, applied):
    (change,) = build.plan(pair, build.online("main"), actual=applied[:1], recorded=applied).changes

    assert (change.action, change.name, change.reason) == (Action.CREATE, "grid", "it is gone from the platform")


def test_what_is_gone_on_both_sides_is_forgotten(build, applied):
    plan = build.plan(build.manifests(), {}, actual=(), recorded=applied)

    assert plan.is_empty
    assert plan.forgotten == ((Kind.CONNECTION, "main"), (Kind.BINDING, "grid"))


def test_a_blocked_connection_suspends_its_running_bindings_first(build, applied):
    manifests = build.manifests(build.connection("main", account="b"), build.binding("grid", riskLevel="aggressive"))
    results = {"main": build.result("main", BLOCKED)}
    deny = build.deny(Kind.CONNECTION, "main", "it may withdraw")

    plan = build.plan(manifests, results, actual=applied, findings=[deny])

    assert told(plan) == [("suspend", "grid", False), ("update", "main", True), ("update", "grid", False)]
    suspend, _, update = plan.changes
    assert suspend.target.fields == applied[1].fields
    assert update.target == replace(update.target, suspended=suspend.target.suspended)
    assert suspend.reason == "connection main is Blocked: Withdrawal enabled"


def test_a_clean_connection_resumes_its_bindings_last(build, pair, applied):
    there = [applied[0], replace(applied[1], suspended="connection main is Blocked: Withdrawal enabled")]
    manifests = build.manifests(build.connection("main"), build.binding("grid", riskLevel="aggressive"))

    plan = build.plan(manifests, build.online("main"), actual=there)

    assert told(plan) == [("update", "grid", False), ("resume", "grid", False)]
    assert plan.changes[0].target.suspended is not None
    assert "clean again" in plan.changes[1].reason


def test_a_resumption_waits_for_the_update_before_it(build, applied):
    there = [applied[0], replace(applied[1], suspended="it was Blocked")]
    manifests = build.manifests(build.connection("main"), build.binding("grid", riskLevel="aggressive"))

    plan = build.plan(
        manifests, build.online("main"), actual=there, findings=[build.deny(Kind.BINDING, "grid", "too wild")]
    )

    assert told(plan) == [("update", "grid", True), ("resume", "grid", True)]
    assert plan.ready == ()


def test_switching_off_goes_ahead_although_the_rest_of_the_update_is_held(build, applied):
    manifests = build.manifests(build.connection("main"), build.binding("grid", riskLevel="aggressive", enabled=False))

    plan = build.plan(
        manifests, build.online("main"), actual=applied, findings=[build.deny(Kind.BINDING, "grid", "too wild")]
    )

    assert told(plan) == [("update", "grid", False), ("update", "grid", True)]
    assert [each.path for each in plan.changes[0].fields] == ["spec.enabled"]
    assert [each.path for each in plan.changes[1].fields] == ["spec.riskLevel"]


def test_a_secret_that_did_not_open_keeps_the_key_that_is_there(build, pair, applied):
    results = {"main": build.result("main", Diagnosis.UNVERIFIED, "the key was not tested: no identity opens it")}

    plan = build.plan(pair, results, actual=applied, fingerprints={})

    assert plan.is_empty
    assert plan.unchanged == 2


def test_a_secret_that_did_not_open_holds_every_change_of_its_connection(build, applied):
    results = {"main": build.result("main", Diagnosis.UNVERIFIED, "the key was not tested: no identity opens it")}
    manifests = build.manifests(build.connection("main", displayName="Main"), build.binding("grid"))

    (change,) = build.plan(manifests, results, actual=applied, fingerprints={}).changes

    assert (change.action, change.held) == (
        Action.UPDATE,
        "the key was not tested: its secrets could not be opened",
    )


def test_a_secret_that_did_not_open_is_never_adopted(build, pair, applied):
    plan = build.plan(pair, {}, actual=applied, recorded=(), fingerprints={})

    assert plan.adopted == applied[1:]


def test_a_change_that_a_kill_cut_off_after_the_platform_counts_as_recorded(build, pair, applied):
    cut_off = [
        Intent("run-0", number, change) for number, change in enumerate(build.plan(pair, build.online("main")).changes)
    ]

    plan = build.plan(pair, build.online("main"), actual=applied, recorded=(), intents=cut_off)

    assert (plan.changes, plan.adopted, plan.unchanged) == ((), (), 2)
