"""Unmodified ccxt clients work against the simulator: its lists, balances and orders have the shapes they parse."""

from __future__ import annotations

import asyncio
import gc
from functools import cache
from types import SimpleNamespace
from urllib.parse import urlsplit

import ccxt.async_support as ccxt
import pytest

from reconciler.simulator.server import Simulator, rights_at, simulated
from reconciler.values.rights import Right


def pointed(client, url):
    """Point every URL of a ccxt client at a port; the paths stay."""

    def moved(value):
        if isinstance(value, dict):
            return {name: moved(inner) for name, inner in value.items()}
        return url + urlsplit(value).path if isinstance(value, str) else value

    client.urls["api"] = moved(client.urls["api"])
    return client


def with_client(exchange, kind, story, *, rights=("read", "trade_spot", "trade_futures"), **options):
    async def main():
        async with Simulator(exchanges=[exchange], **options) as sim:
            key = sim.create_key(exchange=exchange, rights=set(rights) & rights_at(exchange)[0])
            settings = {"apiKey": key.api_key, "secret": key.secret, "password": key.passphrase}
            client = getattr(ccxt, exchange)({**settings, "options": {"defaultType": kind}, "enableRateLimit": False})
            try:
                return await story(pointed(client, sim.ready["exchanges"][exchange]), sim)
            finally:
                await client.close()

    return asyncio.run(main())


@pytest.fixture(scope="module", autouse=True)
def _no_session_stays_open():
    yield
    # One left open would be reported here, as an error, and not in a later test.
    gc.collect()


HAVE_SWAPS = {exchange for exchange in simulated() if Right.TRADE_FUTURES in rights_at(exchange)[0]}
CLASSES = [
    (exchange, kind)
    for exchange in simulated()
    for kind in ("spot", "swap")
    if kind == "spot" or exchange in HAVE_SWAPS
]


@cache
def walked(exchange, kind):
    """Do once with a client of each class what the tests below look at."""

    async def story(client, sim):
        symbol = "BTC/USDT" if kind == "spot" else "BTC/USDT:USDT"
        return SimpleNamespace(
            markets=await client.load_markets(),
            balance=await client.fetch_balance(),
            time=await client.fetch_time(),
            status=await client.fetch_status() if client.has["fetchStatus"] else None,
            order=await client.create_order(symbol, "limit", "buy", 1, 100),
            orders=await client.fetch_open_orders(symbol),
            positions=await client.fetch_positions(),
            signatures={entry["signature"] for entry in sim.requests()},
        )

    return with_client(exchange, kind, story)


@pytest.mark.parametrize(("exchange", "kind"), CLASSES)
def test_a_client_loads_markets_and_a_balance(exchange, kind):
    seen = walked(exchange, kind)

    assert {"BTC/USDT", "ETH/USDT"} <= seen.markets.keys()
    assert exchange not in HAVE_SWAPS or {"BTC/USDT:USDT", "ETH/USDT:USDT"} <= seen.markets.keys()
    # Unified accounts have one wallet for both; futures of the United States are held in dollars.
    balance = seen.balance["USDT" if "USDT" in seen.balance else "USD"]
    assert balance["free"] in ({1000} if kind == "spot" else {500, 1000})
    assert seen.signatures == {"valid", "absent"}


@pytest.mark.parametrize(("exchange", "kind"), CLASSES)
def test_a_client_reads_time_and_status(exchange, kind):
    seen = walked(exchange, kind)

    assert seen.status is None or seen.status["status"] == "ok"
    assert seen.time > 1_700_000_000_000


@pytest.mark.parametrize(("exchange", "kind"), CLASSES)
def test_an_order_is_accepted_and_nothing_is_kept(exchange, kind):
    seen = walked(exchange, kind)

    assert seen.order["id"]
    assert (seen.orders, seen.positions) == ([], [])


@pytest.mark.parametrize("exchange", simulated())
def test_a_withdrawal_needs_its_right(exchange):
    async def story(client, sim):
        # Some exchanges ask for the name of a stored address besides.
        network = {"network": "ERC20", "key": "cold wallet"}
        address = "0x" + "ab" * 20
        with pytest.raises(ccxt.ExchangeError):
            await client.withdraw("ETH", 1, address, params=network)
        sim.change_key("key-1", rights=["read", "withdraw"])
        return await client.withdraw("ETH", 1, address, params=network)

    assert with_client(exchange, "spot", story)["id"]


@pytest.mark.parametrize("exchange", simulated())
def test_thousands_of_markets_load(exchange):
    async def story(client, sim):
        return len(await client.load_markets())

    assert with_client(exchange, "spot", story, markets=2000) > (2600 if exchange in HAVE_SWAPS else 1999)


def test_the_usual_balance_call_of_mexc_fails_without_the_right_to_read_withdrawals():
    async def story(client, sim):
        sim.change_key("key-1", permissions="SPOT_ACCOUNT_READ,SPOT_DEAL_WRITE")
        with pytest.raises(ccxt.AuthenticationError):
            await client.fetch_balance()
        return await client.spotPrivateGetAccount()

    assert with_client("mexc", "spot", story)["balances"]
