"""Programs of others that look over what we ship; each is found or its tests are skipped with the reason."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from reconciler.cli.main import run

ROOT = Path(__file__).parents[2]


def program(name: str) -> str:
    """Return where a program is, beside the Python that runs the tests or on the path; skip the test without it."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed: make test-pipelines")
    return found


@pytest.fixture
def keys(tmp_path, monkeypatch, capsys) -> Path:
    """A config repository as `reconcile init` writes it, checked in."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    for variable in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"):
        monkeypatch.setenv(variable, "a")
    for variable in ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(variable, "a@example.com")
    folder = tmp_path / "keys"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert run(["init"]) == 0
    capsys.readouterr()
    git(folder, "init", "-q")
    commit(folder, "first")
    return folder


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path, subject: str) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", subject)


def action() -> dict:
    return yaml.safe_load((ROOT / "action.yml").read_text())


def with_our_programs(**more: str) -> dict[str, str]:
    """Return an environment in which `reconcile` is the one under test."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **more}
