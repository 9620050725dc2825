from __future__ import annotations

from datetime import date

from reconciler.kit.clock import parse_day


def test_a_day_of_the_calendar_is_read():
    assert parse_day("2026-10-01") == date(2026, 10, 1)


def test_a_day_that_does_not_exist_is_none():
    assert parse_day("2026-02-30") is None
    assert parse_day("soon") is None
