"""When each connection is tested: at its interval, never below a floor, spread evenly by its name. Pure.

The moments are fixed on the clock: those of a connection lie where a hash of its name puts them, so that thousands of
keys never come at once, and a restart moves none of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Whatever is asked for, nobody is asked more often.
_LEAST = timedelta(seconds=1)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Timing:
    """How often one connection is tested; `floor` is the least time between two tests."""

    interval: timedelta
    floor: timedelta

    @classmethod
    def of(cls, interval: timedelta, floor: timedelta) -> Timing:
        """Return the timing that is asked for, as far as the floor allows."""
        least = max(floor, _LEAST)
        return cls(max(interval, least), least)

    @property
    def furthest(self) -> timedelta:
        """How far ahead a next moment can lie."""
        return self.interval + self.floor


def phase(name: str, interval: timedelta) -> timedelta:
    """Return where in its interval a name has its moments."""
    share = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") / 2**64
    return interval * share


def next_moment(name: str, timing: Timing, now: datetime) -> datetime:
    """Return the first moment of a connection that is at least the floor away."""
    first = _EPOCH + phase(name, timing.interval)
    after = now + timing.floor
    return first + timing.interval * -((first - after) // timing.interval)


def ready_at(next_at: datetime | None, attempted_at: datetime | None, timing: Timing, now: datetime) -> datetime:
    """Return from when on a connection may be tested: its next moment, but not below the floor after an attempt.

    What a clock that was set back, or an interval that was made shorter, has put too far ahead is due now.
    """
    moment = now if next_at is None or next_at - now > timing.furthest else next_at
    if attempted_at is None or attempted_at > now:
        return moment
    return max(moment, attempted_at + timing.floor)
