from __future__ import annotations

from datetime import date

import pytest

from reconciler.errors import UsageError
from reconciler.starting.sample import sample
from reconciler.wiring import exchanges

SIMULATED = [id for id, exchange in exchanges().items() if exchange.traits.is_simulated]


@pytest.mark.parametrize("id", SIMULATED)
def test_every_exchange_has_an_example_of_its_own_form(id):
    traits = exchanges()[id].traits

    chosen = sample(id)

    assert chosen.market in traits.markets
    assert set(chosen.markets) == traits.markets
    assert ("passphrase" in chosen.fields) is traits.needs_passphrase
    values = chosen.made_up()["main"]
    assert values.keys() == set(chosen.fields.values())
    assert all(values.values())


def test_an_example_is_never_made_up_twice_alike():
    assert sample("kucoin").made_up() != sample("kucoin").made_up()


def test_the_name_is_the_label_of_what_is_shown():
    chosen = sample("binanceusdm")

    assert chosen.display_name == "Binance USD-M Futures Main"
    assert chosen.name == "binance-usd-m-futures-main"
    assert chosen.words(date(2026, 11, 22))["pair"] == "BTC/USDT:USDT"


def test_an_unknown_exchange_is_refused_with_the_one_that_was_meant():
    with pytest.raises(UsageError) as refused:
        sample("kucion")

    assert "kucoin" in refused.value.hint


def test_what_comes_with_the_right_to_trade_is_known():
    assert sample("bitget").comes_along == ("transfer",)
    assert sample("kucoin").comes_along == ()
    # Nobody can take it away there, so the rule does not ask for it.
    assert sample("okx").comes_along == ()


def test_an_exchange_that_cannot_be_tried_has_no_example():
    with pytest.raises(UsageError, match="Alpaca is not simulated") as refused:
        sample("alpaca")

    assert "exchange: alpaca" in refused.value.hint
