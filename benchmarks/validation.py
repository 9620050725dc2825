"""Validation of a large config repository, against check-jsonschema on the very same files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import inputs
from benchmarks.figures import Figure, amount, times_less
from benchmarks.measure import PYTHON, RECONCILE, Cost, run

_KINDS = {"connections": "connection", "bindings": "strategybinding"}
# What keeps a large repository checkable on a small CI machine.
_MOST_MEMORY = 400 * 1024 * 1024


def figures(folder: Path, *, quick: bool) -> Iterator[Figure]:
    """Measure one document a file on both sides, then ours alone with many documents a file."""
    count, sample = (40, 10) if quick else (10_000, 500)
    schemas = _schemas(folder)
    inputs.write_one_document_files(folder / "single", count)
    inputs.write_shared_files(folder / "shared", count, per_file=100)

    single = run([RECONCILE, "validate", "-f", "single"], cwd=folder)
    shared = run([RECONCILE, "validate", "-f", "shared"], cwd=folder)
    peer = sum(_scaled(folder, schemas[kind], kind, sample, count) for kind in _KINDS)
    name = f"check-jsonschema ({sample} files of each kind, scaled)"

    what = f"validate {count:,} connections with bindings"
    yield times_less(f"{what}, one a file", single.cpu, peer, "s", name, at_least=10)
    yield times_less(f"{what}, 200 documents a file", shared.cpu, peer, "s", name, at_least=10)
    yield _memory(what, max(single.peak_bytes, shared.peak_bytes))


def _schemas(folder: Path) -> dict[str, Path]:
    written = {}
    for kind, word in _KINDS.items():
        written[kind] = folder / f"{word}.schema.json"
        written[kind].write_text(run([RECONCILE, "schema", word], cwd=folder).stdout, encoding="utf-8")
    return written


def _scaled(folder: Path, schema: Path, kind: str, sample: int, count: int) -> float:
    # The peer reads no file with several documents, and all files would take it minutes: its cost per file is
    # taken from a sample, and its start-up, measured with one file, is counted once.
    files = [f"single/{kind}/{number:05}.yaml" for number in range(sample)]
    one, many = _peer(folder, schema, files[:1]), _peer(folder, schema, files)
    per_file = (many.cpu - one.cpu) / (sample - 1)
    return one.cpu + per_file * (count - 1)


def _peer(folder: Path, schema: Path, files: list[str]) -> Cost:
    return run([PYTHON, "-m", "check_jsonschema", "--schemafile", str(schema), *files], cwd=folder)


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
