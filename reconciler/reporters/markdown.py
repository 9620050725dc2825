"""Markdown for a step summary or a comment: what matters first, the rest folded, all of it within a comment's limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reconciler.model.comparison import Direction
from reconciler.model.drift import DriftSeverity
from reconciler.model.finding import Finding
from reconciler.model.format import Format, Style
from reconciler.model.probe import Status
from reconciler.model.report import ConnectionReport, Report
from reconciler.prose import rights
from reconciler.prose.changes import changes, shown
from reconciler.prose.comparison import comparison
from reconciler.prose.connections import MANY
from reconciler.prose.drift import WHERE, ranked
from reconciler.prose.markdown import code, fenced, prose, table
from reconciler.prose.notices import is_wrong
from reconciler.prose.problems import causes, last_proven
from reconciler.prose.summary import heading, summary
from reconciler.prose.words import number
from reconciler.values.severity import Severity

FORMAT = Format(
    "markdown",
    "a step summary or a comment: what is Blocked first, details folded, never too long to post",
    ".md",
    "text/markdown",
    page="""\
Show it on the page of a GitHub run, or post it as a comment:

  reconcile --dry-run -o text -o "markdown=$GITHUB_STEP_SUMMARY"
  reconcile --dry-run -o markdown=comment.md; gh pr comment --body-file comment.md

A comment holds 65,536 characters; no more are written, the worst first, and what is left out is counted. Whatever a
manifest, an exchange or a platform worded stands in code spans where it could be a tag, a link or a mention.
""",
)

# https://docs.github.com/en/rest/issues/comments allows a body of 65,536 characters; counted in bytes here, which is
# never less, with room for what a posting step may add. Last verified 2026-11-22.
MOST = 65_000
# What the last line of a part that was cut takes, and the end of a folded part.
_RESERVE = 200
_WIDTH = 100
_NAMED = 8
# Where the last line of a text report says it all.
_TITLES = {True: "Validated: nothing was contacted", False: "Invalid manifests: nothing was contacted"}
_ORDER = (
    Status.BLOCKED,
    Status.FAILED,
    Status.UNVERIFIED,
    Status.UNAVAILABLE,
    Status.PENDING,
    Status.SUSPENDED,
    Status.ONLINE,
)
_SIGNS = {
    Status.ONLINE: "✅",
    Status.BLOCKED: "⛔",
    Status.FAILED: "❌",
    Status.UNAVAILABLE: "⚠",
    Status.UNVERIFIED: "❓",
    Status.SUSPENDED: "⏸",
    Status.PENDING: "⏳",
}
_LEVELS = {Severity.DENY: ("❌", "error"), Severity.WARN: ("⚠", "warning"), Severity.INFO: ("\u2139", "note")}
_HEADING = ("", "connection", "exchange", "markets", "status", "read", "trade", "withdraw", "also may")


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the page: its items may be cut off from the end, its head and tail may not.

    `more` begins the line that says how many items are left out: a list item, or a line of code.
    """

    items: Sequence[str]
    head: Sequence[str] = ()
    tail: Sequence[str] = ()
    more: str = "- "


def render(report: Report, style: Style) -> str:
    """Write the parts that have something to tell, as far as they fit."""
    lines: list[str] = []
    room = MOST
    for part in _parts(report):
        fitted = _fitted(part, room)
        room -= _size(fitted) + 1
        lines += [*fitted, ""] if fitted else []
    return "\n".join(lines).rstrip("\n") + "\n"


def _size(lines: Iterable[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)


def _fitted(part: _Part, room: int) -> list[str]:
    room -= _size((*part.head, *part.tail)) + _RESERVE
    taken: list[str] = []
    for item in part.items:
        room -= _size([item])
        if room < 0:
            break
        taken.append(item)
    left = len(part.items) - len(taken)
    if not part.items or room + _size(part.items[:1]) < 0:
        return []
    more = [f"{part.more}… and {left} more, left out here: reconcile -o json lists them all"] if left else []
    return [*part.head, *taken, *more, *part.tail]


def _parts(report: Report) -> Iterator[_Part]:
    is_tested = report.is_valid and report.command not in ("validate", "diff")
    connections = report.connections if is_tested else ()
    yield _Part(_opening(report))
    yield _Part([_told("❌ **error**:", one.message, one.hint) for one in report.failures])
    yield _table(connections)
    yield _Part([_problem(cause, group) for cause, group in causes(connections)])
    yield _comparison(report)
    yield _drift(report)
    yield _changes(report)
    for severity in Severity:
        yield _findings(severity, [one for one in report.findings if one.counts and one.severity is severity])
    yield _waived(report)
    yield _unmanaged(report)


def _opening(report: Report) -> list[str]:
    title, facts = heading(report)
    lines = [f"<!-- reconcile {report.command} -->", f"## {_sign(report)} {title or _TITLES[report.is_valid]}"]
    told = summary(report)
    return [*lines, *(["", f"**{prose(told)}**"] if told else []), *(["", prose(facts)] if facts else [])]


def _sign(report: Report) -> str:
    statuses = {one.status for one in report.connections}
    if Status.BLOCKED in statuses or any(one.severity is DriftSeverity.INCIDENT for one in report.drift):
        return _SIGNS[Status.BLOCKED]
    severities = {one.severity for one in report.findings if one.counts}
    failed = any(not one.done for one in report.outcomes or ())
    if report.failures or failed or Severity.DENY in severities or Status.FAILED in statuses:
        return _SIGNS[Status.FAILED]
    wrong = report.drift or any(is_wrong(one) for one in report.connections)
    is_wider = report.comparison is not None and report.comparison.count(Direction.WIDER) > 0
    return _SIGNS[Status.UNAVAILABLE if wrong or is_wider or Severity.WARN in severities else Status.ONLINE]


def _table(connections: Sequence[ConnectionReport]) -> _Part:
    order = sorted(connections, key=lambda one: _ORDER.index(one.status))
    listed = order if len(order) <= MANY else [one for one in order if one.status is not Status.ONLINE]
    head, rule, *rows = table(_HEADING, [_row(one) for one in listed])
    fine = len(order) - len(listed)
    tail = ["", f"{'and ' if listed else ''}{fine} Online"] if fine else []
    return _Part(rows, [head, rule], tail, more="\n") if listed else _Part(tail[1:])


def _row(one: ConnectionReport) -> list[str]:
    known = one.result.rights if one.result else None
    may = [
        rights.reading(known)[0] if known else "",
        rights.trading(known, one.markets)[0] if known else "",
        rights.withdrawing(known)[0] if known else "",
        rights.besides(known)[0] if known else "",
    ]
    may[2] = "**YES**" if may[2] == "YES" else may[2]
    venue = one.exchange if one.environment == "live" else f"{one.exchange} ({one.environment})"
    also = code(may[3])
    return [_SIGNS[one.status], _who(one), prose(venue), prose(", ".join(one.markets)), one.status, *may[:3], also]


def _who(one: ConnectionReport) -> str:
    name = code(one.name)
    return name if one.display_name in ("", one.name) else f"{prose(one.display_name, 80)} {name}"


def _problem(cause: str, group: Sequence[ConnectionReport]) -> str:
    first, rest = group[:_NAMED], len(group) - _NAMED
    names = ", ".join(map(_who, first)) + (f" and {rest} more" if rest > 0 else "")
    lines = _told(f"{_SIGNS[group[0].status]} **{cause}**: {names}\\\n ", group[0].message, group[0].remedy)
    result = group[0].result
    if len(group) == 1 and result is not None and group[0].status is Status.UNAVAILABLE:
        lines += f"\\\n  {prose(last_proven(result, group[0].markets))}"
    notes = [note for one in group for note in (one.result.notes if one.result else ())][:_NAMED]
    return lines + "".join(f"\\\n  note: {prose(note)}" for note in notes)


def _told(lead: str, message: str, remedy: str) -> str:
    """Return a list item: what is wrong, and on a line of its own the way out."""
    fix = f"\\\n  **fix:** {prose(remedy)}" if remedy else ""
    return f"- {lead} {prose(message)}".rstrip() + fix


def _drift(report: Report) -> _Part:
    items = []
    for one in ranked(report.drift):
        is_incident = one.severity is DriftSeverity.INCIDENT
        lead = "⛔ **incident**:" if is_incident else "⚠"
        values = f"declared {code(shown(one.desired))}, found {code(shown(one.actual))} {WHERE[one.source]}"
        items.append(f"- {lead} {one.kind} {code(one.name)}: {code(one.path)} {values}")
    incidents = sum(one.severity is DriftSeverity.INCIDENT for one in report.drift)
    title = f"{len(items)} drift" + (f", {number(incidents, 'incident')}" if incidents else "")
    return _folded(title, items, is_open=incidents > 0)


def _comparison(report: Report) -> _Part:
    if report.comparison is None:
        return _Part(())
    differences = report.comparison.differences
    fence, *lines, end = fenced(comparison(report.comparison, Style(_WIDTH)))
    counts = [f"{count} {direction}" for direction in Direction if (count := report.comparison.count(direction))]
    part = _folded(", ".join(counts), lines if differences else [], is_open=True)
    return _Part(part.items, [*part.head, fence], [end, *part.tail], more="")


def _changes(report: Report) -> _Part:
    fence, *lines, end = fenced(changes(report, Style(_WIDTH)), "diff")
    done = sum(one.done for one in report.outcomes or ())
    held = sum(one.held is not None for one in report.changes)
    facts = [number(len(report.changes), "change"), f"{done} done" if report.outcomes is not None else ""]
    title = ", ".join(fact for fact in (*facts, f"{held} held" if held else "") if fact)
    part = _folded(title, lines if report.changes else [])
    return _Part(part.items, [*part.head, fence], [end, *part.tail], more="")


def _findings(severity: Severity, found: Sequence[Finding]) -> _Part:
    sign, word = _LEVELS[severity]
    order = sorted(found, key=lambda one: one.order)
    items = [_told(f"{sign} {code(str(one.location))} {code(one.rule)}", one.message, one.remedy) for one in order]
    return _folded(number(len(items), word), items, is_open=severity is Severity.DENY)


def _waived(report: Report) -> _Part:
    waived = [(one, one.waived) for one in sorted(report.findings, key=lambda one: one.order) if one.waived]
    items = [
        f"- {code(str(one.location))} {code(one.rule)} {prose(one.message)}, "
        f"until {prose(by.until)} by {prose(by.owner)}: {prose(by.reason)}"
        for one, by in waived
    ]
    return _folded(f"{len(items)} waived", items)


def _unmanaged(report: Report) -> _Part:
    items = [f"- {kind} {code(name)}" for kind, name in report.unmanaged]
    return _folded(f"{len(items)} unmanaged, left alone", items)


def _folded(title: str, items: Sequence[str], *, is_open: bool = False) -> _Part:
    head = [f"<details{' open' if is_open else ''}>", f"<summary>{title}</summary>", ""]
    return _Part(items, head, ["", "</details>"])
