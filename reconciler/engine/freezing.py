"""Freeze windows: while one is open, nothing that it selects is changed but what narrows. Pure; now is an argument.

Any open window is enough, whatever other policies say. What must stop is stopped at any time: no window holds back a
suspension, a binding that is switched off, or an update that only allows less. A deletion is held, since it cannot be
taken back; and so is a new name for nothing, which changes nothing that trades, and is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.documents.freeze import Window
from reconciler.documents.policy import Policy
from reconciler.engine import widening
from reconciler.engine.changes import connection_of, is_narrowing
from reconciler.kit.clock import iso
from reconciler.kit.cron import open_until, parse, zone
from reconciler.kit.duration import duration
from reconciler.model.comparison import Direction
from reconciler.model.manifest import Placed
from reconciler.model.plan import Action, Change
from reconciler.model.state import JsonValue, Kind, ManagedObject

_Id = tuple[Kind, str]
_LABELS = "metadata.labels."


@dataclass(frozen=True, slots=True)
class Open:
    """A window that is open: its name, its policy, whom it selects, until when; None where that is not known."""

    name: str
    policy: str
    labels: Mapping[str, str]
    until: datetime | None

    @property
    def told(self) -> str:
        """Why something is held, in words."""
        end = iso(self.until) if self.until else "its time zone is known here"
        return f"frozen by {self.name} of policy {self.policy} until {end}"


@dataclass(frozen=True, slots=True)
class Freezing:
    """The windows that are open, the one that ends last first."""

    windows: Sequence[Open] = ()
    sides: Sequence[Mapping[_Id, ManagedObject]] = field(default=())

    def between(self, *sides: Mapping[_Id, ManagedObject]) -> Freezing:
        """Return the same windows for objects as they are and as they are to be: labels of either side count."""
        return Freezing(self.windows, sides)

    def holds(self, change: Change) -> str | None:
        """Say by which window a change is held, None where it may be made."""
        if not self.windows or change.action is Action.SUSPEND or is_narrowing(change) or self._only_narrows(change):
            return None
        labels = list(self._labels(change))
        for window in self.windows:
            if any(window.labels.items() <= each.items() for each in labels):
                return window.told
        return None

    def _labels(self, change: Change) -> Iterator[Mapping[str, str]]:
        """Yield the labels of the connections that a change is about, on every side."""
        objects = [side[change.id] for side in self.sides if change.id in side]
        objects += [change.target] if change.target is not None else []
        names = {str(connection_of(one)) for one in objects if one.kind is Kind.BINDING}
        connections = [one for one in objects if one.kind is Kind.CONNECTION]
        connections += [side[Kind.CONNECTION, n] for n in names for side in self.sides if (Kind.CONNECTION, n) in side]
        # What nothing is known of is frozen by what freezes everything, and by nothing less.
        yield from map(_labels_of, connections)
        if not connections:
            yield {}

    def _only_narrows(self, change: Change) -> bool:
        before = next((side[change.id] for side in self.sides if change.id in side), None)
        if change.action is not Action.UPDATE or before is None or change.target is None:
            return False
        told = list(widening.parts(change.kind, _without_labels(before), _without_labels(change.target)))
        is_plain = all(not each.path.startswith(_LABELS) for each in change.fields)
        return bool(told) and is_plain and all(part.direction is Direction.NARROWER for part in told)


NOT_FROZEN = Freezing()


def frozen(policies: Iterable[Placed[Policy]], now: datetime) -> Freezing:
    """Return the windows of policies that are open at a moment."""
    found = [
        Open(name, placed.name, placed.document.spec.select.labels, until)
        for placed in policies
        for name, window in placed.document.spec.freeze.items()
        for is_open, until in [_open(window, now)]
        if is_open
    ]
    return Freezing(sorted(found, key=lambda one: (one.until is not None, _ends(one), one.policy, one.name)))


def _open(window: Window, now: datetime) -> tuple[bool, datetime | None]:
    clock = zone(window.time_zone)
    if clock is None:
        # It was known when the manifests were read; a guard that cannot be checked refuses.
        return True, None
    until = open_until(parse(window.cron), clock, duration(window.duration), now)
    return until is not None, until


def _ends(one: Open) -> float:
    return -one.until.timestamp() if one.until else 0.0


def _labels_of(one: ManagedObject) -> dict[str, str]:
    return {path.removeprefix(_LABELS): str(value) for path, value in one.fields.items() if path.startswith(_LABELS)}


def _without_labels(one: ManagedObject) -> dict[str, JsonValue]:
    return {path: value for path, value in one.fields.items() if not path.startswith(_LABELS)}
