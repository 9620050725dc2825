"""What outlives the loop: the state of each connection, its transitions, and who asked for a test meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from reconciler.errors import StoreError
from reconciler.model.codec import decode, encode
from reconciler.model.ports import Store
from reconciler.model.state import JsonValue
from reconciler.model.watched import Transition, Watched
from reconciler.watch.transitions import place, places

T = TypeVar("T")
_STATES, _TRANSITIONS, _ASKED = "watched", "transitions", "asked"


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody asks for a test of some connections now; none named means all."""

    names: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of the loop changes, all at once: states, transitions, who is gone, which wishes are granted."""

    states: Iterable[Watched] = ()
    transitions: Sequence[Transition] = ()
    gone: Collection[str] = ()
    granted: Collection[str] = field(default=())


async def states(store: Store) -> dict[str, Watched]:
    """Return what is known of each connection, by name.

    Raises StoreError.
    """
    return {name: _read(Watched, body) for name, body in (await store.notes(_STATES)).items()}


async def history(store: Store, name: str | None = None) -> tuple[Transition, ...]:
    """Return the transitions that are kept of one connection, or of all, oldest first.

    Raises StoreError.
    """
    found = [_read(Transition, body) for body in (await store.notes(_TRANSITIONS)).values()]
    chosen = [one for one in found if name in (None, one.name)]
    return tuple(sorted(chosen, key=lambda one: (one.at, one.name, one.number)))


async def keep(store: Store, step: Step) -> None:
    """Keep what one step changed, whole or not at all."""
    kept: dict[str, JsonValue] = {one.name: encode(one) for one in step.states}
    told: dict[str, JsonValue] = {place(one): encode(one) for one in step.transitions}
    for name in step.gone:
        kept[name] = None
        told.update(dict.fromkeys(places(name)))
    await store.note({_STATES: kept, _TRANSITIONS: told, _ASKED: dict.fromkeys(step.granted)})


async def wish(store: Store, names: Sequence[str], now: datetime) -> None:
    """Ask whoever watches for a test of some connections, or of all; it stays until it is granted."""
    await store.note({_ASKED: {uuid.uuid4().hex: encode(Wish(tuple(names), now))}})


async def wishes(store: Store) -> Mapping[str, Wish]:
    """Return what was asked for and not granted yet.

    Raises StoreError.
    """
    return {key: _read(Wish, body) for key, body in (await store.notes(_ASKED)).items()}


def _read(kind: type[T], body: JsonValue) -> T:
    try:
        return decode(kind, body)
    except ValueError as error:
        message = f"the store holds a {kind.__name__} that cannot be read"
        raise StoreError(message, hint="restore the store from a backup, or move it away and apply again") from error
