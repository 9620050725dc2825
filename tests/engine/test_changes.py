from __future__ import annotations

from dataclasses import replace

from reconciler.engine.changes import creation, deletion, differences, narrowed, runs, steps
from reconciler.model.plan import Action
from reconciler.model.state import Kind, ManagedObject

GRID = ManagedObject(Kind.BINDING, "grid", {"spec.connection": "main", "spec.enabled": True, "spec.riskLevel": "a"})
MAIN = ManagedObject(Kind.CONNECTION, "main", {"spec.account": "main"}, "aa")


def test_differences_name_each_path_once_and_sorted():
    after = replace(GRID, fields={"spec.connection": "main", "spec.enabled": False, "spec.new": [1]}, suspended="x")

    found = [(each.path, each.before, each.after) for each in differences(GRID, after)]

    assert found == [
        ("spec.enabled", True, False),
        ("spec.new", None, [1]),
        ("spec.riskLevel", "a", None),
        ("suspended", None, "x"),
    ]


def test_there_is_no_difference_between_equals():
    assert differences(GRID, replace(GRID)) == ()


def test_a_creation_shows_what_comes_and_a_deletion_what_goes():
    assert {each.after for each in creation(MAIN, "").fields} == {"main", "aa"}
    assert {each.before for each in deletion(MAIN).fields} == {"main", "aa"}
    assert deletion(MAIN).target is None


def test_steps_suspend_first_and_each_starts_where_the_last_one_ends():
    target = replace(GRID, fields={**GRID.fields, "spec.riskLevel": "b"}, suspended="why")

    suspend, update = steps(GRID, target, "")

    assert (suspend.action, suspend.target) == (Action.SUSPEND, replace(GRID, suspended="why"))
    assert (update.action, update.target) == (Action.UPDATE, target)
    assert differences(suspend.target, update.target) == update.fields


def test_another_reason_is_a_suspension_again_and_never_a_moment_of_running():
    (step,) = steps(replace(GRID, suspended="a"), replace(GRID, suspended="b"), "")

    assert (step.action, step.target.suspended) == (Action.SUSPEND, "b")


def test_another_key_and_other_fields_are_one_replacement():
    (step,) = steps(MAIN, replace(MAIN, fields={"spec.account": "b"}, fingerprint="bb"), "")

    assert step.action is Action.REPLACE
    assert [each.path for each in step.fields] == ["spec.account", "spec.credentials"]


def test_only_an_update_that_switches_off_and_more_is_split():
    more = replace(GRID, fields={**GRID.fields, "spec.enabled": False, "spec.riskLevel": "b"})
    off = replace(GRID, fields={**GRID.fields, "spec.enabled": False})
    (both,), (only,) = steps(GRID, more, ""), steps(GRID, off, "")

    first, second = narrowed(both, GRID)

    assert (first.target, second.target) == (off, more)
    assert narrowed(only, GRID) is None


def test_a_binding_runs_when_it_is_enabled_and_not_suspended():
    assert runs(GRID)
    assert not runs(replace(GRID, suspended="x"))
    assert not runs(replace(GRID, fields={"spec.enabled": False}))
    assert not runs(None)
