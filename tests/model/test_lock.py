"""A lock says who holds it, and goes to nobody else while its time lasts."""

from datetime import UTC, datetime, timedelta

import pytest

from reconciler.errors import GuardRefused, LockHeld, NothingMatched
from reconciler.model.lock import Held, by_id, refuse_held, renewed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HELD = Held("writer", "ann@host pid 1", NOW, NOW + timedelta(minutes=1))


def taken(owner: str, after: int = 0) -> Held:
    since = NOW + timedelta(seconds=after)
    return Held("writer", owner, since, since + timedelta(minutes=1))


def test_a_lock_that_is_held_is_refused_with_its_owner_its_age_and_its_id():
    with pytest.raises(LockHeld, match="ann@host pid 1 is writing since 2026-11-22T12:00:00Z") as refusal:
        refuse_held(HELD, taken("bob@host pid 2", 59))

    assert refusal.value.hint.endswith(f"reconcile unlock {HELD.id}")


def test_a_lock_is_free_for_its_owner_after_its_time_and_once_it_is_proven_abandoned():
    refuse_held(None, taken("bob@host pid 2"))
    refuse_held(HELD, taken("ann@host pid 1"))
    refuse_held(HELD, taken("bob@host pid 2", 60))
    refuse_held(HELD, taken("bob@host pid 2"), is_abandoned=True)


def test_renewing_keeps_the_id_and_taking_gives_a_new_one():
    again, other = renewed(HELD, taken("ann@host pid 1", 30)), renewed(HELD, taken("bob@host pid 2", 60))

    assert (again.id, again.since, again.until) == (HELD.id, NOW, NOW + timedelta(seconds=90))
    assert other.id != HELD.id
    assert renewed(None, HELD) == HELD


def test_a_lock_is_named_by_its_id_alone():
    assert by_id([HELD], HELD.id) == HELD
    with pytest.raises(NothingMatched):
        by_id([], HELD.id)
    with pytest.raises(GuardRefused, match="another id"):
        by_id([HELD], "ann@host pid 1")
