"""Opening many secrets in one process, against the usual way of one `age` process each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from pyrage import encrypt, x25519

from benchmarks.figures import Figure, skipped, times_less
from benchmarks.measure import PYTHON, run
from reconciler.sealed import writing
from reconciler.sealed.tree import Tree


def figures(folder: Path, *, quick: bool) -> Iterator[Figure]:
    """Measure the CPU of opening every secret once; our start-up is left out: a run pays it once, see `startup`."""
    count, rounds = (5, 1) if quick else (100, 7)
    what = f"open {count} secrets"
    age = shutil.which("age")
    if age is None:
        yield skipped(what, "the peer, the age program, is not installed")
        return
    # The identity stays outside the repository: inside it would not be used.
    repository, identity = folder / "repository", folder / "identity.txt"
    files = _written(repository, identity, count)
    environment = {**os.environ, "SOPS_AGE_KEY_FILE": str(identity)}

    def ours(references: Sequence[str]) -> float:
        warm = "sops:secrets/other.sops.yaml#keys.k0"
        command = [PYTHON, "-m", "benchmarks.open_secrets", str(repository), warm, *references]
        return median(float(run(command, cwd=Path.cwd(), env=environment).stdout) for _ in range(rounds))

    peer = sum(run([age, "-d", "-i", str(identity), file], cwd=repository).cpu for file in files)
    name = "one age process each"
    in_one = [f"sops:secrets/all.sops.yaml#keys.k{number}" for number in range(count)]
    yield times_less(f"{what}, all in one SOPS file", ours(in_one), peer, "s", name, at_least=25)
    yield times_less(f"{what}, an age file each", ours([f"age:{file}" for file in files]), peer, "s", name, at_least=25)


def _written(repository: Path, identity: Path, count: int) -> list[str]:
    made = x25519.Identity.generate()
    identity.write_text(f"{made}\n", encoding="utf-8")
    identity.chmod(0o600)
    (repository / "secrets").mkdir(parents=True)
    values = [f"a secret of the usual length {number:05}" for number in range(count)]
    files = [f"secrets/{number}.age" for number in range(count)]
    for file, value in zip(files, values, strict=True):
        (repository / file).write_bytes(encrypt(value.encode(), [made.to_public()]))
    tree: Tree = {"keys": {f"k{number}": value for number, value in enumerate(values)}}
    sealing = writing.Sealing(groups=[[str(made.to_public())]])
    for name in ("all", "other"):
        whole = writing.new_file([tree], "yaml", sealing, datetime.now(UTC))
        (repository / "secrets" / f"{name}.sops.yaml").write_bytes(whole)
    return files
