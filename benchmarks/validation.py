"""Validation of a large config repository, against check-jsonschema on the very same files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks import inputs
from benchmarks.figures import Figure, amount, times_less, times_the_cost
from benchmarks.measure import PYTHON, RECONCILE, Cost, interleaved, run
from reconciler.kit import discover

_KINDS = {"connections": "connection", "bindings": "strategybinding"}
# What keeps a large repository checkable on a small CI machine.
_MOST_MEMORY = 400 * 1024 * 1024


def figures(folder: Path, *, quick: bool) -> Iterator[Figure]:
    """Measure one document a file on both sides, then ours alone with many documents a file."""
    count, sample = (40, 10) if quick else (10_000, 500)
    inputs.write_one_document_files(folder / "single", count)
    inputs.write_shared_files(folder / "shared", count, per_file=100)

    sides = {
        "single": lambda: run([RECONCILE, "validate", "-f", "single"], cwd=folder),
        "shared": lambda: run([RECONCILE, "validate", "-f", "shared"], cwd=folder),
        "formats": lambda: run([RECONCILE, "validate", "-f", "shared", *_all_formats()], cwd=folder),
        **_peers(folder, sample),
    }
    costs = interleaved(sides, rounds=1 if quick else 3)
    single, shared = costs["single"], costs["shared"]
    peer = sum(_scaled(costs[f"one {kind}"], costs[f"many {kind}"], sample, count) for kind in _KINDS)
    name = f"check-jsonschema ({sample} files of each kind, scaled)"

    what = f"validate {count:,} connections with bindings"
    yield times_less(f"{what}, one a file", single.cpu, peer, "s", name, at_least=10)
    yield times_less(f"{what}, 200 documents a file", shared.cpu, peer, "s", name, at_least=10)
    every = "all formats at once, against text alone"
    yield times_the_cost(f"{what}: {every}", costs["formats"].cpu, shared.cpu, "s", "text alone", below=1.3)
    yield _memory(what, max(single.peak_bytes, shared.peak_bytes))


def _all_formats() -> Iterator[str]:
    for word in discover.names("reconciler.reporters"):
        yield from ("-o", word if word == "text" else f"{word}=report.{word}")


def _peers(folder: Path, sample: int) -> dict[str, Callable[[], Cost]]:
    sides: dict[str, Callable[[], Cost]] = {}
    for kind, word in _KINDS.items():
        schema = folder / f"{word}.schema.json"
        schema.write_text(run([RECONCILE, "schema", word], cwd=folder).stdout, encoding="utf-8")
        command = [PYTHON, "-m", "check_jsonschema", "--schemafile", schema.name]
        files = [f"single/{kind}/{number:05}.yaml" for number in range(sample)]
        sides[f"one {kind}"] = partial(run, [*command, files[0]], cwd=folder)
        sides[f"many {kind}"] = partial(run, [*command, *files], cwd=folder)
    return sides


def _scaled(one: Cost, many: Cost, sample: int, count: int) -> float:
    # The peer reads no file with several documents, and all files would take it minutes: its cost per file is
    # taken from a sample, and its start-up, measured with one file, is counted once.
    return one.cpu + (many.cpu - one.cpu) / (sample - 1) * (count - 1)


def _memory(what: str, peak: int) -> Figure:
    megabytes = partial(amount, unit="MB")
    return Figure(
        f"{what}: peak memory",
        megabytes(peak / 1024**2),
        "",
        "",
        f"under {megabytes(_MOST_MEMORY / 1024**2)}",
        peak < _MOST_MEMORY,
    )
