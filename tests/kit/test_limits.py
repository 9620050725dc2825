from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reconciler.kit.limits import Bucket

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_fresh_bucket_lets_a_burst_through_and_then_makes_wait():
    bucket = Bucket(weight=100, seconds=10)

    waits = [bucket.reserve(1, NOON, at_most=60) for _ in range(22)]

    assert waits[:20] == [0.0] * 20
    assert 0 < waits[21] < 1


def test_a_wait_that_is_too_long_takes_nothing():
    bucket = Bucket(weight=1, seconds=10)
    bucket.reserve(1, NOON, at_most=60)

    assert bucket.reserve(1, NOON, at_most=1) is None
    assert bucket.reserve(1, NOON + timedelta(seconds=13), at_most=1) == 0.0


def test_a_pause_holds_everything_back_for_as_long_as_was_asked():
    bucket = Bucket(weight=100, seconds=10)

    bucket.pause(30, NOON)

    assert bucket.reserve(1, NOON, at_most=29) is None
    assert 30 <= bucket.reserve(1, NOON, at_most=60) < 31


@given(st.lists(st.tuples(st.integers(1, 20), st.floats(0, 3)), max_size=200))
def test_no_window_ever_sees_more_than_the_whole_budget(steps):
    bucket = Bucket(weight=100, seconds=10)
    now, spent = NOON, []
    for weight, pause in steps:
        now += timedelta(seconds=pause)
        wait = bucket.reserve(weight, now, at_most=10_000)
        spent.append((now + timedelta(seconds=wait), weight))

    for start, _ in spent:
        within = sum(weight for at, weight in spent if start <= at < start + timedelta(seconds=10))
        assert within <= 100
