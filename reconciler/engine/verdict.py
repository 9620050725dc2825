"""The verdict: from a report to the one number a pipeline looks at. Pure, and blind to the output format."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.probe import Status
from reconciler.model.report import Report
from reconciler.values.severity import Severity

# The first that applies wins. An interrupted or broken run says nothing about the keys, so these two lead.
ORDER = (130, 70, 64, 4, 3, 6, 5, 1, 2, 0)

# Unverified is no success: what is unknown is never treated as safe.
_UNTRUSTED = frozenset({Status.FAILED, Status.UNAVAILABLE, Status.UNVERIFIED})


def exit_code(report: Report, *, detailed: bool) -> int:
    """Return the exit code of a run; `detailed` is the flag `--detailed-exitcode`, which `drift` always has."""
    return min(_codes(report, detailed=detailed or report.command == "drift"), key=_rank)


def _codes(report: Report, *, detailed: bool) -> Iterator[int]:
    yield 0
    if not report.is_valid:
        yield 4
    for failure in report.failures:
        yield failure.exit_code
    # A key that can move value out is a violation even where no finding came with it.
    if any(finding.severity is Severity.DENY and finding.counts for finding in report.findings):
        yield 5
    if any(connection.status is Status.BLOCKED for connection in report.connections):
        yield 5
    if any(connection.status in _UNTRUSTED for connection in report.connections):
        yield 1
    if any(not outcome.done for outcome in report.outcomes or ()):
        yield 1
    differs = report.comparison is not None and report.comparison.differences
    if detailed and (report.drift or report.pending or differs):
        yield 2


def _rank(code: int) -> int:
    # A code nobody planned for must not hide behind a success.
    return ORDER.index(code) if code in ORDER else ORDER.index(70)
