"""What a program costs is counted for it and its children, and a program that fails has no cost."""

import pytest

from benchmarks.measure import PYTHON, CannotMeasure, Cost, interleaved, run


def test_the_output_and_the_cost_of_a_program_come_back(tmp_path):
    cost = run([PYTHON, "-c", "print(sum(range(10)))"], cwd=tmp_path)

    assert cost.stdout == "45\n"
    assert cost.cpu > 0
    assert cost.peak_bytes > 1_000_000


def test_the_children_of_a_program_are_counted_with_it(tmp_path):
    burn = "sum(range(3_000_000))"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"

    idle = run([PYTHON, "-c", "import subprocess"], cwd=tmp_path)
    busy = run([PYTHON, "-c", parent], cwd=tmp_path)

    assert busy.cpu > idle.cpu


def test_a_program_that_fails_is_no_measurement(tmp_path):
    with pytest.raises(CannotMeasure, match="left with 3:\nno such thing"):
        run([PYTHON, "-c", "import sys; print('no such thing', file=sys.stderr); sys.exit(3)"], cwd=tmp_path)


def test_an_exit_code_that_is_expected_is_none_to_complain_about(tmp_path):
    assert run([PYTHON, "-c", "raise SystemExit(2)"], cwd=tmp_path, codes=(0, 2)).stdout == ""


def test_sides_take_turns_and_their_median_counts():
    order, costs = [], iter([1.0, 10.0, 3.0, 30.0, 2.0, 20.0])

    def side(name):
        order.append(name)
        return Cost(next(costs), 0)

    medians = interleaved({"a": lambda: side("a"), "b": lambda: side("b")}, rounds=3)

    assert order == ["a", "b"] * 3
    assert {name: cost.cpu for name, cost in medians.items()} == {"a": 2.0, "b": 20.0}
