"""From what a trial found to its result: which diagnosis comes first, and what it rests on. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from reconciler.model.exchange import Purpose
from reconciler.model.probe import Check, CheckState, Diagnosis, ProbeResult
from reconciler.probing import wording
from reconciler.probing.classify import Fault
from reconciler.probing.trial import Trial
from reconciler.values.rights import Proof, Right, Rights, Verdict

_SKEW_WORTH_A_NOTE_MS = 1_000
_EXPIRY_WORTH_A_NOTE = timedelta(days=30)
_ABOUT_RIGHTS = frozenset({Purpose.KEY_INFO, Purpose.LISTING})


def conclude(trial: Trial, now: datetime) -> ProbeResult:
    """Make the result of a trial; `now` is when it ended."""
    diagnosis, told = diagnose(trial)
    info = trial.info
    is_proven = trial.verdict(Right.WITHDRAW) is not Verdict.UNKNOWN
    return ProbeResult(
        name=trial.target.name,
        exchange=trial.target.exchange,
        diagnosis=diagnosis,
        message=told.message,
        tested_at=now,
        remedy=told.remedy,
        checks=_checks(trial),
        rights=_rights(trial),
        ip_allowlist=info.ip_allowlist if info else None,
        expires_at=info.expires_at if info else None,
        account=trial.account,
        egress_seen=next((fault.egress for fault in trial.faults if fault.egress), None),
        requests=trial.signed,
        proven_at=now if is_proven else None,
        notes=tuple(_notes(trial, now)),
        environment=trial.target.environment,
    )


def diagnose(trial: Trial) -> tuple[Diagnosis | None, wording.Told]:
    """Choose the diagnosis: danger first, then what makes the rest meaningless, then what is missing."""
    title = trial.exchange.traits.title
    if trial.verdict(Right.WITHDRAW) is Verdict.GRANTED:
        return Diagnosis.WITHDRAWAL_ENABLED, wording.withdrawal(title, trial.why(Right.WITHDRAW))
    if trial.problem is not None:
        return Diagnosis.INVALID_KEY, wording.invalid(title, trial.problem)
    for diagnosis in (Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED):
        if fault := _first(trial, diagnosis):
            return diagnosis, wording.of_fault(title, fault, trial.target.ip_allowlist, trial.target.egress)
    if (fault := _first(trial, Diagnosis.EXCHANGE_UNAVAILABLE)) and fault.purpose in _ABOUT_RIGHTS:
        return fault.diagnosis, wording.of_fault(title, fault)
    return _missing(trial, title) or _unproven(trial, title) or (None, wording.FINE)


def _missing(trial: Trial, title: str) -> tuple[Diagnosis, wording.Told] | None:
    for right, words in trial.wanted:
        if trial.verdict(right) is Verdict.DENIED:
            return Diagnosis.NO_TRADE_PERMISSION, wording.missing(title, words, trial.why(right))
    if fault := _first(trial, Diagnosis.NO_TRADE_PERMISSION):
        return fault.diagnosis, wording.of_fault(title, fault)
    return None


def _unproven(trial: Trial, title: str) -> tuple[Diagnosis, wording.Told] | None:
    away = _first(trial, Diagnosis.EXCHANGE_UNAVAILABLE)
    # Where it is never proven, that is no news, and must not hide an outage which is.
    is_news = trial.exchange.can_prove(Right.WITHDRAW, Verdict.DENIED)
    if trial.verdict(Right.WITHDRAW) is Verdict.UNKNOWN and (is_news or away is None):
        return Diagnosis.UNVERIFIED, _undenied(trial, title)
    for diagnosis in (Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.UNVERIFIED):
        if fault := _first(trial, diagnosis):
            return diagnosis, wording.of_fault(title, fault)
    for right, words in trial.wanted:
        if trial.verdict(right) is Verdict.UNKNOWN:
            told = wording.unproven(title, f"that the key may {words}", trial.why(right), trial.remedy(right))
            return Diagnosis.UNVERIFIED, told
    return None


def _undenied(trial: Trial, title: str) -> wording.Told:
    """Word that withdrawal is not ruled out; a refused question tells why better than an answer that is missing."""
    fault, what = _first(trial, Diagnosis.UNVERIFIED), "that the key cannot withdraw"
    if fault and (trial.info is None or fault.purpose is Purpose.KEY_INFO):
        return wording.unproven(title, what, wording.clause(fault), wording.of_fault(title, fault).remedy)
    return wording.unproven(title, what, trial.why(Right.WITHDRAW), trial.remedy(Right.WITHDRAW))


def _first(trial: Trial, diagnosis: Diagnosis) -> Fault | None:
    return next((fault for fault in trial.faults if fault.diagnosis is diagnosis), None)


def _rights(trial: Trial) -> Rights:
    if trial.info is None:
        why = wording.clause(trial.faults[0]) if trial.faults else "not asked"
        return Rights({right: Proof(Verdict.UNKNOWN, why) for right in Right})
    readings = trial.info.rights
    told = [(right, readings[right]) for right in Right if right in readings]
    return Rights({right: Proof(reading.verdict, reading.why, trial.evidence_of(right)) for right, reading in told})


def _checks(trial: Trial) -> dict[Check, CheckState]:
    checks = {check: trial.checks.get(check, CheckState.SKIPPED) for check in Check}
    if trial.info is not None:
        checks[Check.PERMISSIONS] = _permissions(trial)
    elif checks[Check.KEY] is not CheckState.FAIL:
        checks[Check.PERMISSIONS] = CheckState.UNKNOWN
    return checks


def _permissions(trial: Trial) -> CheckState:
    withdraw = trial.verdict(Right.WITHDRAW)
    wanted = {trial.verdict(right) for right, _ in trial.wanted}
    if withdraw is Verdict.GRANTED or Verdict.DENIED in wanted:
        return CheckState.FAIL
    return CheckState.UNKNOWN if Verdict.UNKNOWN in {withdraw, *wanted} else CheckState.PASS


def _notes(trial: Trial, now: datetime) -> list[str]:
    notes = list(trial.info.notes) if trial.info else []
    if trial.stand_in is not None:
        title = trial.exchange.traits.title
        notes.append(f"asked was {trial.stand_in}, as the config says, and not {title} itself")
    expires_at = trial.info.expires_at if trial.info else None
    if expires_at is not None and expires_at - now <= _EXPIRY_WORTH_A_NOTE:
        notes.append(f"the key expires in {max((expires_at - now).days, 0)} days")
    if abs(trial.skew_ms) > _SKEW_WORTH_A_NOTE_MS:
        side = "behind" if trial.skew_ms > 0 else "ahead of"
        title = trial.exchange.traits.title
        notes.append(
            f"this host's clock is {abs(trial.skew_ms) / 1000:.0f} s {side} {title}'s; the test allowed for it"
        )
    return notes
