from __future__ import annotations

import pytest

from reconciler.doctor import program
from reconciler.doctor.row import State


def test_the_program_that_runs_these_tests_has_no_failing_row():
    assert not [row for row in program.rows() if row.state is State.FAIL]


@pytest.mark.parametrize(
    ("version", "state"), [((3, 10, 9), State.FAIL), ((3, 11, 0), State.OK), ((4, 0, 0), State.OK)]
)
def test_an_old_python_fails(version, state):
    assert program.python(version).state is state


@pytest.mark.parametrize(
    ("needs", "state", "fact"),
    [
        (["click>=8.1", 'nothing-such>=1; extra == "dev"'], State.OK, "all 1"),
        (["click>=999.1"], State.FAIL, "is older than 999.1"),
        (["no-such-package-here>=1.0"], State.FAIL, "no-such-package-here is missing"),
    ],
)
def test_packages_are_judged_by_what_the_program_needs(needs, state, fact):
    row = program.packages(needs)

    assert row.state is state
    assert fact in row.fact


def test_a_missing_libyaml_and_core_dumps_are_warned_of():
    assert program.libyaml(is_there=False).state is State.WARN
    assert program.core_dumps(are_off=False).state is State.WARN
