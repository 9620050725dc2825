"""The loop: it rests until something is due, changed or asked for, and then has one pass made.

Everything is read anew for each pass, and everything it must know of later is in the store before it rests again. What
a pass does is the engine's affair; who is told of it, and what is shown, is that of others beside this file.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from reconciler.engine.learn import Facts
from reconciler.engine.order import Asking, Mode, Order
from reconciler.errors import LockHeld, ReconcilerError
from reconciler.kit.duration import duration
from reconciler.model.finding import Finding
from reconciler.model.report import Report
from reconciler.model.watched import Transition, Watched
from reconciler.watch import memory
from reconciler.watch.advancing import Learned, advance
from reconciler.watch.conditions import denials
from reconciler.watch.deciding import Choice, choose, held_back, next_pass
from reconciler.watch.desired import Desired
from reconciler.watch.outside import Calls, Outside
from reconciler.watch.telling import Teller

COMMAND = "watch"
LEASE = "watch"
# Longer than any pass. Where it is on the same host, a watcher that is gone is noticed at once all the same.
LEASE_SECONDS = 3_600
_BUG = ReconcilerError.exit_code
# Keys that come due shortly after each other share a pass: between two that nobody asked for there is a quarter of the
# floor, or ten times as much rest as the last one took, and no more than a minute.
_LONGEST_REST = timedelta(minutes=1)
_RESTS, _SHARE = 10, 4


class Loop:
    """Watches one fleet for as long as it holds the lease of its store; it stands by while another does."""

    def __init__(self, outside: Outside, calls: Calls, *, poll_seconds: float = 2) -> None:
        self._outside, self._calls, self._poll = outside, calls, timedelta(seconds=poll_seconds)
        self._desired = Desired(outside.passes)
        self._teller = Teller()
        self._watched: dict[str, Watched] = {}
        self._wishes: Mapping[str, memory.Wish] = {}
        self._renewed: datetime | None = None
        self._not_before: datetime | None = None
        # When the next pass is due, and when that was worked out.
        self._due: tuple[datetime, datetime] | None = None
        self._failed = 0

    @property
    def desired(self) -> Desired:
        """The desired side as it was last read."""
        return self._desired

    async def run(self) -> None:
        """Watch until stopped.

        Raises ReconcilerError when there is nothing to watch from the start.
        """
        self._desired.begin()
        try:
            while not self._calls.is_stopping.is_set():
                if await self._leads():
                    await self._step()
                await self._calls.rest(self._outside.clock, self._rest().total_seconds())
        finally:
            with contextlib.suppress(ReconcilerError):
                await self._outside.store.unlock(self._outside.owner, LEASE)

    async def _leads(self) -> bool:
        """Take or renew the lease, and take over what the last one knew."""
        now = self._outside.clock.now()
        if self._renewed is not None and timedelta(0) <= now - self._renewed < timedelta(seconds=LEASE_SECONDS / 3):
            return True
        try:
            await self._outside.store.lock(self._outside.owner, now, LEASE_SECONDS, LEASE)
            if self._renewed is None:
                self._watched, self._due = await memory.states(self._outside.store), None
                self._calls.is_changed = True
                self._teller.leads()
        except LockHeld as error:
            self._renewed = None
            self._teller.stands_by(error)
            return False
        except ReconcilerError as error:
            self._stumbled(error)
            return False
        self._renewed = now
        return True

    async def _step(self) -> None:
        """Look around once, and have a pass made if there is a reason for one."""
        try:
            self._wishes = await memory.wishes(self._outside.store)
            if not self._may_begin():
                return
            is_time = bool(self._wishes) or self._due_in() <= timedelta(0)
            if is_time or self._calls.is_changed or self._calls.is_reloading:
                is_reloading, self._calls.is_reloading, self._calls.is_changed = self._calls.is_reloading, False, False
                self._desired.look(is_reloading=is_reloading, teller=self._teller)
            now = self._outside.clock.now()
            is_wanted = is_time or self._desired.is_new
            if is_wanted and held_back(self._desired.fleet, self._watched, now) <= now:
                await self._calls.work(lambda: asyncio.ensure_future(self._pass()))
        except ReconcilerError as error:
            if error.exit_code == _BUG:
                raise
            self._stumbled(error)

    def _may_begin(self) -> bool:
        """Whether enough time went by since something outside failed; nobody waits for a clock that was set back."""
        return not self._failed or not self._is_before(self._not_before)

    def _is_before(self, moment: datetime | None) -> bool:
        now = self._outside.clock.now()
        return moment is not None and now < moment <= now + _LONGEST_REST

    def _due_in(self) -> timedelta:
        now = self._outside.clock.now()
        if self._due is None or not timedelta(0) <= now - self._due[0] < _LONGEST_REST:
            self._due = (now, next_pass(self._desired.fleet, self._watched, now) or now + _LONGEST_REST)
        due = self._due[1]
        if self._not_before is not None and self._is_before(self._not_before):
            due = max(due, self._not_before)
        return due - now

    def _rest(self) -> timedelta:
        if self._renewed is None:
            return self._poll
        return max(min(self._due_in(), self._poll), timedelta(seconds=0.01))

    async def _pass(self) -> None:
        began = self._outside.clock.now()
        setting, is_new = self._desired.setting, self._desired.is_new
        asked = self._asked()
        choice = choose(self._desired.fleet, self._watched, began, asked=asked, is_reopened=is_new)
        await self._attempt(choice, began)
        learned: list[Facts] = []
        order = Order(
            COMMAND,
            Mode.APPLY,
            confirm=lambda report: True,
            stop=self._calls.is_stopping.is_set,
            asking=Asking(choice.known, {one.name: one.stale_after for one in self._desired.fleet}, is_urgent=True),
            observes=setting.watch.mode == "observe",
            learned=learned.append,
        )
        report = None
        try:
            report = await self._outside.passes.make(setting, order)
        finally:
            for facts in learned:
                await self._go_on(facts)
        self._end(report, began, is_learned=bool(learned))

    def _asked(self) -> frozenset[str]:
        names = {one.name for one in self._desired.fleet}
        every = any(not wish.names for wish in self._wishes.values())
        wanted = {name for wish in self._wishes.values() for name in wish.names}
        self._teller.unknown_names(wanted - names)
        return frozenset(names if every else wanted & names)

    async def _attempt(self, choice: Choice, now: datetime) -> None:
        """Note who is about to be tested, so that being killed in the middle leads to no second test at once."""
        for name in choice.tested:
            kept = self._watched.get(name, Watched(name))
            # What was asked for is due until it was tested, though the wish itself is granted here.
            self._watched[name] = replace(kept, attempted_at=now, next_at=None, quarantine=None)
        tested = [self._watched[name] for name in sorted(choice.tested)]
        await memory.keep(self._outside.store, memory.Step(tested, granted=tuple(self._wishes)))
        self._wishes, self._due = {}, None

    async def _go_on(self, facts: Facts) -> None:
        """Take in what a pass learned, and keep it."""
        now, denied, told = self._outside.clock.now(), denials(facts.findings), list[Transition]()
        changed = []
        for one in self._desired.fleet:
            if one.name not in facts.results:
                continue
            kept = self._watched.get(one.name, Watched(one.name))
            after, transitions = advance(kept, one, _learned(one.name, facts, denied), now, self._outside.draw)
            told.extend(transitions)
            if after != kept or one.name in facts.tested:
                changed.append(after)
        gone = self._watched.keys() - {one.name for one in self._desired.fleet}
        self._watched.update((one.name, one) for one in changed)
        for name in gone:
            del self._watched[name]
        await memory.keep(self._outside.store, memory.Step(changed, told, gone))
        self._teller.changed(told)

    def _end(self, report: Report | None, began: datetime, *, is_learned: bool) -> None:
        now, self._due = self._outside.clock.now(), None
        if report is not None:
            self._teller.ended(report)
        if is_learned:
            self._desired.is_new, self._failed = False, 0
            floor = duration(self._desired.setting.watch.floor)
            self._not_before = now + min(max((now - began) * _RESTS, floor / _SHARE), _LONGEST_REST)
        else:
            self._stumbled(None)

    def _stumbled(self, error: ReconcilerError | None) -> None:
        """Go on after something outside failed, later each time."""
        if error is not None:
            self._teller.troubled(error)
        self._failed += 1
        self._not_before = self._outside.clock.now() + min(timedelta(seconds=2 ** min(self._failed, 6)), _LONGEST_REST)


def _learned(name: str, facts: Facts, denied: Mapping[str, tuple[Finding, ...]]) -> Learned:
    credentials = facts.resolved.credentials
    known = facts.known.get(name)
    masked = credentials[name].masked_key if name in credentials else known.masked_key if known else None
    return Learned(
        facts.results[name], name in facts.tested, facts.fingerprints.get(name), masked, denied.get(name, ())
    )
