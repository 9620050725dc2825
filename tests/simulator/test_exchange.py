from __future__ import annotations

import importlib
from itertools import combinations

import pytest

from reconciler.simulator.exchange import Endpoint, Trouble
from reconciler.simulator.faults import FaultKind
from reconciler.simulator.server import simulated
from reconciler.values.rights import Right

EXCHANGES = [importlib.import_module(f"reconciler.simulator.exchanges.{id}").EXCHANGE for id in simulated()]


def test_a_path_with_a_variable_part_matches_one_step_of_it():
    pattern = Endpoint("GET", "/orders/{symbol}/x", dict).pattern

    assert pattern.fullmatch("/orders/BTC_USDT/x")
    assert not pattern.fullmatch("/orders/a/b/x")
    assert not pattern.fullmatch("/orders//x")


def test_a_path_without_one_needs_no_pattern():
    assert Endpoint("GET", "/orders", dict).pattern is None


def test_every_trouble_in_the_exchanges_own_words_is_a_fault():
    assert {trouble.value for trouble in Trouble} < {kind.value for kind in FaultKind}


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.id)
def test_an_exchange_is_named_as_its_file_and_knows_the_two_rights_that_matter_most(exchange):
    assert exchange.id in simulated()
    assert {Right.READ, Right.WITHDRAW} <= exchange.rights.keys()
    assert exchange.always <= exchange.rights.keys()


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.id)
def test_two_rights_share_no_token_or_all_of_one(exchange):
    for one, other in combinations(exchange.rights, 2):
        tokens, others = set(exchange.rights[one]), set(exchange.rights[other])

        assert tokens <= others or others <= tokens or not tokens & others, (one, other)


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.id)
def test_rights_of_shared_tokens_come_together_and_no_token_is_said_twice(exchange):
    for right, tokens in exchange.rights.items():
        had = exchange.together(frozenset({right}))

        assert had == {right} | {
            one for one, others in exchange.rights.items() if others and set(others) <= set(tokens)
        }
        assert sorted(exchange.tokens(had, None)) == sorted(set(tokens))


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.id)
def test_no_endpoint_is_given_twice_and_every_pool_is_known(exchange):
    asked = [(one.method, one.path) for one in exchange.endpoints]

    assert len(asked) == len(set(asked))
    assert {one.pool for one in exchange.endpoints} <= exchange.pools.keys()


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.id)
def test_what_every_key_can_do_it_can_do_whatever_its_string_says(exchange):
    tokens = exchange.tokens(frozenset(), "STRANGE")

    assert tokens[0] == "STRANGE"
    assert set(exchange.tokens(exchange.always, None)) <= set(tokens)
