"""One exchange at one place, shared by every key tested there: clients, rate limits, and how far its clock is off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.kit.clock import Clock
from reconciler.kit.limits import Bucket
from reconciler.model.exchange import Exchange, Request
from reconciler.model.limits import Per
from reconciler.probing.answer import Answer, Silence
from reconciler.probing.classify import Fault, classify
from reconciler.probing.client import ClientPool, Lease, Wire
from reconciler.values.secret import Credentials

# A measurement serves this long; a failed one only so long that a fleet does not wait for the same dead host
# one key after another.
_FRESH = timedelta(minutes=10)
_OUTAGE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard an exchange is asked: keys at a time, seconds for a request and for a key.

    Published limits always bind at the exchanges themselves; a simulator is held to them only on request.
    """

    keys: int = 32
    seconds_per_request: float = 10
    seconds_per_key: float = 60
    limits_simulator: bool = False


@dataclass(frozen=True, slots=True)
class Tuning:
    """How far the exchange's clock is ahead of ours, by the latest measurement; `outage` when it did not answer."""

    number: int
    at: datetime
    skew_ms: float = 0.0
    outage: Fault | None = None


class Venue:
    """Where the keys of one exchange and environment are tested."""

    def __init__(
        self, exchange: Exchange, wire: Wire, clock: Clock, *, base_url: str | None, pace: Pace, is_limited: bool = True
    ) -> None:
        self._exchange, self._clock, self._pace = exchange, clock, pace
        self._pool = ClientPool(exchange, wire, clock, base_url=base_url, seconds=pace.seconds_per_request)
        self._slots = asyncio.Semaphore(pace.keys)
        shared = [limit for limit in exchange.limits if is_limited and limit.per is Per.ADDRESS]
        self._buckets = {limit.pool: Bucket(limit.weight, limit.seconds) for limit in shared}
        self._measuring = asyncio.Lock()
        self._tuning: Tuning | None = None
        self._is_doubted = False

    @asynccontextmanager
    async def lease(self, credentials: Credentials) -> AsyncIterator[Lease]:
        """Wait for a turn, then lend a client for one key."""
        async with self._slots, self._pool.lease(credentials) as lease:
            yield lease

    async def ask(self, lease: Lease, request: Request, uid: str | None = None) -> Answer:
        """Send one request as soon as the rate limit has room for it."""
        bucket = self._buckets.get(request.pool or "")
        if bucket is not None:
            wait = bucket.reserve(request.weight, self._clock.now(), at_most=self._pace.seconds_per_key)
            if wait is None:
                return Answer(request, self._clock.now(), silence=Silence.CROWDED)
            if wait:
                await self._clock.sleep(wait)
        lease.skew_ms = self._tuning.skew_ms if self._tuning else 0.0
        answer = await lease.ask(request, uid)
        self._is_doubted = self._is_doubted or answer.silence is not None
        return answer

    def rest(self, request: Request, seconds: float) -> None:
        """Obey an exchange that asks to be left alone: nothing more of that pool for so long."""
        bucket = self._buckets.get(request.pool or "")
        if bucket is not None:
            bucket.pause(seconds, self._clock.now())

    @property
    def measured(self) -> int:
        """The number of the latest measurement of the clock."""
        return self._tuning.number if self._tuning else 0

    async def tuning(self, newer_than: int = 0) -> Tuning:
        """Return how far the clock is off, measured once for everybody who asks meanwhile."""
        async with self._measuring:
            if self._tuning is None or self._tuning.number <= newer_than or self._is_stale(self._tuning):
                number = self._tuning.number + 1 if self._tuning else 1
                self._tuning = await self._measured(number)
                self._is_doubted = False
            return self._tuning

    def _is_stale(self, tuning: Tuning) -> bool:
        lasts = _OUTAGE if tuning.outage else _FRESH
        return (self._is_doubted and tuning.outage is None) or self._clock.now() - tuning.at > lasts

    async def _measured(self, number: int) -> Tuning:
        before = self._clock.now()
        async with self._pool.lease(None) as lease:
            answer = await self.ask(lease, self._exchange.time_request())
        after = self._clock.now()
        fault = classify(self._exchange, answer)
        server_ms = None if fault else self._exchange.read_time(answer.body)
        if server_ms is None:
            # Only silence is an outage: whatever else is wrong, the key's own answers will tell better.
            last = self._tuning.skew_ms if self._tuning else 0.0
            return Tuning(number, after, last, fault if fault and fault.is_silence else None)
        middle = (before.timestamp() + after.timestamp()) / 2
        return Tuning(number, after, _least(server_ms - middle * 1000, self._exchange.time_step_ms))


def _least(skew_ms: float, step_ms: int) -> float:
    """Return the least correction that a time cut off to whole steps can mean; none where our clock may be right."""
    return skew_ms if skew_ms > 0 else min(skew_ms + step_ms, 0.0)
