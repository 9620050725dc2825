from __future__ import annotations

from reconciler.model.plan import Action, Change, Plan
from reconciler.model.state import Kind

READY = Change(Action.CREATE, Kind.CONNECTION, "a")
HELD = Change(Action.CREATE, Kind.BINDING, "a", held="its connection is not Online")


def test_only_what_nothing_holds_is_ready():
    plan = Plan((READY, HELD))

    assert plan.ready == (READY,)
    assert not plan.is_empty
    assert Plan(unchanged=3).is_empty


def test_kinds_tell_objects_of_one_name_apart():
    assert READY.id != HELD.id
