"""How long a connection is left alone after failures: longer each time, never longer than its interval. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from reconciler.watch.schedule import Timing

# What is drawn lies in 0 to 1.
Draw = Callable[[], float]
# Two to this power is beyond every interval; it only keeps the numbers small.
_ENOUGH = 20


def delay(failures: int, timing: Timing, draw: Draw) -> timedelta | None:
    """Return how long to wait after so many failures in a row, at least one; None where that is the usual interval.

    It doubles each time, and a random part of up to a half is taken off, so that those who failed together do not
    come back together. It is never below the floor; from the interval on a key keeps its usual moments, so that one
    whose exchange was away is looked at as soon as any other.
    """
    longest = timing.floor * (1 << min(failures, _ENOUGH))
    return None if longest >= timing.interval else max(longest * (1 - draw() / 2), timing.floor)
