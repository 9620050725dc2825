"""The gate of a comparison: a pipeline stops at what is wider, or at anything at all. Pure."""

from __future__ import annotations

from dataclasses import replace

from reconciler.errors import GuardRefused
from reconciler.model.comparison import Direction
from reconciler.model.report import Failure, Report


def gated(report: Report, fail_on: str | None) -> Report:
    """Return the report of a comparison with a failure where it holds what must not pass: `wider`, or `any`."""
    if fail_on is None or report.comparison is None:
        return report
    compared = report.comparison
    if compared.unread:
        told = "the base could not be read in full, so that nobody can tell what is wider than it was"
        hint = "mend the base, or have somebody look at the whole change and approve it"
        report = replace(report, failures=(*report.failures, Failure(told, hint, GuardRefused.exit_code)))
    is_any = fail_on == "any"
    stopped = [one for one in compared.differences if is_any or one.direction is Direction.WIDER]
    if not stopped:
        return report
    count = len(stopped)
    one, many = ("differs", "differ") if is_any else ("lets more happen than before", "let more happen than before")
    told = f"1 document {one}" if count == 1 else f"{count} documents {many}"
    hint = f"have somebody look at what is above and approve it: --fail-on {fail_on} lets nothing of it pass"
    return replace(report, failures=(*report.failures, Failure(told, hint, GuardRefused.exit_code)))
