"""Asking an exchange that has no file: through ccxt's unified calls, behind a gate of their own.

Markets are read once, without a key, and shared by all clients; each key gets a client of its own that is thrown away
after it, since nobody knows what a class keeps of an account.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from types import FunctionType

from reconciler.kit.clock import Clock
from reconciler.model.exchange import Exchange, Purpose, Request
from reconciler.probing.answer import Answer, Silence
from reconciler.probing.client import Client, Lease, Wire, answer_of, configured, copied, own_origins
from reconciler.probing.gate import Heard, rebased
from reconciler.probing.unified_gate import Endpoint, UnifiedGate, endpoint, watched
from reconciler.values.secret import Credentials

MARKETS = "load_markets"
# A list that could not be read is not asked for again at once: a fleet must not wait for the same dead host.
_PAUSE = timedelta(seconds=5)
_BASES, _QUOTES = ("BTC", "XBT", "ETH"), ("USDT", "USD", "EUR", "USDC")
# How ccxt's methods begin that change something.
_ACTING = (
    "add_",
    "borrow_",
    "cancel_",
    "close_",
    "create_",
    "edit_",
    "reduce_",
    "repay_",
    "set_",
    "transfer",
    "withdraw",
)
# What ccxt raises when nothing came at all; whatever else it raises before sending is its own doing.
_TRANSPORT = frozenset({"RequestTimeout", "ExchangeNotAvailable", "NetworkError"})


class UnifiedLease(Lease):
    """A client lent for one key, which asks by unified calls."""

    def __init__(self, client: Client, gate: UnifiedGate, clock: Clock, pool: UnifiedPool) -> None:
        super().__init__(client, gate, clock)
        # A class knows best how it counts its requests; it only has to be told the time.
        del client.nonce
        client.milliseconds, client.microseconds = self._nonce, lambda: self._nonce() * 1000
        client.fetch2 = watched(type(client).fetch2.__get__(client))
        client.accounts = client.accountsById = None
        self._unified, self._pool = gate, pool

    def lend(self, credentials: Credentials | None, *, is_lent: bool = True) -> None:
        """Put a key in, or take it out."""
        super().lend(credentials, is_lent=is_lent)
        self._unified.holds_key = credentials is not None

    async def ask(self, request: Request, uid: str | None = None) -> Answer:
        """Make one unified call and return what came back, whatever it was."""
        if request.purpose is not Purpose.TIME or request.call == MARKETS:
            listed = await self._pool.markets(request)
            if request.call == MARKETS or not listed.made:
                return listed
            self._client.set_markets_from_exchange(self._pool.pattern)
        return await self.called(request)

    async def called(self, request: Request) -> Answer:
        """Make the call itself, and say what came back."""
        self._unified.forget()
        made: object = None
        raised: tuple[str, ...] = ()
        try:
            made = await self._call(request)
        except Exception as error:
            # Only what kind of error it is: ccxt puts URLs with signatures into its messages.
            raised = tuple(kind.__name__ for kind in type(error).__mro__)
        return self._result(request, made, raised)

    def take_markets(self, client: Client) -> bool:
        """Put what was read into another client; tell whether it was anything."""
        if self._client.markets:
            client.set_markets_from_exchange(self._client)
        return bool(self._client.markets)

    def _call(self, request: Request) -> Awaitable[object]:
        kind = request.params.get("type")
        if isinstance(kind, str):
            self._client.options["defaultType"] = kind
        call: Callable[..., Awaitable[object]] = getattr(self._client, request.call)
        symbol = self._pool.symbol(str(kind)) if request.purpose is Purpose.STATUS else None
        if symbol is None:
            return call()
        return call([symbol]) if request.call == "fetch_positions" else call(symbol)

    def _result(self, request: Request, made: object, raised: tuple[str, ...]) -> Answer:
        gate, now = self._unified, self._clock.now()
        if gate.stopped or not gate.answers:
            silence = None if gate.stopped else _silence(gate, raised)
            return Answer(request, now, raised=raised, silence=silence, stopped=gate.stopped)
        # Of several answers the first bad one tells most.
        line, heard = next((one for one in gate.answers if not _is_good(one[1])), gate.answers[-1])
        method, _, path = line.partition(" ")
        asked = replace(request, method=method, path=self._masked(path))
        return replace(answer_of(asked, now, heard, raised), made=made)

    def _masked(self, path: str) -> str:
        values = (self._client.apiKey, self._client.secret, self._client.password)
        return "(a path that names the key)" if any(value and value in path for value in values) else path


class UnifiedPool:
    """The clients of one exchange without a file, at one place."""

    def __init__(self, exchange: Exchange, wire: Wire, clock: Clock, *, base_url: str | None, seconds: float) -> None:
        self._wire, self._clock, self._seconds = wire, clock, seconds
        self.pattern: Client = configured(exchange, base_url, seconds)
        own = own_origins(self.pattern)
        self._origins = own if base_url is None else frozenset({rebased("https://x", base_url)})
        self._declared = _declared(self.pattern)
        # They ask with the key, at some exchanges, before anything else is asked.
        self.pattern.has = {**self.pattern.has, "fetchCurrencies": False}
        self._loading = asyncio.Lock()
        self._listed: Answer | None = None
        self._symbols: dict[str, str | None] = {}

    @asynccontextmanager
    async def lease(self, credentials: Credentials | None) -> AsyncIterator[UnifiedLease]:
        """Lend a client for one key; whatever happens, it holds nothing of the key afterwards."""
        lease = self._built()
        lease.lend(credentials)
        try:
            yield lease
        finally:
            lease.lend(None, is_lent=False)

    async def markets(self, request: Request) -> Answer:
        """Return how reading the markets went, read once without a key; a failure stands for some seconds."""
        async with self._loading:
            listed = self._listed
            if listed is None or (not listed.made and self._clock.now() - listed.at > _PAUSE):
                listed = self._listed = await self._load(request)
            return replace(listed, request=request)

    def symbol(self, kind: str) -> str | None:
        """Choose a market of a kind to ask for open orders of; a common one, if there is one."""
        if kind not in self._symbols:
            self._symbols[kind] = _symbol(self.pattern.markets or {}, kind)
        return self._symbols[kind]

    async def _load(self, request: Request) -> Answer:
        async with self.lease(None) as lease:
            answer = await lease.called(replace(request, call=MARKETS, purpose=Purpose.TIME))
            if answer.made and not answer.raised and lease.take_markets(self.pattern):
                return replace(answer, body=None, made=True)
        return replace(answer, made=None, raised=answer.raised or ("BadResponse",))

    def _built(self) -> UnifiedLease:
        gate = UnifiedGate(self._wire.session, self._origins, self._declared, self._seconds)
        return UnifiedLease(copied(self.pattern, gate), gate, self._clock, self)


def _declared(client: object) -> frozenset[Endpoint]:
    """Return every endpoint that ccxt declares for a class, but for those that its acting methods alone make use of."""
    members = [member for kind in type(client).__mro__ for member in vars(kind).items()]
    entries = {name: endpoint(one.method, one.path, one.api) for name, one in members if type(one).__name__ == "Entry"}
    used: dict[bool, set[Endpoint]] = {True: set(), False: set()}
    for name, one in members:
        # ccxt adds every method under a second name as well.
        if isinstance(one, FunctionType) and one.__name__ == name:
            used[name.startswith(_ACTING)].update(entries[word] for word in one.__code__.co_names if word in entries)
    return frozenset(entries.values()) - (used[True] - used[False])


def _silence(gate: UnifiedGate, raised: tuple[str, ...]) -> Silence | None:
    """Say why nothing came; None where nothing was sent at all."""
    if gate.is_too_large:
        return Silence.TOO_LARGE
    if not _TRANSPORT & set(raised):
        return None
    return Silence.TIMEOUT if "RequestTimeout" in raised else Silence.CONNECTION


def _is_good(heard: Heard) -> bool:
    return 200 <= heard.status < 300 and isinstance(heard.body, dict | list)


def _symbol(markets: Mapping[str, Mapping[str, object]], kind: str) -> str | None:
    fitting = [symbol for symbol, one in markets.items() if one.get(kind) and one.get("active") is not False]
    common = [f"{base}/{quote}" for base in _BASES for quote in _QUOTES]
    found = [symbol for pair in common for symbol in fitting if symbol in (pair, f"{pair}:{pair.split('/')[1]}")]
    return next(iter(found or fitting), None)
