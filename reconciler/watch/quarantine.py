"""Which keys are left alone because their exchange refused them: asking again would only look like guessing. Pure."""

from __future__ import annotations

from datetime import datetime

from reconciler.model.probe import Check, CheckState, Diagnosis, ProbeResult
from reconciler.model.watched import Quarantine


def holds(quarantine: Quarantine | None, fingerprint: str | None, manifest: str) -> bool:
    """Tell whether a key is still the one that was refused, declared as it was then.

    Whoever asks for a test by hand ends the quarantine; that is not seen here. A key whose secret is not open is
    taken for the same one.
    """
    if quarantine is None or quarantine.manifest != manifest:
        return False
    return fingerprint is None or quarantine.fingerprint == fingerprint


def after(
    result: ProbeResult, fingerprint: str | None, manifest: str, now: datetime, before: Quarantine | None = None
) -> Quarantine | None:
    """Return the quarantine that a test leads to; None for every key that was not refused as such.

    A lost answer neither begins one nor ends one.
    """
    if fingerprint is None or result.diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE:
        return before if holds(before, fingerprint, manifest) else None
    if not _is_refused(result):
        return None
    since = before.since if before is not None and holds(before, fingerprint, manifest) else now
    return Quarantine(fingerprint, manifest, since, result.message)


def _is_refused(result: ProbeResult) -> bool:
    # A key that could withdraw stays Blocked after it was deleted, and is as dead as any other.
    if result.diagnosis is Diagnosis.WITHDRAWAL_ENABLED:
        return result.checks.get(Check.KEY) is CheckState.FAIL
    return result.diagnosis is Diagnosis.INVALID_KEY
