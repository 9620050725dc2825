"""Rate limits as arithmetic: how long to wait before something that costs weight may be done, in Unix seconds."""

from __future__ import annotations

# The share of a window's weight that may be spent at once. The rest is spread over the window, so that no
# window of the stated length ever sees more than the whole, wherever it begins.
_BURST = 0.2


class Bucket:
    """A budget of weight per window, shared by everybody who draws on it.

    It never sleeps and reads no clock: `wait` says how long there is no room, `take` takes what there was room for.
    """

    __slots__ = (
        "_burst",
        "_others",
        "_ours",
        "_rests_until",
        "_seconds",
        "_seconds_per_weight",
        "_spent_until",
        "_weight",
        "_window",
    )

    def __init__(self, weight: float, seconds: float) -> None:
        self._weight, self._seconds = weight, seconds
        self._seconds_per_weight = seconds / (weight * (1 - _BURST))
        self._burst = weight * _BURST * self._seconds_per_weight
        self._spent_until = self._rests_until = self._ours = self._others = 0.0
        self._window = -1.0

    @property
    def rests_until(self) -> float:
        """Until when nothing may be taken, whatever room there is."""
        return self._rests_until

    def wait(self, weight: float, now: float) -> float:
        """Return the seconds until there is room for a weight."""
        # A single cost above the burst is let through when nothing else is owed, or it never would be.
        lacking = max(self._spent_until, now) + min(weight * self._seconds_per_weight - self._burst, 0.0)
        return max(lacking, self._rests_until, now) - now

    def take(self, weight: float, now: float) -> None:
        """Spend a weight."""
        self._turn_to(now)
        self._ours += weight
        self._spend(weight, now)

    def rest(self, until: float) -> None:
        """Let nothing through until then: somebody asked for it."""
        self._rests_until = max(self._rests_until, until)

    def learn(self, used: float, asked_at: float, now: float) -> None:
        """Take in how much is used of the window that began with the clock's last full one, whoever used it.

        What was not spent here was spent by others on the same budget, and leaves that much less. A number that may be
        of the window before is not gone by, and no number makes wait for more than the whole window that it is of.
        """
        if asked_at // self._seconds != now // self._seconds:
            return
        self._turn_to(now)
        others = min(used, self._weight) - self._ours - self._others
        if others > 0:
            self._others += others
            self._spend(others, now)

    def join(self, other: Bucket, now: float) -> None:
        """Take over what another one owes, since both were one budget all along."""
        self._spent_until = max(self._spent_until, now) + max(other._spent_until - now, 0.0)
        self.rest(other._rests_until)

    def _spend(self, weight: float, now: float) -> None:
        self._spent_until = max(self._spent_until, now) + weight * self._seconds_per_weight

    def _turn_to(self, now: float) -> None:
        window = now // self._seconds
        if window != self._window:
            self._window, self._ours, self._others = window, 0.0, 0.0
