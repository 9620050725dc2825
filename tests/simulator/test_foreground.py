from __future__ import annotations

import asyncio
import json
import os
import signal
import stat

import pytest

from reconciler.errors import OperationalError
from reconciler.simulator.foreground import announced, run
from reconciler.simulator.server import Ready, Simulator

READY = Ready(exchanges={"mexc": "http://127.0.0.1:4001"}, control="http://127.0.0.1:4000")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_a_signal_and_takes_its_file_away(tmp_path, number):
    path, said, seen = tmp_path / "ready.json", [], []

    def say(line):
        said.append(line)
        if line.startswith("stop"):
            seen.append(json.loads(path.read_text()))
            os.kill(os.getpid(), number)

    asyncio.run(run(Simulator(), ready_file=path, say=say))

    assert set(seen[0]) == {"exchanges", "control"}
    assert any(seen[0]["control"] in line for line in said)
    assert list(tmp_path.iterdir()) == []


def test_the_ready_file_is_whole_and_for_the_owner_only(tmp_path):
    path = tmp_path / "ready.json"

    with announced(READY, path):
        assert json.loads(path.read_text()) == READY
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [one.name for one in tmp_path.iterdir()] == ["ready.json"]

    assert not path.exists()


def test_another_simulators_file_is_left_alone(tmp_path):
    path = tmp_path / "ready.json"

    with announced(READY, path):
        path.write_text("somebody else's")

    assert path.read_text() == "somebody else's"


def test_a_file_that_is_gone_already_is_no_trouble(tmp_path):
    with announced(READY, tmp_path / "ready.json"):
        (tmp_path / "ready.json").unlink()

    assert list(tmp_path.iterdir()) == []


def test_no_file_is_written_unless_asked_for(tmp_path):
    with announced(READY, None):
        assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_stops_everything(tmp_path):
    with pytest.raises(OperationalError, match="cannot be written"), announced(READY, tmp_path / "no" / "ready.json"):
        pass
