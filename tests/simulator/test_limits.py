from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reconciler.simulator.limits import Ban, Bans, Meter, Pool, Window

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def later(seconds):
    return NOON + timedelta(seconds=seconds)


def drawn(pool, *draws):
    """Draw weights at seconds after noon, and tell for each whether it was too much."""
    meter = Meter()
    return [meter.draw(pool, "p", weight, "me", later(at)).is_over for at, weight in draws]


def test_weights_add_up_until_the_pool_is_empty():
    assert drawn(Pool(10, 30), (0, 6), (0, 1), (0, 1), (0, 6), (0, 1)) == [False, False, False, True, False]


def test_a_reading_tells_how_the_pool_stands():
    meter, pool = Meter(), Pool(6, 30)

    first = meter.draw(pool, "p", 4, "me", later(12))
    second = meter.draw(pool, "p", 4, "me", later(13))

    assert (first.used, first.left, first.resets_in, first.is_over) == (4, 2, 18, False)
    assert (second.used, second.left, second.resets_in, second.is_over) == (4, 2, 17, True)


@pytest.mark.parametrize(
    ("window", "full_again_at"),
    [(Window.CLOCK, 30), (Window.FIRST, 40), (Window.ROLLING, 40), (Window.DRAIN, 35)],
)
def test_a_pool_is_full_again_when_its_window_says(window, full_again_at):
    pool = Pool(6, 30, window=window)

    assert drawn(pool, (10, 5), (full_again_at - 0.1, 6)) == [False, True]
    assert drawn(pool, (10, 5), (full_again_at, 6)) == [False, False]


def test_a_rolling_window_gives_back_each_request_by_itself():
    pool = Pool(6, 30, window=Window.ROLLING)

    assert drawn(pool, (0, 3), (20, 3), (30, 3), (31, 3)) == [False, False, False, True]


def test_a_draining_pool_takes_a_little_more_every_second():
    pool = Pool(15, 45, window=Window.DRAIN)

    assert drawn(pool, (0, 15), (2.9, 1), (3, 1), (3, 1)) == [False, True, False, True]


def test_callers_and_names_have_pools_of_their_own():
    meter, pool = Meter(), Pool(6, 30)
    asked = [("p", "me"), ("p", "you"), ("q", "me"), ("p", "me")]

    assert [meter.draw(pool, name, 6, who, NOON).is_over for name, who in asked] == [False, False, False, True]


def test_who_is_refused_too_often_is_banned_and_longer_each_time():
    bans, ban = Bans(), Ban(after=2, seconds=(120, 300), cause="why")

    bans.strike(ban, "me", NOON)
    assert bans.left("me", NOON) is None
    bans.strike(ban, "me", later(5))
    assert bans.left("me", later(5)) == (120, "why")
    assert bans.left("you", later(5)) is None
    assert bans.left("me", later(125)) is None
    for at in (130, 131):
        bans.strike(ban, "me", later(at))
    assert bans.left("me", later(131)) == (300, "why")
    for at in (500, 501):
        bans.strike(ban, "me", later(at))
    assert bans.left("me", later(501)) == (300, "why")


def test_refusals_that_lie_far_apart_are_forgotten():
    bans, ban = Bans(), Ban(after=2, seconds=(120,), within=60)

    for at in (0, 60, 120):
        bans.strike(ban, "me", later(at))

    assert bans.left("me", later(120)) is None
