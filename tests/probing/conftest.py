"""Exchanges of ccxt that have no file here, on loopback: they verify real signatures and answer in their own words."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import pytest
from aiohttp import web

from reconciler.kit.clock import SystemClock
from reconciler.model.probe import ProbeResult, Target
from reconciler.probing.prober import CcxtProber
from reconciler.probing.venue import Pace
from reconciler.values.secret import Credentials, Secret
from reconciler.wiring import exchanges

API_KEY, SECRET = "k3yk3yk3yk3yk3yk3y", "s3cr3ts3cr3ts3cr3t"


@dataclass(frozen=True)
class Words:
    """One exchange's own words: who signs how, what it answers, and how it refuses."""

    is_signed: Callable[[web.BaseRequest, str], bool]
    answers: Mapping[str, object]
    refusal: tuple[int, object]
    name: Callable[[web.BaseRequest, str], str] = lambda request, body: f"{request.method} {request.path}"


def _hmac(text: str, digest: str = "sha256") -> str:
    return hmac.new(SECRET.encode(), text.encode(), digest).hexdigest()


def _bitvavo(request: web.BaseRequest, body: str) -> bool:
    stamp = request.headers.get("Bitvavo-Access-Timestamp", "")
    signed = _hmac(f"{stamp}{request.method}{request.raw_path}{body}")
    is_key = request.headers.get("Bitvavo-Access-Key") == API_KEY
    return is_key and request.headers.get("Bitvavo-Access-Signature") == signed


def _bitstamp(request: web.BaseRequest, body: str) -> bool:
    names = ("X-Auth", "X-Auth-Nonce", "X-Auth-Timestamp", "X-Auth-Version", "Content-Type")
    auth, nonce, stamp, version, kind = (request.headers.get(name, "") for name in names)
    # On loopback there is no TLS, and the scheme that a client leaves out of the text is the other one.
    url = f"http://{request.headers['Host']}{request.raw_path}"
    signed = _hmac(f"{auth}{request.method}{url}{kind}{nonce}{stamp}{version}{body}")
    return auth == f"BITSTAMP {API_KEY}" and request.headers.get("X-Auth-Signature") == signed


def _indodax(request: web.BaseRequest, body: str) -> bool:
    return request.headers.get("Key") == API_KEY and request.headers.get("Sign") == _hmac(body, "sha512")


BITVAVO = Words(
    _bitvavo,
    {
        "GET /v2/time": lambda: {"time": time.time_ns() // 10**6},
        "GET /v2/markets": [
            {
                "market": "BTC-EUR",
                "status": "trading",
                "base": "BTC",
                "quote": "EUR",
                "pricePrecision": 5,
                "minOrderInBaseAsset": "0.001",
                "minOrderInQuoteAsset": "5",
                "orderTypes": ["market", "limit"],
            }
        ],
        "GET /v2/balance": [{"symbol": "BTC", "available": "1.5", "inOrder": "0"}],
        "GET /v2/ordersOpen": [],
    },
    (403, {"errorCode": 305, "error": "No active API key found."}),
)
BITSTAMP = Words(
    _bitstamp,
    {
        "GET /api/v2/markets/": [
            {
                "name": "BTC/USD",
                "market_symbol": "btcusd",
                "base_currency": "BTC",
                "base_decimals": 8,
                "counter_currency": "USD",
                "counter_decimals": 0,
                "minimum_order_value": "10",
                "trading": "Enabled",
                "market_type": "SPOT",
            }
        ],
        "POST /api/v2/account_balances/": [{"currency": "usd", "total": "10", "available": "10", "reserved": "0"}],
        "POST /api/v2/open_orders/all/": [],
    },
    (403, {"status": "error", "reason": "Invalid signature", "code": "API0005"}),
)
INDODAX = Words(
    _indodax,
    {
        "GET /api/server_time": lambda: {"timezone": "UTC", "server_time": time.time_ns() // 10**6},
        "GET /api/pairs": [
            {
                "id": "btcidr",
                "symbol": "BTCIDR",
                "base_currency": "idr",
                "traded_currency": "btc",
                "traded_currency_unit": "BTC",
                "ticker_id": "btc_idr",
                "price_precision": 1000,
                "price_round": 8,
                "trade_min_base_currency": 10000,
                "trade_min_traded_currency": 0.00007457,
                "trade_fee_percent": 0.3,
                "is_maintenance": 0,
            }
        ],
        "getInfo": {"success": 1, "return": {"balance": {"idr": 167, "btc": "0.1"}, "balance_hold": {"idr": 0}}},
        "openOrders": {"success": 1, "return": {"orders": []}},
    },
    (200, {"success": 0, "error": "Invalid credentials. API not found or session has expired."}),
    lambda request, body: dict(parse_qsl(body)).get("method") or f"{request.method} {request.path}",
)
WORDS = {"bitvavo": BITVAVO, "bitstamp": BITSTAMP, "indodax": INDODAX}


@dataclass
class Fake:
    """One of them, as it runs: what it was asked, and what it is to answer instead of its own words.

    `instead` holds for a name the status and body, or None for an answer that never comes.
    """

    id: str
    instead: dict[str, tuple[int, object] | None] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Listen on loopback, and tell where."""
        server = web.Server(self.answer, handler_cancellation=True, access_log=None)
        runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        try:
            yield f"http://{host}:{port}"
        finally:
            await runner.cleanup()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        words, body = WORDS[self.id], (await request.read()).decode()
        name = words.name(request, body)
        self.asked.append(name)
        status, told = 404, {"error": "no such endpoint"}
        if name in words.answers:
            is_public = request.method == "GET" and not request.headers.get("Bitvavo-Access-Key")
            answer = words.answers[name]
            fine = (200, answer() if callable(answer) else answer)
            status, told = fine if is_public or words.is_signed(request, body) else words.refusal
        if name in self.instead:
            spoilt = self.instead[name]
            if spoilt is None:
                await asyncio.Event().wait()
                raise AssertionError
            status, told = spoilt
        if isinstance(told, str):
            return web.Response(status=status, text=told, content_type="text/html")
        headers = {"Location": "https://evil.example/"} if 300 <= status < 400 else {}
        return web.Response(status=status, text=json.dumps(told), content_type="application/json", headers=headers)


@pytest.fixture
def outcomes() -> Callable[..., tuple[list[ProbeResult], Fake]]:
    """Test keys one after another at such an exchange; return the results and what it was asked."""

    async def run(fake: Fake, targets: list[Target], seconds: float) -> list[ProbeResult]:
        pace = Pace(seconds_per_request=seconds)
        async with fake.served() as url:
            prober = CcxtProber(exchanges(), clock=SystemClock(), base_url=lambda *_: url, pace=pace)
            try:
                return [await prober.probe(target) for target in targets]
            finally:
                await prober.close()

    def tested(
        id: str,
        instead: Mapping[str, tuple[int, object] | None] | None = None,
        *,
        secrets: tuple[str, ...] = (SECRET,),
        seconds: float = 10,
        markets: tuple[str, ...] = ("spot",),
    ) -> tuple[list[ProbeResult], Fake]:
        fake = Fake(id, dict(instead or {}))
        targets = [
            Target("key", id, "live", markets, ("read", "trade"), Credentials(Secret(API_KEY), Secret(secret)))
            for secret in secrets
        ]
        return asyncio.run(run(fake, targets, seconds)), fake

    return tested


@pytest.fixture
def fake() -> type[Fake]:
    """Such an exchange, for tests that go without a prober."""
    return Fake


@pytest.fixture
def good_credentials() -> Credentials:
    """What a key of such an exchange signs with."""
    return Credentials(Secret(API_KEY), Secret(SECRET))
