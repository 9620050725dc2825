"""Every connection has its moments: at its interval, above its floor, spread evenly, the same after a restart."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.watch.schedule import Timing, next_moment, phase, ready_at

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUARTER, MINUTE = timedelta(minutes=15), timedelta(minutes=1)
USUAL = Timing.of(QUARTER, MINUTE)
SPANS = st.integers(1, 100_000).map(lambda seconds: timedelta(seconds=seconds))
MOMENTS = st.integers(-10_000_000, 400_000_000).map(lambda seconds: NOON + timedelta(seconds=seconds))


def test_five_thousand_keys_spread_evenly():
    seconds = Counter(int(phase(f"key-{number}", QUARTER) / timedelta(seconds=30)) for number in range(5_000))

    assert len(seconds) == 30
    # 167 of each are meant; this is more than four standard deviations away.
    assert 110 < min(seconds.values()) <= max(seconds.values()) < 225


@given(st.text(max_size=20), SPANS, SPANS, MOMENTS)
def test_the_next_moment_is_on_the_grid_above_the_floor_and_within_reach(name, interval, floor, now):
    timing = Timing.of(interval, floor)

    moment = next_moment(name, timing, now)

    assert timing.floor <= moment - now <= timing.furthest
    again = next_moment(name, timing, moment - timing.floor)
    assert again == moment


@given(st.text(max_size=20), SPANS, SPANS, MOMENTS)
def test_from_moment_to_moment_it_is_whole_intervals(name, interval, floor, now):
    timing = Timing.of(interval, floor)

    one = next_moment(name, timing, now)
    two = next_moment(name, timing, one)

    assert (two - one) % timing.interval == timedelta(0)
    assert two - one >= timing.floor


def test_a_floor_above_the_interval_holds():
    assert Timing.of(MINUTE, QUARTER) == Timing(QUARTER, QUARTER)


def test_nobody_is_tested_all_the_time_whatever_is_asked():
    assert Timing.of(timedelta(0), timedelta(0)).interval == timedelta(seconds=1)


@pytest.mark.parametrize(
    ("next_at", "attempted_at", "ready"),
    [
        (None, None, NOON),
        (NOON + MINUTE, None, NOON + MINUTE),
        (NOON - MINUTE, None, NOON - MINUTE),
        # Killed in the middle of a test, and started again at once.
        (None, NOON, NOON + MINUTE),
        (NOON, NOON - timedelta(seconds=20), NOON + timedelta(seconds=40)),
        # The clock was set back by a year, or the interval made shorter.
        (NOON + timedelta(days=365), NOON + timedelta(days=364), NOON),
        (NOON + timedelta(hours=24), NOON - QUARTER, NOON),
    ],
)
def test_when_a_connection_may_be_tested(next_at, attempted_at, ready):
    assert ready_at(next_at, attempted_at, USUAL, NOON) == ready


@given(SPANS, SPANS, MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS)
def test_nobody_waits_longer_than_an_interval_and_the_floor(interval, floor, now, next_at, attempted_at):
    timing = Timing.of(interval, floor)

    assert ready_at(next_at, attempted_at, timing, now) - now <= timing.furthest
