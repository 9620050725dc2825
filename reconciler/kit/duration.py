"""Spans of time as people write them: `15m`, `1h30m`, `7d`."""

from __future__ import annotations

import re
from datetime import timedelta

_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_WHOLE = re.compile(r"([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?")
_PART = re.compile(r"([0-9]+)([dhms])")


def duration(text: str) -> timedelta:
    """Read a span of days, hours, minutes and seconds, the longest unit first.

    Raises ValueError when the text is none.
    """
    if not text or not _WHOLE.fullmatch(text):
        raise ValueError("no span of time, such as 15m")
    return timedelta(seconds=sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(text)))


def spelled(span: timedelta) -> str:
    """Write a span as `duration` reads it; less than a second is `0s`."""
    left, parts = max(int(span.total_seconds()), 0), []
    for unit, size in _SECONDS.items():
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
