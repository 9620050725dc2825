"""What changed between two states of the conditions: one entry a change, and no more of them than are kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from reconciler.model.watched import Condition, Transition, Truth

# Of each connection. The next one takes the place of the oldest, so that a store never grows.
KEPT = 100


def transitions(
    name: str, before: Iterable[Condition], after: Iterable[Condition], *, first: int, now: datetime
) -> tuple[Transition, ...]:
    """Return an entry for each condition that changed, numbered on from `first`.

    A condition that is looked at for the first time is told of unless it is unknown, which is no news.
    """
    known = {one.kind: one.truth for one in before}
    changed = [one for one in after if known.get(one.kind, Truth.UNKNOWN) is not one.truth]
    return tuple(
        Transition(name, first + at, one.kind, known.get(one.kind), one.truth, one.reason, now, one.message)
        for at, one in enumerate(changed)
    )


def place(transition: Transition) -> str:
    """Return where a transition is kept: one of the places of its connection, the oldest one's."""
    return f"{transition.name}/{transition.number % KEPT:03}"


def places(name: str) -> tuple[str, ...]:
    """Return every place of a connection, to be emptied once it is gone."""
    return tuple(f"{name}/{number:03}" for number in range(KEPT))
