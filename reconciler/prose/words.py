"""Small wordings that every part shares: moments, spans, numbers, lists."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from reconciler.kit.redact import redact
from reconciler.kit.terminal import harmless

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def moment(when: datetime) -> str:
    """Write a moment to the minute, in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def span(length: timedelta) -> str:
    """Write a length of time in its largest whole unit: `3 h`, `12 d`."""
    seconds = max(int(length.total_seconds()), 0)
    for size, unit in _UNITS:
        if seconds >= 2 * size or (seconds >= size and size < 86400):
            return f"{seconds // size} {unit}"
    return "0 s"


def number(count: int, noun: str, plural: str | None = None) -> str:
    """Write a number with its noun: `1 finding`, `2 findings`."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def listed(names: Iterable[str], most: int = 8) -> str:
    """Write names one after another, and past `most` only how many more there are."""
    shown = [harmless(name) for name in names]
    rest = len(shown) - most
    # One left out would take as much room as its name.
    return ", ".join(shown) if rest <= 1 else ", ".join(shown[:most]) + f" and {rest} more"


def said(text: str) -> str:
    """Write what somebody else worded (an exchange, a platform, a library): harmless, and known secrets struck out."""
    return harmless(redact(text))


def relative(file: str) -> str:
    """Write a file as a path from where the run began, harmless and without a leading `./`."""
    return said(posixpath.normpath(file.replace("\\", "/")) if file else file)
