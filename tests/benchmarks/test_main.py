"""Every benchmark runs to its end on small inputs; what it measures is nobody's verdict here."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def bench(*arguments):
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("word", ["startup", "validation", "secrets", "probing", "fleet"])
def test_a_benchmark_runs_and_prints_its_table(word):
    run = bench("--quick", word)

    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("what ")
    assert "too small" in run.stdout


def test_a_benchmark_that_does_not_exist_is_named():
    run = bench("--quick", "nothing")

    assert run.returncode == 2
    assert "no such benchmark: nothing" in run.stderr
