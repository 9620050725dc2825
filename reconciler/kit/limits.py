"""Rate limits as arithmetic: how long to wait before something that costs weight may be done."""

from __future__ import annotations

from datetime import datetime, timedelta

# The share of a window's weight that may be spent at once. The rest is spread over the window, so that no
# window of the stated length ever sees more than the whole, wherever it begins.
_BURST = 0.2


class Bucket:
    """A budget of weight per window, kept for one place and shared by everybody who goes there.

    It never sleeps: `reserve` says how long to wait, and the place in the queue is taken at once.
    """

    def __init__(self, weight: float, seconds: float) -> None:
        self._seconds_per_weight = seconds / (weight * (1 - _BURST))
        self._burst = timedelta(seconds=weight * _BURST * self._seconds_per_weight)
        self._spent_until: datetime | None = None

    def reserve(self, weight: float, now: datetime, at_most: float) -> float | None:
        """Take the weight and return the seconds to wait, or take nothing and return None if that is too long."""
        spent = max(self._spent_until or now, now)
        cost = timedelta(seconds=weight * self._seconds_per_weight)
        # A single cost above the burst is let through when nothing else is owed, or it never would be.
        wait = max((spent + min(cost, self._burst) - self._burst - now).total_seconds(), 0.0)
        if wait > at_most:
            return None
        self._spent_until = spent + cost
        return wait

    def pause(self, seconds: float, now: datetime) -> None:
        """Let nothing through for that long: somebody asked for a rest."""
        until = now + timedelta(seconds=seconds) + self._burst
        self._spent_until = max(self._spent_until or until, until)
