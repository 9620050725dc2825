"""After each failure a connection is left alone for longer, within its floor and its interval."""

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from reconciler.watch.backoff import delay
from reconciler.watch.schedule import Timing

USUAL = Timing.of(timedelta(minutes=15), timedelta(minutes=1))
SPANS = st.integers(1, 1_000_000).map(lambda seconds: timedelta(seconds=seconds))


def test_it_doubles_up_to_the_interval():
    minutes = [delay(failures, USUAL, lambda: 0.0) / timedelta(minutes=1) for failures in range(1, 6)]

    assert minutes == [2, 4, 8, 15, 15]


@given(st.integers(1, 10_000), SPANS, SPANS, st.floats(0, 1))
def test_it_stays_between_the_floor_and_the_interval(failures, interval, floor, drawn):
    timing = Timing.of(interval, floor)

    assert timing.floor <= delay(failures, timing, lambda: drawn) <= timing.interval


@given(st.integers(1, 100), SPANS, SPANS, st.floats(0, 1))
def test_one_more_failure_never_means_a_shorter_wait(failures, interval, floor, drawn):
    timing = Timing.of(interval, floor)

    assert delay(failures, timing, lambda: drawn) <= delay(failures + 1, timing, lambda: drawn)


def test_those_who_failed_together_do_not_come_back_together():
    draw = Random(7).random

    drawn = {delay(3, USUAL, draw) for _ in range(1_000)}

    assert len(drawn) > 900
    assert max(drawn) - min(drawn) > timedelta(minutes=3)
