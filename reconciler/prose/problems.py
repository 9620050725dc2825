"""What is wrong with connections, and what to do: causes first, so that one outage is told once."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kit.terminal import Ink, fold, paint
from reconciler.model.format import Style
from reconciler.model.probe import ProbeResult, Status
from reconciler.model.report import ConnectionReport
from reconciler.prose import rights
from reconciler.prose.connections import MARKS, title
from reconciler.prose.incidents import NO_INCIDENTS, Incidents
from reconciler.prose.words import listed, moment, said, span

_FINE = frozenset({Status.ONLINE, Status.PENDING})
_INDENT = "    "


def problems(connections: Sequence[ConnectionReport], style: Style, incidents: Incidents = NO_INCIDENTS) -> list[str]:
    """Tell of each connection that is not fine: what, why, the way out, what follows, and what was proven before."""
    lines = [line for cause, group in causes(connections) for line in _group(cause, group, style, incidents)]
    notes = [line for one in connections for line in _notes(one, style)]
    return [*lines, *notes]


def causes(connections: Sequence[ConnectionReport]) -> list[tuple[str, list[ConnectionReport]]]:
    """Group the connections that are not fine by what is wrong, the worst first; each group has one way out."""
    groups: dict[tuple[str, ...], list[ConnectionReport]] = {}
    for one in connections:
        if one.status not in _FINE:
            cause = one.diagnosis.value if one.diagnosis else one.status.value
            groups.setdefault((one.status, cause, one.message, one.remedy), []).append(one)
    order = list(Status)
    ranked = sorted(groups.items(), key=lambda group: order.index(group[1][0].status))
    return [(key[1], group) for key, group in ranked]


def _group(cause: str, group: Sequence[ConnectionReport], style: Style, incidents: Incidents) -> list[str]:
    first = group[0]
    mark, ink = MARKS[first.status]
    head = f"{mark} {cause}: {listed(_named(one) for one in group)}"
    opening, *others = fold(head, style.width, indent=_INDENT)
    lines = [paint(opening, ink, colour=style.colour), *(paint(other, ink, colour=style.colour) for other in others)]
    lines += _told(first.message, style)
    lines += _told(first.remedy, style, label="fix: ", ink=Ink.STRONG)
    for told in incidents.lines([one.name for one in group]):
        lines += fold(f"{_INDENT}{told}", style.width, indent=_INDENT + "    ")
    lines += [line for one in group for line in _before(one, style, alone=len(group) == 1)]
    return lines


def _named(one: ConnectionReport) -> str:
    return one.name if one.display_name in ("", one.name) else f"{one.display_name} ({one.name})"


def _told(text: str, style: Style, *, label: str = "", ink: Ink | None = None) -> list[str]:
    if not text:
        return []
    margin = _INDENT + " " * len(label)
    first, *others = fold(f"{_INDENT}{label}{said(text)}", style.width, indent=margin)
    return [_INDENT + paint(label, ink, colour=style.colour) + first[len(margin) :], *others]


def _before(one: ConnectionReport, style: Style, *, alone: bool) -> list[str]:
    result = one.result
    if result is None or one.status is not Status.UNAVAILABLE:
        return []
    who = "" if alone else f"{title(one)}: "
    return _told(who + last_proven(result, one.markets), style)


def last_proven(result: ProbeResult, markets: Sequence[str]) -> str:
    """Say what was proven of a key before it could not be asked, and how old that is."""
    if result.proven_at is None:
        return "never proven before"
    age = span(result.tested_at - result.proven_at)
    return f"last proven {moment(result.proven_at)} ({age} earlier): {rights.in_short(result.rights, markets)}"


def _notes(one: ConnectionReport, style: Style) -> list[str]:
    notes = one.result.notes if one.result else ()
    return [line for note in notes for line in fold(f"note: {title(one)}: {said(note)}", style.width, indent="    ")]
