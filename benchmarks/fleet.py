"""Testing a fleet: connections over all exchanges in one run, and what a connection costs as the fleet grows.

The exchanges are played by a process of their own. The peer is the usual script: a new ccxt client for each key and
one call of `fetch_balance`, here for one key of each exchange.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks import playing
from benchmarks.figures import Figure, amount, times_less
from reconciler import wiring
from reconciler.kit import discover
from reconciler.model.floor import floor

_MARKETS = 2_000
_SIZES = (500, 1_000, 2_000)
_ROUNDS = 3
_GROWTH = 1.1
# A fifth of what is allowed is left to the programs that trade from the same address.
_PACE = 1.5


def figures(folder: Path, *, quick: bool) -> Iterator[Figure]:
    """Measure a run over all exchanges, imports not counted."""
    sizes, rounds, markets = ((20, 40, 80), 1, 50) if quick else (_SIZES, _ROUNDS, _MARKETS)
    exchanges = discover.names("reconciler.simulator.exchanges")
    with playing.simulator(folder, markets) as ready:
        made = {exchange: playing.keys(ready, exchange, -(-sizes[-1] // len(exchanges))) for exchange in exchanges}
        spent = _rounds(folder, ready, {size: _dealt(made, size) for size in sizes}, rounds)
        peer = playing.measured("usual_script", folder, ready, [keys[0] for keys in made.values()])
        few, usual, many = sizes
        what = f"test {usual:,} connections at {len(exchanges)} exchanges"
        ours = spent[usual]
        name = f"ccxt client and fetch_balance ({len(exchanges)} keys)"
        yield times_less(f"{what}: CPU each", ours["cpu"] / usual, peer["cpu"] / len(exchanges), "s", name, at_least=50)
        asked = ours["requests"] / usual, peer["requests"] / len(exchanges)
        yield Figure(f"{what}: requests each", f"{asked[0]:.2f}", f"{asked[1]:.2f}", "", "at most 5", asked[0] <= 5)
        peak = ours["peak"] / 1_000_000
        yield Figure(f"{what}: peak memory", amount(peak, "MB"), "", "", "under 400 MB", peak < 400)
        yield _pace(folder, ready, _dealt(made, usual))
        yield _growth(spent[few]["cpu"] / few, spent[many]["cpu"] / many, few, many)


def _dealt(made: Mapping[str, Sequence[dict[str, str]]], size: int) -> list[dict[str, str]]:
    """Choose so many keys, one exchange after the other, so that every exchange has its share."""
    turns = (key for turn in zip(*made.values(), strict=True) for key in turn)
    return [key for _, key in zip(range(size), turns, strict=False)]


def _rounds(
    folder: Path, ready: playing.Ready, fleets: Mapping[int, Sequence[dict[str, str]]], rounds: int
) -> dict[int, playing.Spent]:
    """Test each fleet once a round, so that all see the same weather, and return the run of median CPU time."""
    runs: dict[int, list[playing.Spent]] = {size: [] for size in fleets}
    for _ in range(rounds):
        for size, keys in fleets.items():
            runs[size].append(playing.measured("our_keys", folder, ready, keys))
    middle = {size: median(run["cpu"] for run in all_) for size, all_ in runs.items()}
    return {size: next(run for run in all_ if run["cpu"] >= middle[size]) for size, all_ in runs.items()}


def _pace(folder: Path, ready: playing.Ready, keys: Sequence[dict[str, str]]) -> Figure:
    """Measure the elapsed time of a run that keeps to the published limits, against the least they allow."""
    at = Counter(key["exchange"] for key in keys)
    facts = wiring.exchanges()
    least = {one: floor(facts[one], ["spot"], count, per_account=1) for one, count in at.items()}
    slowest = max(least, key=least.__getitem__)
    seconds = playing.measured("our_keys", folder, ready, keys, is_limited=True)["seconds"]
    what = f"test {len(keys):,} connections within published limits: elapsed"
    peer = f"{amount(least[slowest], 's')} the least that {facts[slowest].traits.title} allows"
    ratio = seconds / least[slowest] if least[slowest] else None
    told = f"{ratio:.2f} times" if ratio else "-"
    return Figure(what, f"{seconds:.3g} s", peer, told, f"at most {_PACE} times", ratio <= _PACE if ratio else None)


def _growth(few: float, many: float, low: int, high: int) -> Figure:
    ratio = many / few
    what = f"CPU a connection of {high:,}, against one of {low:,}"
    told = amount(many, "s"), amount(few, "s")
    return Figure(what, *told, f"{ratio:.2f} times", f"at most {_GROWTH} times", ratio <= _GROWTH)
