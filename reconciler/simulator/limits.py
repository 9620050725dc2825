"""Rate limits as the exchanges document them: weights drawn from pools that refill."""

from __future__ import annotations

from datetime import datetime

from reconciler.simulator.exchange import Endpoint, Pool

# A run with more callers than this starts over with full pools rather than grow without bound.
_MOST_CALLERS = 100_000


class Meter:
    """Counts what each caller has drawn from each pool of one exchange."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], tuple[int, int]] = {}

    def draw(self, pool: Pool, endpoint: Endpoint, caller: str, now: datetime) -> int | None:
        """Draw an endpoint's weight, and return None, or how many seconds to wait where too little is left."""
        seconds = int(now.timestamp())
        window = seconds // pool.seconds
        name = endpoint.pool if pool.is_shared else f"{endpoint.method} {endpoint.path}"
        began, used = self._used.get((name, caller), (window, 0))
        if began != window:
            used = 0
        if used + endpoint.weight > pool.weight:
            return (window + 1) * pool.seconds - seconds
        if len(self._used) >= _MOST_CALLERS:
            self._used.clear()
        self._used[(name, caller)] = (window, used + endpoint.weight)
        return None
