"""Killed at any point of an apply, the next run finishes the job with nothing lost or doubled."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HISTORY = [
    "create new None",
    "create new-grid None",
    "delete gone None",
    "delete gone-grid None",
    "replace rekeyed None",
    "resume resumed-grid None",
    "suspend suspended-grid None",
    "update alt-net None",
    "update moved-grid None",
    "update neu None",
    "update neu-grid None",
    "update renamed None",
]


def kills(folder: Path, start: int, stride: int) -> list[dict]:
    script = Path(__file__).parent / "killed.py"
    ended = subprocess.run(
        [sys.executable, script, folder, str(start), str(stride)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def assert_nothing_is_lost_or_doubled(kill: dict, complete: dict) -> None:
    found, following = kill["kill"], kill["next"]
    assert found["drift"] == 0, "a kill never shows as drift"
    assert found["open"] <= 1
    assert found["left"] + len(found["history"]) + found["open"] >= len(HISTORY)
    assert kill["errors"] == []
    assert len(found["moved"]) == 1, "a key that is renamed opens under one name, and never under none"
    assert following["moved"] == ["neu"]
    assert following["history"] == HISTORY
    assert (following["open"], following["left"], following["drift"]) == (0, 0, 0)
    assert following == complete


def test_killed_at_any_of_some_steps_the_next_run_finishes_the_job(tmp_path):
    told = kills(tmp_path, 3, 11)

    assert len(told) > 10
    assert [kill["killed"] for kill in told] == [True] * (len(told) - 1) + [False]
    for kill in told:
        assert_nothing_is_lost_or_doubled(kill, told[-1]["next"])


@pytest.mark.slow
def test_killed_at_every_statement_the_next_run_finishes_the_job(tmp_path):
    told = kills(tmp_path, 0, 1)

    assert len(told) > 100
    assert {kill["kill"]["open"] for kill in told} == {0, 1}
    assert {len(kill["kill"]["history"]) for kill in told} == set(range(len(HISTORY) + 1))
    for kill in told:
        assert_nothing_is_lost_or_doubled(kill, told[-1]["next"])
