from __future__ import annotations

import importlib
import json
import re
from ipaddress import ip_address
from pathlib import Path

import pytest

from reconciler.kit.clock import ManualClock
from reconciler.simulator import bodies, catalogue
from reconciler.simulator.keys import Keyring
from reconciler.simulator.server import simulated
from reconciler.simulator.wire import Call, Scene


def answered(exchange, path, count=30):
    scene = Scene(exchange, Keyring({}, ManualClock()), catalogue.markets(count), lambda: ip_address("127.0.0.1"))
    call = Call(scene, "GET", path, {}, b"", ManualClock().now())
    endpoint = next(one for one in bodies.endpoints(exchange) if one.path == path.partition("?")[0])
    return endpoint.answer(call)


def test_a_shape_is_filled_in_once_for_each_market():
    symbols = answered("mexc", "/api/v3/exchangeInfo")["symbols"]

    assert len(symbols) == 30
    assert (symbols[0]["symbol"], symbols[0]["baseAsset"], symbols[0]["quoteAsset"]) == ("BTCUSDT", "BTC", "USDT")


def test_only_markets_with_a_perpetual_are_listed_as_contracts():
    contracts = answered("mexc", "/api/v1/contract/detail")["data"]

    assert len(contracts) == sum(market.has_swap for market in catalogue.markets(30)) < 30


def test_coins_are_what_is_traded_and_what_it_is_traded_for():
    coins = [coin["coin"] for coin in answered("mexc", "/api/v3/capital/config/getall")]

    assert coins[0] == "BTC"
    assert coins[-1] == "USDT"
    assert len(coins) == 31


def test_futures_name_bitcoin_in_their_own_way():
    contracts = answered("kucoin", "/api/v1/contracts/active")["data"]

    assert [one["symbol"] for one in contracts[:2]] == ["XBTUSDTM", "ETHUSDTM"]


@pytest.mark.parametrize("exchange", simulated())
def test_every_answer_of_every_file_can_be_made_and_holds_no_part_left_open(exchange):
    for endpoint in bodies.endpoints(exchange):
        text = json.dumps(answered(exchange, endpoint.path))

        assert '"@' not in text
        assert "{base}" not in text


@pytest.mark.parametrize("exchange", simulated())
def test_every_file_says_where_its_shapes_come_from_and_when_that_was_checked(exchange):
    path = Path(bodies.__file__).parent / "bodies" / f"{exchange}.json"

    assert re.search(r"https://\S+.* last verified \d{4}-\d\d-\d\d$", json.loads(path.read_text())["source"])


@pytest.mark.parametrize("exchange", simulated())
def test_every_endpoint_is_public_or_says_what_it_needs(exchange):
    public = [one for one in bodies.endpoints(exchange) if not one.is_signed]
    pools = importlib.import_module(f"reconciler.simulator.exchanges.{exchange}").EXCHANGE.pools

    assert public
    assert all(pools[one.pool].per == "address" and one.method == "GET" for one in public)


def test_an_answer_can_be_for_one_value_of_a_parameter_and_another_for_the_rest():
    spot, swaps, rest = (
        answered("okx", f"/api/v5/public/instruments{query}")["data"]
        for query in ("?instType=SPOT", "?x=1&instType=SWAP", "?instType=OPTION")
    )

    assert (len(spot), spot[0]["instId"]) == (30, "BTC-USDT")
    assert swaps[0]["instId"] == "BTC-USDT-SWAP"
    assert rest == []
