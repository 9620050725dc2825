"""Text for people: what is wrong, what will change, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kit.terminal import Ink, cells, fold, inert, paint
from reconciler.model.format import Format, Style
from reconciler.model.report import Report
from reconciler.prose.changes import changes
from reconciler.prose.comparison import comparison
from reconciler.prose.connections import connections
from reconciler.prose.drift import drift
from reconciler.prose.findings import failures, findings, unmanaged
from reconciler.prose.incidents import NO_INCIDENTS, incidents
from reconciler.prose.problems import problems
from reconciler.prose.summary import heading, summary
from reconciler.prose.watching import watching

FORMAT = Format(
    "text",
    "tables and sentences for people",
    ".txt",
    "text/plain",
    page="""\
The default. As wide as the terminal, in colour only there; plain and 120 columns wide anywhere else.
""",
)

# These never test a key, so a table of connections would only say that.
_OFFLINE = frozenset({"validate", "diff"})


def render(report: Report, style: Style) -> str:
    """Write a report for a person: sections with a blank line between them, and the sum of it last."""
    tested = report.is_valid and report.command not in _OFFLINE
    told = incidents(report) if tested else NO_INCIDENTS
    sections = [
        _heading(report, style),
        connections(report.connections, style) if tested else [],
        problems(report.connections, style, told) if tested else [],
        _titled(_changed(report), changes(report, style, told), style),
        comparison(report.comparison, style) if report.comparison else [],
        _titled("Drift", drift(report.drift, style), style),
        _titled("Watched", watching(report.connections, style, report.finished_at), style),
        findings(told.others(report.findings), style),
        unmanaged(report.unmanaged, style),
        failures(report.failures, style),
        _summary(report, style),
    ]
    text = "\n\n".join("\n".join(line.rstrip(" ") for line in lines) for lines in sections if lines)
    return inert(text + "\n")


def _heading(report: Report, style: Style) -> list[str]:
    title, facts = heading(report)
    if not title:
        return []
    parts = [paint(title, Ink.STRONG, colour=style.colour), paint(facts, Ink.QUIET, colour=style.colour)]
    return [" · ".join(parts)] if cells(f"{title} · {facts}") <= style.width else parts


def _changed(report: Report) -> str:
    if report.outcomes is None:
        return "Changes"
    return "Applied" if any(outcome.done for outcome in report.outcomes) else "Not applied"


def _titled(title: str, lines: Sequence[str], style: Style) -> list[str]:
    return [paint(title, Ink.STRONG, colour=style.colour), *lines] if lines else []


def _summary(report: Report, style: Style) -> list[str]:
    told = summary(report)
    return [paint(line, Ink.STRONG, colour=style.colour) for line in fold(told, style.width)] if told else []
