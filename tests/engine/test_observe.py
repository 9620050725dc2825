"""Both sides are read as they are, and a selected run sees only its part of them."""

import asyncio

from reconciler.engine.observe import Observed, observe
from reconciler.model.plan import Action, Change
from reconciler.model.ports import Intent
from reconciler.model.state import Kind, ManagedObject
from reconciler.stores.memory import Memory, MemoryStore

MINE, OTHER = (ManagedObject(Kind.CONNECTION, name) for name in ("mine", "other"))


class Shelf:
    """A platform that only holds things."""

    async def read(self):
        return [MINE, OTHER]


def test_everything_a_decision_needs_is_read_at_once():
    store = MemoryStore(Memory())
    asyncio.run(store.adopt([MINE], []))

    seen = asyncio.run(observe(Shelf(), store))

    assert list(seen.actual) == [MINE, OTHER]
    assert list(seen.recorded) == [MINE]


def test_a_selection_hides_what_it_may_not_touch():
    change = Change(Action.UPDATE, Kind.CONNECTION, "other")
    seen = Observed([MINE, OTHER], [MINE, OTHER], [Intent("run", 1, change)])

    part = seen.within(frozenset({MINE.id}))

    assert (part.actual, part.recorded, part.intents) == ([MINE], [MINE], [])
    assert seen.within(None) is seen
