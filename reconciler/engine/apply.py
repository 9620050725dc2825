"""Doing a plan: each change is noted, made, and recorded; one that fails does not stop the others.

The order for each is fixed: a durable intent, then the platform, then the record. Killed anywhere in between, the
next run finds the intent and asks the platform whether the change got through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reconciler.engine.changes import connection_of, is_narrowing
from reconciler.engine.drift import lowered
from reconciler.errors import GuardRefused, PlatformError, StoreError
from reconciler.kit.clock import Clock
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Change, Plan
from reconciler.model.ports import Intent, Platform, Proven, Run, Store
from reconciler.model.probe import Status
from reconciler.model.state import Kind
from reconciler.values.secret import Credentials

_WITH_KEY = (Action.CREATE, Action.REPLACE)


@dataclass(frozen=True, slots=True)
class Work:
    """What an apply works with: who runs it, the two sides it writes, the keys and their fresh proofs.

    `stop` is looked at between changes, never inside one. `told` hears of each outcome as it happens.
    """

    run: Run
    platform: Platform
    store: Store
    clock: Clock
    credentials: Mapping[str, Credentials] = field(default_factory=dict)
    proofs: Mapping[str, Proven] = field(default_factory=dict)
    lock_seconds: int = 900
    stop: Callable[[], bool] = lambda: False
    told: Callable[[Outcome], None] = lambda outcome: None


async def apply(plan: Plan, work: Work) -> tuple[Outcome, ...]:
    """Do what nothing holds, in order, and report what was really done.

    Changes not reached because `stop` said so have no outcome. Once the store fails or the lock is lost nothing
    more is tried, and each change left says why. The caller holds the writer lock and has recovered.
    """
    if plan.adopted or plan.forgotten:
        names = [one.name for one in plan.adopted if one.kind is Kind.CONNECTION]
        accepted = {name: proof for name in names if (proof := _acceptable(work, name)) is not None}
        await work.store.adopt(plan.adopted, plan.forgotten, accepted)
    less = lowered(await work.store.accepted(), work.proofs)
    if less:
        await work.store.accept(less)
    return await _Applier(work).all(plan)


class _Applier:
    """Goes through one plan; it remembers what failed, so that nothing is built on it."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._outcomes: list[Outcome] = []
        self._failed: set[tuple[Kind, str]] = set()
        self._broken: str | None = None
        self._renewed: datetime | None = None

    async def all(self, plan: Plan) -> tuple[Outcome, ...]:
        """Try every change that nothing holds."""
        for number, change in enumerate(plan.ready):
            if self._work.stop():
                break
            error = self._broken or self._stands_on_failure(change)
            if error is not None:
                self._note(Outcome(change, error))
                continue
            # Whoever cancels the run waits for the change at hand: half a change is worse than a late end.
            step = asyncio.ensure_future(self._try(number, change))
            cancelled = await _ended(step)
            self._note(Outcome(change, step.result()))
            if cancelled is not None:
                raise cancelled
        return tuple(self._outcomes)

    def _note(self, outcome: Outcome) -> None:
        if not outcome.done:
            self._failed.add(outcome.change.id)
        self._outcomes.append(outcome)
        self._work.told(outcome)

    def _stands_on_failure(self, change: Change) -> str | None:
        if change.id in self._failed:
            return f"not tried: an earlier change of {change.name} failed"
        connection = (Kind.CONNECTION, str(connection_of(change.target)))
        stands = change.action in (Action.CREATE, Action.UPDATE, Action.RESUME) and not is_narrowing(change)
        if change.kind is Kind.BINDING and stands and connection in self._failed:
            return f"not tried: connection {connection[1]} was not stored"
        return None

    async def _try(self, number: int, change: Change) -> str | None:
        """Make one change; None when it was made and recorded, else what went wrong."""
        work = self._work
        try:
            intent = await work.store.intend(work.run, number, change, _accepted_by(work, change))
            await self._renew_lock(intent)
        except (StoreError, GuardRefused) as error:
            self._broken = f"not tried: {error.message}"
            return self._broken
        failure = await self._make(change)
        return await self._settle(intent, Outcome(change, failure))

    async def _make(self, change: Change) -> str | None:
        needs_key = change.kind is Kind.CONNECTION and change.action in _WITH_KEY
        try:
            await self._work.platform.apply(change, self._work.credentials.get(change.name) if needs_key else None)
        except PlatformError as error:
            return error.message
        return None

    async def _settle(self, intent: Intent, outcome: Outcome) -> str | None:
        try:
            await self._work.store.settle(intent, outcome, self._work.clock.now())
        except StoreError as error:
            self._broken = f"not tried: {error.message}"
            made = "made, but could not be recorded" if outcome.done else f"{outcome.error}; nor could that be recorded"
            return f"{made}: {error.message}; the next run settles it"
        return outcome.error

    async def _renew_lock(self, intent: Intent) -> None:
        """Keep the lock from expiring under a long run; only after the intent has shown that it still is ours."""
        now = self._work.clock.now()
        if self._renewed is not None and now - self._renewed < timedelta(seconds=self._work.lock_seconds / 3):
            return
        try:
            await self._work.store.lock(self._work.run.owner, now, self._work.lock_seconds)
        except GuardRefused:
            await self._work.store.abandon(intent)
            raise
        self._renewed = now


async def _ended(step: asyncio.Future[str | None]) -> asyncio.CancelledError | None:
    """Wait for a step to its end even when cancelled meanwhile, and return that cancellation."""
    cancelled = None
    while not step.done():
        try:
            await asyncio.wait([step])
        except asyncio.CancelledError as error:
            cancelled = error
    return cancelled


def _accepted_by(work: Work, change: Change) -> Proven | None:
    """Return the proof that an applied connection is accepted with."""
    if change.kind is not Kind.CONNECTION or change.action is Action.DELETE or change.target is None:
        return None
    if change.moved_from is not None:
        # Another name is no reason to accept what the key may do by now: what was accepted goes on.
        return None
    proof = _acceptable(work, change.name)
    return proof if proof is not None and proof.fingerprint == change.target.fingerprint else None


def _acceptable(work: Work, name: str) -> Proven | None:
    proof = work.proofs.get(name)
    return proof if proof is not None and proof.result.status is Status.ONLINE else None
