"""The outside of the loop: where manifests come from, how a pass is made, and what the loop is told meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reconciler.documents.config import WatchSpec
from reconciler.engine.order import Order
from reconciler.kit.clock import Clock
from reconciler.model.finding import Finding
from reconciler.model.manifest import Manifests
from reconciler.model.ports import Store
from reconciler.model.report import Report
from reconciler.watch.backoff import Draw


@dataclass(frozen=True, slots=True)
class Setting:
    """The desired side as it was read: manifests, how they are watched, what is wrong, and the files behind it."""

    manifests: Manifests
    watch: WatchSpec
    findings: tuple[Finding, ...] = ()
    files: tuple[Path, ...] = ()


class Passes(Protocol):
    """Reads the desired side and makes passes over it."""

    def read(self) -> Setting:
        """Read manifests and config as they are now.

        Raises ReconcilerError when there is nothing that could be watched.
        """
        ...

    async def make(self, setting: Setting, order: Order) -> Report:
        """Make one pass; what goes wrong outside is a failure in the report."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """What a loop works with: its name for locks, its clock and store, a source of chance, and who makes its passes."""

    owner: str
    clock: Clock
    store: Store
    draw: Draw
    passes: Passes


class Calls:
    """What reaches a loop from outside while it rests or works; every call may come at any time, and twice."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self.is_stopping = asyncio.Event()
        self.is_reloading = False
        self.is_changed = False
        self._work: asyncio.Future[object] | None = None

    def wake(self) -> None:
        """Have the loop look around now."""
        self._woken.set()

    def changed(self) -> None:
        """Have the files looked at: one of them may have changed."""
        self.is_changed = True
        self.wake()

    def reload(self) -> None:
        """Have everything read anew, whether files look changed or not."""
        self.is_reloading = True
        self.wake()

    def stop(self) -> None:
        """End after the change at hand; a second call changes nothing."""
        if self.is_stopping.is_set():
            return
        self.is_stopping.set()
        self.wake()
        if self._work is not None:
            self._work.cancel()

    async def rest(self, clock: Clock, seconds: float) -> None:
        """Let time pass, until somebody calls."""
        await self._first(clock, seconds)
        self._woken.clear()

    async def _first(self, clock: Clock, seconds: float) -> None:
        if self._woken.is_set() or seconds <= 0:
            return
        waits: Sequence[asyncio.Future[object]] = [
            asyncio.ensure_future(self._woken.wait()),
            asyncio.ensure_future(_asleep(clock, seconds)),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def work(self, begin: Callable[[], asyncio.Future[object]]) -> bool:
        """Do something that a call to stop cuts short, and say whether it came to its end."""
        if self.is_stopping.is_set():
            return False
        self._work = begin()
        try:
            await self._work
        except asyncio.CancelledError:
            if not self.is_stopping.is_set():
                raise
            return False
        finally:
            self._work = None
        return True


async def _asleep(clock: Clock, seconds: float) -> None:
    await clock.sleep(seconds)
