"""The demo comes out as told, leaves nothing behind, and fails when a step does not."""

import os
from pathlib import Path

import pytest

from reconciler.cli import story
from reconciler.cli.main import run
from reconciler.cli.story import STORY, Step, tell


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_the_whole_story_comes_out_as_told_and_leaves_nothing_behind(tmp_path, capsys):
    before, environ = Path.cwd(), dict(os.environ)

    assert run(["demo"]) == 0

    out = capsys.readouterr().out
    assert all(step.say in out for step in STORY)
    assert list(tmp_path.iterdir()) == []
    assert (Path.cwd(), dict(os.environ)) == (before, environ)


@pytest.mark.parametrize(
    ("step", "complaint"),
    [
        (Step("A code that is not so.", ("validate",), 5), "left with 0 instead of 5"),
        (Step("Words that are not said.", ("validate",), 0, ("no such words",)), 'did not say "no such words"'),
        (Step("Not harmless at all.", ("--yes",), 0, is_harmless=True), "changed a file"),
    ],
)
def test_a_step_that_does_not_come_out_as_told_fails_the_demo(step, complaint, monkeypatch, capsys):
    monkeypatch.setattr(story, "STORY", (step,))

    assert tell() == 1
    assert complaint in capsys.readouterr().err


def test_the_operators_own_settings_do_not_reach_the_demo(monkeypatch, capsys):
    monkeypatch.setenv("SOPS_AGE_KEY_CMD", "false")
    monkeypatch.setenv("RECONCILE_SIMULATOR", "/nowhere")
    monkeypatch.setattr(story, "STORY", STORY[:3])

    assert tell() == 0
    assert os.environ["RECONCILE_SIMULATOR"] == "/nowhere"
