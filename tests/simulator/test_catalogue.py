from __future__ import annotations

import pytest

from reconciler.simulator.catalogue import markets


@pytest.mark.parametrize("count", [1, 12, 48, 2500])
def test_as_many_markets_as_wanted_are_told_apart(count):
    listed = markets(count)

    assert len({market.base for market in listed}) == count
    assert listed == markets(count)


def test_the_well_known_come_first_and_have_perpetuals():
    assert [market.base for market in markets(3)] == ["BTC", "ETH", "SOL"]
    assert all(market.has_swap for market in markets(12))


def test_about_a_third_has_a_perpetual():
    assert 650 < sum(market.has_swap for market in markets(2000)) < 700


def test_bitcoin_has_a_second_name():
    assert [market.parts["xbt"] for market in markets(2)] == ["XBT", "ETH"]


def test_a_listing_may_spell_a_market_in_lower_case():
    parts = markets(1)[0].parts

    assert "{low_base}{low_quote}".format_map(parts) == "btcusdt"
