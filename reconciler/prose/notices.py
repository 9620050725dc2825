"""A report as a list of notices, for formats that know nothing but problems at places.

Not findings alone: a diagnosis, drift, a change that was held or failed are notices too, each with a rule id and a
fingerprint.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.kit.terminal import harmless
from reconciler.model.comparison import Difference, Direction
from reconciler.model.drift import Drift, DriftSeverity
from reconciler.model.finding import Finding, digest, fingerprinted
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Change
from reconciler.model.probe import Diagnosis, Status
from reconciler.model.report import ConnectionReport, Report
from reconciler.model.state import Kind
from reconciler.prose.changes import shown
from reconciler.prose.comparison import told
from reconciler.prose.drift import WHERE
from reconciler.prose.words import said
from reconciler.values.location import Location
from reconciler.values.severity import Severity

NO_WITHDRAW = "no-withdraw"
# The rule ids of what is no finding; those of diagnoses are their names.
DRIFTED, HELD, NOT_DONE, WIDER = "drift", "change-held", "change-failed", "wider"
DIAGNOSED: Mapping[Diagnosis, str] = {one: one.value.lower().replace(" ", "-") for one in Diagnosis}
# Unavailable is over by itself; what is known or feared of a key is not.
_WAITING = frozenset({Diagnosis.EXCHANGE_UNAVAILABLE})
_SAME_AS_WITHDRAW = frozenset({Diagnosis.WITHDRAWAL_ENABLED, Diagnosis.UNVERIFIED})


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that is wrong; its texts are harmless lines. `is_urgent` where value may be leaving.

    `excuse` says why it does not count, where it does not.
    """

    rule: str
    severity: Severity
    message: str
    fingerprint: str
    location: Location | None = None
    remedy: str = ""
    kind: str | None = None
    name: str | None = None
    is_urgent: bool = False
    excuse: str = ""

    @property
    def order(self) -> tuple[bool, int, bool, Location, str, str]:
        """Sort key: what is urgent first, then worst first, then by place."""
        place = self.location or Location("")
        return (not self.is_urgent, self.severity.rank, self.location is None, place, self.rule, self.message)


def notices(report: Report, *, once: bool = False, with_excused: bool = False) -> list[Notice]:
    """Return everything that is wrong, worst first, each with a fingerprint of its own.

    With `once`, the rule no-withdraw stays silent of connections whose diagnosis says the same: where only ten of them
    are shown, no two should be one. What is waived or in the baseline is told to those who ask for it.
    """
    named = fingerprinted(report.findings)
    found = [_finding(one, fingerprint) for one, fingerprint in named if one.counts or with_excused]
    if once:
        blocked = {one.name for one in report.connections if one.diagnosis in _SAME_AS_WITHDRAW}
        found = [one for one in found if one.rule != NO_WITHDRAW or one.name not in blocked]
    everything = [*found, *_beside(report)]
    return _numbered(sorted(everything, key=lambda one: one.order))


def _beside(report: Report) -> Iterator[Notice]:
    at = report.place_of
    yield from (_connection(one, at(Kind.CONNECTION, one.name)) for one in report.connections if is_wrong(one))
    yield from (_drift(one, at(one.kind, one.name)) for one in report.drift)
    yield from (_held(one, at(*one.id)) for one in report.changes if one.held is not None)
    yield from (_not_done(one, at(*one.change.id)) for one in report.outcomes or () if not one.done)
    compared = report.comparison.differences if report.comparison else ()
    yield from (_wider(one) for one in compared if one.direction is Direction.WIDER)


def is_wrong(one: ConnectionReport) -> bool:
    """Whether a connection has a problem: a declared pause and a test to come are none."""
    return one.status not in (Status.ONLINE, Status.PENDING, Status.SUSPENDED)


def _finding(one: Finding, fingerprint: str) -> Notice:
    return Notice(
        rule=harmless(one.rule),
        severity=one.severity,
        message=said(one.message),
        fingerprint=fingerprint,
        location=one.location,
        remedy=said(one.remedy),
        kind=one.kind,
        name=one.name,
        is_urgent=one.rule == NO_WITHDRAW and one.severity is Severity.DENY,
        excuse=_excuse(one),
    )


def _excuse(one: Finding) -> str:
    if one.waived is not None:
        waived = one.waived
        return f"waived until {waived.until} by {said(waived.owner)}: {said(waived.reason)}"
    return "it is in the baseline" if one.in_baseline else ""


def _connection(one: ConnectionReport, place: Location | None) -> Notice:
    cause = one.diagnosis.value if one.diagnosis else one.status.value
    return Notice(
        rule=DIAGNOSED[one.diagnosis] if one.diagnosis else cause.lower(),
        severity=Severity.WARN if one.diagnosis in _WAITING else Severity.DENY,
        message=f"{harmless(one.name)}: {cause}" + (f": {said(one.message)}" if one.message else ""),
        fingerprint=digest("connection/v1", cause, one.name),
        location=place,
        remedy=said(one.remedy),
        kind=Kind.CONNECTION,
        name=one.name,
        is_urgent=one.status is Status.BLOCKED,
    )


def _drift(one: Drift, place: Location | None) -> Notice:
    is_incident = one.severity is DriftSeverity.INCIDENT
    values = f"declared {shown(one.desired)}, found {shown(one.actual)} {WHERE[one.source]}"
    return Notice(
        rule=DRIFTED,
        severity=Severity.DENY if is_incident else Severity.WARN,
        message=f"{one.kind} {harmless(one.name)} drifted: {harmless(one.path)} is {values}",
        fingerprint=digest("drift/v1", one.source, one.kind, one.name, one.path),
        location=place,
        kind=one.kind,
        name=one.name,
        is_urgent=is_incident,
    )


def _held(one: Change, place: Location | None) -> Notice:
    return Notice(
        rule=HELD,
        severity=Severity.INFO,
        message=f"{one.kind} {harmless(one.name)}: {one.action} is held: {said(one.held or '')}",
        fingerprint=digest("held/v1", one.action, one.kind, one.name),
        location=place,
        kind=one.kind,
        name=one.name,
    )


def _not_done(one: Outcome, place: Location | None) -> Notice:
    change = one.change
    return Notice(
        rule=NOT_DONE,
        severity=Severity.DENY,
        message=f"{change.kind} {harmless(change.name)}: {change.action} failed: {said(one.error or '')}",
        fingerprint=digest("failed/v1", change.action, change.kind, change.name),
        location=place,
        kind=change.kind,
        name=change.name,
    )


def _wider(one: Difference) -> Notice:
    parts = [told(part, one.step) for part in one.parts if part.direction is Direction.WIDER]
    return Notice(
        rule=WIDER,
        severity=Severity.WARN,
        message=f"{one.kind} {harmless(one.name)} gets wider: {'; '.join(parts)}",
        fingerprint=digest("wider/v1", one.kind, one.name, *(part.path for part in one.parts)),
        location=one.location,
        kind=one.kind,
        name=one.name,
    )


def _numbered(ranked: Iterable[Notice]) -> list[Notice]:
    seen: Counter[str] = Counter()
    numbered = []
    for one in ranked:
        seen[one.fingerprint] += 1
        count = seen[one.fingerprint]
        numbered.append(one if count == 1 else replace(one, fingerprint=digest(one.fingerprint, count)))
    return numbered
