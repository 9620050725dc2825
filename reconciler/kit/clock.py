"""Time as an argument, so that decisions and tests never read the wall clock by themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where the time of a run comes from."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let that many seconds pass on this clock."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Sleep for real; asyncio comes late, since commands that never wait would pay for its import."""
        import asyncio

        await asyncio.sleep(seconds)


class ManualClock:
    """A clock for tests: it moves only when told to, and sleeping moves it at once."""

    def __init__(self, start: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the moment the clock was last moved to."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Move the clock on, and let other tasks run once."""
        import asyncio

        self.advance(seconds)
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        """Move the clock on by that many seconds."""
        self._now += timedelta(seconds=seconds)


def iso(moment: datetime) -> str:
    """Render a moment as RFC 3339 in UTC with whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_iso(text: str) -> datetime:
    """Read what `iso` wrote.

    Raises ValueError when the text is no RFC 3339 moment.
    """
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
