"""Whether freeze windows were taken away, shortened, or added: judged by who is frozen in the end, and when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.documents.freeze import Window
from reconciler.documents.policy import Policy
from reconciler.kit.duration import duration
from reconciler.model.comparison import Direction, Part
from reconciler.model.manifest import Placed
from reconciler.model.state import JsonValue

Labels = frozenset[tuple[str, str]]
Policies = Sequence[Placed[Policy]]
TOLD = {Direction.WIDER: "freezes less", Direction.NARROWER: "freezes more"}


class Thawing:
    """The windows of two sets of policies, and the labels to judge them by."""

    def __init__(self, base: Policies, head: Policies) -> None:
        self._base, self._head = base, head

    def by_labels(self, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Part]:
        """Yield what freezes a connection no more, or anew, because its labels changed."""
        old, new = _windows(self._base, before), _windows(self._head, after)
        for name in sorted(old.keys() | new.keys()):
            then, now = old.get(name, []), new.get(name, [])
            for direction in sorted(_directions(then, _flat(new), now, _flat(old))):
                yield Part(
                    f"freeze.{name}", written(then), written(now), direction, f"{TOLD[direction]}, by its labels"
                )

    def of(
        self, then: Placed[Policy] | None, now: Placed[Policy] | None, name: str, universe: Iterable[Labels]
    ) -> frozenset[Direction]:
        """Say in which ways one window of a policy freezes otherwise than it did."""
        found: set[Direction] = set()
        for labels in map(dict, universe):
            old = _windows([then] if then else [], labels).get(name, [])
            new = _windows([now] if now else [], labels).get(name, [])
            found |= _directions(old, _flat(_windows(self._head, labels)), new, _flat(_windows(self._base, labels)))
        return frozenset(found)


def named(placed: Placed[Policy] | None) -> Mapping[str, Window]:
    """Return the windows of a policy by name."""
    return placed.document.spec.freeze if placed is not None else {}


def written(windows: Iterable[Window]) -> JsonValue:
    """Write windows as a manifest does, one by itself."""
    listed: list[JsonValue] = [one.model_dump(mode="json", by_alias=True) for one in windows]
    return listed[0] if len(listed) == 1 else listed or None


def _windows(policies: Policies, labels: Mapping[str, str]) -> dict[str, list[Window]]:
    found: dict[str, list[Window]] = {}
    for placed in policies:
        if placed.document.spec.select.labels.items() <= labels.items():
            for name, window in placed.document.spec.freeze.items():
                found.setdefault(name, []).append(window)
    return found


def _flat(windows: Mapping[str, list[Window]]) -> list[Window]:
    return [one for each in windows.values() for one in each]


def _directions(
    old: Iterable[Window], head: Sequence[Window], new: Iterable[Window], base: Sequence[Window]
) -> set[Direction]:
    is_lost = any(not _covered(one, head) for one in old)
    is_gained = any(not _covered(one, base) for one in new)
    lost = {Direction.WIDER} if is_lost else set()
    return lost | ({Direction.NARROWER} if is_gained else set())


def _covered(one: Window, windows: Iterable[Window]) -> bool:
    """Tell whether other windows freeze at least as much: the same beginning, and as long.

    That of two expressions one is part of the other is not worked out; it is told as one lost and one gained.
    """
    length = duration(one.duration)
    return any(
        (each.cron, each.time_zone) == (one.cron, one.time_zone) and duration(each.duration) >= length
        for each in windows
    )
