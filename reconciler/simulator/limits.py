"""Rate limits as the exchanges document them: weights drawn from pools that refill, and bans for who goes on."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

# A run with more callers than this starts over with full pools rather than grow without bound.
_MOST_CALLERS = 100_000


class Window(StrEnum):
    """When a pool is full again."""

    CLOCK = "with each full span of the clock"
    FIRST = "a span after the first request that drew on it"
    ROLLING = "bit by bit, as each request gets a span old"
    DRAIN = "bit by bit, all the time"


@dataclass(frozen=True, slots=True)
class Ban:
    """What follows on being refused too often: after so many times within a span nothing is answered, longer each time.

    `cause` is for the words of the exchange, where it has several.
    """

    after: int
    seconds: tuple[int, ...]
    within: int = 60
    cause: str = "limits"


@dataclass(frozen=True, slots=True)
class Pool:
    """A budget of weight that refills after some seconds; `is_shared` when all its endpoints draw on one.

    It is counted for each account, address or key. `beside` is another that the same requests draw on, `ban` what
    follows when it is overdrawn again and again.
    """

    weight: int
    seconds: int
    per: str = "account"  # or "address", or "key"
    is_shared: bool = True
    window: Window = Window.CLOCK
    beside: Pool | None = None
    ban: Ban | None = None


class Reading(NamedTuple):
    """How a pool stands after a request: what was used of it, and in how many seconds it is full again, or fuller."""

    used: float
    limit: int
    resets_in: float
    is_over: bool = False

    @property
    def left(self) -> int:
        """What may still be drawn, in full."""
        return int(self.limit - self.used)


@dataclass(slots=True)
class _Drawn:
    began: float
    used: float = 0
    past: deque[tuple[float, int]] = field(default_factory=deque)


class Meter:
    """Counts what each caller has drawn from each pool of one exchange."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[str, str], _Drawn] = {}

    def draw(self, pool: Pool, name: str, weight: int, caller: str, now: datetime) -> Reading:
        """Draw a weight from the pool of a name, and tell how it stands; too much is not drawn and is told."""
        at = now.timestamp()
        drawn = self._drawn.get((name, caller))
        if drawn is None:
            if len(self._drawn) >= _MOST_CALLERS:
                self._drawn.clear()
            drawn = self._drawn[(name, caller)] = _Drawn(_beginning(pool, at))
        _refill(pool, drawn, at)
        if drawn.used + weight > pool.weight:
            return Reading(drawn.used, pool.weight, _until_full(pool, drawn, at), is_over=True)
        drawn.used += weight
        if pool.window is Window.ROLLING:
            drawn.past.append((at, weight))
        return Reading(drawn.used, pool.weight, _until_full(pool, drawn, at))


def _beginning(pool: Pool, at: float) -> float:
    return at // pool.seconds * pool.seconds if pool.window is Window.CLOCK else at


def _refill(pool: Pool, drawn: _Drawn, at: float) -> None:
    if pool.window is Window.ROLLING:
        while drawn.past and drawn.past[0][0] <= at - pool.seconds:
            drawn.used -= drawn.past.popleft()[1]
    elif pool.window is Window.DRAIN:
        drawn.began, drawn.used = at, max(drawn.used - (at - drawn.began) * pool.weight / pool.seconds, 0)
    elif at >= drawn.began + pool.seconds:
        drawn.began, drawn.used = _beginning(pool, at), 0


def _until_full(pool: Pool, drawn: _Drawn, at: float) -> float:
    if pool.window is Window.DRAIN:
        return max(drawn.used * pool.seconds / pool.weight, 0.001)
    began = drawn.past[0][0] if drawn.past else drawn.began
    return max(began + pool.seconds - at, 0.001)


@dataclass(slots=True)
class _Record:
    since: float
    strikes: int = 0
    bans: int = 0
    until: float = 0.0
    cause: str = ""


class Bans:
    """Who is not answered at all, and until when."""

    def __init__(self) -> None:
        self._records: dict[str, _Record] = {}

    def left(self, caller: str, now: datetime) -> tuple[float, str] | None:
        """Return for how many seconds a caller is banned, and why; None if it is not."""
        record = self._records.get(caller)
        left = record.until - now.timestamp() if record else 0.0
        return (left, record.cause) if record is not None and left > 0 else None

    def strike(self, ban: Ban, caller: str, now: datetime) -> None:
        """Count one refusal against a caller, and ban it if that was one too many; each ban is longer than the last."""
        at = now.timestamp()
        record = self._records.setdefault(caller, _Record(at))
        if at >= record.since + ban.within:
            record.since, record.strikes = at, 0
        record.strikes += 1
        if record.strikes >= ban.after:
            record.until = at + ban.seconds[min(record.bans, len(ban.seconds) - 1)]
            record.bans, record.strikes, record.cause = record.bans + 1, 0, ban.cause
