"""Runs the benchmarks and prints their table; leaves with an error only when one of them could not run."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from benchmarks import fleet, probing, startup, unlocking, validation
from benchmarks.figures import Figure, table
from benchmarks.measure import CannotMeasure


class Benchmark(Protocol):
    """Measures one subject in a folder of its own."""

    def __call__(self, folder: Path, *, quick: bool) -> Iterator[Figure]:
        """Yield the figures as they are known."""
        ...


BENCHMARKS: dict[str, Benchmark] = {
    "startup": startup.figures,
    "validation": validation.figures,
    "secrets": unlocking.figures,
    "probing": probing.figures,
    "fleet": fleet.figures,
}


def measured(words: list[str], *, quick: bool, tell: Callable[[str], None]) -> list[Figure]:
    """Run the named benchmarks, each in a temporary folder that is gone afterwards."""
    found: list[Figure] = []
    for word in words:
        tell(f"measuring {word} …")
        with tempfile.TemporaryDirectory(prefix="reconcile-bench-") as folder:
            found += BENCHMARKS[word](Path(folder), quick=quick)
    return found


def main() -> int:
    """Parse the arguments, measure, print."""
    parser = argparse.ArgumentParser("benchmarks", description="Measure reconcile against named peers.")
    parser.add_argument("words", nargs="*", metavar="NAME", help=f"which ones: {', '.join(BENCHMARKS)}; none means all")
    parser.add_argument("--quick", action="store_true", help="tiny inputs: shows that all of it runs, measures nothing")
    given = parser.parse_args()
    if unknown := set(given.words) - BENCHMARKS.keys():
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    try:
        found = measured(given.words or list(BENCHMARKS), quick=given.quick, tell=_tell)
    except CannotMeasure as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(table(found, judged=not given.quick))
    print("\nCPU time, user and system; ratios are of this run on this machine.")
    if given.quick:
        print("Quick run: the inputs are too small for the ratios to mean anything.")
    return 0


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
