"""Changes that a kill cut off: did they reach the platform or not? A kill never shows as drift."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from reconciler.model.moving import Move
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action
from reconciler.model.ports import Intent, Store
from reconciler.model.state import ManagedObject


def reached(intent: Intent, actual: Sequence[ManagedObject]) -> bool:
    """Tell whether the platform holds what a change was to bring about."""
    change = intent.change
    found = next((one for one in actual if one.id == change.id), None)
    if change.moved_from is not None and any(one.id == (change.kind, change.moved_from) for one in actual):
        return False
    return found is None if change.action is Action.DELETE else found is not None and found == change.target


def recorded_after(
    recorded: Iterable[ManagedObject], intents: Iterable[Intent], actual: Sequence[ManagedObject]
) -> tuple[ManagedObject, ...]:
    """Return what is recorded once every change that reached the platform is settled; nothing is written."""
    objects = {one.id: one for one in recorded}
    for intent in intents:
        if not reached(intent, actual):
            continue
        if intent.change.moved_from is not None:
            move = Move(intent.change.kind, intent.change.moved_from, intent.change.name)
            objects = {one.id: one for one in map(move.of, objects.values())}
        if intent.change.target is None:
            objects.pop(intent.change.id, None)
        else:
            objects[intent.change.id] = intent.change.target
    return tuple(objects[each] for each in sorted(objects))


async def recover(store: Store, actual: Sequence[ManagedObject], at: datetime) -> tuple[Intent, ...]:
    """Settle the changes that reached the platform, drop the others, and return the settled ones.

    To be called under the writer lock, before anything is compared.
    """
    settled = []
    for intent in await store.intents():
        if reached(intent, actual):
            await store.settle(intent, Outcome(intent.change), at)
            settled.append(intent)
        else:
            await store.abandon(intent)
    return tuple(settled)
