"""A saved plan is applied as it was reviewed, or not at all, and the refusal says what has moved."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.engine.order import Mode
from reconciler.kit.keyfile import HostKey
from reconciler.model.plan import Action
from reconciler.model.plan_file import digested
from reconciler.model.probe import Diagnosis
from reconciler.model.saved import Permissions
from reconciler.policies.naming import RULE as NAMING


@pytest.fixture
def manifests(build):
    return build.manifests(build.connection(), build.binding())


def made(world, manifests, **order):
    """Return the plan of a dry run."""
    plans = []
    world.reconcile(manifests, Mode.PLAN, keep=plans.append, **order)
    return plans[0]


def applied(world, manifests, plan, **order):
    return world.reconcile(manifests, saved=plan, **order)


def refusal(report):
    """Return why a plan was refused, having made sure that it was."""
    assert [one.exit_code for one in report.failures] == [6]
    assert not report.outcomes
    return report.failures[0].message


def resealed(build, plan, **fields):
    """Return a plan with other fields and a fresh seal: the digest and the seal are no help against its own host."""
    plan = digested(replace(plan, **fields))
    return replace(plan, seal=build.key.seal(plan.digest))


def test_a_plan_applied_as_it_is_gives_exactly_its_changes(world, build, manifests):
    world.prober.results = build.online("main")
    plan = made(world, manifests)

    report = applied(world, manifests, plan)

    assert [(one.change.action, one.change.name, one.done) for one in report.outcomes] == [
        (Action.CREATE, "main", True),
        (Action.CREATE, "grid", True),
    ]
    assert world.reconcile(manifests, Mode.PLAN).changes == ()
    assert len(world.prober.asked) == 3


def test_what_came_up_since_is_shown_and_left_alone(world, build):
    world.prober.results = build.online("main", "second")
    pause = {"until": build.now.date().isoformat(), "reason": "a move"}
    paused = build.connection(suspend=pause)
    world.reconcile(build.manifests(paused, build.binding()))
    manifests = build.manifests(paused, build.binding(), build.connection("second"))
    plan = made(world, manifests, lifetime=timedelta(days=2))
    world.clock.advance(24 * 3600)

    report = applied(world, manifests, plan)

    assert [one.change.name for one in report.outcomes] == ["second"]
    assert [(one.action, one.held) for one in report.pending] == [
        (Action.RESUME, "the plan does not hold it: make a new one")
    ]
    assert world.held()["grid"].suspended is not None


def test_an_empty_plan_may_be_applied_again_and_again(world, build, manifests):
    world.prober.results = build.online("main")
    world.reconcile(manifests)
    plan = made(world, manifests)

    reports = [applied(world, manifests, plan) for _ in range(2)]

    assert [(report.failures, report.outcomes) for report in reports] == [((), ())] * 2


def test_a_plan_is_applied_once_even_where_everything_is_again_as_it_was(world, build, manifests):
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    applied(world, manifests, plan)
    world.reconcile(build.manifests())
    assert world.held() == {}

    assert "it was applied at 2026-11-22T12:00:00Z" in refusal(applied(world, manifests, plan))
    assert world.held() == {}


def test_a_plan_that_was_begun_is_spent(world, build, manifests):
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    applied(world, manifests, plan, stop=lambda: True)

    assert "it was applied at" in refusal(applied(world, manifests, plan))


def test_a_refused_plan_is_not_spent(world, build, manifests):
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    world.prober.results = {"main": build.result(diagnosis=Diagnosis.EXCHANGE_UNAVAILABLE)}
    refusal(applied(world, manifests, plan))
    world.prober.results = build.online("main")

    assert [one.done for one in applied(world, manifests, plan).outcomes] == [True, True]


@pytest.mark.parametrize(
    ("around", "says"),
    [
        ({"revision": "def5678"}, "the revision moved from abc1234 to def5678"),
        ({"revision": None}, "the revision moved from abc1234 to none"),
        ({"settings": "other"}, "the settings in reconciler.yaml moved"),
        ({"is_selection": True}, "it was made for another selection"),
        ({"rules": [NAMING]}, "the policy moved"),
    ],
)
def test_a_plan_whose_surroundings_moved_is_refused(world, build, manifests, around, says):
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    world.around.update(around)

    assert says in refusal(applied(world, manifests, plan))
    assert world.held() == {}


def test_a_plan_of_another_version_is_refused(world, build, manifests):
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    other = resealed(build, plan, basis=replace(plan.basis, program="9.9.9"))

    assert "made by reconcile 9.9.9, and this is" in refusal(applied(world, manifests, other))


def test_a_plan_of_other_manifests_is_refused(world, build, manifests):
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    other = build.manifests(build.connection(), build.binding(riskLevel="aggressive"))

    assert "the manifests moved" in refusal(applied(world, other, plan))


def test_a_plan_is_refused_once_the_platform_or_the_record_moved(world, build, manifests):
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    world.prober.results = build.online("main", "other")
    world.reconcile(build.manifests(build.connection("other")))

    told = refusal(applied(world, manifests, plan))

    assert "the platform moved" in told
    assert "the recorded state moved" in told


def test_a_plan_is_refused_when_the_key_behind_it_is_another_one(world, build, manifests):
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    world.keys.value = "another-value-of-the-secret"

    assert "the key of main is another one" in refusal(applied(world, manifests, plan))


def test_without_a_key_of_the_host_the_masked_key_tells(world, build, manifests):
    world.prober.results = build.online("main")
    world.seal = None
    plan = made(world, manifests)
    world.seal = build.key.seal
    world.keys.value = "another-value-of-the-secret"
    told = refusal(applied(world, manifests, plan))
    world.keys.value = None

    assert "the key of main is another one" in told
    assert [one.done for one in applied(world, manifests, plan).outcomes] == [True, True]


@pytest.mark.parametrize("diagnosis", list(Diagnosis))
def test_a_plan_is_refused_when_a_verdict_moved_and_a_blocked_key_is_never_resumed(world, build, manifests, diagnosis):
    world.prober.results = build.online("main")
    world.reconcile(manifests)
    world.prober.results = {"main": build.result(diagnosis=Diagnosis.WITHDRAWAL_ENABLED)}
    world.reconcile(manifests)
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    assert [one.action for one in plan.ready] == [Action.RESUME]
    world.prober.results = {"main": build.result(diagnosis=diagnosis)}

    told = refusal(applied(world, manifests, plan))

    assert "the verdict on main moved from Online to " in told
    assert world.held()["grid"].suspended is not None


def test_a_plan_is_refused_when_one_right_moved(world, build, manifests):
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    world.prober.results = {"main": build.result(rights=build.rights(transfer="granted"))}

    assert "the verdict on main moved: transfer was unknown and is granted" in refusal(applied(world, manifests, plan))


def test_what_was_learnt_of_a_key_stays_known_though_the_plan_is_refused(world, build, manifests):
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    world.prober.results = {"main": build.result(diagnosis=Diagnosis.WITHDRAWAL_ENABLED)}
    refusal(applied(world, manifests, plan))

    known = asyncio.run(world.ports(read_only=True).store.proven())

    assert known["main"].result.diagnosis is Diagnosis.WITHDRAWAL_ENABLED


def test_an_expired_plan_is_refused(world, build, manifests):
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    world.clock.advance(3600)

    assert "it expired at 2026-11-22T13:00:00Z" in refusal(applied(world, manifests, plan))


def test_a_clock_that_was_set_back_brings_no_plan_back(world, build, manifests):
    world.prober.results = build.online("main")
    world.reconcile(manifests)
    plan = made(world, build.manifests(build.connection()))
    world.clock.advance(-3600)
    early = refusal(applied(world, build.manifests(build.connection()), plan))
    world.clock.advance(2 * 3600)
    world.reconcile(manifests)
    world.clock.advance(-3500)

    late = refusal(applied(world, build.manifests(build.connection()), plan))

    assert "it was made at 2026-11-22T12:00:00Z and it is 2026-11-22T11:00:00Z now: a clock was set back" in early
    assert "the last run ended at 2026-11-22T13:00:00Z" in late


def test_a_plan_of_another_host_is_refused(world, build, manifests):
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    forged = replace(plan, seal=HostKey(bytes(32)).seal(plan.digest))

    assert "not made by this host" in refusal(applied(world, manifests, forged))


def test_a_plan_with_more_permission_than_it_was_made_with_is_refused(world, build, manifests):
    world.prober.results = build.online("main")
    world.reconcile(manifests)
    plan = made(world, build.manifests(build.connection()))
    wider = digested(replace(plan, permissions=Permissions(deletes=700)))

    assert "not made by this host, or was changed" in refusal(
        applied(world, build.manifests(build.connection()), wider)
    )


def test_a_plan_without_a_seal_is_good_only_where_nothing_was_applied(world, build, manifests):
    world.prober.results = build.online("main")
    world.reconcile(manifests)
    plan = made(world, build.manifests(build.connection()))

    stripped = replace(plan, seal=None)

    assert "not made by this host" in refusal(applied(world, build.manifests(build.connection()), stripped))


def test_what_is_permitted_is_what_the_plan_was_made_with(world, build):
    world.prober.results = build.online("main")
    many = [build.binding(f"grid-{number}") for number in range(12)]
    world.reconcile(build.manifests(build.connection(), *many))
    left = build.manifests(build.connection(), many[0])
    plan = made(world, left, permissions=Permissions(11))

    report = applied(world, left, plan)

    assert (report.failures, len(report.outcomes), len(world.held())) == ((), 11, 2)


def test_a_plan_that_asks_for_what_is_not_needed_is_refused(world, build, manifests):
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    asks = resealed(build, plan, changes=(replace(plan.changes[0], action=Action.DELETE), *plan.changes[1:]))

    assert "delete of Connection main is not what is needed now" in refusal(applied(world, manifests, asks))


def test_a_plan_that_asks_for_what_is_held_is_refused(world, build, manifests):
    world.prober.results = {"main": build.result(diagnosis=Diagnosis.UNVERIFIED)}
    plan = made(world, manifests)
    asks = resealed(build, plan, changes=tuple(replace(one, held=None) for one in plan.changes))

    assert "create of Connection main is held now: Unverified" in refusal(applied(world, manifests, asks))


def test_a_part_of_a_plan_is_only_a_part_of_what_is_needed(world, build, manifests):
    world.prober.results = build.online("main")
    plan = made(world, manifests)
    part = resealed(build, plan, changes=plan.changes[:1])

    report = applied(world, manifests, part)

    assert [one.change.name for one in report.outcomes] == ["main"]
