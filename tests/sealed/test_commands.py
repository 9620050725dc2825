"""Running the operator's command."""

from __future__ import annotations

import shlex
import sys

import pytest

from reconciler.errors import SecretLocked
from reconciler.sealed.commands import output_of


def python(code: str) -> str:
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"


def test_what_the_command_prints_is_returned():
    assert output_of("V", {"V": python("print('a b')")}) == b"a b\n"


def test_no_shell_runs_it(tmp_path):
    mark = tmp_path / "mark"

    output_of("V", {"V": python("pass") + f"; touch {mark}"})

    assert not mark.exists()


def test_it_sees_the_environment_it_was_given():
    assert output_of("V", {"V": python("import os; print(os.environ['X'])"), "X": "y"}) == b"y\n"


@pytest.mark.parametrize("code", ["import sys; print('canary-value'); sys.exit(3)", "raise SystemExit('canary-value')"])
def test_a_failing_command_is_told_by_its_code_and_not_by_its_output(code):
    with pytest.raises(SecretLocked, match="failed with code") as caught:
        output_of("V", {"V": python(code)})

    assert "canary-value" not in caught.value.message


def test_a_command_that_is_not_there_is_told():
    with pytest.raises(SecretLocked, match="cannot be run"):
        output_of("V", {"V": "/does/not/exist"})
