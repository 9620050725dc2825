"""Who holds a lock of the store, and since when; it is broken by nobody who does not name it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reconciler.errors import GuardRefused, LockHeld, NothingMatched
from reconciler.kit.clock import iso

# The lock that whoever changes anything holds meanwhile.
WRITER = "writer"


@dataclass(frozen=True, slots=True)
class Held:
    """One lock that was taken and not given back: by whom, since when, until when at most.

    `machine` tells the machine it was taken on from others, this start of it from the one before; it is empty where
    the system does not say.
    """

    name: str
    owner: str
    since: datetime
    until: datetime
    machine: str = ""

    @property
    def id(self) -> str:
        """What this taking of the lock is called; the next one is called otherwise."""
        whole = "\n".join((self.name, self.owner, iso(self.since)))
        return hashlib.sha256(whole.encode()).hexdigest()[:8]


def renewed(held: Held | None, taken: Held) -> Held:
    """Return a lock as it is once its owner takes it again: since then, until now."""
    if held is None or held.owner != taken.owner:
        return taken
    return Held(taken.name, taken.owner, held.since, taken.until, taken.machine)


def refuse_held(held: Held | None, taken: Held, *, is_abandoned: bool = False) -> None:
    """Refuse to take a lock that somebody else holds, unless its time is over or it is proven to be abandoned.

    Raises LockHeld, which says by whom, since when, and how to break it.
    """
    if held is None or held.owner == taken.owner or held.until <= taken.since or is_abandoned:
        return
    raise LockHeld(
        f"{held.owner} is writing since {iso(held.since)}, and holds lock {held.id} until {iso(held.until)}",
        hint=f"wait for that run; if it is gone for good: reconcile unlock {held.id}",
    )


def by_id(locks: Iterable[Held], id: str) -> Held:
    """Return the lock of an id.

    Raises NothingMatched where none is held, GuardRefused where it is another one.
    """
    found = list(locks)
    if not found:
        raise NothingMatched("no lock is held", hint="nothing stands in the way of a run")
    for held in found:
        if held.id == id:
            return held
    known = ", ".join(f"{held.id} by {held.owner} since {iso(held.since)}" for held in found)
    raise GuardRefused("the lock that is held has another id", hint=f"held is {known}")
