"""A pass from the command line owes its report, whatever stops it."""

import contextlib
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.cli.options import Output, Selection
from reconciler.cli.passes import check, make_pass
from reconciler.cli.targets import Target
from reconciler.engine.order import Mode
from reconciler.simulator.background import BackgroundSimulator

ROOT = Path(__file__).parents[2]
REPORT = Draft202012Validator(json.loads((ROOT / "schemas" / "report.schema.json").read_text()))


def told(out):
    """Return a report that keeps to its published schema."""
    report = json.loads(out)
    assert [error.message for error in REPORT.iter_errors(report)] == []
    return report


@pytest.fixture
def repository(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "connections.d", tmp_path / "connections.d")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_validation_opens_no_secret_and_reads_no_variable(repository, monkeypatch, capsys):
    (repository / "connections.d" / "demo.agekey").unlink()
    monkeypatch.setenv("SOPS_AGE_KEY_CMD", "false")

    assert check(Selection(), Output()) == 0


def test_a_missing_file_of_secrets_is_denied_without_being_opened(repository, capsys):
    shutil.rmtree(repository / "connections.d" / "secrets")

    assert check(Selection(), Output((Target("json"),))) == 5

    assert {one["rule"] for one in json.loads(capsys.readouterr().out)["findings"]} >= {"sealed-file"}


def test_simulated_connections_need_no_account_anywhere(repository, capsys):
    assert make_pass(Selection(), Output((Target("json"),)), "test", Mode.TEST) == 0

    report = json.loads(capsys.readouterr().out)
    assert report["summary"]["status"] == {"Online": 4}


def test_a_bug_becomes_a_report_too(repository, capsys, monkeypatch):
    from reconciler.engine import pipeline

    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(pipeline, "learn", broken)

    assert make_pass(Selection(), Output((Target("json"),)), "test", Mode.TEST) == 70
    captured = capsys.readouterr()
    assert told(captured.out)["failures"][0]["exitCode"] == 70
    assert "ZeroDivisionError" in captured.err


def test_the_question_stands_alone_once_the_keys_are_tested(repository):
    leader, follower = pty.openpty()
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(repository), "TERM": "xterm"}
    command = [sys.executable, "-m", "reconciler"]
    child = subprocess.Popen(command, cwd=repository, env=environ, stdin=follower, stdout=follower, stderr=follower)
    os.close(follower)
    seen = b""
    while b"[y/N]: " not in seen:
        seen += os.read(leader, 1000)
    os.write(leader, b"n\n")
    with contextlib.suppress(OSError):
        while chunk := os.read(leader, 1000):
            seen += chunk
    os.close(leader)

    before, _, after = seen.decode().partition("Make 9 changes? [y/N]: ")
    assert child.wait() == 6
    assert "testing keys" in before
    assert "testing keys" not in after


def heeding():
    """Heed interrupts even where the tests themselves run in the background of a shell, which has them ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_gives_its_lock_back_and_its_report(repository, signal_number):
    with BackgroundSimulator() as simulator:
        simulator.add_fault("mexc", "timeout")
        (repository / "ready.json").write_text(json.dumps(simulator.ready))
        command = [sys.executable, "-m", "reconciler", "--yes", "-o", "json"]
        environ = {"RECONCILE_SIMULATOR": "ready.json", "PATH": "/usr/bin:/bin", "HOME": str(repository)}
        environ["PYTHONPATH"] = str(ROOT)
        child = subprocess.Popen(
            command, cwd=repository, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=heeding
        )
        while not simulator.requests("mexc"):
            assert child.poll() is None
        child.send_signal(signal_number)
        out, _ = child.communicate()

    assert child.returncode == 130
    assert told(out)["failures"][0]["exitCode"] == 130
    assert make_pass(Selection(), Output((Target("json"),)), "run", Mode.APPLY, yes=True) == 0


STRICT = "apiVersion: reconciler/v1\nkind: Policy\nmetadata: {name: strict}\nspec: {rules: {naming: deny}}\n"
WAIVER = """\
apiVersion: reconciler/v1
kind: Waiver
metadata: {{name: waiver-{number}}}
spec: {{rule: naming, finding: "{fingerprint}", owner: core team, reason: they stay, until: {until}}}
"""


def test_a_waived_finding_is_shown_and_neither_fails_nor_holds_a_pass(repository, capsys):
    (repository / "connections.d" / "strict.yaml").write_text(STRICT)
    assert check(Selection(), Output((Target("json"),))) == 5
    found = [one["fingerprint"] for one in told(capsys.readouterr().out)["findings"] if one["rule"] == "naming"]
    until = (datetime.now(UTC) + timedelta(days=30)).date()
    waivers = [WAIVER.format(number=n, fingerprint=one, until=until) for n, one in enumerate(found)]
    (repository / "connections.d" / "waivers.yaml").write_text("---\n".join(waivers))

    assert check(Selection(), Output((Target("json"),))) == 0
    offline = told(capsys.readouterr().out)
    assert make_pass(Selection(), Output((Target("json"),)), "run", Mode.APPLY, yes=True) == 0
    applied = told(capsys.readouterr().out)

    for report in (offline, applied):
        assert report["summary"]["waived"] == len(found) == 2
        assert [one["waived"]["owner"] for one in report["findings"] if one["rule"] == "naming"] == ["core team"] * 2
    assert applied["summary"]["held"] == 0
