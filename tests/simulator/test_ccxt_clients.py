"""Unmodified ccxt clients work against the simulator: its lists, balances and orders have the shapes they parse."""

from __future__ import annotations

import asyncio
import gc
from urllib.parse import urlsplit

import ccxt.async_support as ccxt
import pytest

from reconciler.simulator.server import Simulator


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
        async with Simulator(**options) as sim:
            key = sim.create_key(exchange=exchange, rights=rights)
            settings = {"apiKey": key.api_key, "secret": key.secret, "password": key.passphrase}
            client = getattr(ccxt, exchange)({**settings, "options": {"defaultType": kind}, "enableRateLimit": False})
            try:
                return await story(pointed(client, sim.ready["exchanges"][exchange]), sim)
            finally:
                await client.close()

    try:
        return asyncio.run(main())
    finally:
        # A session left open would be reported here, as an error, and not in a later test.
        gc.collect()


CLASSES = [(exchange, kind) for exchange in ("mexc", "kucoin") for kind in ("spot", "swap")]


@pytest.mark.parametrize(("exchange", "kind"), CLASSES)
def test_a_client_loads_markets_and_a_balance(exchange, kind):
    async def story(client, sim):
        balance = await client.fetch_balance()
        return client.markets, balance, {entry["signature"] for entry in sim.requests()}

    markets, balance, signatures = with_client(exchange, kind, story)

    assert {"BTC/USDT", "BTC/USDT:USDT", "ETH/USDT", "ETH/USDT:USDT"} <= markets.keys()
    assert balance["USDT"]["free"] == (1000 if kind == "spot" else 500)
    assert signatures == {"valid", "absent"}


@pytest.mark.parametrize(("exchange", "kind"), CLASSES)
def test_a_client_reads_time_status_orders_and_positions(exchange, kind):
    async def story(client, sim):
        await client.load_markets()
        orders, positions = await client.fetch_open_orders(), await client.fetch_positions()
        return (await client.fetch_status())["status"], await client.fetch_time(), orders, positions

    status, time, orders, positions = with_client(exchange, kind, story)

    assert (status, orders, positions) == ("ok", [], [])
    assert time > 1_700_000_000_000


@pytest.mark.parametrize(("exchange", "kind"), CLASSES)
def test_an_order_is_accepted_and_nothing_is_kept(exchange, kind):
    async def story(client, sim):
        symbol = "BTC/USDT" if kind == "spot" else "BTC/USDT:USDT"
        order = await client.create_order(symbol, "limit", "buy", 1, 100)
        return order["id"], await client.fetch_open_orders(symbol)

    id, orders = with_client(exchange, kind, story)

    assert id
    assert orders == []


@pytest.mark.parametrize("exchange", ["mexc", "kucoin"])
def test_a_withdrawal_needs_its_right(exchange):
    async def story(client, sim):
        network = {"network": "ERC20"}
        address = "0x" + "ab" * 20
        with pytest.raises(ccxt.AuthenticationError):
            await client.withdraw("ETH", 1, address, params=network)
        sim.change_key("key-1", rights=["read", "withdraw"])
        return await client.withdraw("ETH", 1, address, params=network)

    assert with_client(exchange, "spot", story)["id"]


@pytest.mark.parametrize("exchange", ["mexc", "kucoin"])
def test_thousands_of_markets_load(exchange):
    async def story(client, sim):
        return len(await client.load_markets())

    assert with_client(exchange, "spot", story, markets=2000) > 2600


def test_the_usual_balance_call_of_mexc_fails_without_the_right_to_read_withdrawals():
    async def story(client, sim):
        sim.change_key("key-1", permissions="SPOT_ACCOUNT_READ,SPOT_DEAL_WRITE")
        with pytest.raises(ccxt.AuthenticationError):
            await client.fetch_balance()
        return await client.spotPrivateGetAccount()

    assert with_client("mexc", "spot", story)["balances"]
