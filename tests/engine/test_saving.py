"""A plan is saved with everything it rests on, and tells nobody anything about a key."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.documents.known import Known, RuleTraits
from reconciler.documents.waiver import Waiver
from reconciler.engine.order import Mode
from reconciler.engine.saving import told
from reconciler.model.manifest import Placed
from reconciler.model.plan import Action
from reconciler.model.plan_file import document, read, render
from reconciler.model.probe import Diagnosis
from reconciler.model.saved import Permissions
from reconciler.model.state import Kind
from reconciler.values.rights import Right, Verdict
from reconciler.values.severity import Severity


@pytest.fixture
def manifests(build):
    return build.manifests(build.connection(), build.binding())


def planned(world, manifests, **order):
    plans = []
    report = world.reconcile(manifests, Mode.PLAN, keep=plans.append, **order)
    return plans, report


def test_a_plan_says_what_it_was_made_from(world, build, manifests):
    world.prober.results = build.online("main")
    world.around["settings"] = "5e77"

    (plan,), report = planned(world, manifests, lifetime=timedelta(minutes=30), permissions=Permissions(7))

    assert (plan.created_at, plan.expires_at - plan.created_at) == (build.now, timedelta(minutes=30))
    assert (plan.basis.revision, plan.basis.settings, plan.basis.scope) == ("abc1234", "5e77", None)
    assert plan.permissions.deletes == 7
    assert [(one.action, one.name) for one in plan.changes] == [(one.action, one.name) for one in report.changes]
    assert plan.seal == build.key.seal(plan.digest)
    assert read(render(plan).encode()) == plan


def test_a_selection_is_named(world, build, manifests):
    world.prober.results = build.online("main")

    (plan,), _ = planned(world, manifests, selection=True)

    assert plan.basis.scope == ((Kind.CONNECTION, "main"), (Kind.BINDING, "grid"))


def test_a_verdict_is_kept_with_every_right(world, build, manifests):
    world.prober.results = {"main": build.result(diagnosis=Diagnosis.WITHDRAWAL_ENABLED)}

    (plan,), _ = planned(world, manifests)

    (key,) = plan.keys
    assert told(key) == "Blocked (Withdrawal enabled)"
    assert key.rights[Right.WITHDRAW] is Verdict.GRANTED
    assert set(key.rights) == set(Right)
    assert [change.held is not None for change in plan.changes] == [True, True]


def test_a_plan_that_a_guard_refused_is_not_kept(world, build):
    world.prober.results = build.online("main")
    bindings = [build.binding(f"grid-{number}") for number in range(12)]
    world.reconcile(build.manifests(build.connection(), *bindings))

    plans, report = planned(world, build.manifests(build.connection(), bindings[0]))

    assert plans == []
    assert [one.exit_code for one in report.failures] == [6]


def test_nothing_of_a_key_is_in_a_plan_but_its_mask(world, build, manifests):
    world.prober.results = build.online("main")
    world.reconcile(manifests)
    held = {one.fingerprint for one in world.held().values() if one.fingerprint}
    world.keys.value = "another-value"

    (plan,), _ = planned(world, manifests, permissions=Permissions(replaces=("main",)))

    text = render(plan)
    assert plan.changes[0].action is Action.REPLACE
    assert not any(word in text for word in (*held, "another-value", "value-of"))
    assert json.loads(text)["changes"][0]["fields"][0]["to"] == plan.keys[0].masked_key


def test_two_plans_about_one_key_cannot_be_told_to_be_so(world, build):
    world.prober.results = build.online("main", "other")
    manifests = build.manifests(build.connection(), build.connection("other"))

    (one,), _ = planned(world, manifests)
    (two,), _ = planned(world, manifests)

    tokens = [key.fingerprint for plan in (one, two) for key in plan.keys]
    assert len(set(tokens)) == 4
    assert (one.seen.actual != two.seen.actual, one.basis) == (True, two.basis)


def test_without_a_key_of_the_host_no_fingerprint_is_shown(world, build, manifests):
    world.prober.results = build.online("main")
    world.seal = None

    (plan,), _ = planned(world, manifests)

    assert plan.seal is None
    assert [key.fingerprint for key in plan.keys] == [None]
    assert [key.masked_key for key in plan.keys] != [None]


def test_what_a_policy_asks_in_the_end_is_what_counts(world, build, manifests):
    world.prober.results = build.online("main")
    (one,), _ = planned(world, manifests)
    moved = replace(manifests, connections=tuple(reversed(manifests.connections)))

    (same,), _ = planned(world, moved)
    world.rules = []
    (other,), _ = planned(world, manifests)

    assert one.basis.policy == same.basis.policy != other.basis.policy
    assert document(one)["bound"]["policy"] == one.basis.policy


def test_a_waiver_is_a_part_of_the_policy(world, build, manifests):
    world.prober.results = build.online("main")
    document = {
        "apiVersion": "reconciler/v1",
        "kind": "Waiver",
        "metadata": {"name": "for-now"},
        "spec": {"rule": "naming", "finding": "0" * 32, "owner": "ann", "reason": "a move", "until": "2026-12-01"},
    }
    known = Known({}, {}, {"naming": RuleTraits({"warn": Severity.WARN}, "warn")})
    waiver = Placed(Waiver.model_validate(document, context=known), manifests.connections[0].source)

    (without,), _ = planned(world, manifests)
    (waived,), _ = planned(world, replace(manifests, waivers=(waiver,)))

    assert without.basis.policy != waived.basis.policy
