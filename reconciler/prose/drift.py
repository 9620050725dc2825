"""Drift: who says what of a field, incidents first."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kit.terminal import Ink, fold, harmless, paint
from reconciler.model.drift import Drift, DriftSeverity, DriftSource
from reconciler.model.format import Style
from reconciler.prose.changes import shown

_WHERE = {DriftSource.PLATFORM: "on the platform", DriftSource.EXCHANGE: "at the exchange"}


def drift(all_of_it: Sequence[Drift], style: Style) -> list[str]:
    """Show each drift: declared what, found what, and where."""
    order = list(DriftSeverity)
    ranked = sorted(all_of_it, key=lambda one: (order.index(one.severity), one.kind, one.name, one.path))
    return [line for one in ranked for line in _one(one, style)]


def _one(one: Drift, style: Style) -> list[str]:
    is_incident = one.severity is DriftSeverity.INCIDENT
    mark, ink = ("✗", Ink.BAD) if is_incident else ("~", Ink.CAUTION)
    label = "incident " if is_incident else ""
    head = fold(f"{mark} {label}{one.kind} {harmless(one.name)}, {_WHERE[one.source]}", style.width, indent="    ")
    told = f"    {harmless(one.path)}: declared {shown(one.desired)} → found {shown(one.actual)}"
    return [*(paint(line, ink, colour=style.colour) for line in head), *fold(told, style.width, indent="      ")]
