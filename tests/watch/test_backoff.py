"""After each failure a connection is left alone for longer, within its floor and its interval."""

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from reconciler.watch.backoff import delay
from reconciler.watch.schedule import Timing

USUAL = Timing.of(timedelta(minutes=15), timedelta(minutes=1))
SPANS = st.integers(1, 1_000_000).map(lambda seconds: timedelta(seconds=seconds))


def test_it_doubles_until_it_is_the_usual_interval():
    waits = [delay(failures, USUAL, lambda: 0.0) for failures in range(1, 6)]

    assert waits == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8), None, None]


@given(st.integers(1, 10_000), SPANS, SPANS, st.floats(0, 1))
def test_it_stays_between_the_floor_and_the_interval(failures, interval, floor, drawn):
    timing = Timing.of(interval, floor)
    wait = delay(failures, timing, lambda: drawn)

    assert wait is None or timing.floor <= wait < timing.interval


@given(st.integers(1, 100), SPANS, SPANS, st.floats(0, 1))
def test_one_more_failure_never_means_a_shorter_wait(failures, interval, floor, drawn):
    timing = Timing.of(interval, floor)
    one, two = (delay(count, timing, lambda: drawn) for count in (failures, failures + 1))

    assert two is None or (one is not None and one <= two)


def test_those_who_failed_together_do_not_come_back_together():
    draw = Random(7).random

    drawn = {delay(3, USUAL, draw) for _ in range(1_000)}

    assert len(drawn) > 900
    assert max(drawn) - min(drawn) > timedelta(minutes=3)
