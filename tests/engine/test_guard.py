from __future__ import annotations

import pytest

from reconciler.engine.guard import guard_deletions
from reconciler.errors import MassDeletion
from reconciler.model.plan import Action, Change, Plan
from reconciler.model.state import Kind


def deleting(count: int, *, held: str | None = None) -> Plan:
    return Plan(tuple(Change(Action.DELETE, Kind.BINDING, f"b{n}", held=held) for n in range(count)))


@pytest.mark.parametrize(
    ("deletions", "managed", "allowed"), [(9, 9, 0), (3, 10, 0), (30, 100, 0), (4, 10, 4), (10, 10, 11), (0, 5000, 0)]
)
def test_a_plan_within_bounds_passes(deletions, managed, allowed):
    guard_deletions(deleting(deletions), managed=managed, allowed=allowed)


@pytest.mark.parametrize(("deletions", "managed", "allowed"), [(4, 10, 0), (4, 10, 3), (31, 100, 0), (10, 10, 9)])
def test_a_plan_that_deletes_more_is_refused_and_told_the_number_to_allow(deletions, managed, allowed):
    with pytest.raises(MassDeletion, match=f"deletes {deletions} of {managed}") as refusal:
        guard_deletions(deleting(deletions), managed=managed, allowed=allowed)

    assert f"--allow-deletes {deletions}" in refusal.value.hint


def test_deletions_that_are_held_do_not_count():
    guard_deletions(deleting(10, held="still used"), managed=10)
