"""The changes: planned, held, or what was really done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from reconciler.kit.terminal import Ink, cells, fold, harmless, pad, paint
from reconciler.model.format import Style
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Change, FieldChange
from reconciler.model.report import Report
from reconciler.model.state import JsonValue, Kind
from reconciler.prose.incidents import NO_INCIDENTS, Incidents
from reconciler.prose.words import said

MARKS: dict[Action, tuple[str, Ink | None]] = {
    Action.CREATE: ("+", Ink.GOOD),
    Action.UPDATE: ("~", Ink.CAUTION),
    Action.REPLACE: ("±", Ink.CAUTION),
    Action.SUSPEND: ("‖", Ink.CAUTION),
    Action.RESUME: ("▸", Ink.GOOD),
    Action.DELETE: ("-", Ink.BAD),
}
# What is held or was not tried must not look like what happens.
_STOPPED = "!"
DONE = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.REPLACE: "replaced",
    Action.SUSPEND: "suspended",
    Action.RESUME: "resumed",
    Action.DELETE: "deleted",
}
# A new object stands in the manifest for everybody to read; these tell which one it is.
_TELLING = ("spec.exchange", "spec.account", "spec.markets", "spec.strategy", "spec.connection", "spec.market")
_LONGEST = 60

# One object may take two steps: updated, then suspended.
Step = tuple[Action, Kind, str, str | None]
Outcomes = Mapping[Step, Outcome]


def changes(report: Report, style: Style, incidents: Incidents = NO_INCIDENTS) -> list[str]:
    """Show each change: what it does or did, to what, why, from which value to which.

    What is held for an incident says only so: the story is told with the problem.
    """
    outcomes = None if report.outcomes is None else {one.change.step: one for one in report.outcomes}
    widest = min(max((cells(harmless(change.name)) for change in report.changes), default=0), style.width // 2)
    # A column that some rows have and others have not is hard to read: all of a kind, or none.
    crowded = {change.kind for change in report.changes if not _fits(change, outcomes, widest, style)}
    return [
        line
        for change in map(incidents.shortened, report.changes)
        for line in _change(change, outcomes, widest, style, is_short=change.kind not in crowded)
    ]


def _reason(change: Change) -> str:
    return said(change.reason) or _telling(change)


def _head(change: Change, mark: str, verb: str, widest: int) -> str:
    return f"{mark} {verb:<9}  {change.kind:<15}  {pad(harmless(change.name), widest)}"


def _fits(change: Change, outcomes: Outcomes | None, widest: int, style: Style) -> bool:
    mark, _, verb, _ = _state(change, outcomes)
    return cells(f"{_head(change, mark, verb, widest)}  {_reason(change)}") <= style.width


def _change(change: Change, outcomes: Outcomes | None, widest: int, style: Style, *, is_short: bool) -> list[str]:
    mark, ink, verb, trouble = _state(change, outcomes)
    what, reason = _head(change, mark, verb, widest), _reason(change)
    first, *others = [f"{what}  {reason}".rstrip()] if is_short else fold(what.rstrip(), style.width, indent="    ")
    lines = [paint(mark, ink, colour=style.colour) + first[len(mark) :], *others]
    if reason and not is_short:
        lines += fold(f"    {reason}", style.width, indent="      ")
    if trouble:
        lines += [
            paint(line, ink, colour=style.colour) for line in fold(f"    {trouble}", style.width, indent="      ")
        ]
    return lines if change.action is Action.CREATE else lines + _fields(change.fields, style)


def _state(change: Change, outcomes: Outcomes | None) -> tuple[str, Ink | None, str, str]:
    mark, ink = MARKS[change.action]
    if change.held is not None:
        return _STOPPED, Ink.CAUTION, change.action, f"held: {said(change.held)}"
    if outcomes is None:
        return mark, ink, change.action, ""
    outcome = outcomes.get(change.step)
    if outcome is None:
        return _STOPPED, Ink.CAUTION, change.action, "not tried"
    if outcome.error is None:
        return "✓", Ink.GOOD, DONE[change.action], ""
    return "✗", Ink.BAD, change.action, f"failed: {said(outcome.error)}"


def _telling(change: Change) -> str:
    if change.action is not Action.CREATE:
        return ""
    values = {field.path: field.after for field in change.fields}
    return ", ".join(f"{path.rpartition('.')[2]} {shown(values[path])}" for path in _TELLING if values.get(path))


def _fields(fields: Sequence[FieldChange], style: Style) -> list[str]:
    return [
        line
        for field in fields
        for line in fold(
            f"    {harmless(field.path)}: {shown(field.before)} → {shown(field.after)}", style.width, indent="      "
        )
    ]


def shown(value: JsonValue) -> str:
    """Write a value on one line, shortened when it is long; a plain word stands without quotes."""
    if value is None:
        return "none"
    if isinstance(value, str) and value and value.isprintable() and not value[0].isspace():
        text = value
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        text = ", ".join(map(str, value)) or "none"
    else:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    text = harmless(text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
