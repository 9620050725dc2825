"""The first and the last line of a report: what was run, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reconciler.model.drift import DriftSeverity
from reconciler.model.plan import Action
from reconciler.model.report import Report
from reconciler.prose import comparison
from reconciler.prose.changes import DONE
from reconciler.prose.words import moment, number, span
from reconciler.values.severity import Severity

_TITLES = {
    "run": "Reconciled",
    "apply": "Applied",
    "watch": "Reconciled",
    "dry-run": "Dry run: nothing was changed",
    "test": "Tested the keys: nothing was changed",
    "drift": "Looked for drift: nothing was changed",
    "diff": "Compared the manifests: nothing was contacted",
}
# Which commands look for changes, and which for drift: only these may say that there is none.
_PLANNING = frozenset({"run", "apply", "watch", "dry-run"})
_LOOKING = frozenset({"drift", "run", "watch", "dry-run"})


def heading(report: Report) -> tuple[str, str]:
    """Return what was run, and the facts about it; the title is empty where the last line says it all."""
    if report.as_of is not None:
        age = span(report.finished_at - report.as_of)
        return f"As of {moment(report.as_of)} ({age} ago)", "no exchange was asked"
    title = _TITLES.get(report.command, "")
    if not title or not report.is_valid:
        return "", ""
    seconds = (report.finished_at - report.started_at).total_seconds()
    facts = [moment(report.started_at), f"{seconds:.1f} s"]
    if report.revision:
        facts.append(f"revision {report.revision[:8]}")
    if report.outcomes is None and report.command in ("run", "apply", "watch"):
        title = "Nothing was applied" if report.failures else "Plan"
    return title, " · ".join(facts)


def summary(report: Report) -> str:
    """Say in one line what came of the run; nothing, where a failure that is told anyway was all there is."""
    if not report.is_valid:
        return f"Invalid: {_findings(report) or number(len(report.failures), 'error')}. Nothing was contacted."
    if report.command == "validate" and report.documents == 0 and report.failures:
        return ""
    if report.comparison is not None:
        return comparison.summary(report.comparison)
    if report.command == "validate":
        verb = "document is" if report.documents == 1 else "documents are"
        found = _findings(report)
        return f"{report.documents} {verb} valid{f', with {found}' if found else ''}."
    parts = list(_parts(report))
    if report.failures and parts:
        parts.append(number(len(report.failures), "failure"))
    return " ".join(f"{part}." for part in parts)


def _parts(report: Report) -> Iterator[str]:
    if report.connections:
        statuses = ", ".join(f"{count} {status}" for status, count in report.statuses.items())
        yield f"{number(len(report.connections), 'connection')}: {statuses}"
    changed = _changes(report)
    if changed:
        yield changed
    elif report.command in _PLANNING and not report.failures:
        yield "Nothing to change"
    if report.drift:
        incidents = sum(one.severity is DriftSeverity.INCIDENT for one in report.drift)
        yield f"{len(report.drift)} drift" + (f" ({number(incidents, 'incident')})" if incidents else "")
    elif report.command in _LOOKING and not report.failures:
        yield "No drift"
    found = _findings(report)
    if found:
        yield found


def _changes(report: Report) -> str:
    held = sum(change.held is not None for change in report.changes)
    if report.outcomes is None:
        counted = Counter(change.action for change in report.changes if change.held is None)
        told = [f"{counted[action]} to {action.value}" for action in Action if counted[action]]
        return ", ".join([*told, f"{held} held"] if held else told)
    counted = Counter(outcome.change.action for outcome in report.outcomes if outcome.done)
    told = [f"{counted[action]} {word}" for action, word in DONE.items() if counted[action]]
    failed = sum(not outcome.done for outcome in report.outcomes)
    missed = len(report.pending) - held - failed
    rest = ((failed, "failed"), (held, "held"), (missed, "not tried"))
    return ", ".join([*told, *(f"{count} {word}" for count, word in rest if count > 0)])


def _findings(report: Report) -> str:
    counted = Counter(finding.severity for finding in report.findings if finding.counts)
    words = ((Severity.DENY, "error"), (Severity.WARN, "warning"), (Severity.INFO, "note"))
    told = [number(counted[severity], word) for severity, word in words if counted[severity]]
    waived = sum(finding.waived is not None for finding in report.findings)
    known = sum(finding.in_baseline and finding.waived is None for finding in report.findings)
    rest = ((waived, "waived"), (known, "in the baseline"))
    return ", ".join([*told, *(f"{count} {word}" for count, word in rest if count)])
