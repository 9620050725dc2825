"""The simulator: one loopback port for each exchange, one for its control, and the methods tests call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from types import TracebackType
from typing import Self, TypedDict, Unpack

from aiohttp import web

from reconciler.errors import GuardRefused, UsageError
from reconciler.kit import discover
from reconciler.kit.clock import Clock, SystemClock
from reconciler.kit.suggest import did_you_mean
from reconciler.simulator import catalogue
from reconciler.simulator.control import Control
from reconciler.simulator.exchange import Exchange
from reconciler.simulator.faults import FaultOptions, Faults, fault
from reconciler.simulator.gate import Gate
from reconciler.simulator.journal import Journal
from reconciler.simulator.key import Key, KeyFields
from reconciler.simulator.keys import Keyring
from reconciler.simulator.port import Port
from reconciler.simulator.wire import Scene
from reconciler.values.rights import Right

_EXCHANGES = "reconciler.simulator.exchanges"
# Long enough for an answer that is being written, short enough for a test.
_GRACE_SECONDS = 0.2


class Ready(TypedDict):
    """Where a running simulator listens; also what its ready-file holds."""

    exchanges: dict[str, str]
    control: str


def simulated() -> tuple[str, ...]:
    """Return the ids of the exchanges that can be simulated, but for their variants."""
    return discover.names(_EXCHANGES)


@cache
def variants() -> Mapping[str, str]:
    """Return the id of each variant that can be simulated, with the exchange whose words it speaks."""
    return {variant: word for word in simulated() for variant in _load(word).variants}


def rights_at(exchange: str, version: int | None = None) -> tuple[frozenset[Right], frozenset[Right]]:
    """Return the rights a key of a version can have at an exchange, and those of them that every key has."""
    found = _load(exchange).of(version)
    return frozenset(found.rights), found.always


class Simulator:
    """The simulated exchanges of one process, to be used with `async with`; it never listens off loopback."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        accounts: Iterable[KeyFields] = (),
        exchanges: Iterable[str] | None = None,
        markets: int = catalogue.DEFAULT_COUNT,
        clock: Clock | None = None,
        enforce_limits: bool = False,
    ) -> None:
        self._host = loopback(host)
        self._clock = clock or SystemClock()
        self._exchanges = {id: _load(id) for id in ((*simulated(), *variants()) if exchanges is None else exchanges)}
        self._enforces_limits = enforce_limits
        self._markets = catalogue.markets(markets)
        self._keys = Keyring(self._exchanges, self._clock)
        self._faults = Faults()
        self._journal = Journal()
        self._client_ip: IPv4Address | IPv6Address = ip_address("127.0.0.1")
        self._ports: list[Port] = []
        self._gates: dict[str, Gate] = {}
        self._runners: list[web.ServerRunner] = []
        self._ready: Ready | None = None
        for fields in accounts:
            self._keys.create(fields)

    @property
    def ready(self) -> Ready:
        """Where the simulator listens.

        Raises UsageError while it does not.
        """
        if self._ready is None:
            raise UsageError("the simulator is not running", hint="await its start()")
        return self._ready

    async def start(self) -> Ready:
        """Listen on all ports; from then on `ready` tells them.

        Raises UsageError when it listens already.
        """
        if self._ready is not None:
            raise UsageError("the simulator is running already", hint="stop it first")
        try:
            urls = {id: await self._open(self._port(exchange).handle) for id, exchange in self._exchanges.items()}
            ready = Ready(exchanges=urls, control=await self._open(Control(self).handle))
        except BaseException:
            await self.stop()
            raise
        self._ready = ready
        return ready

    async def stop(self) -> None:
        """Close all ports, requests that are kept waiting included."""
        self._ready = None
        for port in self._ports:
            port.close()
        while self._runners:
            await self._runners.pop().cleanup()
        self._ports.clear()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self.stop()

    def create_key(self, **fields: Unpack[KeyFields]) -> Key:
        """Make a key; `exchange` and usually `rights` are given, the rest is made up.

        Raises UsageError when the exchange cannot have such a key.
        """
        return self._keys.create(fields)

    def change_key(self, id: str, **fields: Unpack[KeyFields]) -> Key:
        """Change what a key may do, from where, until when, or its state.

        Raises UsageError.
        """
        return self._keys.change(id, fields)

    def key(self, id: str) -> Key:
        """Return a key as it is now.

        Raises UsageError when there is none of that id.
        """
        return self._keys.get(id)

    def set_client_ip(self, ip: str) -> None:
        """Set the address that all requests are seen to come from.

        Raises UsageError when it is none.
        """
        try:
            self._client_ip = ip_address(ip)
        except ValueError:
            raise UsageError("ip must be an address", hint="such as 203.0.113.10") from None

    def add_fault(self, exchange: str, kind: str, **options: Unpack[FaultOptions]) -> None:
        """Put a fault in the way of the requests to one exchange whose path matches.

        Raises UsageError when it makes no sense.
        """
        if exchange not in self._exchanges:
            raise UsageError("no such exchange is simulated", hint=did_you_mean(exchange, self._exchanges))
        self._faults.add(fault(exchange, kind, **options))

    def clear_faults(self) -> None:
        """Take all faults away."""
        self._faults.clear()

    def requests(self, exchange: str | None = None) -> list[dict[str, object]]:
        """Return the requests made to one exchange, or to all, oldest first, as the control API spells them."""
        return [entry.as_json() for entry in self._journal.entries(exchange)]

    def refused(self) -> dict[str, int]:
        """Return how many requests each exchange refused for coming too often since the simulator was started."""
        return {id: gate.refused for id, gate in self._gates.items()}

    def _port(self, exchange: Exchange) -> Port:
        scene = Scene(exchange.id, self._keys, self._markets, lambda: self._client_ip)
        gate = self._gates[exchange.id] = Gate(exchange, enforces_limits=self._enforces_limits)
        port = Port(exchange, gate, scene, self._faults, self._journal, self._clock)
        self._ports.append(port)
        return port

    async def _open(self, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> str:
        # Handlers are cancelled when their caller leaves, so that a request kept waiting does not outlive it.
        server = web.Server(handler, handler_cancellation=True, access_log=None)
        runner = web.ServerRunner(server, shutdown_timeout=_GRACE_SECONDS)
        self._runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, self._host, 0).start()
        host, number = runner.addresses[0][:2]
        return f"http://[{host}]:{number}" if ":" in host else f"http://{host}:{number}"


def loopback(host: str) -> str:
    """Return the address to listen on.

    Raises GuardRefused when it could be reached from another machine.
    """
    address = "127.0.0.1" if host == "localhost" else host
    try:
        is_local = ip_address(address).is_loopback
    except ValueError:
        is_local = False
    if not is_local:
        raise GuardRefused("the simulator listens on loopback only", hint="use 127.0.0.1, another 127.x.y.z, or ::1")
    return address


def _load(id: str) -> Exchange:
    exchange: Exchange
    if id in simulated():
        exchange = discover.load(_EXCHANGES, id).EXCHANGE
        return exchange
    if id not in variants():
        known = (*simulated(), *variants())
        raise UsageError("no such exchange is simulated", hint=did_you_mean(id, known))
    return replace(_load(variants()[id]), id=id)
