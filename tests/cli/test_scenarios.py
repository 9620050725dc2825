"""Stories told through the real command line: each a file of steps, with the exit code and the words that must come.

A step that changes nothing is run in every output format; each JSON report is held against its published schema.
"""

from __future__ import annotations

import json
import re
import shutil
import urllib.request
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from reconciler.cli.exit_codes import EXIT_CODES
from reconciler.cli.main import run
from reconciler.kit import discover
from reconciler.rehearsal import declared
from reconciler.simulator.background import BackgroundSimulator

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCENARIOS = {path.stem: yaml.safe_load(path.read_text()) for path in sorted((HERE / "scenarios").glob("*.yaml"))}
REPORT = Draft202012Validator(json.loads((ROOT / "schemas" / "report.schema.json").read_text()))
CHANGES_NOTHING = {"--dry-run", "validate", "diff", "test", "drift", "status"}


class Stage:
    """A config repository in a folder of its own, beside a simulated exchange that knows its keys."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        shutil.copytree(ROOT / "connections.d", folder / "connections.d")

    def play(self, step: dict, control: str) -> None:
        for path, text in step.get("write", {}).items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text)
        for path, (old, new) in step.get("replace", {}).items():
            text = (self.folder / path).read_text()
            assert old in text
            (self.folder / path).write_text(text.replace(old, new))
        for path, target in step.get("copy", {}).items():
            shutil.copytree(self.folder / path, self.folder / target)
        for path in step.get("remove", []):
            shutil.rmtree(self.folder / path) if (self.folder / path).is_dir() else (self.folder / path).unlink()
        for request in step.get("exchange", []):
            ask(control, *request)
        if "run" in step:
            self.run(step)
        if "asked" in step:
            exchange, method, times = step["asked"]
            sent = json.loads(ask(control, "GET", f"/requests?exchange={exchange}"))
            assert sum(one["method"] == method for one in sent) == times

    def run(self, step: dict) -> None:
        arguments = step["run"]
        harmless = bool(CHANGES_NOTHING & set(arguments)) and "--out" not in arguments
        before = tree(self.folder)
        if harmless:
            code, out, err = self.call(arguments)
            assert code == step["exit"], out + err
            assert_shows(step, out + err)
        code, out, err = self.call([*arguments, "-o", "json"])
        assert code == step["exit"], out + err
        assert "Traceback" not in err
        report = json.loads(out)
        assert [error.message for error in REPORT.iter_errors(report)] == []
        for path, wanted in step.get("report", {}).items():
            assert at(report, path) == wanted, path
        if harmless:
            code, _, err = self.call([*arguments, *self.every_format()])
            assert code == step["exit"], err
            assert tree(self.folder) == before

    def every_format(self) -> list[str]:
        """Ask for a report in every format, each in a file outside of the repository."""
        words = discover.names("reconciler.reporters")
        return [
            part for word in words for part in ("-o", f"{word}={self.folder.parent / f'{self.folder.name}.{word}'}")
        ]

    def call(self, arguments: list[str]) -> tuple[int, str, str]:
        code = run(arguments)
        captured = self.capsys.readouterr()
        return code, captured.out, captured.err


def ask(control: str, method: str, path: str, body: dict | None = None) -> bytes:
    headers = {"Content-Type": "application/json"}
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(control + path, sent, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_shows(step: dict, text: str) -> None:
    flat = re.sub(r"\s+", " ", text)
    for words in step.get("shows", []):
        assert words in flat, text
    for words in step.get("hides", []):
        assert words not in flat, text


def at(report: object, path: str) -> object:
    for part in path.split("/"):
        if isinstance(report, list) and not part.isdecimal():
            report = next(one for one in report if part in (one.get("name"), one.get("rule")))
        else:
            report = report[int(part)] if isinstance(report, list) else report[part]
    return report


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_story_comes_out_as_told(name, tmp_path, capsys, monkeypatch):
    stage = Stage(tmp_path, capsys)
    monkeypatch.chdir(tmp_path)
    keys, address = declared([Path("connections.d")], cwd=tmp_path, environ={})

    with BackgroundSimulator(accounts=keys) as simulator:
        simulator.set_client_ip(address or "127.0.0.1")
        ready = tmp_path.parent / f"{tmp_path.name}.ready.json"
        ready.write_text(json.dumps(simulator.ready))
        monkeypatch.setenv("RECONCILE_SIMULATOR", str(ready))
        for step in SCENARIOS[name]["steps"]:
            for variable, value in step.get("env", {}).items():
                monkeypatch.setenv(variable, value)
            stage.play(step, simulator.ready["control"])


def test_every_exit_code_of_a_report_is_reached_by_a_story():
    reached = {step["exit"] for scenario in SCENARIOS.values() for step in scenario["steps"] if "run" in step}

    assert reached >= {row.code for row in EXIT_CODES} - {70, 130}
