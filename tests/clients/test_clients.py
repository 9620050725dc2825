"""The exchanges' clients that others publish work against the simulator, and are refused in the exchange's own words.

Each signs in its own way, and none was written with the simulator in mind.
"""

from __future__ import annotations

import pytest


def assert_told(walk, *names):
    """Whether these calls came to what they were to come to."""
    assert names
    assert {name: walk.outcomes[name] for name in names} == {name: walk.expected[name] for name in names}


def of_markets(walk, what):
    return [f"{market} {what}" for market in walk.balances]


def test_it_reads_the_time(walk):
    assert_told(walk, "time")


def test_it_reads_what_each_market_holds(walk):
    assert_told(walk, *of_markets(walk, "balance"))


def test_a_query_that_has_to_be_encoded_is_signed_well(walk):
    if "encoded" not in walk.expected:
        pytest.skip("the library has no request of this kind, or does not sign it as the exchange wants")

    assert_told(walk, "encoded")


def test_a_bad_secret_is_refused(walk):
    assert_told(walk, "secret")


def test_a_bad_passphrase_is_refused(walk):
    if "passphrase" not in walk.expected:
        pytest.skip("this exchange has no passphrases")

    assert_told(walk, "passphrase")


def test_an_excluded_address_is_refused_and_a_listed_one_let_in(walk):
    assert_told(walk, "address", "listed address")


def test_an_order_without_the_right_is_refused(walk):
    assert_told(walk, *of_markets(walk, "right"))


def test_an_order_with_the_right_is_accepted_when_it_makes_sense(walk):
    assert_told(walk, *of_markets(walk, "order"), *of_markets(walk, "symbol"))


def test_every_call_came_to_what_the_exchange_documents(walk, request):
    right = [name for name, outcome in walk.outcomes.items() if outcome == walk.expected[name]]

    print(f"{request.node.callspec.id} by {walk.adapter.PACKAGE}: {len(right)} of {len(walk.expected)} calls")
    assert len(right) == len(walk.expected)
