"""Testing a key, against the usual script: a new ccxt client for each key and one call of `fetch_balance`.

Both sides ask the same simulator, which runs in a process of its own and trades as many markets as the exchange does.
The usual script learns less: a balance that can be read says nothing of what else the key may do.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen, TimeoutExpired
from typing import TypedDict

from benchmarks.figures import Figure, times_less
from benchmarks.measure import PYTHON, CannotMeasure, run

# In the order of what MEXC and KuCoin list on spot; the peer reads them all for every key.
_MARKETS = 2_000
_EXCHANGES = ("mexc", "kucoin")


class Ready(TypedDict):
    """What the ready-file of a simulator tells."""

    exchanges: dict[str, str]
    control: str


def figures(folder: Path, *, quick: bool) -> Iterator[Figure]:
    """Measure CPU and requests for each tested key, imports not counted."""
    keys, peers, markets = (10, 1, 50) if quick else (2_000, 5, _MARKETS)
    with _simulator(folder, markets) as told:
        for exchange in _EXCHANGES:
            made = [_key(told["control"], exchange, number) for number in range(keys)]
            url = told["exchanges"][exchange]
            ours = _measured("our_keys", folder, {"exchange": exchange, "url": url, "keys": made})
            peer = _measured("usual_script", folder, {"exchange": exchange, "url": url, "keys": made[:peers]})
            name = f"ccxt client and fetch_balance ({peers} keys)"
            what = f"test {keys:,} {exchange} keys"
            cpu = times_less(f"{what}: CPU a key", ours["cpu"] / keys, peer["cpu"] / peers, "s", name, at_least=100)
            asked = ours["requests"] / keys, peer["requests"] / peers
            yield cpu
            yield Figure(
                f"{what}: requests a key", f"{asked[0]:.2f}", f"{asked[1]:.2f}", "", "at most 5", asked[0] <= 5
            )


def _measured(module: str, folder: Path, task: dict[str, object]) -> dict[str, float]:
    file = folder / "task.json"
    file.write_text(json.dumps(task), encoding="utf-8")
    answer: dict[str, float] = json.loads(run([PYTHON, "-m", f"benchmarks.{module}", str(file)], cwd=Path.cwd()).stdout)
    return answer


@contextmanager
def _simulator(folder: Path, markets: int) -> Iterator[Ready]:
    ready = folder / "ready.json"
    command = [PYTHON, "-m", "benchmarks.simulated", str(ready), str(markets)]
    server = Popen(command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
    try:
        while not ready.exists():
            try:
                raise CannotMeasure(f"the simulator left with {server.wait(timeout=0.05)}")
            except TimeoutExpired:
                continue
        told: Ready = json.loads(ready.read_text(encoding="utf-8"))
        yield told
    finally:
        server.terminate()
        server.wait()


def _key(control: str, exchange: str, number: int) -> dict[str, str]:
    wanted = {"exchange": exchange, "rights": ["read", "trade_spot"], "account": f"sub-{number}"}
    request = urllib.request.Request(f"{control}/keys", json.dumps(wanted).encode(), method="POST")
    with urllib.request.urlopen(request) as answer:
        made: dict[str, str] = json.load(answer)
    return made
