from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from reconciler.cli.progress import progress
from reconciler.model.probe import Diagnosis, ProbeResult

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TERMINAL = {"TERM": "xterm-256color"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def result(name: str = "mexc-spot-main") -> ProbeResult:
    return ProbeResult(name, "mexc", Diagnosis.INVALID_KEY, "", NOON)


def test_a_person_sees_how_far_the_tests_are(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = Terminal()

    with progress(stream, TERMINAL) as told:
        told.tested(result(), 3, 12)

    assert "3/12" in stream.getvalue()
    assert "mexc-spot-main Failed" in stream.getvalue()


@pytest.mark.parametrize(
    ("stream", "environ"),
    [
        (io.StringIO(), TERMINAL),
        (Terminal(), {"TERM": "dumb"}),
        (Terminal(), {}),
        (Terminal(), {**TERMINAL, "CI": "true"}),
    ],
    ids=["a pipe", "a dumb terminal", "no TERM", "a CI system"],
)
def test_nobody_else_is_told_anything(stream, environ):
    with progress(stream, environ) as told:
        told.tested(result(), 1, 1)

    assert stream.getvalue() == ""


def test_a_run_without_tests_draws_nothing():
    stream = Terminal()

    with progress(stream, TERMINAL):
        pass

    assert stream.getvalue() == ""


def test_a_name_cannot_style_the_line(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = Terminal()

    with progress(stream, TERMINAL) as told:
        told.tested(result("[red]x[/red] \x1b[2J"), 1, 1)

    assert "[red]x[/red] <U+001B>" in stream.getvalue()


def test_the_line_is_taken_away_even_when_a_test_breaks(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = Terminal()

    def broken() -> None:
        with progress(stream, TERMINAL) as told:
            told.tested(result(), 1, 2)
            int("broken")

    with pytest.raises(ValueError, match="broken"):
        broken()

    # The last words show the cursor again and erase the line.
    assert stream.getvalue().rstrip("\n").endswith("\x1b[2K")


def test_rich_is_not_loaded_before_the_first_result():
    code = "import sys, reconciler.cli.progress; sys.exit('rich' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
