"""The action of this repository, by running its shell as a runner would, in a folder with the runner's variables."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from .conftest import ROOT, action, commit, git

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


@dataclass
class Result:
    """What a step left behind for the runner."""

    code: int
    printed: str
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""


class Runner:
    """Runs the steps of the action with inputs of a workflow."""

    def __init__(self, folder: Path, temporary: Path) -> None:
        self.folder, self.temporary = folder, temporary
        self.steps = {step["id"]: step for step in action()["runs"]["steps"]}

    def run(self, id: str, known: dict[str, str], **inputs: str) -> Result:
        step = self.steps[id]
        given = {name: one["default"] for name, one in action()["inputs"].items()} | inputs
        values = {f"inputs.{name}": value for name, value in given.items()} | known
        variables = {name: self.filled(text, values) for name, text in step["env"].items()}
        runner = {
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(self.temporary / "output"),
            "GITHUB_STEP_SUMMARY": str(self.temporary / "step-summary"),
        }
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            Path(runner[name]).write_text("")
        # As runners start it. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
        env = {**os.environ, **runner, **variables}
        # What runs is what the launcher says, or what was installed; nothing of this tree by accident.
        env.pop("PYTHONPATH", None)
        done = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True)
        lines = Path(runner["GITHUB_OUTPUT"]).read_text().splitlines()
        outputs = dict(line.split("=", 1) for line in lines)
        summary = Path(runner["GITHUB_STEP_SUMMARY"]).read_text()
        return Result(done.returncode, done.stdout + done.stderr, outputs, summary)

    def filled(self, text: str, values: dict[str, str]) -> str:
        return EXPRESSION.sub(lambda match: self.filled(values[match[1]], values), text)


@pytest.fixture
def runner(keys, tmp_path) -> Runner:
    (tmp_path / "runner" / "reconciler" / "bin").mkdir(parents=True)
    # The install step has a test of its own; here stands the program under test.
    launcher = tmp_path / "runner" / "reconciler" / "bin" / "reconcile"
    launcher.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m reconciler "$@"\n')
    launcher.chmod(0o755)
    return Runner(keys, tmp_path / "runner")


def reconcile(runner: Runner, **inputs: str) -> Result:
    return runner.run("reconcile", {"github.event.pull_request.base.sha": ""}, **inputs)


def loosen(folder: Path) -> None:
    manifest = next((folder / "connections.d").glob("*-main.yaml"))
    manifest.write_text(manifest.read_text().replace("[203.0.113.10]", "[203.0.113.0/24]"))


def test_valid_manifests_pass_and_are_summed_up(runner):
    result = reconcile(runner)

    assert result.code == 0, result.printed
    assert result.outputs["exit-code"] == "0"
    assert json.loads(Path(result.outputs["report"]).read_text())["command"] == "validate"
    assert result.summary == Path(result.outputs["summary"]).read_text()
    assert "3 documents" in result.summary


def test_a_mistake_fails_with_its_code_and_is_annotated(runner):
    policy = runner.folder / "connections.d" / "policy.yaml"
    policy.write_text(policy.read_text().replace("naming: warn", "naming: perhaps"))

    result = reconcile(runner, sarif="findings.sarif")

    assert (result.code, result.outputs["exit-code"]) == (4, "4")
    assert "::error file=connections.d/policy.yaml" in result.printed
    assert "policy.yaml" in result.summary
    assert json.loads((runner.folder / "findings.sarif").read_text())["version"] == "2.1.0"


def test_a_change_is_told_by_its_meaning_and_can_fail(runner):
    base = git(runner.folder, "rev-parse", "HEAD").strip()
    loosen(runner.folder)
    commit(runner.folder, "second")

    told = reconcile(runner, command="diff", base=base)
    gated = reconcile(runner, command="diff", base=base, **{"fail-on": "wider"})

    assert told.code == 0, told.printed
    assert "203.0.113.0/24" in told.summary
    assert gated.code == 6
    assert gated.summary


def test_folders_can_be_compared_too(runner):
    result = reconcile(runner, command="diff", base="./connections.d")

    assert result.code == 0, result.printed


def test_named_manifests_and_settings_are_the_ones_that_are_read(runner):
    (runner.folder / "other.yaml").write_text("manifests: [connections.d/bindings.yaml]\n")

    listed = reconcile(runner, manifests="connections.d/policy.yaml\n\n./connections.d/bindings.yaml\n")
    configured = reconcile(runner, config="other.yaml")

    # The binding is there, and its connection is not.
    assert (listed.code, configured.code) == (4, 4)
    assert "bindings.yaml" in listed.summary
    assert "bindings.yaml" in configured.summary


@pytest.mark.parametrize(
    "inputs",
    [
        {"command": "apply"},
        {"command": "validate; touch hacked"},
        {"command": "diff"},
        {"command": "diff", "base": "--output=json=hacked"},
        {"command": "diff", "base": "HEAD", "fail-on": "wider; touch hacked"},
        {"manifests": "$(touch hacked)"},
        {"manifests": "--yes"},
        {"config": "`touch hacked`"},
        {"sarif": "../hacked/$(touch hacked)"},
    ],
)
def test_no_input_becomes_a_part_of_the_script(inputs, runner):
    before = sorted(runner.folder.rglob("*"))

    result = reconcile(runner, **inputs)

    assert result.code in (3, 4, 64), result.printed
    assert sorted(runner.folder.rglob("*")) == before


def test_inputs_reach_the_shell_by_the_environment_alone():
    steps = action()["runs"]["steps"]

    assert not any("${{" in step["run"] for step in steps if "run" in step)


def test_every_output_comes_from_a_step():
    outputs = {one["value"] for one in action()["outputs"].values()}

    assert outputs == {f"${{{{ steps.reconcile.outputs.{name} }}}}" for name in ("exit-code", "report", "summary")}


@pytest.mark.slow
def test_what_is_installed_is_the_revision_of_the_action(keys, tmp_path, monkeypatch):
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode:
        pytest.skip("pip is not installed here")
    git(ROOT, "clone", "-q", "--no-local", str(ROOT), str(tmp_path / "action"))
    (tmp_path / "runner").mkdir()
    runner = Runner(keys, tmp_path / "runner")
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path / "action")

    installed = runner.run("install", {"steps.python.outputs.python-path": sys.executable})
    result = reconcile(runner)

    if "No matching distribution" in installed.printed or "Could not find a version" in installed.printed:
        pytest.skip("no package index is in reach")
    assert installed.code == 0, installed.printed
    assert result.code == 0, result.printed
