"""Killed at any moment, the next watcher goes on: nothing doubled or lost, no key asked again at once, no lock left."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def kills(folder, start, stride, most):
    script = Path(__file__).with_name("killed.py")
    command = [sys.executable, script, folder, str(start), str(stride), str(most)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def assert_goes_on(kill, whole):
    assert kill["changes"] == whole["changes"]
    assert kill["held"] == whole["held"]
    assert kill["truths"] == whole["truths"]
    assert kill["quarantined"] == ["refused"]
    assert (kill["locks"], kill["intents"]) == (0, 0)
    # A key is tested at most once more than without a kill, and never below the floor of a minute.
    assert kill["closest"] >= 0.99
    assert kill["refused"] in (1, 2)


def test_killed_at_some_moments_the_next_watcher_goes_on(tmp_path):
    told = kills(tmp_path, 5, 83, 12)

    assert [one["killed"] for one in told] == [True] * 12 + [False]
    for one in told:
        assert_goes_on(one, told[-1])


@pytest.mark.slow
def test_killed_at_two_hundred_moments_the_next_watcher_goes_on(tmp_path):
    told = kills(tmp_path, 1, 5, 200)

    assert [one["killed"] for one in told] == [True] * 200 + [False]
    for one in told:
        assert_goes_on(one, told[-1])
