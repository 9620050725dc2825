import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.kit.limits import Bucket

# The beginning of a minute, so that windows of the clock begin here as well.
NOON = 1_795_348_800.0


def waits(bucket, times, weight=1, now=NOON):
    """Draw as often as told, each time as soon as there is room, and return the seconds since the beginning."""
    at = now
    for _ in range(times):
        at += bucket.wait(weight, at)
        bucket.take(weight, at)
        yield at - now


def test_a_fresh_bucket_lets_a_burst_through_and_then_makes_wait():
    found = list(waits(Bucket(weight=100, seconds=10), 22))

    assert found[:20] == [0.0] * 20
    assert 0 < found[21] < 1


def test_to_ask_for_the_wait_takes_nothing():
    bucket = Bucket(weight=1, seconds=10)

    assert [bucket.wait(1, NOON) for _ in range(3)] == [0.0, 0.0, 0.0]
    bucket.take(1, NOON)
    assert bucket.wait(1, NOON) == 12.5


def test_a_rest_holds_everything_back_for_as_long_as_was_asked():
    bucket = Bucket(weight=100, seconds=10)

    bucket.rest(NOON + 30)
    bucket.rest(NOON + 10)

    assert (bucket.wait(1, NOON), bucket.wait(1, NOON + 30)) == (30, 0)
    assert bucket.rests_until == NOON + 30


def test_what_others_have_used_leaves_that_much_less():
    alone, shared = Bucket(weight=100, seconds=10), Bucket(weight=100, seconds=10)
    for bucket in (alone, shared):
        bucket.take(10, NOON)

    shared.learn(70, NOON, NOON)
    shared.learn(70, NOON, NOON)

    # Sixty of the seventy are somebody else's: at eighty in ten seconds they take 7.5 s.
    assert round(shared.wait(20, NOON) - alone.wait(20, NOON), 6) == 7.5


def test_what_is_told_never_gives_more_room_and_no_news_of_a_window_that_is_over():
    bucket = Bucket(weight=100, seconds=10)
    bucket.take(40, NOON)
    before = bucket.wait(1, NOON)

    bucket.learn(5, NOON, NOON)
    bucket.learn(99, NOON - 1, NOON)

    assert bucket.wait(1, NOON) == before


@pytest.mark.parametrize("used", [101, 1e9, 1e300])
def test_no_number_that_is_told_makes_wait_for_more_than_its_window(used):
    told, full = Bucket(weight=100, seconds=10), Bucket(weight=100, seconds=10)
    full.take(100, NOON)

    told.learn(used, NOON, NOON)

    assert told.wait(1, NOON) == full.wait(1, NOON)


def test_a_new_window_of_the_clock_begins_the_count_anew():
    bucket = Bucket(weight=100, seconds=10)
    bucket.take(20, NOON)

    bucket.learn(30, NOON + 10, NOON + 10)

    assert bucket.wait(20, NOON + 10) == 30 * 10 / 80


def test_two_buckets_that_were_one_all_along_owe_what_both_owe():
    one, other, whole = (Bucket(weight=100, seconds=10) for _ in range(3))
    for bucket, weight in ((one, 30), (other, 50), (whole, 80)):
        bucket.take(weight, NOON)
    other.rest(NOON + 5)

    one.join(other, NOON)

    assert one.wait(1, NOON) == whole.wait(1, NOON) > 5


@given(st.lists(st.tuples(st.integers(1, 20), st.floats(0, 3)), max_size=200))
def test_no_window_ever_sees_more_than_the_whole_budget(steps):
    bucket = Bucket(weight=100, seconds=10)
    now, spent = NOON, []
    for weight, pause in steps:
        now += pause
        now += bucket.wait(weight, now)
        bucket.take(weight, now)
        spent.append((now, weight))

    for start, _ in spent:
        within = sum(weight for at, weight in spent if start <= at < start + 10 - 1e-6)
        assert within <= 100
