"""What is made of ccxt's own description of an exchange that has no file."""

import itertools

import ccxt
import pytest

from reconciler.exchanges._generic import generic, holds_balance, read_key_info, read_time
from reconciler.model.directory import Listed
from reconciler.model.exchange import SIGNED_BUDGET, Purpose
from reconciler.values.rights import Right, Verdict
from reconciler.wiring import directory, exchanges

CALLS = ("fetchBalance", "fetchOpenOrders", "fetchPositions", "fetchTime")
ACME = generic("acme", Listed("Acme", ("spot", "futures"), CALLS, 100, needs_passphrase=True))


def test_it_takes_its_traits_from_what_ccxt_says():
    assert (ACME.id, ACME.ccxt_class, ACME.traits.title) == ("acme", "acme", "Acme")
    assert ACME.traits.needs_passphrase
    assert ACME.traits.markets == {"spot", "futures"}
    assert not ACME.traits.is_simulated
    assert ACME.is_unified


def test_it_can_prove_that_a_key_reads_and_nothing_else():
    provable = {pair for pair in itertools.product(Right, (Verdict.GRANTED, Verdict.DENIED)) if ACME.can_prove(*pair)}

    assert provable == {(Right.READ, Verdict.GRANTED)}


def test_a_balance_grants_reading_and_leaves_the_rest_open_with_a_way_out():
    info = read_key_info([{"total": {"BTC": 1.0}}], None, "Acme")

    assert info.rights[Right.READ].verdict is Verdict.GRANTED
    assert {info.rights[right].verdict for right in set(Right) - {Right.READ}} == {Verdict.UNKNOWN}
    assert "no facts on what keys of Acme may do" in info.rights[Right.WITHDRAW].why
    assert "withdrawal is not ticked" in info.rights[Right.WITHDRAW].remedy


@pytest.mark.parametrize(
    "body", [None, {}, [], "x", {"total": None}, {"total": {"BTC": "1"}}, {"total": {"BTC": None}}]
)
def test_what_is_no_balance_grants_nothing(body):
    assert not holds_balance(body)
    assert {one.verdict for one in read_key_info([body], None, "Acme").rights.values()} == {Verdict.UNKNOWN}


@pytest.mark.parametrize(
    ("made", "time"), [(1795363068000, 1795363068000), (1795363068, None), (True, None), ("x", None)]
)
def test_a_time_is_one_in_milliseconds(made, time):
    assert read_time(made) == time


def test_no_two_exchanges_share_a_budget():
    hosts = [{request.host for request in exchanges()[id].requests} for id in directory().others]

    assert all(len(one) == 1 for one in hosts)
    assert len(set.union(*hosts)) == len(hosts)


def test_without_a_call_for_the_time_the_markets_show_whether_it_is_there():
    timeless = generic("acme", Listed("Acme", ("spot",), ("fetchBalance",), 100))

    assert timeless.time_request().call == "load_markets"
    assert timeless.asked_for(Purpose.STATUS) == ()


@pytest.mark.parametrize("id", sorted(directory().others))
def test_every_exchange_that_ccxt_knows_is_asked_within_the_budget(id):
    exchange = exchanges()[id]

    for markets in itertools.permutations(sorted(exchange.traits.markets)):
        plan = exchange.plan(markets)
        assert len(plan) <= SIGNED_BUDGET
        assert plan[0].purpose is Purpose.BALANCE


def test_every_exchange_of_ccxt_has_a_file_or_a_listing_or_a_reason():
    listed = {*exchanges(), *directory().refused}

    assert listed == set(ccxt.exchanges)
    assert set(exchanges()).isdisjoint(directory().refused)


@pytest.mark.parametrize("id", ["hyperliquid", "paradex", "dydx", "lighter"])
def test_a_wallet_is_no_key_that_can_be_declared(id):
    assert "private key of a wallet" in directory().refused[id]


@pytest.mark.parametrize("id", ["binanceus", "coinbaseexchange", "krakenfutures"])
def test_a_namesake_with_an_api_of_its_own_is_answered_by_no_others_file(id):
    assert exchanges()[id].is_unified
