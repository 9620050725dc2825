"""Drift: who says what of a field, incidents first."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kit.terminal import Ink, fold, harmless, paint
from reconciler.model.drift import Drift, DriftSeverity, DriftSource
from reconciler.model.format import Style
from reconciler.prose.changes import shown

# Where a difference was seen, in words.
WHERE = {DriftSource.PLATFORM: "on the platform", DriftSource.EXCHANGE: "at the exchange"}


def drift(all_of_it: Sequence[Drift], style: Style) -> list[str]:
    """Show each drift: declared what, found what, and where."""
    return [line for one in ranked(all_of_it) for line in _one(one, style)]


def ranked(all_of_it: Sequence[Drift]) -> list[Drift]:
    """Return drift in the order it is told: incidents first."""
    order = list(DriftSeverity)
    return sorted(all_of_it, key=lambda one: (order.index(one.severity), one.kind, one.name, one.path))


def _one(one: Drift, style: Style) -> list[str]:
    is_incident = one.severity is DriftSeverity.INCIDENT
    mark, ink = ("✗", Ink.BAD) if is_incident else ("~", Ink.CAUTION)
    label = "incident " if is_incident else ""
    head = fold(f"{mark} {label}{one.kind} {harmless(one.name)}, {WHERE[one.source]}", style.width, indent="    ")
    told = f"    {harmless(one.path)}: declared {shown(one.desired)} → found {shown(one.actual)}"
    return [*(paint(line, ink, colour=style.colour) for line in head), *fold(told, style.width, indent="      ")]
