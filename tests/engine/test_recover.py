from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from reconciler.engine.changes import creation, deletion, steps
from reconciler.engine.recover import reached, recorded_after, recover
from reconciler.model.ports import Intent
from reconciler.model.state import Kind, ManagedObject
from reconciler.stores.memory import Memory, MemoryStore

GRID = ManagedObject(Kind.BINDING, "grid", {"spec.connection": "main", "spec.enabled": True})
OFF = replace(GRID, fields={"spec.connection": "main", "spec.enabled": False})
CREATE = Intent("run-0", 0, creation(GRID, ""))
UPDATE = Intent("run-0", 1, next(steps(GRID, OFF, "")))
DELETE = Intent("run-0", 2, deletion(GRID))


@pytest.mark.parametrize(
    ("intent", "actual", "expected"),
    [
        (CREATE, [GRID], True),
        (CREATE, [], False),
        (CREATE, [OFF], False),
        (UPDATE, [OFF], True),
        (UPDATE, [GRID], False),
        (UPDATE, [], False),
        (DELETE, [], True),
        (DELETE, [GRID], False),
    ],
)
def test_a_change_reached_the_platform_when_the_platform_holds_its_target(intent, actual, expected):
    assert reached(intent, actual) is expected


def test_the_record_of_a_dry_run_is_completed_in_memory():
    assert recorded_after([], [CREATE], [GRID]) == (GRID,)
    assert recorded_after([GRID], [UPDATE], [OFF]) == (OFF,)
    assert recorded_after([GRID], [UPDATE], [GRID]) == (GRID,)
    assert recorded_after([GRID], [DELETE], []) == ()


@pytest.mark.parametrize(("actual", "recorded", "told"), [([GRID], [GRID], 1), ([], [], 0)])
def test_recovery_settles_what_got_through_and_drops_the_rest(build, actual, recorded, told):
    async def scenario():
        store = MemoryStore(Memory())
        await store.lock("ann@host pid 1", build.now, 60)
        await store.begin(build.run())
        await store.intend(build.run(), 0, CREATE.change)
        settled = await recover(store, actual, build.now)
        again = await recover(store, actual, build.now)
        return settled, again, await store.recorded(), await store.intents(), await store.history()

    settled, again, kept, intents, history = asyncio.run(scenario())

    assert (len(settled), again, intents) == (told, (), [])
    assert (kept, len(history)) == (recorded, told)
