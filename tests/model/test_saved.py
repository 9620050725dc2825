"""A saved plan asks for what nothing held when it was made."""

from datetime import UTC, datetime

from reconciler.model.plan import Action, Change
from reconciler.model.saved import Basis, Permissions, SavedPlan, Seen
from reconciler.model.state import Kind

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_only_what_nothing_held_is_asked_for():
    ready = Change(Action.CREATE, Kind.CONNECTION, "main")
    held = Change(Action.CREATE, Kind.BINDING, "grid", held="connection main is held")
    basis = Basis("0.1.0", None, None, "a", "b", "c")

    plan = SavedPlan("1", NOW, NOW, Permissions(), basis, Seen("d", "e"), changes=(ready, held))

    assert plan.ready == (ready,)
