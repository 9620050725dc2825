"""What may be asked of one exchange from here, and when: one budget for all connections of a run.

Published limits count by address, by account or by key, and a request may cost something in each. All of this host's
requests leave by one address as far as anybody can tell, so there is one budget for it. Whose account a key belongs
to is known once the exchange has told its uid, in this run or when the key was last proven. Until then the declared
label is believed: what carries the same label counts as one account, even where it is not, because waiting too long is
harmless and asking too often is not. When two labels turn out to stand for one uid, they are one account from then on,
with what both of them have spent; when one label stands for two uids, each goes on with what its own keys have spent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from reconciler.kit.clock import Clock
from reconciler.kit.limits import Bucket
from reconciler.model.exchange import Request
from reconciler.model.limits import Gauge, Limit, Per
from reconciler.probing.answer import Answer
from reconciler.probing.patience import seconds_told

# Clocks count in microseconds; less than that is no reason to wait.
_NOTHING = 1e-5
# A pool of which an exchange says that less than this share is left is left alone until it is full again.
_LOW = 0.1

_Costs = tuple[tuple[int, float], ...]


class _Ledger:
    """The budgets of one address, account or key, and the queue of those who draw on them."""

    __slots__ = ("buckets", "heir", "per", "rests_from", "rests_since", "rests_until", "turn", "uid")

    def __init__(self, per: Per, limits: Sequence[Limit]) -> None:
        self.per = per
        self.buckets: list[Bucket] = []
        self.cover(limits)
        self.rests_from: str | None = None
        self.rests_since = self.rests_until = 0.0
        self.turn = asyncio.Lock()
        self.heir: _Ledger | None = None
        self.uid: str | None = None

    def cover(self, limits: Sequence[Limit]) -> None:
        """Have a bucket for each limit; those that are there stay as they are."""
        self.buckets.extend(Bucket(limit.weight, limit.seconds) for limit in limits[len(self.buckets) :])

    def rest_for(self, costs: _Costs) -> float:
        """Return until when the exchange asked to be spared what has these costs."""
        return max([self.rests_until, *(self.buckets[index].rests_until for index, _ in costs)])

    def rest(self, path: str, now: float, seconds: float, patience: float) -> None:
        """Let nothing through for so long, since somebody who asked this was told to rest."""
        if self.rests_from is None or now > self.rests_until + patience:
            self.rests_since = now
        self.rests_from = path
        self.rests_until = max(self.rests_until, now + seconds)

    def ease(self, path: str) -> None:
        """Let the next rest be a first one again, if this is answered now for which it was asked."""
        if self.rests_from == path:
            self.rests_from = None

    def is_worn(self, now: float, patience: float) -> bool:
        """Tell whether rests that follow each other last longer, all together, than anybody wants to wait."""
        return self.rests_from is not None and now < self.rests_until and self.rests_until - self.rests_since > patience

    def wait(self, costs: _Costs, now: float) -> float:
        """Return the seconds until there is room for all costs."""
        wait = max(self.rests_until - now, 0.0)
        for index, cost in costs:
            wait = max(wait, self.buckets[index].wait(cost, now))
        return wait

    def take(self, costs: _Costs, now: float) -> None:
        """Spend all costs."""
        for index, cost in costs:
            self.buckets[index].take(cost, now)

    def join(self, other: _Ledger, now: float) -> None:
        """Take over another one for good."""
        for mine, theirs in zip(self.buckets, other.buckets, strict=True):
            mine.join(theirs, now)
        if other.rests_until > self.rests_until:
            self.rests_from, self.rests_since = other.rests_from, other.rests_since
            self.rests_until = other.rests_until
        other.heir = self


@dataclass(slots=True)
class Payer:
    """On whose budgets the requests with one key draw, and what they cost the account while its uid is not known."""

    account: _Ledger
    key: _Ledger
    uid: str | None = None
    spent: list[_Costs] = field(default_factory=list)


class Budget:
    """The budgets of one exchange at one place; `patience` is how many seconds of a rest are worth waiting for."""

    def __init__(self, clock: Clock, patience: float) -> None:
        self._clock, self._patience = clock, patience
        self._limits: dict[Per, list[Limit]] = {per: [] for per in Per}
        self._gauges: list[Gauge] = []
        self._address = self._opened(Per.ADDRESS)
        self._by_label: dict[str, _Ledger] = {}
        self._by_uid: dict[str, _Ledger] = {}
        self._by_key: dict[str, _Ledger] = {}
        self._costs: dict[tuple[str | None, float], dict[Per, _Costs]] = {}

    def cover(self, limits: Sequence[Limit], gauges: Sequence[Gauge]) -> None:
        """Keep these limits as well: an exchange may have others under another id, at the same hosts."""
        for limit in limits:
            if limit not in self._limits[limit.per]:
                self._limits[limit.per].append(limit)
        self._gauges.extend(gauge for gauge in gauges if gauge not in self._gauges)
        self._costs.clear()
        payers = (*self._by_label.values(), *self._by_uid.values(), *self._by_key.values())
        for ledger in (self._address, *payers):
            ledger.cover(self._limits[ledger.per])

    def payer(self, label: str, key: str, uid: str | None = None) -> Payer:
        """Return who pays: the account, by its uid where that is known and else by its label, and the key itself."""
        own = self._by_key.get(key) or self._by_key.setdefault(key, self._opened(Per.KEY))
        if uid is not None:
            return Payer(_last(self._by_uid.get(uid)) or self._of(uid), own, uid)
        return Payer(self._by_label.get(label) or self._by_label.setdefault(label, self._opened(Per.ACCOUNT)), own)

    def belongs(self, payer: Payer, uid: str | None) -> None:
        """Take in whose key it is, as soon as that is told."""
        if uid is None or payer.uid == uid:
            return
        payer.uid = uid
        mine, known = self._account(payer), _last(self._by_uid.get(uid))
        if mine.uid is None and known is None:
            mine.uid, self._by_uid[uid] = uid, mine
        elif mine.uid is None and known is not None:
            known.join(mine, self._now())
        elif known is not mine:
            # Its label stands for somebody else's account: it pays for itself alone.
            payer.account = known or self._of(uid)
            for costs in payer.spent:
                payer.account.take(costs, self._now())
        payer.spent.clear()

    def _of(self, uid: str) -> _Ledger:
        ledger = self._by_uid[uid] = self._opened(Per.ACCOUNT)
        ledger.uid = uid
        return ledger

    async def turn(self, payer: Payer | None, request: Request) -> float | None:
        """Wait for room in every budget and take it, without a payer in that of the address alone.

        Return None; or, having waited for nothing and taken nothing, until when the exchange asked to be left alone,
        where that is longer than anybody wants to wait. However many stand in line before, that is no reason to fail.
        """
        costs, now = self._cost(request), self._now()
        ledgers = self._ledgers(payer)
        if any(ledger.turn.locked() or ledger.wait(costs[ledger.per], now) for ledger in ledgers):
            return await self._queued(payer, costs)
        self._take(payer, ledgers, costs)
        return None

    def _take(self, payer: Payer | None, ledgers: Sequence[_Ledger], costs: dict[Per, _Costs]) -> None:
        now = self._now()
        for ledger in ledgers:
            ledger.take(costs[ledger.per], now)
        if payer is not None and payer.uid is None and costs[Per.ACCOUNT]:
            payer.spent.append(costs[Per.ACCOUNT])

    async def _queued(self, payer: Payer | None, costs: dict[Per, _Costs]) -> float | None:
        """Stand in line, first at the narrowest budget, so that who waits for his own account is in nobody's way.

        Each place in front is kept until all have room: nobody else draws meanwhile, so room that was found stays. All
        lines are joined in the same order, so nobody waits in a circle.
        """
        while True:
            ledgers = self._ledgers(payer)
            async with AsyncExitStack() as lines:
                until = await self._stood(ledgers, costs, lines)
                if until is None and ledgers != self._ledgers(payer):
                    # It turned out meanwhile that another account pays.
                    continue
                if until is None:
                    self._take(payer, ledgers, costs)
                return until

    async def _stood(self, ledgers: Sequence[_Ledger], costs: dict[Per, _Costs], lines: AsyncExitStack) -> float | None:
        for place, ledger in enumerate(ledgers):
            if costs[ledger.per]:
                await lines.enter_async_context(ledger.turn)
            # The last look is at all of them: somebody may have been asked for a rest meanwhile.
            until = await self._room(ledgers, costs, [ledger] if place < len(ledgers) - 1 else ledgers)
            if until is not None:
                return until
        return None

    async def _room(
        self, ledgers: Sequence[_Ledger], costs: dict[Per, _Costs], awaited: Sequence[_Ledger]
    ) -> float | None:
        while True:
            now = self._now()
            until = max(ledger.rest_for(costs[ledger.per]) for ledger in ledgers)
            if until - now > self._patience or any(ledger.is_worn(now, self._patience) for ledger in ledgers):
                return until
            wait = max(ledger.wait(costs[ledger.per], now) for ledger in awaited)
            if wait < _NOTHING:
                return None
            await self._clock.sleep(wait)

    def rest(self, payer: Payer | None, request: Request, per: Per, seconds: float) -> None:
        """Obey an exchange that asks to be left alone: nothing more from whom that binds, for so long.

        Where the same is asked for again and again, that is one long rest: a fleet would wait for it key by key.
        """
        for ledger in self._ledgers(payer):
            if ledger.per is per or payer is None:
                ledger.rest(request.path, self._now(), seconds, self._patience)

    def ease(self, payer: Payer | None, request: Request) -> None:
        """Take in that a request was answered, so that whoever was asked for a rest has had it."""
        for ledger in self._ledgers(payer):
            ledger.ease(request.path)

    def read(self, payer: Payer | None, answer: Answer, asked_at: float) -> None:
        """Correct the budgets by what an answer tells of their use, downwards only: others may draw on them as well."""
        for gauge in self._gauges:
            told = answer.headers.get(gauge.header)
            if told is None or (gauge.pools and answer.request.pool not in gauge.pools):
                continue
            per = gauge.per if payer is not None else Per.ADDRESS
            number = seconds_told(told, 1, 0)
            for ledger in self._ledgers(payer):
                if ledger.per is per and number is not None:
                    self._correct(ledger, gauge, number, answer, asked_at)

    def _correct(self, ledger: _Ledger, gauge: Gauge, number: float, answer: Answer, asked_at: float) -> None:
        now = self._now()
        for index, limit in enumerate(self._limits[ledger.per]):
            if limit.pool != answer.request.pool:
                continue
            if not gauge.is_left:
                ledger.buckets[index].learn(number, asked_at, now)
            elif number <= limit.weight * _LOW:
                reset = seconds_told(answer.headers.get(gauge.reset or "", ""), gauge.unit, now)
                ledger.buckets[index].rest(now + min(limit.seconds if reset is None else reset, limit.seconds))

    def _ledgers(self, payer: Payer | None) -> tuple[_Ledger, ...]:
        return (self._address,) if payer is None else (payer.key, self._account(payer), self._address)

    def _account(self, payer: Payer) -> _Ledger:
        last = _last(payer.account)
        if last is not None:
            payer.account = last
        return payer.account

    def _opened(self, per: Per) -> _Ledger:
        return _Ledger(per, self._limits[per])

    def _cost(self, request: Request) -> dict[Per, _Costs]:
        name = (request.pool, request.weight)
        if name not in self._costs:
            self._costs[name] = {
                per: tuple((index, cost) for index, limit in enumerate(limits) if (cost := limit.costs(*name)))
                for per, limits in self._limits.items()
            }
        return self._costs[name]

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _last(ledger: _Ledger | None) -> _Ledger | None:
    while ledger is not None and ledger.heir is not None:
        ledger = ledger.heir
    return ledger
