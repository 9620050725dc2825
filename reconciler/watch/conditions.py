"""What is held true of each connection, and for how long without new proof. Pure.

A lost answer changes nothing that was proven, however often answers are lost; only time does: what was proven true too
long ago is unknown again. What was proven false stays so until it is disproven, since unknown must not sound better.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.model.finding import Finding
from reconciler.model.probe import Check, CheckState, Diagnosis, ProbeResult
from reconciler.model.watched import Condition, ConditionKind, Truth
from reconciler.values.rights import Right, Verdict
from reconciler.values.severity import Severity

# What this rule denies is told by the condition about addresses, and not once more by the one about rights.
ADDRESS_RULE = "ip-allowlist"
_CHECKS: Mapping[ConditionKind, Check] = {
    ConditionKind.KEY_VALID: Check.KEY,
    ConditionKind.RIGHTS_COMPLIANT: Check.PERMISSIONS,
    ConditionKind.BALANCE_READABLE: Check.BALANCE,
    ConditionKind.STATUS_READABLE: Check.STATUS,
}
_TRUTHS = {CheckState.PASS: Truth.TRUE, CheckState.FAIL: Truth.FALSE}
# What was not answered with one of these diagnoses is a lost answer, not a refused one.
_LOST = (Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.WITHDRAWAL_ENABLED)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a pass knows of one connection; `answered_at` is when its exchange last said anything of the key.

    `findings` deny something of it. Where it was not tested in this very pass, nothing of it is news.
    """

    result: ProbeResult
    answered_at: datetime | None
    findings: tuple[Finding, ...] = ()
    is_tested: bool = True


@dataclass(frozen=True, slots=True)
class _Told:
    """What one look says of a condition; `at` is when that was proven, None where nothing was."""

    truth: Truth
    reason: str
    message: str = ""
    at: datetime | None = None
    is_lost: bool = False


def conditions(before: Iterable[Condition], seen: Seen, now: datetime, stale_after: timedelta) -> tuple[Condition, ...]:
    """Return every condition after a look; `since` moves only where one changes."""
    known = {one.kind: one for one in before}
    return tuple(_next(known.get(kind), kind, told, now, stale_after) for kind, told in _look(seen, now, stale_after))


def denials(findings: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    """Return what the policy denies of each connection, by its name; what is waived is accepted for the time."""
    denied: dict[str, tuple[Finding, ...]] = {}
    for one in findings:
        if one.counts and one.severity is Severity.DENY and one.kind == "Connection" and one.name:
            denied[one.name] = (*denied.get(one.name, ()), one)
    return denied


def _look(seen: Seen, now: datetime, stale_after: timedelta) -> Iterator[tuple[ConditionKind, _Told]]:
    for kind in ConditionKind:
        if kind is ConditionKind.FRESH:
            yield kind, _freshness(seen.answered_at, now, stale_after)
        elif kind is ConditionKind.ADDRESS_RESTRICTED:
            yield kind, _denied(seen, is_address=True) or _addresses(seen)
        elif kind is ConditionKind.RIGHTS_COMPLIANT:
            yield kind, _withdrawing(seen.result) or _denied(seen, is_address=False) or _checked(seen, kind)
        else:
            yield kind, _checked(seen, kind)


def _next(
    before: Condition | None, kind: ConditionKind, told: _Told, now: datetime, stale_after: timedelta
) -> Condition:
    if told.is_lost and before is not None:
        told = _Told(before.truth, before.reason, before.message, before.proven_at)
    if told.truth is Truth.TRUE and told.at is not None and now - told.at > stale_after:
        told = _Told(Truth.UNKNOWN, "Stale", "the last proof is too old to count", told.at)
    since = before.since if before is not None and before.truth is told.truth else now
    return Condition(kind, told.truth, told.reason, since, told.message, told.at)


def _checked(seen: Seen, kind: ConditionKind) -> _Told:
    result = seen.result
    state = result.checks.get(_CHECKS[kind], CheckState.SKIPPED)
    truth = _TRUTHS.get(state)
    if truth is Truth.TRUE:
        return _Told(truth, "Proven", at=result.tested_at)
    word = _word(result.diagnosis)
    if truth is not None:
        return _Told(truth, word, result.message, result.tested_at)
    return _Told(Truth.UNKNOWN, word, result.message, is_lost=_is_lost(seen))


def _is_lost(seen: Seen) -> bool:
    return not seen.is_tested or seen.result.diagnosis in _LOST


def _withdrawing(result: ProbeResult) -> _Told | None:
    proof = result.rights.of(Right.WITHDRAW)
    if proof.verdict is not Verdict.GRANTED:
        return None
    at = proof.evidence.at if proof.evidence else result.tested_at
    return _Told(Truth.FALSE, _word(Diagnosis.WITHDRAWAL_ENABLED), result.message, at)


def _denied(seen: Seen, *, is_address: bool) -> _Told | None:
    for one in seen.findings:
        if (one.rule == ADDRESS_RULE) is is_address:
            return _Told(Truth.FALSE, "PolicyViolation", f"{one.rule}: {one.message}", seen.result.tested_at)
    return None


def _addresses(seen: Seen) -> _Told:
    result = seen.result
    if result.ip_allowlist:
        return _Told(Truth.TRUE, "Listed", at=result.proven_at or result.tested_at)
    if result.ip_allowlist is not None:
        return _Told(Truth.FALSE, "AnyAddress", "the exchange holds no list of addresses for the key", result.tested_at)
    if _is_lost(seen):
        return _Told(Truth.UNKNOWN, _word(result.diagnosis), result.message, is_lost=True)
    return _Told(Truth.UNKNOWN, "NotRevealed", "the exchange does not tell from which addresses the key may be used")


def _freshness(answered_at: datetime | None, now: datetime, stale_after: timedelta) -> _Told:
    if answered_at is None:
        return _Told(Truth.UNKNOWN, "NeverAnswered", "the exchange has not answered for this key yet")
    if now - answered_at > stale_after:
        return _Told(Truth.FALSE, "Stale", "the exchange has not answered for this key for too long", answered_at)
    return _Told(Truth.TRUE, "Answered", at=answered_at)


def _word(diagnosis: Diagnosis | None) -> str:
    """Return a diagnosis as one word, as conditions have them."""
    return "".join(part[0].upper() + part[1:] for part in diagnosis.split()) if diagnosis else "NotProven"
