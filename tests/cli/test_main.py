"""The door of the program: words, options and every way out."""

import subprocess
import sys

import pytest

from reconciler.cli import main
from reconciler.cli.main import run


def test_help_lists_every_command_with_its_summary(capsys):
    assert run(["--help"]) == 0

    out = capsys.readouterr().out
    for word in main.Verbs("reconcile").list_commands(None):
        assert f"\n  {word} " in out


def test_a_bare_pass_is_no_command_of_its_own(capsys):
    assert run(["run"]) == 64
    assert 'there is no command "run"' in capsys.readouterr().err


def test_a_misspelt_command_is_answered_with_the_near_one(capsys):
    assert run(["vlidate"]) == 64
    assert 'did you mean "validate"?' in capsys.readouterr().err


@pytest.mark.parametrize(("word", "meant"), [("plan", "reconcile --dry-run"), ("lint", "reconcile validate")])
def test_a_word_of_another_tool_is_answered_with_ours(capsys, word, meant):
    assert run([word]) == 64

    assert f"hint: use: {meant}\n" in capsys.readouterr().err


def test_a_group_without_a_word_shows_its_help(capsys):
    assert run(["secrets"]) == 64

    assert capsys.readouterr().err.startswith("Usage: reconcile secrets")


@pytest.mark.parametrize("file", ["no/report.json", "."])
def test_a_report_file_that_has_no_place_is_refused_before_anything_is_done(capsys, file, tmp_path):
    assert run(["--yes", "--output-file", str(tmp_path / file)]) == 64

    assert "--output-file" in capsys.readouterr().err


def test_closed_streams_are_no_bug():
    command = f"{sys.executable} -m reconciler -f nowhere <&- 2>&1; {sys.executable} -m reconciler --version >&-"

    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert "error: there is no nowhere" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_stray_secret_on_the_command_line_is_not_repeated(capsys):
    secret = "mx0vStrayStrayStrayStrayStrayStray"

    assert run([secret]) == 64
    assert run(["test", secret]) == 64
    assert run(["secrets", "set", "a.sops.yaml", "main.secret", secret]) == 64

    captured = capsys.readouterr()
    assert secret not in captured.out + captured.err


def test_options_before_a_command_are_sent_behind_it(capsys):
    assert run(["-f", "somewhere", "validate"]) == 64
    assert "reconcile validate" in capsys.readouterr().err


def test_the_version_is_printed(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("reconcile ")


@pytest.mark.parametrize(
    ("error", "code"),
    [(KeyboardInterrupt(), 130), (RuntimeError("mx0vCanaryCanary broke"), 70), (BrokenPipeError(), 1)],
)
def test_what_nobody_expected_still_has_its_exit_code(error, code, capsys, monkeypatch, tmp_path):
    from reconciler.cli.commands import status

    def fail(*_, **__):
        raise error

    monkeypatch.setattr(main, "_close_quietly", lambda: None)
    monkeypatch.setattr(status.command, "callback", fail)

    assert run(["status"]) == code


def test_a_command_line_nobody_understood_still_owes_its_json_report(capsys):
    assert run(["--bogus", "-o", "json"]) == 64
    assert '"exitCode": 64' in capsys.readouterr().out


def test_what_no_command_has_asked_for_is_not_imported():
    told = "import sys, reconciler.cli.main; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)

    assert {"pydantic", "yaml", "ccxt", "aiohttp", "rich"}.isdisjoint(loaded.stdout.split())
