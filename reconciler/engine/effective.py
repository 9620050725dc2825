"""What is known of a key after a test: the fresh answer joined with what was proven before. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from reconciler.kit.clock import iso
from reconciler.model.ports import Proven
from reconciler.model.probe import Account, Check, CheckState, Diagnosis, ProbeResult
from reconciler.values.rights import Proof, Right, Rights, Verdict

_UNKNOWN_ACCOUNT = Account()


def is_proof(result: ProbeResult) -> bool:
    """Tell whether a result may be remembered: the exchange answered, and some verdict rests on its answer.

    Ask it of what `effective` returned, not of the fresh result: that one may have lost sight of a right to
    withdraw which was proven before, and would wipe the proof out.
    """
    return result.diagnosis is not Diagnosis.EXCHANGE_UNAVAILABLE and _has_verdict(result.rights)


def effective(fresh: ProbeResult, proven: Proven | None, fingerprint: str | None, now: datetime) -> ProbeResult:
    """Join a fresh result with the last proven one about the very same key.

    A transient failure keeps the old verdicts. A real answer replaces them, its unknowns included, but for one:
    a proven right to withdraw stands until the exchange denies it.
    """
    old = _same_key(fresh, proven, fingerprint)
    if old is not None and fresh.diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE:
        joined = _kept(fresh, old, now)
    elif old is not None:
        joined = _still_withdrawing(fresh, old)
    else:
        joined = fresh
    return _blocked(joined, fresh)


def aged(result: ProbeResult, now: datetime, stale_after: timedelta | None) -> ProbeResult:
    """Let proof of too long ago no longer count; a right to withdraw that was proven stands all the same."""
    since, away = result.proven_at, result.diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE
    if stale_after is None or since is None or now - since <= stale_after or not (away or result.diagnosis is None):
        return result
    why = f"proven at {iso(since)}, {_age(since, now)} ago, which is too long ago to count"
    return replace(
        result,
        diagnosis=Diagnosis.UNVERIFIED,
        message=f"what is known of the key was {why}{f': {result.message}' if away else ''}",
        remedy="have the exchange reached again; the key is tested again by itself",
        rights=Rights({right: Proof(Verdict.UNKNOWN, why) for right in result.rights.proofs}),
    )


def _same_key(fresh: ProbeResult, proven: Proven | None, fingerprint: str | None) -> ProbeResult | None:
    if proven is None or fingerprint is None or proven.fingerprint != fingerprint:
        return None
    return proven.result if proven.result.venue == fresh.venue else None


def _kept(fresh: ProbeResult, old: ProbeResult, now: datetime) -> ProbeResult:
    """Keep everything that this test could not see anew; the rights are as old as the oldest of them."""
    rights = {right: _first_known(fresh.rights.of(right), old.rights.of(right)) for right in Right}
    since = old.proven_at or old.tested_at
    return replace(
        fresh,
        rights=Rights(rights),
        ip_allowlist=fresh.ip_allowlist if fresh.ip_allowlist is not None else old.ip_allowlist,
        expires_at=fresh.expires_at or old.expires_at,
        account=fresh.account if fresh.account != _UNKNOWN_ACCOUNT else old.account,
        proven_at=since,
        message=f"{fresh.message}; what is known of the key was proven at {iso(since)}, {_age(since, now)} ago",
    )


def _first_known(fresh: Proof, old: Proof) -> Proof:
    return fresh if fresh.verdict is not Verdict.UNKNOWN else old


def _still_withdrawing(fresh: ProbeResult, old: ProbeResult) -> ProbeResult:
    before = old.rights.of(Right.WITHDRAW)
    if fresh.rights.verdict(Right.WITHDRAW) is not Verdict.UNKNOWN or before.verdict is not Verdict.GRANTED:
        return fresh
    return replace(
        fresh,
        rights=Rights({**fresh.rights.proofs, Right.WITHDRAW: before}),
        proven_at=old.proven_at or old.tested_at,
    )


def _blocked(joined: ProbeResult, fresh: ProbeResult) -> ProbeResult:
    """Have a key that may withdraw be Blocked, whatever else is wrong with it today."""
    proof = joined.rights.of(Right.WITHDRAW)
    if proof.verdict is not Verdict.GRANTED or joined.diagnosis is Diagnosis.WITHDRAWAL_ENABLED:
        return joined
    shown = f", proven at {iso(proof.evidence.at)}" if proof.evidence else ""
    today = f"{fresh.diagnosis} now: {fresh.message}" if fresh.diagnosis else "the latest test could not see that right"
    checks: Mapping[Check, CheckState] = {**joined.checks, Check.PERMISSIONS: CheckState.FAIL}
    return replace(
        joined,
        diagnosis=Diagnosis.WITHDRAWAL_ENABLED,
        message=f"the key may withdraw{shown}; {today}",
        remedy="remove the right to withdraw at the exchange or replace the key; bindings stay suspended until then",
        checks=checks,
    )


def _has_verdict(rights: Rights) -> bool:
    return any(proof.verdict is not Verdict.UNKNOWN for proof in rights.proofs.values())


def _age(since: datetime, now: datetime) -> str:
    # A clock that was set back must not make a proof come from the future.
    minutes = max(0, int((now - since).total_seconds())) // 60
    for size, word in ((24 * 60, "day"), (60, "hour")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {word}{'' if count == 1 else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
