"""A simulator in a process of its own, and keys made there: the other side of `probing` and `fleet`."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen, TimeoutExpired
from typing import TypedDict

from benchmarks.measure import PYTHON, CannotMeasure, run


class Ready(TypedDict):
    """What the ready-file of a simulator tells."""

    exchanges: dict[str, str]
    control: str


class Spent(TypedDict):
    """What a measured process says of itself; the peer knows neither its time nor its memory."""

    cpu: float
    requests: float
    seconds: float
    peak: int


@contextmanager
def simulator(folder: Path, markets: int) -> Iterator[Ready]:
    """Play all exchanges while this lasts, each trading so many markets.

    Raises CannotMeasure when they do not start.
    """
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
        ready.unlink(missing_ok=True)


def keys(ready: Ready, exchange: str, count: int) -> list[dict[str, str]]:
    """Make keys that may read and trade spot, each of an account of its own."""
    return [_key(ready["control"], exchange, number) for number in range(count)]


def _key(control: str, exchange: str, number: int) -> dict[str, str]:
    wanted = {"exchange": exchange, "rights": ["read", "trade_spot"], "account": f"{10_000_000 + number}"}
    request = urllib.request.Request(f"{control}/keys", json.dumps(wanted).encode(), method="POST")
    with urllib.request.urlopen(request) as answer:
        made: dict[str, str] = json.load(answer)
    return {**made, "exchange": exchange, "account": f"{number}"}


def measured(
    module: str, folder: Path, ready: Ready, made: Sequence[Mapping[str, str]], *, is_limited: bool = False
) -> Spent:
    """Have a module of the benchmarks test these keys in a fresh process.

    Raises CannotMeasure when a key does not pass.
    """
    file = folder / "task.json"
    file.write_text(json.dumps({"urls": ready["exchanges"], "keys": made, "is_limited": is_limited}), encoding="utf-8")
    spent: Spent = json.loads(run([PYTHON, "-m", f"benchmarks.{module}", str(file)], cwd=Path.cwd()).stdout)
    return spent
