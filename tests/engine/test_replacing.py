"""A key is rotated by itself; one of another account needs a word under running bindings, and so do many at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.engine.order import Mode
from reconciler.model.plan import Action
from reconciler.model.plan_file import digested
from reconciler.model.probe import Account
from reconciler.model.saved import Permissions


def of_account(build, uid, *names):
    return {name: build.result(name, account=Account(uid)) for name in names}


@pytest.fixture
def manifests(build):
    return build.manifests(build.connection(), build.binding())


@pytest.fixture
def rotated(world, build, manifests):
    """A function that applies a key of one account, and then looks at one of another behind the same name."""

    def rotate(old, new, mode=Mode.APPLY, fleet=manifests, names=("main",), **order):
        world.prober.results = of_account(build, old, *names)
        world.reconcile(fleet)
        world.keys.value = "another-value-of-the-secret"
        world.prober.results = of_account(build, new, *names)
        return world.reconcile(fleet, mode, **order)

    return rotate


def test_a_new_key_of_the_same_account_needs_nobodys_word(rotated):
    report = rotated("7", "7")

    assert [(one.change.action, one.done) for one in report.outcomes] == [(Action.REPLACE, True)]
    assert report.failures == ()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("7", "8", "one of another account"),
        (None, "8", "one that is not shown to be of the same account"),
        ("7", None, "one that is not shown to be of the same account"),
        (None, None, "one that is not shown to be of the same account"),
    ],
)
def test_a_key_of_another_account_is_held_while_bindings_run_on_it(world, rotated, old, new, what):
    report = rotated(old, new)

    told = f"the key of main would be replaced by {what} while grid runs on it"
    assert [(one.action, one.held) for one in report.changes] == [(Action.REPLACE, told)]
    assert [(one.message, one.hint, one.exit_code) for one in report.failures] == [
        (told, "if it is meant: --allow-replace main", 6)
    ]
    assert report.outcomes == ()
    assert world.held()["grid"].suspended is None


def test_asked_again_and_again_it_is_held_again_and_again(world, manifests, rotated):
    rotated("7", "8")

    assert [one.exit_code for one in world.reconcile(manifests).failures] == [6]


def test_with_a_word_for_this_very_connection_it_is_replaced(world, manifests, rotated):
    report = rotated("7", "8", permissions=Permissions(replaces=("main",)))

    assert [(one.change.action, one.done) for one in report.outcomes] == [(Action.REPLACE, True)]


def test_a_word_for_another_connection_is_none_for_this_one(rotated):
    assert [one.exit_code for one in rotated("7", "8", permissions=Permissions(replaces=("other",))).failures] == [6]


@pytest.mark.parametrize("state", [{"enabled": False}, None])
def test_where_nothing_runs_a_key_of_any_account_may_come(build, rotated, state):
    bindings = [] if state is None else [build.binding(**state)]

    report = rotated("7", "8", fleet=build.manifests(build.connection(), *bindings))

    assert [(one.change.action, one.done) for one in report.outcomes] == [(Action.REPLACE, True)]


def test_many_keys_at_once_need_a_word_each_even_of_the_same_accounts(world, build, rotated):
    names = [f"main-{number}" for number in range(10)]
    fleet = build.manifests(*map(build.connection, names))

    report = rotated("7", "7", fleet=fleet, names=names)
    some = world.reconcile(fleet, permissions=Permissions(replaces=tuple(names[:6])))
    rest = world.reconcile(fleet, permissions=Permissions(replaces=tuple(names[6:])))

    assert [one.message for one in report.failures] == ["10 of 10 connections get another key at once, more than 30 %"]
    assert report.outcomes == ()
    assert [one.exit_code for one in some.failures] == [6]
    assert len(some.outcomes) == 6
    assert (rest.failures, len(rest.outcomes)) == ((), 4)


def test_a_third_of_the_keys_is_a_rotation(world, build, rotated):
    names = [f"main-{number}" for number in range(10)]
    fleet = build.manifests(*map(build.connection, names))

    report = rotated("7", "7", fleet=fleet, names=names, permissions=Permissions(replaces=tuple(names[3:])))

    assert (report.failures, len(report.outcomes)) == ((), 10)


def test_a_plan_remembers_the_word_and_no_other_can_be_added(world, build, manifests, rotated):
    plans = []
    rotated("7", "8", Mode.PLAN, keep=plans.append, permissions=Permissions(replaces=("main",)))
    (plan,) = plans
    less = digested(replace(plan, permissions=Permissions()))

    without = world.reconcile(manifests, saved=replace(less, seal=build.key.seal(less.digest)))
    added = world.reconcile(
        manifests,
        saved=replace(less, seal=build.key.seal(less.digest)),
        permissions=Permissions(replaces=("main",)),
    )
    report = world.reconcile(manifests, saved=plan)

    assert {one.exit_code for one in (*without.failures, *added.failures)} == {6}
    assert [(one.change.action, one.done) for one in report.outcomes] == [(Action.REPLACE, True)]


def test_a_plan_that_needs_a_word_is_not_kept_without_it(rotated):
    plans = []

    rotated("7", "8", Mode.PLAN, keep=plans.append)

    assert plans == []
