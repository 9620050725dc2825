"""Running a program and counting what it costs: CPU time, so that a busy machine does not spoil the figure."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PYTHON = sys.executable
# The console script that people type, beside the interpreter it was installed for.
RECONCILE = str(Path(sys.executable).with_name("reconcile"))
# ru_maxrss is in kibibytes on Linux and in bytes on macOS. getrusage(2) of both, last verified 2026-11-22.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class CannotMeasure(Exception):
    """A benchmark did not run; its figures would mean nothing."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one program run took: user and system CPU seconds of it and its children, peak memory, output."""

    cpu: float
    peak_bytes: int
    stdout: str = ""


def run(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None, codes: Sequence[int] = (0,)
) -> Cost:
    """Run a program to its end.

    Raises CannotMeasure when it leaves with an exit code that is not among `codes`.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env) if env is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        text, complaint = out.read().decode(errors="replace"), err.read().decode(errors="replace")
    if child.returncode not in codes:
        said = (complaint or text)[-800:]
        raise CannotMeasure(f"{' '.join(command)[:200]} left with {child.returncode}:\n{said}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _RSS_UNIT, text)


def peak_bytes() -> int:
    """Return the most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT


def interleaved(sides: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """Run each side once a round, so that all see the same weather, and return the median cost of each."""
    costs: dict[str, list[Cost]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            costs[name].append(side())
    return {
        name: Cost(median(c.cpu for c in all_), int(median(c.peak_bytes for c in all_)), all_[-1].stdout)
        for name, all_ in costs.items()
    }
