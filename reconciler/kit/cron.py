"""Windows of time that begin when a cron expression says so, on the clock of a time zone, and last for a while.

Five fields, as crontab(5) has them: minute, hour, day of the month, month, day of the week. Of the two kinds of days
either is enough where neither is a `*`. A range may run over its end: `22-6`, `FRI-MON`.

What forbids something must not lose an hour of it when clocks are changed. So a window begins as often as its time is
shown, twice where a clock is set back; a time that a clock skips begins when it is skipped; and how long it lasts is
real time. Those who run jobs want one of each instead, and that is why no library for cron is used here.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import product

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
# Windows that follow each other are one; of those that never end, the next few days are told.
_JOINED = 50


@dataclass(frozen=True, slots=True)
class Cron:
    """When something begins: the values of each field."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    is_either: bool

    @property
    def is_never(self) -> bool:
        """Whether no day of any year is meant, such as the 30th of February."""
        # A leap year has every day there is, and each of them falls on any weekday sooner or later.
        year = (date(2028, 1, 1) + timedelta(days=each) for each in range(366))
        return not self.is_either and not any(day.month in self.months and day.day in self.days for day in year)

    def has(self, day: date) -> bool:
        """Tell whether a day is one of those meant."""
        if day.month not in self.months:
            return False
        by_month, by_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return by_month or by_week if self.is_either else by_month and by_week


def parse(text: str) -> Cron:
    """Read a cron expression.

    Raises ValueError for what is none.
    """
    fields = text.split(" ")
    if len(fields) != 5:
        raise ValueError("a cron expression has five fields")
    minute, hour, day, month, weekday = fields
    return Cron(
        minutes=_values(minute, 0, 59),
        hours=_values(hour, 0, 23),
        days=_values(day, 1, 31),
        months=_values(month, 1, 12, {name: at for at, name in enumerate(_MONTHS, 1)}),
        # Sunday is 0 and 7.
        weekdays=frozenset(at % 7 for at in _values(weekday, 0, 7, {name: at for at, name in enumerate(_WEEKDAYS)})),
        is_either=not day.startswith("*") and not weekday.startswith("*"),
    )


def _values(field: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    found: set[int] = set()
    for item in field.split(","):
        span, slash, step = item.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            values = list(range(low, high + 1))
        else:
            start = _value(first, low, high, names)
            end = _value(last, low, high, names) if dash else start
            # Over its end a range goes on at the beginning; the seventh weekday is the first one again.
            top = high - 1 if high == 7 else high
            values = [*range(start, end + 1)] if start <= end else [*range(start, top + 1), *range(low, end + 1)]
        if slash and not (step.isdecimal() and int(step) > 0 and (dash or span == "*")):
            raise ValueError("a step stands behind a range or a star, and is a number from 1")
        found.update(values[:: int(step) if slash else 1])
    return frozenset(found)


def _value(word: str, low: int, high: int, names: dict[str, int] | None) -> int:
    value = (names or {}).get(word.upper())
    if value is None and word.isascii() and word.isdecimal():
        value = int(word)
    if value is None or not low <= value <= high:
        raise ValueError(f"a value is a number from {low} to {high}")
    return value


@cache
def zone(name: str) -> zoneinfo.ZoneInfo | None:
    """Return the time zone of a name, None where this machine knows none of it."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def open_until(cron: Cron, clock: zoneinfo.ZoneInfo, length: timedelta, now: datetime) -> datetime | None:
    """Return when the window that is open now ends, None where none is; what follows at once belongs to it."""
    start = _last_start(cron, clock, now - length, now)
    if start is None:
        return None
    for _ in range(_JOINED):
        later = _last_start(cron, clock, start, start + length)
        if later is None:
            break
        start = later
    return start + length


def _last_start(cron: Cron, clock: zoneinfo.ZoneInfo, after: datetime, until: datetime) -> datetime | None:
    """Return the last beginning after one moment and not after another."""
    day = until.astimezone(clock).date() + timedelta(days=1)
    first = after.astimezone(clock).date() - timedelta(days=1)
    while day >= first:
        if cron.has(day):
            starts = [start for start in _starts(cron, clock, day) if after < start <= until]
            if starts:
                return max(starts)
        day -= timedelta(days=1)
    return None


def _starts(cron: Cron, clock: zoneinfo.ZoneInfo, day: date) -> Iterator[datetime]:
    for hour, minute in product(cron.hours, cron.minutes):
        shown = datetime(day.year, day.month, day.day, hour, minute)
        yield from _moments(shown, clock)


def _moments(shown: datetime, clock: zoneinfo.ZoneInfo) -> Iterator[datetime]:
    """Yield the moments at which a clock shows a time; of a time that it skips, the moment when it does."""
    early, late = (shown.replace(tzinfo=clock, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early <= late:
        yield early
        if early != late:
            yield late
        return
    # Skipped: the clock is set between the two.
    offset, low, high = late.astimezone(clock).utcoffset(), late, early
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(clock).utcoffset() == offset:
            low = middle
        else:
            high = middle
    yield high.replace(microsecond=0)
