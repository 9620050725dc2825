"""While a window is open nothing that it selects is changed, but for what must stop and what only allows less."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reconciler.engine.freezing import frozen
from reconciler.engine.order import Mode
from reconciler.kit.clock import parse_iso
from reconciler.model.plan import Action
from reconciler.model.probe import Diagnosis

# A Sunday; the tests run at its noon.
WEEKEND = {"cron": "0 22 * * FRI", "duration": "56h", "timeZone": "Europe/Berlin"}
TOLD = "frozen by weekend of policy house until 2026-11-23T05:00:00Z"


@pytest.fixture
def applied(world, build):
    world.prober.results = build.online("main", "other")
    world.reconcile(build.manifests(build.connection(), build.binding()))
    return world


def looked(world, build, *placed, policies=None):
    policies = [build.policy(weekend=WEEKEND)] if policies is None else policies
    report = world.reconcile(build.manifests(*placed, *policies), Mode.PLAN)
    return [(str(one.action), one.name, one.held) for one in report.changes]


def test_whatever_lets_more_happen_or_takes_something_away_is_held_with_the_window_and_its_end(applied, build):
    told = looked(applied, build, build.connection("other"), build.binding("new", "other"))

    assert told == [
        ("delete", "grid", TOLD),
        ("create", "other", TOLD),
        ("create", "new", "connection other is held"),
        ("delete", "main", "StrategyBinding grid still uses it"),
    ]


@pytest.mark.parametrize(
    "binding",
    [{"riskLevel": "aggressive"}, {"strategy": "other"}, {"pairs": ["ETH/USDT"]}, {"settings": {"a": 1}}],
    ids=str,
)
def test_an_update_that_is_not_narrower_is_held(applied, build, binding):
    assert looked(applied, build, build.connection(), build.binding(**binding)) == [("update", "grid", TOLD)]


@pytest.mark.parametrize(
    "binding",
    [{"enabled": False}, {"riskLevel": "conservative"}, {"marginLimit": {"amount": "1", "currency": "USDT"}}],
    ids=str,
)
def test_what_narrows_is_never_frozen(applied, build, binding):
    before = build.binding(riskLevel="balanced", marginLimit={"amount": "9", "currency": "USDT"})
    applied.reconcile(build.manifests(build.connection(), before))
    spec = {"riskLevel": "balanced", "marginLimit": {"amount": "9", "currency": "USDT"}, **binding}

    assert looked(applied, build, build.connection(), build.binding(**spec)) == [("update", "grid", None)]


def test_of_an_update_that_does_more_the_switching_off_is_done(applied, build):
    told = looked(applied, build, build.connection(), build.binding(enabled=False, strategy="other"))

    assert told == [("update", "grid", None), ("update", "grid", TOLD)]


def test_what_runs_on_a_blocked_key_is_stopped_at_any_time(applied, build):
    applied.prober.results = {"main": build.result(diagnosis=Diagnosis.WITHDRAWAL_ENABLED)}
    frozen_ = build.manifests(build.connection(), build.binding(), build.policy(weekend=WEEKEND))

    report = applied.reconcile(frozen_)
    applied.prober.results = build.online("main")
    after = applied.reconcile(frozen_)

    assert [(one.change.action, one.done) for one in report.outcomes] == [(Action.SUSPEND, True)]
    assert [(one.action, one.held) for one in after.changes] == [(Action.RESUME, TOLD)]
    assert applied.held()["grid"].suspended is not None


def test_a_declared_pause_is_kept_at_any_time(applied, build):
    paused = build.connection(suspend={"until": "2026-12-01", "reason": "a move"})

    assert looked(applied, build, paused, build.binding()) == [("suspend", "grid", None), ("update", "main", TOLD)]


def test_a_key_is_not_replaced_in_a_window(applied, build):
    applied.keys.value = "another-value-of-the-secret"
    quiet = build.binding(enabled=False)

    told = looked(applied, build, build.connection(), quiet)

    assert ("update", "grid", None) in told
    assert [held for action, _, held in told if action == "replace"] != [None]


def test_only_another_name_is_given_at_any_time(applied, build):
    applied.prober.results = build.online("first")
    told = looked(applied, build, build.connection("first", was="main"), build.binding(connection="first"))

    assert told == [("update", "first", None)]


@pytest.mark.parametrize(
    ("labels", "is_frozen"),
    [({}, True), ({"team": "a"}, True), ({"team": "b"}, False), ({"team": "a", "x": "y"}, False)],
)
def test_a_window_freezes_what_its_policy_selects_with_the_bindings_on_it(applied, build, labels, is_frozen):
    connection = build.connection(labels={"team": "a"})
    applied.reconcile(build.manifests(connection, build.binding()))
    policies = [build.policy(labels=labels, weekend=WEEKEND)]

    told = looked(applied, build, connection, build.binding(riskLevel="aggressive"), policies=policies)

    assert told == [("update", "grid", TOLD if is_frozen else None)]


def test_a_label_that_is_taken_off_in_the_window_frees_nothing(applied, build):
    applied.reconcile(build.manifests(build.connection(labels={"team": "a"}), build.binding()))
    policies = [build.policy(labels={"team": "a"}, weekend=WEEKEND)]

    told = looked(applied, build, build.connection(), build.binding(riskLevel="aggressive"), policies=policies)

    assert {held for *_, held in told} == {TOLD}


def test_any_open_window_is_enough_and_the_one_that_ends_last_is_told(applied, build):
    closed = {"cron": "0 0 1 1 *", "duration": "1d"}
    short = {"cron": "0 12 * * *", "duration": "1h"}
    policies = [build.policy("first", closed=closed, short=short), build.policy(weekend=WEEKEND)]

    told = looked(applied, build, build.connection(), build.binding(riskLevel="aggressive"), policies=policies)

    assert told == [("update", "grid", TOLD)]


def test_after_the_window_the_change_is_made(applied, build):
    manifests = build.manifests(
        build.connection(), build.binding(riskLevel="aggressive"), build.policy(weekend=WEEKEND)
    )
    applied.reconcile(manifests)
    assert applied.held()["grid"].fields["spec.riskLevel"] != "aggressive"
    applied.clock.advance(17 * 3600)

    applied.reconcile(manifests)

    assert applied.held()["grid"].fields["spec.riskLevel"] == "aggressive"


def test_a_plan_made_before_a_window_is_not_applied_in_it(applied, build):
    applied.clock.advance(17 * 3600)
    manifests = build.manifests(
        build.connection(),
        build.binding(riskLevel="aggressive"),
        build.policy(noon={"cron": "0 6 * * *", "duration": "1h"}),
    )
    plans = []
    applied.reconcile(manifests, Mode.PLAN, keep=plans.append, lifetime=timedelta(hours=2))
    applied.clock.advance(3600)

    report = applied.reconcile(manifests, saved=plans[0], confirm=lambda _: True)

    assert "update of StrategyBinding grid is held now: frozen by noon" in report.failures[0].message


def test_another_window_is_another_policy_to_a_plan(applied, build):
    changed = build.connection(), build.binding(riskLevel="aggressive")
    plans = []
    applied.reconcile(build.manifests(*changed), Mode.PLAN, keep=plans.append)
    later = build.policy(later={"cron": "0 0 1 1 *", "duration": "1d"})

    report = applied.reconcile(build.manifests(*changed, later), saved=plans[0])

    assert "the policy moved" in report.failures[0].message


def test_without_an_open_window_nothing_is_frozen(build):
    assert frozen([build.policy(weekend=WEEKEND)], parse_iso("2026-11-23T05:00:00Z")).windows == []
