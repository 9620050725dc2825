"""Pooled ccxt clients: the one place that imports ccxt.

ccxt signs and parses through its implicit methods. It never loads markets, its rate limiter is off (ours is shared
by all connections), and its session is the gate. A client holds credentials only while it is lent.
"""

from __future__ import annotations

import copy
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from urllib.parse import urlsplit

import aiohttp
import ccxt.async_support as ccxt

from reconciler.errors import ReconcilerError, RequestRefused
from reconciler.kit.clock import Clock
from reconciler.model.exchange import Exchange, Fill, Request
from reconciler.probing.answer import Answer, Silence
from reconciler.probing.gate import AllowList, Gate, Heard, allow_list, rebased
from reconciler.probing.private_key import mended, rsa_signer
from reconciler.values.secret import Credentials

# At level DEBUG ccxt logs signed URLs and headers whole.
logging.getLogger("ccxt").setLevel(logging.WARNING)
logging.getLogger("ccxt.base.exchange").setLevel(logging.WARNING)

# How ccxt wraps a failure of the transport: https://github.com/ccxt/ccxt, async `fetch`, last verified 2026-11-22.
_TRANSPORT = frozenset({"RequestTimeout", "ExchangeNotAvailable", "ExchangeError"})
_TEXT_KEPT = 4_000
Client = ccxt.Exchange


@cache
def _tls() -> ssl.SSLContext:
    # Reading the certificates takes longer than testing a key. Not `create_default_context`: where SSLKEYLOGFILE is
    # set, that writes the keys of every connection into a file. This context verifies certificate and name as well.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    return context


class Wire:
    """The HTTP session and TLS context that all clients of one event loop share."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    def session(self) -> aiohttp.ClientSession:
        """Return the session, opened when first asked for.

        No cookie outlives its answer, since it would tie one key's requests to another's; neither proxies nor
        credentials are taken from the environment.
        """
        if self._session is None:
            connector = aiohttp.TCPConnector(ssl=_tls(), limit=self._connections)
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
            )
        return self._session

    async def close(self) -> None:
        """Close every connection; the next request opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None


class Lease:
    """A client lent for one key: it asks, and says what came back."""

    def __init__(self, client: ccxt.Exchange, gate: Gate, clock: Clock) -> None:
        self._client, self._gate, self._clock = client, gate, clock
        self.skew_ms = 0.0
        # Some classes sign with the one, some with the other.
        client.nonce, client.seconds = self._nonce, lambda: self._nonce() // 1000

    @property
    def signed(self) -> int:
        """How many signed requests were sent for the present key."""
        return self._gate.signed

    def arm(self) -> None:
        """Let the withdrawal probe pass once, for a key whose connection asks for it in a run that applies."""
        self._gate.arm()

    def _nonce(self) -> int:
        return int(self._clock.now().timestamp() * 1000 + self.skew_ms)

    def lend(self, credentials: Credentials | None, *, is_lent: bool = True) -> None:
        """Put a key in, or take it out with everything that could still hold a part of it."""
        client = self._client
        client.session = self._gate if is_lent else None
        client.apiKey = credentials.api_key.reveal() if credentials else None
        client.secret = mended(credentials.secret.reveal()) if credentials else None
        self._sign_faster(rsa_signer(client.secret) if credentials else None)
        client.password = credentials.passphrase.reveal() if credentials and credentials.passphrase else None
        client.last_request_headers = client.last_request_body = client.last_request_url = None
        client.last_http_response = client.last_json_response = client.last_response_headers = None
        # ccxt counts on from the highest nonce of a client: one key's clock error would push up every later key's,
        # and a nonce ahead of its time locks out the programs that use the key. https://github.com/ccxt/ccxt,
        # base `incrementing_nonce`, last verified 2026-11-22.
        client.options.pop("lastNonce", None)
        self._gate.open_for_next_key()

    def _sign_faster(self, signer: Callable[[str], str] | None) -> None:
        """Put a signer in the place of ccxt's own, for the one way to sign by RSA that exchanges ask for."""
        client = self._client
        vars(client).pop("rsa", None)
        if signer is not None:
            slow = client.rsa

            def rsa(text: str, secret: str, alg: str = "sha256", padding_mode: str = "pkcs1") -> object:
                is_usual = (alg, padding_mode) == ("sha256", "pkcs1")
                return signer(text) if is_usual else slow(text, secret, alg, padding_mode)

            client.rsa = rsa

    async def ask(self, request: Request, uid: str | None = None) -> Answer:
        """Send one request and return what came back, errors included.

        Raises RequestRefused when the gate stopped it, ReconcilerError when it could not even be built: both are
        bugs, and neither keeps anything of the request in its message, cause or context.
        """
        self._gate.forget()
        raised: tuple[type, ...] = ()
        refused: RequestRefused | None = None
        try:
            await getattr(self._client, request.call)(_filled(request, self._client.apiKey, uid))
        except RequestRefused as error:
            refused = RequestRefused(error.message, hint=error.hint)
        except Exception as error:
            # ccxt's handlers stumble over odd bodies in many ways; what was heard is judged by us all the same.
            raised = type(error).__mro__
        if refused is not None:
            raise refused
        names = tuple(kind.__name__ for kind in raised if issubclass(kind, ccxt.BaseError))
        if raised and self._gate.heard is None and raised[0].__name__ not in _TRANSPORT:
            raise ReconcilerError(f"{request.line} could not be sent: {raised[0].__name__}")
        return self._answer(request, names)

    def _answer(self, request: Request, raised: tuple[str, ...]) -> Answer:
        heard, now = self._gate.heard, self._clock.now()
        if heard is None:
            silence = Silence.TIMEOUT if "RequestTimeout" in raised else Silence.CONNECTION
            if self._gate.is_too_large:
                silence = Silence.TOO_LARGE
            return Answer(request, now, raised=raised, silence=silence)
        return answer_of(request, now, heard, raised)


def answer_of(request: Request, at: datetime, heard: Heard, raised: tuple[str, ...]) -> Answer:
    """Return what was heard as the answer to a request."""
    return Answer(
        request=request,
        at=at,
        status=heard.status,
        body=heard.body,
        text=heard.text[:_TEXT_KEPT],
        sha256=heard.sha256,
        headers=heard.headers,
        retry_after=_seconds(heard.headers.get("Retry-After"), at),
        raised=raised,
    )


class ClientPool:
    """The clients of one exchange at one place, built when needed and lent one key at a time."""

    def __init__(self, exchange: Exchange, wire: Wire, clock: Clock, *, base_url: str | None, seconds: float) -> None:
        self._exchange, self._wire, self._clock = exchange, wire, clock
        self._base_url, self._seconds = base_url, seconds
        self._allowed: AllowList = allow_list(exchange.requests, base_url)
        self._idle: list[Lease] = []
        self._pattern: ccxt.Exchange | None = None

    @asynccontextmanager
    async def lease(self, credentials: Credentials | None) -> AsyncIterator[Lease]:
        """Lend a client for one key; whatever happens, it comes back wiped."""
        lease = self._idle.pop() if self._idle else self._built()
        lease.lend(credentials)
        try:
            yield lease
        finally:
            lease.lend(None, is_lent=False)
            self._idle.append(lease)

    def _built(self) -> Lease:
        """Make a client by copying the first one: ccxt takes longer to build one than to test a key.

        The copies share what describes the exchange, which nobody writes to, and have options of their own.
        """
        gate = Gate(self._wire.session, self._allowed, self._seconds)
        if self._pattern is None:
            self._pattern = configured(self._exchange, self._base_url, self._seconds)
        return Lease(copied(self._pattern, gate), gate, self._clock)


def configured(exchange: Exchange, base_url: str | None, seconds: float) -> ccxt.Exchange:
    """Build the first client of an exchange."""
    client = getattr(ccxt, exchange.ccxt_class)({"enableRateLimit": False, "session": None})
    client.timeout = int(seconds * 1000)
    client.ssl_context = False  # the session has one; otherwise each client would load the certificates again
    client.enableLastHttpResponse = client.enableLastResponseHeaders = False
    if base_url is not None:
        client.urls["api"] = _moved(client.urls["api"], base_url)
    return client


def copied(pattern: ccxt.Exchange, gate: Gate) -> ccxt.Exchange:
    """Make a client behind a gate of its own by copying the first one."""
    client = copy.copy(pattern)
    client.options = copy.deepcopy(pattern.options)
    client.parse_json = gate.decoded
    return client


def own_origins(client: ccxt.Exchange) -> frozenset[str]:
    """Return scheme, host and port of every address that ccxt declares for this class, and not for what it extends."""
    own = frozenset(_origins(client, client.urls["api"]))
    for kind in type(client).__mro__[1:]:
        if kind.__name__ in ccxt.exchanges and kind.__module__.startswith("ccxt."):
            inherited = frozenset(_origins(client, kind().urls["api"]))
            return own - inherited or own
    return own


def _origins(client: ccxt.Exchange, urls: object) -> Iterator[str]:
    if isinstance(urls, Mapping | list):
        for inner in urls.values() if isinstance(urls, Mapping) else urls:
            yield from _origins(client, inner)
    elif isinstance(urls, str):
        to = urlsplit(client.implode_hostname(urls))
        yield f"{to.scheme}://{to.netloc}"


def _moved(urls: object, origin: str) -> object:
    if isinstance(urls, Mapping):
        return {name: _moved(url, origin) for name, url in urls.items()}
    return rebased(urls, origin) if isinstance(urls, str) else urls


def _filled(request: Request, api_key: str | None, uid: str | None) -> dict[str, str]:
    fills: dict[Fill, str] = {Fill.API_KEY: api_key or "", Fill.UID: uid or ""}
    return {name: fills[value] if isinstance(value, Fill) else value for name, value in request.params.items()}


def _seconds(header: str | None, now: datetime) -> float | None:
    """Read Retry-After, which is a number of seconds or a date."""
    if header is None or header.isdecimal():
        return float(header) if header is not None and len(header) < 8 else None
    try:
        return max((parsedate_to_datetime(header) - now).total_seconds(), 0.0)
    except (TypeError, ValueError, OverflowError):
        return None
