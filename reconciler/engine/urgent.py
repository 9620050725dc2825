"""No-withdraw comes first: what runs on a Blocked key is stopped as soon as its proof arrives, whoever is slower.

A pass over thousands of keys ends with the slowest of them. Nothing that trades on a key which may withdraw waits for
that, nor for the rest of the plan.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace

from reconciler.engine.apply import Work, apply
from reconciler.engine.changes import connection_of
from reconciler.engine.desired import suspension_of
from reconciler.engine.observe import Observed
from reconciler.engine.order import Known, Ports
from reconciler.engine.recover import recorded_after, recover
from reconciler.engine.renames import Renames
from reconciler.engine.select import Scope
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan
from reconciler.model.ports import Proven, Run
from reconciler.model.probe import ProbeResult, Status
from reconciler.model.state import Kind, ManagedObject


class Stops:
    """Suspends bindings in the middle of the tests of one pass, each time as a small run of its own."""

    def __init__(self, ports: Ports, run: Run, scope: Scope, lock_seconds: int) -> None:
        self._ports, self._run, self._scope, self._lock_seconds = ports, run, scope, lock_seconds
        self._bindings: dict[str, list[ManagedObject]] = {}
        self._keys: dict[str, str | None] = {}
        self._turn = asyncio.Lock()
        self.outcomes: tuple[Outcome, ...] = ()

    async def begin(self, observed: Observed, moves: Renames) -> None:
        """Take in what is there; the caller holds the writer lock, and what was cut off is settled first.

        What is about to be renamed is found by its new name, and stopped under the old one.
        """
        await recover(self._ports.store, observed.actual, self._ports.clock.now())
        recorded = recorded_after(observed.recorded, observed.intents, observed.actual)
        ours = {one.id for one in recorded} | self._scope
        for one in observed.actual:
            if one.kind is Kind.CONNECTION:
                self._keys[moves.called.get(one.name, one.name)] = one.fingerprint
            elif one.id in ours:
                name = str(connection_of(one))
                self._bindings.setdefault(moves.called.get(name, name), []).append(one)

    async def known(self, name: str, known: Known) -> None:
        """Stop what runs on a key that was Blocked before, if it is the one on the platform."""
        if self._keys.get(name) == known.fingerprint:
            await self.heard(name, known.result)

    async def heard(self, name: str, result: ProbeResult, fingerprint: str | None = None) -> None:
        """Stop what runs on a key, if it is Blocked; what cannot be stopped now is tried again by the plan.

        The proof of a fresh test is kept first: whoever is killed here must not find the key fine afterwards.
        """
        if result.status is not Status.BLOCKED:
            return
        changes = [suspension_of(one, {str(connection_of(one)): result}) for one in self._bindings.get(name, ())]
        stops = Plan(tuple(change for change in changes if change is not None))
        if stops.is_empty:
            return
        run = replace(self._run, id=uuid.uuid4().hex)
        # Two proofs may arrive together, and the store takes one change after the other.
        async with self._turn:
            if fingerprint is not None:
                await self._ports.store.remember({name: Proven(fingerprint, result)})
            await self._ports.store.begin(run)
            work = Work(
                run, self._ports.platform, self._ports.store, self._ports.clock, lock_seconds=self._lock_seconds
            )
            self.outcomes += await apply(stops, work)
