"""One exchange at one place, shared by every key tested there: clients, rate limits, and how far its clock is off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reconciler.kit.clock import Clock
from reconciler.model.exchange import Exchange, Request
from reconciler.probing.answer import Answer, Silence
from reconciler.probing.budget import Budget, Payer
from reconciler.probing.classify import Fault, classify
from reconciler.probing.client import ClientPool, Lease, Wire
from reconciler.probing.unified import UnifiedPool
from reconciler.values.secret import Credentials

# A measurement serves this long; a failed one only so long that a fleet does not wait for the same dead host
# one key after another.
_FRESH = timedelta(minutes=10)
_OUTAGE = timedelta(seconds=5)
# A year: to a clock that is further off no certificate is valid, so it is the answer that is wrong. Corrected by it, no
# request could even be written.
_BELIEVED_MS = 366 * 86_400_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard an exchange is asked: keys at a time, seconds for a request and for a key.

    Published limits always bind at the exchanges themselves; a simulator is held to them only on request. To wait
    for their sake takes nothing from a key's time, unless the exchange itself asked for a longer rest than that.
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


@dataclass(slots=True)
class Visit:
    """One key at its venue: the client it was lent, the seconds it has left, and who pays for its requests."""

    lease: Lease
    seconds_left: float
    payer: Payer | None = None
    asked_at: float = 0.0

    async def ask(self, request: Request, uid: str | None) -> Answer:
        """Send one request within the key's time.

        Raises TimeoutError when that is over.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(self.seconds_left):
                return await self.lease.ask(request, uid)
        finally:
            self.seconds_left -= loop.time() - began


class Venue:
    """Where the keys of one exchange and environment are tested; without a budget nothing is waited for."""

    def __init__(
        self,
        exchange: Exchange,
        wire: Wire,
        clock: Clock,
        *,
        base_url: str | None,
        pace: Pace,
        budget: Budget | None = None,
    ) -> None:
        self._exchange, self._clock, self._pace = exchange, clock, pace
        pool = UnifiedPool if exchange.is_unified else ClientPool
        self._pool = pool(exchange, wire, clock, base_url=base_url, seconds=pace.seconds_per_request)
        self._slots = asyncio.Semaphore(pace.keys)
        self._budget = budget
        self._measuring = asyncio.Lock()
        self._tuning: Tuning | None = None
        self._is_doubted = False

    @asynccontextmanager
    async def lease(
        self, credentials: Credentials, *, account: str = "", key: str = "", uid: str | None = None
    ) -> AsyncIterator[Visit]:
        """Wait for a turn, then lend a client for one key; `account`, `key` and `uid` say who pays for its requests."""
        payer = self._budget.payer(account, key, uid) if self._budget else None
        async with self._slots, self._pool.lease(credentials) as lease:
            yield Visit(lease, self._pace.seconds_per_key, payer)

    async def ask(self, visit: Visit, request: Request, uid: str | None = None) -> Answer:
        """Send one request as soon as every limit it counts for has room.

        Raises TimeoutError when the key's time is over.
        """
        payer = visit.payer if request.signed else None
        if self._budget is not None:
            until = await self._budget.turn(payer, request)
            if until is not None:
                over = datetime.fromtimestamp(until, UTC)
                return Answer(request, self._clock.now(), silence=Silence.RESTING, until=over)
        visit.lease.skew_ms = self._tuning.skew_ms if self._tuning else 0.0
        visit.asked_at = self._clock.now().timestamp()
        answer = await visit.ask(request, uid)
        self._is_doubted = self._is_doubted or answer.silence is not None
        if self._budget is not None:
            self._budget.read(payer, answer, visit.asked_at)
        return answer

    def obey(self, visit: Visit, request: Request, fault: Fault) -> bool:
        """Leave an exchange alone that asks for it: whom that binds sends nothing more for so long.

        Tell whether it is over soon enough to ask the same thing again.
        """
        if self._budget is None or fault.pause is None:
            return False
        self._budget.rest(visit.payer if request.signed else None, request, fault.binds, fault.pause)
        return fault.pause <= self._pace.seconds_per_key

    def ease(self, visit: Visit, request: Request) -> None:
        """Take in that a request was answered as it should be."""
        if self._budget is not None:
            self._budget.ease(visit.payer if request.signed else None, request)

    def belongs(self, visit: Visit, uid: str | None) -> None:
        """Take in whose key it is, as soon as that is told."""
        if self._budget is not None and visit.payer is not None:
            self._budget.belongs(visit.payer, uid)

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
        request = self._exchange.time_request()
        async with self._pool.lease(None) as lease:
            visit = Visit(lease, self._pace.seconds_per_key)
            answer = await self.ask(visit, request)
        after = self._clock.now()
        fault = classify(self._exchange, answer)
        if fault is not None:
            self.obey(visit, request, fault)
        else:
            self.ease(visit, request)
        server_ms = None if fault else self._exchange.read_time(answer.told)
        middle = (visit.asked_at + after.timestamp()) / 2
        if server_ms is None or abs(server_ms - round(middle * 1000)) > _BELIEVED_MS:
            # Only silence is an outage: whatever else is wrong, the key's own answers will tell better.
            last = self._tuning.skew_ms if self._tuning else 0.0
            return Tuning(number, after, last, fault if fault and fault.is_silence else None)
        return Tuning(number, after, _least(server_ms - middle * 1000, self._exchange.time_step_ms))


def _least(skew_ms: float, step_ms: int) -> float:
    """Return the least correction that a time cut off to whole steps can mean; none where our clock may be right."""
    return skew_ms if skew_ms > 0 else min(skew_ms + step_ms, 0.0)
