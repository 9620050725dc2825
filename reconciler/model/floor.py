"""The least time that a test of many keys can take: what the published limits allow, whoever does the asking."""

from __future__ import annotations

import math
from collections.abc import Iterable

from reconciler.model.exchange import Exchange
from reconciler.model.limits import Per


def floor(exchange: Exchange, markets: Iterable[str], connections: int, *, per_account: int | None = None) -> float:
    """Return the seconds before which so many connections of an exchange cannot have been tested within its limits.

    Each is asked what it takes to test a key for these markets, and the time once for all. `per_account` is the largest
    number of connections that share an account; where nobody knows it, all of them may.
    """
    if connections < 1:
        return 0.0
    sharing = {Per.ADDRESS: connections, Per.ACCOUNT: min(per_account or connections, connections), Per.KEY: 1}
    signed = exchange.plan(markets)
    longest = 0.0
    for limit in exchange.limits:
        weight = sharing[limit.per] * sum(limit.costs(request.pool, request.weight) for request in signed)
        if limit.per is Per.ADDRESS:
            time = exchange.time_request()
            weight += limit.costs(time.pool, time.weight)
        # What fits into the first window takes no time; each further one begins when the one before is over.
        longest = max(longest, (math.ceil(weight / limit.weight) - 1) * limit.seconds)
    return longest
