from dataclasses import replace

import pytest

from reconciler.exchanges.bybit import EXCHANGE as BYBIT
from reconciler.exchanges.htx import EXCHANGE as HTX
from reconciler.exchanges.kucoin import EXCHANGE as KUCOIN
from reconciler.exchanges.mexc import EXCHANGE as MEXC
from reconciler.model.floor import floor


@pytest.mark.parametrize(
    ("exchange", "connections", "per_account", "seconds"),
    [
        # 27 of weight each in three pools; 20 + 5 of management, 2,000 in 30 s.
        (KUCOIN, 80, None, 0),
        (KUCOIN, 81, None, 30),
        (KUCOIN, 1_000, None, 12 * 30),
        (KUCOIN, 1_000, 80, 0),
        # Ten key infos a second for an account; three requests each, and one for the time, 600 in 5 s for the address.
        (BYBIT, 10, None, 0),
        (BYBIT, 1_000, None, 99),
        (BYBIT, 1_000, 1, 5 * 5),
        # Weight 10 of 500 in 10 s for the balance, by address whatever the accounts.
        (MEXC, 100, 1, 10),
        # All that is signed is counted by key or account.
        (HTX, 5_000, 1, 0),
        (KUCOIN, 0, None, 0),
    ],
)
def test_the_tightest_limit_says_how_long_it_takes_at_least(exchange, connections, per_account, seconds):
    assert floor(exchange, ["spot"], connections, per_account=per_account) == seconds


def test_without_limits_it_takes_no_time():
    assert floor(replace(KUCOIN, limits=()), ["spot"], 10_000) == 0


def test_no_more_than_all_share_an_account():
    assert floor(KUCOIN, ["spot"], 90, per_account=500) == floor(KUCOIN, ["spot"], 90)
