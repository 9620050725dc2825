"""Windows begin when their clock shows the time, and no change of a clock loses an hour of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.kit.cron import open_until, parse, zone

BERLIN, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def until(cron: str, length: timedelta, now: str, clock: ZoneInfo = UTC_ZONE) -> str | None:
    end = open_until(parse(cron), clock, length, at(now))
    return end.strftime("%a %d %H:%M") if end else None


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-20 21:59", None),
        ("2026-11-20 22:00", "Mon 23 06:00"),
        ("2026-11-22 12:00", "Mon 23 06:00"),
        ("2026-11-23 05:59", "Mon 23 06:00"),
        ("2026-11-23 06:00", None),
    ],
)
def test_a_weekend_is_frozen_from_friday_evening_to_monday_morning(now, end):
    assert until("0 22 * * FRI", timedelta(hours=56), now) == end


@pytest.mark.parametrize(
    ("cron", "now", "is_open"),
    [
        ("* * * * *", "2026-11-22 12:34", True),
        ("*/15 * * * *", "2026-11-22 12:45", True),
        ("*/15 * * * *", "2026-11-22 12:46", False),
        ("10-20/5 * * * *", "2026-11-22 12:15", True),
        ("10-20/5 * * * *", "2026-11-22 12:12", False),
        ("0 22-2 * * *", "2026-11-22 01:00", True),
        ("0 22-2 * * *", "2026-11-22 03:00", False),
        ("0 12 * * FRI-MON", "2026-11-22 12:00", True),
        ("0 12 * * 5-1", "2026-11-24 12:00", False),
        ("0 12 * * 7", "2026-11-22 12:00", True),
        ("0 12 * * 0", "2026-11-22 12:00", True),
        ("0 12 * NOV *", "2026-11-22 12:00", True),
        ("0 12 22 * MON", "2026-11-22 12:00", True),
        ("0 12 22 * MON", "2026-11-23 12:00", True),
        ("0 12 22 * MON", "2026-11-24 12:00", False),
        ("0 12 */2 * SUN", "2026-11-22 12:00", False),
        ("0 12 21,22 11,12 *", "2026-12-22 12:00", True),
        ("0 0 29 2 *", "2028-02-29 00:00", True),
    ],
)
def test_an_expression_means_what_crontab_says(cron, now, is_open):
    assert (until(cron, timedelta(minutes=1), now) is not None) is is_open


BROKEN = """
* * * *|* * * * * *|60 * * * *|* 24 * * *|* * 0 * *|* * 32 * *|* * * 13 *|* * * * 8|a * * * *|*/0 * * * *|5/2 * * * *
1- * * * *|-1 * * * *|1,,2 * * * *|@daily|*  * * * *|٣ * * * *|1-2-3 * * * *|*/x * * * *|* * * * MONDAY
"""


@pytest.mark.parametrize("text", BROKEN.replace("\n", "|").split("|"))
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(ValueError):
        parse(text)


@pytest.mark.parametrize("text", ["0 0 30 2 *", "0 0 31 4,6,9,11 *"])
def test_a_day_that_never_comes_is_found(text):
    assert parse(text).is_never
    assert not parse("0 0 29 2 *").is_never
    assert not parse("0 0 30 2 MON").is_never


def test_a_time_that_the_clock_skips_begins_when_it_is_skipped():
    """On 2026-03-29 Berlin goes from 02:00 to 03:00, which is 01:00 UTC."""
    length = timedelta(hours=1)

    assert until("30 2 * * *", length, "2026-03-29 00:59", BERLIN) is None
    assert until("30 2 * * *", length, "2026-03-29 01:00", BERLIN) == "Sun 29 02:00"


def test_a_time_that_the_clock_shows_twice_begins_twice():
    """On 2026-10-25 Berlin goes from 03:00 back to 02:00, which is 01:00 UTC."""
    length = timedelta(minutes=20)

    opened = [
        until("30 2 * * *", length, f"2026-10-25 {now}", BERLIN)
        for now in ("00:29", "00:30", "01:00", "01:30", "01:50")
    ]

    assert opened == [None, "Sun 25 00:50", None, "Sun 25 01:50", None]


def test_a_window_lasts_as_long_as_it_says_whatever_the_clock_does():
    assert until("0 22 * * SAT", timedelta(hours=8), "2026-03-28 21:00", BERLIN) == "Sun 29 05:00"
    assert until("0 22 * * SAT", timedelta(hours=8), "2026-10-24 20:00", BERLIN) == "Sun 25 04:00"


def test_windows_that_follow_each_other_are_one():
    assert until("0 20-23 * * *", timedelta(hours=1), "2026-11-22 20:10") == "Mon 23 00:00"
    assert until("0 20-23 * * *", timedelta(hours=2), "2026-11-22 20:10") == "Mon 23 01:00"


def test_a_window_that_never_ends_is_open_without_end():
    end = open_until(parse("* * * * *"), UTC_ZONE, timedelta(days=1), at("2026-11-22 12:00"))

    assert end is not None
    assert end > at("2026-11-23 12:00")


def test_a_zone_that_this_machine_does_not_know_is_none():
    assert zone("Europe/Berlin") == BERLIN
    assert zone("Europe/Atlantis") is zone("../etc/passwd") is zone("/etc/passwd") is None


FIELDS = st.tuples(
    st.sampled_from(["0", "30", "*/20", "5-50/15"]),
    st.sampled_from(["2", "1-3", "*", "22-2", "0,12"]),
    st.sampled_from(["*", "29", "25,1", "*/3"]),
    st.sampled_from(["*", "3,10", "MAR-OCT"]),
    st.sampled_from(["*", "SUN", "SAT-MON", "3"]),
)
# Around both changes of the clock in the year.
NEAR = st.sampled_from([at("2026-03-29 01:00"), at("2026-10-25 01:00"), at("2026-06-15 12:00")])


@given(fields=FIELDS, near=NEAR, minutes=st.integers(-3000, 3000), length=st.integers(1, 300))
def test_a_window_is_open_after_each_minute_that_the_clock_shows(fields, near, minutes, length):
    cron, now, span = parse(" ".join(fields)), near + timedelta(minutes=minutes), timedelta(minutes=length)

    def is_shown(moment: datetime) -> bool:
        shown = moment.astimezone(BERLIN)
        return shown.minute in cron.minutes and shown.hour in cron.hours and cron.has(shown.date())

    def skips(moment: datetime) -> bool:
        before = (moment - timedelta(minutes=1)).astimezone(BERLIN).replace(tzinfo=None) + timedelta(minutes=1)
        gap = moment.astimezone(BERLIN).replace(tzinfo=None) - before
        skipped = (before + timedelta(minutes=each) for each in range(int(gap.total_seconds() // 60)))
        return any(s.minute in cron.minutes and s.hour in cron.hours and cron.has(s.date()) for s in skipped)

    begun = [now - timedelta(minutes=each) for each in range(length)]

    assert (open_until(cron, BERLIN, span, now) is not None) is any(is_shown(m) or skips(m) for m in begun)
