"""The simulator for callers without an event loop: it runs in a thread of its own until it is closed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from types import TracebackType
from typing import Self, TypeVar, Unpack

from reconciler.kit.clock import Clock
from reconciler.simulator.catalogue import DEFAULT_COUNT
from reconciler.simulator.faults import FaultOptions
from reconciler.simulator.key import Key, KeyFields
from reconciler.simulator.server import Ready, Simulator

_T = TypeVar("_T")


class BackgroundSimulator:
    """A simulator to be used with `with`; its methods are those of `Simulator`, each done in the loop's own thread."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        accounts: Iterable[KeyFields] = (),
        exchanges: Iterable[str] | None = None,
        markets: int = DEFAULT_COUNT,
        clock: Clock | None = None,
        enforce_limits: bool = False,
    ) -> None:
        self._simulator = Simulator(
            host=host,
            accounts=accounts,
            exchanges=exchanges,
            markets=markets,
            clock=clock,
            enforce_limits=enforce_limits,
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leave: Future[None] = Future()
        self._thread: threading.Thread | None = None

    @property
    def ready(self) -> Ready:
        """Where the simulator listens."""
        return self._simulator.ready

    def start(self) -> Ready:
        """Start the thread and wait until all ports listen; whatever keeps them from it is raised here."""
        started: Future[Ready] = Future()
        self._leave = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(started)), name="simulator", daemon=True)
        self._thread.start()
        try:
            return started.result()
        except BaseException:
            # An interrupt may arrive while the thread is alive and well.
            self.stop()
            raise

    def stop(self) -> None:
        """Close all ports and wait until the thread has ended; doing it twice does no harm."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._leave.set_result(None)
            thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.stop()

    async def _run(self, started: Future[Ready]) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            ready = await self._simulator.start()
        except BaseException as error:
            started.set_exception(error)
            return
        started.set_result(ready)
        await asyncio.wrap_future(self._leave)
        await self._simulator.stop()

    def _do(self, work: Callable[[], _T]) -> _T:
        if self._thread is None or self._loop is None:
            return work()
        done: Future[_T] = Future()

        def step() -> None:
            try:
                done.set_result(work())
            except BaseException as error:
                done.set_exception(error)

        self._loop.call_soon_threadsafe(step)
        return done.result()

    def create_key(self, **fields: Unpack[KeyFields]) -> Key:
        """Make a key."""
        return self._do(lambda: self._simulator.create_key(**fields))

    def change_key(self, id: str, **fields: Unpack[KeyFields]) -> Key:
        """Change what a key may do, from where, until when, or its state."""
        return self._do(lambda: self._simulator.change_key(id, **fields))

    def key(self, id: str) -> Key:
        """Return a key as it is now."""
        return self._do(lambda: self._simulator.key(id))

    def set_client_ip(self, ip: str) -> None:
        """Set the address that all requests are seen to come from."""
        self._do(lambda: self._simulator.set_client_ip(ip))

    def add_fault(self, exchange: str, kind: str, **options: Unpack[FaultOptions]) -> None:
        """Put a fault in the way of the requests to one exchange whose path matches."""
        self._do(lambda: self._simulator.add_fault(exchange, kind, **options))

    def clear_faults(self) -> None:
        """Take all faults away."""
        self._do(self._simulator.clear_faults)

    def requests(self, exchange: str | None = None) -> list[dict[str, object]]:
        """Return the requests made to one exchange, or to all, oldest first."""
        return self._do(lambda: self._simulator.requests(exchange))

    def refused(self) -> dict[str, int]:
        """Return how many requests each exchange refused for coming too often."""
        return self._do(self._simulator.refused)
