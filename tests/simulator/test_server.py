from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import aiohttp
import pytest

from reconciler.errors import GuardRefused, UsageError
from reconciler.simulator.server import Simulator, loopback, rights_at, simulated, variants
from reconciler.values.rights import Right


def test_every_exchange_has_a_port_of_its_own_on_loopback_and_so_has_the_control():
    async def main():
        async with Simulator() as sim:
            return sim.ready

    ready = asyncio.run(main())
    urls = [*ready["exchanges"].values(), ready["control"]]

    assert set(ready["exchanges"]) == {*simulated(), *variants()}
    assert len({urlsplit(url).port for url in urls}) == len(urls)
    assert {urlsplit(url).hostname for url in urls} == {"127.0.0.1"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "203.0.113.10", "example.com", "", "127.0.0.1.example.com"])
def test_it_never_listens_off_loopback(host):
    with pytest.raises(GuardRefused, match="loopback only"):
        Simulator(host=host)


@pytest.mark.parametrize(("host", "address"), [("localhost", "127.0.0.1"), ("127.0.0.2", "127.0.0.2"), ("::1", "::1")])
def test_loopback_has_more_than_one_name(host, address):
    assert loopback(host) == address


def test_nothing_listens_once_it_is_stopped():
    async def main():
        sim = Simulator()
        ready = await sim.start()
        await sim.stop()
        await sim.stop()
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.get(ready["control"] + "/requests")
        with pytest.raises(UsageError, match="not running"):
            _ = sim.ready

    asyncio.run(main())


def test_it_can_be_started_again_with_the_same_keys():
    async def main():
        sim = Simulator(accounts=[{"exchange": "mexc", "rights": ["read"], "name": "mine"}])
        await sim.start()
        await sim.stop()
        async with sim:
            return sim.key("mine").exchange

    assert asyncio.run(main()) == "mexc"


def test_it_is_not_started_twice():
    async def main():
        async with Simulator() as sim:
            with pytest.raises(UsageError, match="running already"):
                await sim.start()

    asyncio.run(main())


def test_some_exchanges_can_be_left_out():
    async def main():
        async with Simulator(exchanges=["kucoin"]) as sim:
            return list(sim.ready["exchanges"])

    assert asyncio.run(main()) == ["kucoin"]


def test_an_exchange_nobody_simulates_is_refused():
    with pytest.raises(UsageError) as caught:
        Simulator(exchanges=["kukoin"])

    assert caught.value.hint == 'did you mean "kucoin"?'


def test_an_account_that_cannot_be_is_refused_before_anything_listens():
    with pytest.raises(UsageError):
        Simulator(accounts=[{"exchange": "mexc", "rights": ["fly"]}])


def test_the_rights_a_key_can_have_are_told():
    can_have, always = rights_at("kucoin")

    assert Right.WITHDRAW in can_have
    assert always == {Right.READ}


def test_five_thousand_keys_are_told_apart():
    sim = Simulator()
    keys = [sim.create_key(exchange="mexc", rights=["read"]) for _ in range(5000)]

    assert len({key.api_key for key in keys}) == len({key.id for key in keys}) == 5000


def test_a_wrong_address_is_refused_without_being_repeated():
    canary = "canary-5f1c0e9a7b3d42e8"
    with pytest.raises(UsageError) as caught:
        Simulator().set_client_ip(canary)

    assert canary not in str(caught.value)


def test_a_variant_speaks_as_its_exchange_does_and_has_keys_of_its_own():
    async def main():
        async with Simulator(exchanges=["kucoin", "kucoinfutures"]) as sim:
            key = sim.create_key(exchange="kucoinfutures", rights=["read"], api_key="one-of-each")
            other = sim.create_key(exchange="kucoin", rights=["read"], api_key="one-of-each")
            return key.exchange, other.exchange

    assert asyncio.run(main()) == ("kucoinfutures", "kucoin")
    assert rights_at("kucoinfutures") == rights_at("kucoin")


def test_what_nobody_simulates_is_told_with_what_was_meant():
    with pytest.raises(UsageError) as raised:
        Simulator(exchanges=["kucoinfuture"])

    assert "kucoinfutures" in raised.value.hint
