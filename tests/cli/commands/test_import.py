"""`reconcile import`: what a platform holds becomes manifests, and a dry run then has nothing to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reconciler.cli.main import run

ROOT = Path(__file__).parents[3]


@pytest.fixture
def repository(tmp_path, monkeypatch, capsys):
    """The examples applied, and then their manifests and secrets lost."""
    folder = tmp_path / "repository"
    shutil.copytree(ROOT / "connections.d", folder / "connections.d")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    monkeypatch.chdir(folder)
    assert run(["secrets", "keygen"]) == 0
    assert run(["--yes"]) == 0
    shutil.rmtree(folder / "connections.d")
    capsys.readouterr()
    return folder


def dry_run(capsys) -> str:
    assert run(["--dry-run", "--detailed-exitcode"]) == 0
    return capsys.readouterr().out


def test_an_import_is_followed_by_an_empty_dry_run(repository, capsys):
    assert run(["import", "--all"]) == 0
    told = capsys.readouterr().out

    assert told.count("+ Connection") == 4
    assert told.count("+ StrategyBinding") == 5
    assert "4 connections: 4 Online. Nothing to change. No drift." in dry_run(capsys)


def test_a_host_that_remembers_nothing_adopts_what_was_imported(repository, capsys):
    for file in (repository / ".reconciler").glob("state.db*"):
        file.unlink()

    assert run(["import"]) == 0
    capsys.readouterr()

    assert "Nothing to change." in dry_run(capsys)
    assert run(["--yes"]) == 0
    assert "Nothing to change." in capsys.readouterr().out
    assert "Nothing to change." in dry_run(capsys)


def test_what_was_taken_away_on_purpose_stays_away_without_all(repository, capsys):
    assert run(["import"]) == 0

    assert "Nothing to import." in capsys.readouterr().out
    assert not (repository / "connections.d").exists()


def test_a_second_import_finds_nothing_more(repository, capsys):
    run(["import", "--all"])
    before = {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()}
    capsys.readouterr()

    assert run(["import", "--all"]) == 0
    assert "Nothing to import." in capsys.readouterr().out
    assert {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()} == before


def test_what_could_not_be_imported_is_told_and_fails(repository, capsys):
    (repository / "connections.d").mkdir()
    (repository / "connections.d" / "mexc-spot-main.yaml").write_text("")

    assert run(["import", "--all"]) == 1

    told = capsys.readouterr().out
    assert "! Connection       mexc-spot-main               connections.d/mexc-spot-main.yaml exists already" in told


def test_a_link_is_not_written_through(repository, tmp_path, capsys):
    (tmp_path / "elsewhere").mkdir()
    (repository / "connections.d").mkdir()
    (repository / "connections.d" / "secrets").symlink_to(tmp_path / "elsewhere")

    assert run(["import", "--all"]) == 6

    assert "is a link" in capsys.readouterr().err
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert list((repository / "connections.d").glob("*.yaml")) == []
