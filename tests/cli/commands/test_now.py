"""Asking for a test reaches whoever watches, now or later, and names that are none are refused."""

import shutil
from pathlib import Path

import pytest

from reconciler.cli.main import run

MAIN = "mexc-spot-main"


@pytest.fixture
def repository(tmp_path, monkeypatch):
    shutil.copytree(Path(__file__).parents[3] / "connections.d", tmp_path / "connections.d")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("names", "told"), [((), "all connections"), ((MAIN,), MAIN), (("spot-grid",), MAIN)])
def test_without_a_watcher_a_wish_waits_for_one(repository, capsys, names, told):
    assert run(["now", *names]) == 0

    assert capsys.readouterr().err == f"asked for: {told}; no watcher is running, and the next one begins with it\n"


def test_a_name_that_is_none_is_refused_with_the_nearest(repository, capsys):
    assert run(["now", "mexc-spot-mein"]) == 3

    assert f'did you mean "{MAIN}"' in capsys.readouterr().err
    assert not (repository / ".reconciler").exists()


def test_manifests_that_are_broken_now_are_no_reason_to_refuse(repository, capsys):
    (repository / "connections.d" / "broken.yaml").write_text("kind: [")

    assert run(["now", MAIN]) == 0
    assert f"asked for: {MAIN}" in capsys.readouterr().err
