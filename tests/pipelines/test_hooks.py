"""The hook that this repository offers to pre-commit."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest
import yaml

from .conftest import ROOT, git, program, with_our_programs


@pytest.fixture(scope="module")
def hook() -> dict:
    (only,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    return only


def break_policy(folder) -> None:
    policy = folder / "connections.d" / "policy.yaml"
    policy.write_text(policy.read_text().replace("naming: warn", "naming: perhaps"))


def test_its_entry_passes_what_is_valid_and_stops_what_is_not(hook, keys):
    def entry() -> subprocess.CompletedProcess[str]:
        command = shlex.split(hook["entry"])
        return subprocess.run(command, cwd=keys, env=with_our_programs(), capture_output=True, text=True)

    first = entry()
    break_policy(keys)
    second = entry()

    assert first.returncode == 0, first.stderr
    assert second.returncode == 4
    assert "connections.d/policy.yaml" in second.stdout


@pytest.mark.parametrize(
    ("name", "is_checked"),
    [
        ("reconciler.yaml", True),
        ("connections.d/a.yaml", True),
        ("connections.d/secrets/a.sops.yaml", True),
        ("README.md", False),
        ("other/connections.d/a.yaml", False),
    ],
)
def test_it_runs_when_what_it_checks_changed(name, is_checked, hook):
    assert (re.search(hook["files"], name) is not None) is is_checked


def test_the_whole_repository_is_checked_whatever_file_changed(hook):
    assert hook["pass_filenames"] is False
    assert hook["language"] == "python"


def test_pre_commit_takes_it_for_a_hook():
    done = subprocess.run(
        [program("pre-commit"), "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")],
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_pre_commit_installs_and_runs_it_from_a_clone(keys, tmp_path):
    runs = program("pre-commit")
    git(ROOT, "clone", "-q", "--no-local", str(ROOT), str(tmp_path / "hooks"))
    repo = {"repo": str(tmp_path / "hooks"), "rev": git(ROOT, "rev-parse", "HEAD").strip()}
    config = {"repos": [{**repo, "hooks": [{"id": "reconcile-validate", "language_version": sys.executable}]}]}
    (keys / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(keys, "add", ".")
    env = with_our_programs(PRE_COMMIT_HOME=str(tmp_path / "pre-commit"))
    # What is tried is what was installed, and nothing of this tree.
    del env["PYTHONPATH"]

    def run_hook() -> subprocess.CompletedProcess[str]:
        return subprocess.run([runs, "run", "--all-files"], cwd=keys, env=env, capture_output=True, text=True)

    first = run_hook()
    break_policy(keys)
    second = run_hook()

    if "No matching distribution" in first.stdout or "Could not find a version" in first.stdout:
        pytest.skip("no package index is in reach")
    assert first.returncode == 0, first.stdout + first.stderr
    assert second.returncode == 1
    assert "connections.d/policy.yaml" in second.stdout
