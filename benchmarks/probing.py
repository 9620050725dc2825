"""Testing a key, against the usual script: a new ccxt client for each key and one call of `fetch_balance`.

Both sides ask the same simulator, which runs in a process of its own and trades as many markets as the exchange does.
The usual script learns less: a balance that can be read says nothing of what else the key may do.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks import playing
from benchmarks.figures import Figure, times_less

# In the order of what MEXC and KuCoin list on spot; the peer reads them all for every key.
_MARKETS = 2_000
_EXCHANGES = ("mexc", "kucoin")


def figures(folder: Path, *, quick: bool) -> Iterator[Figure]:
    """Measure CPU and requests for each tested key, imports not counted."""
    keys, peers, markets = (10, 1, 50) if quick else (2_000, 5, _MARKETS)
    with playing.simulator(folder, markets) as ready:
        for exchange in _EXCHANGES:
            made = playing.keys(ready, exchange, keys)
            ours = playing.measured("our_keys", folder, ready, made)
            peer = playing.measured("usual_script", folder, ready, made[:peers])
            name = f"ccxt client and fetch_balance ({peers} keys)"
            what = f"test {keys:,} {exchange} keys"
            cpu = times_less(f"{what}: CPU a key", ours["cpu"] / keys, peer["cpu"] / peers, "s", name, at_least=100)
            asked = ours["requests"] / keys, peer["requests"] / peers
            yield cpu
            yield Figure(
                f"{what}: requests a key", f"{asked[0]:.2f}", f"{asked[1]:.2f}", "", "at most 5", asked[0] <= 5
            )
