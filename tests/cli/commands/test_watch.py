"""What `watch` refuses to begin with; the rest is told by the tests of the loop and of its process."""

import shutil
from pathlib import Path

import pytest

from reconciler.cli.main import run


@pytest.fixture
def repository(tmp_path, monkeypatch):
    shutil.copytree(Path(__file__).parents[3] / "connections.d", tmp_path / "connections.d")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_broken_manifests_are_no_beginning(repository, capsys):
    (repository / "connections.d" / "broken.yaml").write_text("kind: [")

    assert run(["watch"]) == 4
    assert "connections.d/broken.yaml:" in capsys.readouterr().err


def test_without_a_manifest_there_is_nothing_to_watch(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert run(["watch"]) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_log_has_one_of_two_forms(repository, capsys):
    assert run(["watch", "--log-format", "xml"]) == 64
    assert "human or json" in capsys.readouterr().err
