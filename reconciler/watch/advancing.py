"""What a pass changes in what is known of a connection: conditions, quarantine, and when it is tested next. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.model.finding import Finding
from reconciler.model.probe import Diagnosis, ProbeResult
from reconciler.model.watched import Transition, Watched
from reconciler.watch import quarantine
from reconciler.watch.backoff import Draw, delay
from reconciler.watch.conditions import Seen, conditions
from reconciler.watch.deciding import Declared
from reconciler.watch.schedule import next_moment, ready_at
from reconciler.watch.transitions import transitions


@dataclass(frozen=True, slots=True)
class Learned:
    """What a pass learned of one connection; `is_tested` where its key was asked for in this very pass."""

    result: ProbeResult
    is_tested: bool
    fingerprint: str | None = None
    masked_key: str | None = None
    denials: tuple[Finding, ...] = ()


def advance(
    kept: Watched, one: Declared, learned: Learned, now: datetime, draw: Draw
) -> tuple[Watched, tuple[Transition, ...]]:
    """Return what is known of a connection after a pass, and what of it changed."""
    after = _tested(kept, one, learned, now, draw) if learned.is_tested else _untested(kept, one, learned, now)
    seen = Seen(learned.result, after.answered_at, learned.denials, is_tested=learned.is_tested)
    found = conditions(kept.conditions, seen, now, one.stale_after)
    told = transitions(one.name, kept.conditions, found, first=kept.transitions, now=now)
    return replace(after, conditions=found, transitions=kept.transitions + len(told)), told


def _tested(kept: Watched, one: Declared, learned: Learned, now: datetime, draw: Draw) -> Watched:
    result, is_lost = learned.result, is_unanswered(learned.result)
    # Part of an answer is one too: its rights may be proven though the balance could not be had.
    is_heard = not is_lost or result.proven_at == result.tested_at
    failures = kept.failures + 1 if is_lost else 0
    wait = delay(failures, one.timing, draw) if is_lost else None
    return replace(
        kept,
        fingerprint=learned.fingerprint,
        manifest=one.digest,
        masked_key=learned.masked_key,
        result=result,
        attempted_at=max(kept.attempted_at or result.tested_at, result.tested_at),
        answered_at=result.tested_at if is_heard else kept.answered_at,
        next_at=now + wait if wait is not None else next_moment(one.name, one.timing, now),
        failures=failures,
        quarantine=quarantine.after(result, learned.fingerprint, one.digest, now, kept.quarantine),
    )


def _untested(kept: Watched, one: Declared, learned: Learned, now: datetime) -> Watched:
    """Take in what a pass says of a key that it did not ask for: it stands, or its secret did not open."""
    is_due = ready_at(kept.next_at, None, one.timing, now) <= now
    return replace(
        kept,
        fingerprint=learned.fingerprint,
        manifest=one.digest,
        masked_key=learned.masked_key or kept.masked_key,
        result=learned.result,
        next_at=next_moment(one.name, one.timing, now) if is_due else kept.next_at,
        quarantine=kept.quarantine if quarantine.holds(kept.quarantine, learned.fingerprint, one.digest) else None,
    )


def is_unanswered(result: ProbeResult) -> bool:
    """Tell whether the exchange gave no answer about a key: the result is unavailable, or too old by now."""
    if result.diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE:
        return True
    return result.proven_at is not None and result.proven_at < result.tested_at
