"""How each connection stands: its last effective result, put into the words of a report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from reconciler.documents.connection import Connection
from reconciler.engine.order import Known
from reconciler.model.finding import Finding
from reconciler.model.manifest import Placed
from reconciler.model.probe import Check, CheckState, Diagnosis, ProbeResult, Status
from reconciler.model.report import ConnectionReport
from reconciler.values.secret import Credentials


def unopened(placed: Placed[Connection], findings: tuple[Finding, ...], now: datetime) -> ProbeResult:
    """Return the result of a connection whose secrets did not open: nothing was asked, nothing is proven."""
    own = [finding for finding in findings if finding.name == placed.name]
    return ProbeResult(
        name=placed.name,
        exchange=placed.document.spec.exchange,
        diagnosis=Diagnosis.UNVERIFIED,
        message="the key was not tested: " + "; ".join(finding.message for finding in own),
        remedy=own[0].remedy if own else "",
        tested_at=now,
        checks=dict.fromkeys(Check, CheckState.SKIPPED),
        environment=placed.document.spec.environment,
    )


def is_suspended(placed: Placed[Connection], now: datetime) -> bool:
    """Whether the manifest suspends the connection at this moment; the day named is the last day of the pause."""
    suspend = placed.document.spec.suspend
    return suspend is not None and now.date() <= date.fromisoformat(suspend.until)


def standing(
    placed: Placed[Connection],
    result: ProbeResult | None,
    credentials: Mapping[str, Credentials],
    now: datetime,
    known: Mapping[str, Known] = MappingProxyType({}),
) -> ConnectionReport:
    """Return the report of one connection; a declared pause shows only where nothing worse is known."""
    spec = placed.document.spec
    status = result.status if result else Status.PENDING
    message = result.message if result else ""
    if is_suspended(placed, now) and status in (Status.ONLINE, Status.PENDING) and spec.suspend is not None:
        status = Status.SUSPENDED
        message = f"suspended by its manifest until {spec.suspend.until}: {spec.suspend.reason}"
    return ConnectionReport(
        name=placed.name,
        display_name=spec.display_name or placed.name,
        exchange=spec.exchange,
        environment=spec.environment,
        markets=spec.markets,
        status=status,
        diagnosis=result.diagnosis if result else None,
        message=message,
        remedy=result.remedy if result else "",
        masked_key=_masked(placed.name, credentials, known),
        result=result,
    )


def _masked(name: str, credentials: Mapping[str, Credentials], known: Mapping[str, Known]) -> str | None:
    if name in credentials:
        return credentials[name].masked_key
    return known[name].masked_key if name in known else None
