"""Start-up: what a person waits for before anything happens, against the imports that cannot be avoided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks import inputs
from benchmarks.figures import Figure, times_the_cost
from benchmarks.measure import PYTHON, RECONCILE, interleaved, run

_PEER = "import click, pydantic, yaml"
_LOADED = """
import sys
from reconciler.cli.main import run
code = run(sys.argv[1:])
print("ccxt is loaded" if "ccxt" in sys.modules else "ccxt is not loaded")
sys.exit(code)
"""


def figures(folder: Path, *, quick: bool) -> Iterator[Figure]:
    """Measure `--help` and the validation of one file, and look whether ccxt came along."""
    manifest = folder / "one.yaml"
    manifest.write_text(inputs.connection(0), encoding="utf-8")
    inputs.write_secret_files(folder, 1)
    validate = ("validate", "-f", manifest.name)
    costs = interleaved(
        {
            "imports": lambda: run([PYTHON, "-c", _PEER], cwd=folder),
            "help": lambda: run([RECONCILE, "--help"], cwd=folder),
            "validate": lambda: run([RECONCILE, *validate], cwd=folder),
        },
        rounds=3 if quick else 21,
    )
    peer = costs["imports"].cpu
    yield times_the_cost("start-up: reconcile --help", costs["help"].cpu, peer, "s", _PEER, below=1.5)
    yield times_the_cost("start-up: reconcile validate, one file", costs["validate"].cpu, peer, "s", _PEER, below=2)
    for words in (("--help",), validate):
        said = run([PYTHON, "-c", _LOADED, *words], cwd=folder).stdout.splitlines()[-1]
        yield Figure(f"start-up: reconcile {words[0]}", said, "", "", "not loaded", said == "ccxt is not loaded")
