"""What two states of the manifests mean to each other: each change with its direction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.finding import Finding
from reconciler.model.state import JsonValue
from reconciler.values.location import Location


class Direction(StrEnum):
    """Whether a change lets more happen than before, less, or neither; in the order of what to look at first."""

    WIDER = "wider"
    NARROWER = "narrower"
    NEUTRAL = "neutral"

    @property
    def rank(self) -> int:
        """Sort key: what must be looked at first is 0."""
        return list(Direction).index(self)


class Step(StrEnum):
    """What became of one document; a `moved` one has another name, and may have changed as well."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that differs; a list that gained one entry and lost another has two parts.

    Of a secret, `before` and `after` are its references; that its ciphertext differs stands in `why` alone.
    """

    path: str
    before: JsonValue
    after: JsonValue
    direction: Direction
    why: str = ""

    @property
    def order(self) -> tuple[int, str, str]:
        """Sort key: wider first, then by path."""
        return (self.direction.rank, self.path, self.why)


@dataclass(frozen=True, slots=True)
class Difference:
    """One document that differs between the two states, and where it stands in the later of those that have it.

    `name` is the later name, `moved_from` the earlier one of a document that was renamed.
    """

    step: Step
    kind: str
    name: str
    location: Location
    parts: tuple[Part, ...]
    moved_from: str | None = None

    @property
    def direction(self) -> Direction:
        """Wider where any part is, else narrower where any part is."""
        return min((part.direction for part in self.parts), key=lambda one: one.rank, default=Direction.NEUTRAL)

    @property
    def order(self) -> tuple[int, str, str]:
        """Sort key: wider first, then by kind and name."""
        return (self.direction.rank, self.kind, self.name)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between a base and a head, what is wider first; both are named as they were given.

    `unread` is what could not be read of the base: those documents count as not there.
    """

    base: str
    head: str
    differences: tuple[Difference, ...] = ()
    unread: tuple[Finding, ...] = ()

    def count(self, direction: Direction) -> int:
        """How many documents go in one direction."""
        return sum(one.direction is direction for one in self.differences)
