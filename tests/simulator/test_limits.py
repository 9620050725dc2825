from __future__ import annotations

from datetime import UTC, datetime, timedelta

from reconciler.simulator.exchange import Endpoint, Pool
from reconciler.simulator.limits import Meter

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEAVY = Endpoint("GET", "/heavy", dict, pool="p", weight=6)
LIGHT = Endpoint("GET", "/light", dict, pool="p", weight=1)


def test_weights_add_up_until_the_pool_is_empty():
    meter, pool = Meter(), Pool(10, 30)

    drawn = [meter.draw(pool, endpoint, "me", NOON) for endpoint in (HEAVY, LIGHT, LIGHT, HEAVY, LIGHT)]

    assert drawn == [None, None, None, 30, None]


def test_the_wait_ends_when_the_pool_fills_again():
    meter, pool = Meter(), Pool(6, 30)
    meter.draw(pool, HEAVY, "me", NOON)

    assert meter.draw(pool, HEAVY, "me", NOON + timedelta(seconds=12)) == 18
    assert meter.draw(pool, HEAVY, "me", NOON + timedelta(seconds=30)) is None


def test_callers_have_pools_of_their_own():
    meter, pool = Meter(), Pool(6, 30)

    assert [meter.draw(pool, HEAVY, who, NOON) for who in ("me", "you", "me")] == [None, None, 30]


def test_endpoints_may_have_pools_of_their_own():
    meter, pool = Meter(), Pool(6, 30, is_shared=False)

    assert [meter.draw(pool, endpoint, "me", NOON) for endpoint in (HEAVY, LIGHT, HEAVY)] == [None, None, 30]
