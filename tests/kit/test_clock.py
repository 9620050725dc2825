from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from reconciler.kit.clock import ManualClock, SystemClock, iso, parse_iso

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_manual_clock_stands_until_it_is_moved():
    clock = ManualClock(NOON)

    assert clock.now() == clock.now() == NOON
    clock.advance(90)
    assert clock.now() == NOON + timedelta(seconds=90)


def test_sleeping_on_a_manual_clock_costs_no_time_and_lets_others_run():
    clock, order = ManualClock(NOON), []

    async def both() -> None:
        other = asyncio.create_task(note("other"))
        await clock.sleep(3600)
        order.append("slept")
        await other

    async def note(word: str) -> None:
        order.append(word)

    asyncio.run(both())

    assert order == ["other", "slept"]
    assert clock.now() == NOON + timedelta(hours=1)


def test_the_system_clock_tells_utc():
    assert SystemClock().now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOON, "2026-11-22T12:00:00Z"),
        (datetime(2026, 11, 22, 14, 0, 0, 999_999, timezone(timedelta(hours=2))), "2026-11-22T12:00:00Z"),
    ],
)
def test_moments_are_written_in_utc_with_whole_seconds(moment, text):
    assert iso(moment) == text
    assert parse_iso(text) == NOON


def test_a_moment_without_a_zone_is_taken_as_utc():
    assert parse_iso("2026-11-22T12:00:00") == NOON


def test_what_is_no_moment_is_refused():
    with pytest.raises(ValueError, match="noon"):
        parse_iso("noon")
