"""The pipelines that `reconcile init` writes, by running their shell in a checkout, as their runners would."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from .conftest import commit, git, with_our_programs


class Runner:
    """One host that runs jobs one after the other in the same checkout."""

    def __init__(self, keys: Path, temporary: Path) -> None:
        self.keys, self.temporary = keys, temporary
        self.temporary.mkdir()
        self.jobs = yaml.safe_load((keys / ".github/workflows/reconcile.yml").read_text())["jobs"]
        self.lab = yaml.safe_load((keys / ".gitlab-ci.yml").read_text())

    def github(self, job: str, step: str, **variables: str) -> subprocess.CompletedProcess[str]:
        (text,) = [one["run"] for one in self.jobs[job]["steps"] if one.get("name") == step]
        return self.shell(text, **variables)

    def gitlab(self, job: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.shell("\n".join(self.lab[job]["script"]), **variables)

    def shell(self, text: str, **variables: str) -> subprocess.CompletedProcess[str]:
        summary = self.temporary / "summary"
        summary.write_text("")
        env = with_our_programs(RUNNER_TEMP=str(self.temporary), GITHUB_STEP_SUMMARY=str(summary), **variables)
        return subprocess.run(["bash", "-e", "-c", text], cwd=self.keys, env=env, capture_output=True, text=True)


@pytest.fixture
def runner(keys, tmp_path) -> Runner:
    return Runner(keys, tmp_path / "runner")


def loosen(keys: Path) -> str:
    """Let a key be used from more addresses, in a commit of its own; return the commit before."""
    base = git(keys, "rev-parse", "HEAD").strip()
    manifest = next((keys / "connections.d").glob("*-main.yaml"))
    manifest.write_text(manifest.read_text().replace("[203.0.113.10]", "[203.0.113.0/24]"))
    commit(keys, "second")
    return base


def test_a_pull_request_is_validated_and_told_by_its_meaning_without_a_secret(runner, monkeypatch, tmp_path):
    base = loosen(runner.keys)
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))

    checked = runner.github("validate", "Validate")
    told = runner.github("validate", "Say what changes", BASE=base)
    lab = runner.gitlab("validate", CI_MERGE_REQUEST_DIFF_BASE_SHA=base)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert told.returncode == 0, told.stdout + told.stderr
    assert "203.0.113.0/24" in told.stdout
    assert lab.returncode == 0, lab.stdout + lab.stderr
    assert (runner.keys / "junit.xml").exists()


def test_what_is_applied_is_the_plan_that_was_approved(runner):
    planned = runner.github("plan", "Plan")
    applied = runner.github("apply", "Apply")
    again = runner.github("plan", "Plan")

    assert planned.returncode == 0, planned.stdout + planned.stderr
    assert "2 to create" in planned.stdout
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert "2 created" in applied.stdout
    assert "Nothing to change" in again.stdout


def test_a_plan_of_another_commit_is_refused(runner):
    runner.github("plan", "Plan")
    loosen(runner.keys)

    assert runner.github("apply", "Apply").returncode == 6


def test_gitlab_plans_and_applies_alike(runner):
    planned = runner.gitlab("plan")
    applied = runner.gitlab("apply")

    assert planned.returncode == 0, planned.stdout + planned.stderr
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert "2 created" in applied.stdout
    # What the pipelines write is ignored, so that nothing of it is ever checked in.
    assert git(runner.keys, "status", "--porcelain") == ""


def test_without_a_place_to_install_from_the_pipeline_says_so(runner):
    done = runner.shell(
        'python3() { mkdir -p "$3/bin"; printf "#!/bin/sh\\n" > "$3/bin/python"; chmod +x "$3/bin/python"; }\n'
        + next(one["run"] for one in runner.jobs["plan"]["steps"] if one.get("name") == "Install reconciler"),
        GITHUB_PATH=str(runner.temporary / "path"),
    )

    assert done.returncode == 1
    assert "::error file=requirements.txt::name in requirements.txt where reconciler is published" in done.stdout
