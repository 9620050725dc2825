"""A report goes where it was asked for, and its code does not depend on that."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.cli.options import Output
from reconciler.cli.publish import publish, rendered
from reconciler.cli.targets import Target
from reconciler.kit.clock import ManualClock
from reconciler.model.report import Failure, Report
from reconciler.values.secret import Secret

NOW = ManualClock().now()


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def test_a_file_gets_what_stdout_would_get(tmp_path, capsys):
    report = Report("test", NOW, NOW, failures=(Failure("no", "", 6),))

    to_file = publish(report, Output((Target("json", tmp_path / "report.json"),)))
    to_stdout = publish(report, Output((Target("json"),)))

    assert (to_file, to_stdout) == (6, 6)
    assert (tmp_path / "report.json").read_text() == capsys.readouterr().out
    assert json.loads((tmp_path / "report.json").read_text())["command"] == "test"


def test_a_report_whose_file_cannot_be_written_is_not_lost(tmp_path, capsys):
    code = publish(Report("test", NOW, NOW), Output((Target("json", tmp_path / "no" / "report.json"),)))

    told = json.loads(capsys.readouterr().out)
    assert code == 1
    assert told["command"] == "test"
    assert "cannot be written" in told["failures"][0]["message"]


def test_several_reports_of_one_run_go_each_to_its_place(tmp_path, capsys):
    report = Report("test", NOW, NOW, failures=(Failure("no", "", 6),))

    code = publish(report, Output((Target("text"), Target("json", tmp_path / "report.json"))))

    assert code == 6
    assert json.loads((tmp_path / "report.json").read_text())["failures"][0]["message"] == "no"
    assert capsys.readouterr().out.endswith("error: no\n")


def test_a_file_that_cannot_be_written_is_told_in_the_report_on_stdout(tmp_path, capsys):
    code = publish(Report("test", NOW, NOW), Output((Target("json", tmp_path / "no" / "r.json"), Target("text"))))

    told = capsys.readouterr().out
    assert code == 1
    assert told.count("cannot be written") == 1
    assert not told.startswith("{")


def test_a_link_that_appears_meanwhile_is_replaced_and_not_followed(tmp_path):
    victim, link = tmp_path / "victim", tmp_path / "report.json"
    victim.write_text("mine")
    link.symlink_to(victim)

    publish(Report("test", NOW, NOW), Output((Target("json", link),)))

    assert victim.read_text() == "mine"
    assert not link.is_symlink()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device that is always full is Linux's own")
def test_a_full_disk_behind_stdout_is_an_error_and_no_bug():
    command = [sys.executable, "-m", "reconciler", "validate", "-f", "nowhere"]

    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("error: the report cannot be written to stdout")


def test_colour_is_for_terminals_and_heeds_no_color(monkeypatch):
    report = Report("test", NOW, NOW, failures=(Failure("no", "", 6),))
    monkeypatch.setenv("TERM", "xterm")

    assert "\x1b[" in rendered(report, "text", Terminal())
    assert "\x1b[" not in rendered(report, "text", io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in rendered(report, "text", Terminal())


def test_a_secret_that_got_into_a_report_is_struck_out():
    secret = Secret("canary-0002-canary")
    report = Report("test", NOW, NOW, failures=(Failure(f"leaked {secret.reveal()}", "", 1),))

    assert "canary-0002" not in rendered(report, "text", None) + rendered(report, "json", None)
