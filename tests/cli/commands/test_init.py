"""`reconcile init`: from an empty folder to a first dry run, by nothing but the printed commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.cli.main import run
from reconciler.wiring import exchanges

# The exchange shows a right to withdraw only where there is one, and says nothing where there is none.
UNPROVABLE = {"gate", "gateeu"}
SIMULATED = [id for id, exchange in exchanges().items() if exchange.traits.is_simulated]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    return tmp_path / "home"


@pytest.fixture
def here(tmp_path, home, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def commands(printed: str) -> list[str]:
    """Return the commands that are to be typed next: the lines that are set in."""
    return [line.strip() for line in printed.splitlines() if line.startswith("  ")]


def test_the_printed_commands_work_one_by_one(home, here, capsys):
    assert run(["init", "my keys", "--exchange", "kucoin"]) == 0
    printed = capsys.readouterr().out
    next_ones = commands(printed)

    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for name in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{name}_NAME": "a", f"GIT_{name}_EMAIL": "a@example.com"}
    # As one shell for a person: where the first command goes, the others stay.
    script = "set -e\n" + "\n".join(
        f"{line} <<<canary-value-1234567890" if "secrets set" in line else line for line in next_ones
    )
    done = subprocess.run(["bash", "-c", script], cwd=here, env=env, capture_output=True, text=True)

    assert len(next_ones) == 3
    assert done.returncode == 0, done.stdout + done.stderr
    assert "main.api_key set in" in done.stdout
    assert "1 connection: 1 Online. 2 to create." in done.stdout
    tracked = subprocess.run(["git", "ls-files"], cwd=here / "my keys", capture_output=True, text=True, check=True)
    assert "connections.d/secrets/kucoin.sops.yaml" in tracked.stdout.split()
    assert not any(name.startswith(".reconciler") for name in tracked.stdout.split())
    identity = (home / ".config/sops/age/keys.txt").read_text().splitlines()[-1]
    assert identity not in printed + done.stdout + done.stderr


@pytest.mark.parametrize("exchange", SIMULATED)
def test_every_exchange_begins_valid_and_with_a_proven_key(exchange, here, capsys):
    assert run(["init", "--exchange", exchange]) == 0

    assert run(["validate"]) == 0
    assert "3 documents are valid.\n" in capsys.readouterr().out
    code = run(["--dry-run"])
    said = capsys.readouterr().out
    assert (code, "Online" in said) == ((1, False) if exchange in UNPROVABLE else (0, True)), said


def test_doctor_finds_nothing_to_mend(here, capsys):
    run(["init"])
    capsys.readouterr()

    assert run(["doctor"]) == 0
    assert ", 0 warn, 0 fail" in capsys.readouterr().out


def test_what_is_there_is_left_alone_and_told(here, capsys):
    (here / ".gitlab-ci.yml").write_text("mine")
    (here / ".git").mkdir()

    assert run(["init"]) == 0

    printed = capsys.readouterr().out
    assert "= .gitlab-ci.yml" in printed
    assert (here / ".gitlab-ci.yml").read_text() == "mine"
    assert commands(printed)[-1].startswith("git add . && git commit")


def test_ones_own_manifests_get_no_example(here, capsys):
    (here / "connections.d").mkdir()
    (here / "connections.d" / "mine.yaml").write_text("")

    run(["init"])

    assert "no example was added" in capsys.readouterr().out


def test_below_the_top_of_a_git_repository_the_pipelines_are_spoken_of(here, capsys):
    (here / ".git").mkdir()

    run(["init", "below"])

    assert "at the top of a git repository" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--exchange", "nonsense"], ["--recipient", "age1nonsense"]])
def test_what_cannot_be_done_leaves_nothing_behind(arguments, home, here):
    assert run(["init", "keys", *arguments]) in (1, 64)

    assert list(here.iterdir()) == []
    assert not home.exists()


def test_a_linked_folder_is_refused_before_an_identity_is_made(home, here):
    (here / "elsewhere").mkdir()
    (here / "connections.d").symlink_to(here / "elsewhere")

    assert run(["init"]) == 6

    assert not home.exists()
    assert list((here / "elsewhere").iterdir()) == []


def pre_commit() -> str | None:
    beside = Path(sys.executable).with_name("pre-commit")
    return str(beside) if beside.exists() else shutil.which("pre-commit")


@pytest.mark.skipif(pre_commit() is None, reason="pre-commit is not installed: make test-pipelines")
def test_the_commit_hook_passes_what_was_written_and_stops_what_is_broken(here):
    run(["init"])
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    def hook() -> subprocess.CompletedProcess[str]:
        subprocess.run(["git", "add", "."], cwd=here, check=True)
        return subprocess.run([pre_commit(), "run"], cwd=here, env=env, capture_output=True, text=True)

    subprocess.run(["git", "init", "-q"], cwd=here, check=True)
    first = hook()
    policy = here / "connections.d" / "policy.yaml"
    policy.write_text(policy.read_text().replace("naming: warn", "naming: perhaps"))
    second = hook()

    assert first.returncode == 0, first.stdout + first.stderr
    assert second.returncode == 1
    assert "connections.d/policy.yaml" in second.stdout


def test_no_repository_is_made_around_the_identity(home, monkeypatch, capsys):
    home.mkdir()
    monkeypatch.chdir(home)

    assert run(["init"]) == 6

    assert "would lie in the new repository" in capsys.readouterr().err
    assert list(home.iterdir()) == []
