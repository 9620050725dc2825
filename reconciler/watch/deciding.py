"""Which keys the next pass tests, and when that is: from what is known of each connection and the time. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reconciler.documents.config import WatchSpec
from reconciler.documents.connection import Connection
from reconciler.engine.order import Known
from reconciler.kit.duration import duration
from reconciler.model.watched import Watched
from reconciler.watch import quarantine
from reconciler.watch.schedule import Timing, ready_at


@dataclass(frozen=True, slots=True)
class Declared:
    """What the manifests and the config say of how one connection is watched; `digest` stands for its document."""

    name: str
    digest: str
    timing: Timing
    stale_after: timedelta


@dataclass(frozen=True, slots=True)
class Choice:
    """Which connections a pass tests, as far as is known before it, and what stands for a test of the others."""

    tested: frozenset[str] = frozenset()
    known: Mapping[str, Known] = field(default_factory=dict)


def declared(document: Connection, watch: WatchSpec) -> Declared:
    """Read how a connection is watched; proof counts for at least two of its intervals."""
    timing = Timing.of(duration(document.spec.interval or watch.interval), duration(watch.floor))
    digest = hashlib.sha256(document.model_dump_json(by_alias=True).encode()).hexdigest()[:32]
    return Declared(document.metadata.name, digest, timing, max(duration(watch.stale_after), 2 * timing.interval))


def choose(
    fleet: Iterable[Declared],
    watched: Mapping[str, Watched],
    now: datetime,
    *,
    asked: Collection[str] = (),
    is_reopened: bool = False,
) -> Choice:
    """Say which keys to test: those asked for, those that are due, and those whose document changed.

    A key in quarantine is not tested, but its secret is opened: it ends where that is another one. With `is_reopened`
    every secret is, since files changed.
    """
    tested, known = set(), {}
    for one in fleet:
        kept = watched.get(one.name)
        standing = None if kept is None or one.name in asked else _standing(one, kept, now)
        if standing is None:
            tested.add(one.name)
        elif kept is not None and kept.result is not None and kept.fingerprint is not None:
            is_shut = not is_reopened and kept.quarantine is None
            known[one.name] = Known(kept.fingerprint, kept.result, kept.masked_key, is_shut)
    return Choice(frozenset(tested), known)


def next_pass(fleet: Sequence[Declared], watched: Mapping[str, Watched], now: datetime) -> datetime | None:
    """Return when the next pass is due; None where there is nothing to watch."""
    kept = ((one, watched.get(one.name)) for one in fleet)
    moments = [_ready(one, state, now) for one, state in kept]
    return max(min(moments), held_back(fleet, watched, now)) if moments else None


def held_back(fleet: Iterable[Declared], watched: Mapping[str, Watched], now: datetime) -> datetime:
    """Return before when no pass begins, whatever the reason for one.

    A first test that was cut off is not begun again before the floor, and no pass can do without it, since nothing is
    known of that key.
    """
    new = [one for one in fleet if one.name not in watched or watched[one.name].result is None]
    return max([now, *(_ready(one, watched.get(one.name), now) for one in new)])


def _ready(one: Declared, kept: Watched | None, now: datetime) -> datetime:
    return ready_at(kept.next_at, kept.attempted_at, one.timing, now) if kept is not None else now


def _standing(one: Declared, kept: Watched, now: datetime) -> Watched | None:
    """Return what is known where it stands for a test, None where the key is to be tested."""
    if kept.result is None or kept.manifest != one.digest:
        return None
    if quarantine.holds(kept.quarantine, kept.fingerprint, one.digest):
        return kept
    return kept if _ready(one, kept, now) > now else None
