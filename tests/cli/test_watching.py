"""The watcher as a process: over the real wire, with signals, a kill, a second one, and nothing secret in its words."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.cli.main import run
from reconciler.rehearsal import declared
from reconciler.simulator.background import BackgroundSimulator

ROOT = Path(__file__).parents[2]
MAIN = "mexc-spot-main"


@pytest.fixture
def simulator(tmp_path, monkeypatch):
    folder = tmp_path / "repository"
    shutil.copytree(ROOT / "connections.d", folder / "connections.d")
    settings = "apiVersion: reconciler/v1\nkind: Config\nwatch: {debounce: 0s}\n"
    (folder / "reconciler.yaml").write_text(settings)
    monkeypatch.chdir(folder)
    keys, address = declared([Path("connections.d")], cwd=folder, environ={})
    with BackgroundSimulator(accounts=keys) as running:
        running.set_client_ip(address or "127.0.0.1")
        (tmp_path / "ready.json").write_text(json.dumps(running.ready))
        monkeypatch.setenv("RECONCILE_SIMULATOR", str(tmp_path / "ready.json"))
        yield running


class Watcher:
    """A watcher in a process of its own; what it logs is read as it comes."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "reconciler", "watch", "--log-format", "json", "-v", *options]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)
        self.said: list[str] = []

    def until(self, **wanted: str) -> dict:
        """Wait for a line that says all of this."""
        for line in self.process.stderr:
            self.said.append(line)
            told = json.loads(line)
            if all(told.get(name) == value for name, value in wanted.items()):
                return told
        raise AssertionError(f"it ended without {wanted}: {self.said}")

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, and return the exit code."""
        self.process.send_signal(number)
        out, rest = self.process.communicate()
        assert out == ""
        self.said.append(rest)
        return self.process.returncode


@pytest.fixture
def watch():
    watchers = []

    def begin(*options: str) -> Watcher:
        watchers.append(Watcher(*options))
        return watchers[-1]

    yield begin
    for one in watchers:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def test_a_right_that_is_gained_suspends_what_runs_on_it_and_its_end_resumes_it(simulator, watch, capsys):
    watcher = watch()
    watcher.until(event="change made", object="spot-grid", action="create")

    simulator.change_key(MAIN, rights={"read", "trade_spot", "withdraw"})
    assert run(["now", MAIN]) == 0
    watcher.until(event="condition changed", connection=MAIN, condition="RightsCompliant", after="False")
    watcher.until(event="change made", object="spot-grid", action="suspend")
    simulator.change_key(MAIN, rights={"read", "trade_spot"})
    run(["now"])
    watcher.until(event="change made", object="spot-grid", action="resume")

    assert watcher.end() == 0
    assert watcher.said[-1].count("stopped") == 1
    assert "the watcher tests now" in capsys.readouterr().err


def test_an_edit_is_seen_and_a_broken_one_is_told_at_its_place(simulator, watch):
    watcher = watch()
    watcher.until(event="change made", object="spot-grid")
    file = Path("connections.d") / f"{MAIN}.yaml"
    text = file.read_text()

    file.write_text(text.replace("MEXC Spot Main", "MEXC Spot First"))
    watcher.until(event="change made", object=MAIN, action="update")
    file.write_text(text + "nonsense: [")
    mistake = watcher.until(event="mistake")
    file.write_text(text)
    watcher.until(event="manifests are good again")

    assert mistake["place"].startswith(f"{file}:")
    assert watcher.end(signal.SIGINT) == 0


def test_the_second_takes_over_at_once_when_the_first_is_killed_and_asks_no_exchange_again(simulator, watch):
    first = watch()
    first.until(event="change made", object="spot-grid")
    second = watch()
    second.until(event="standing by: another watcher holds the lease")
    asked = len(simulator.requests())

    first.process.kill()
    second.until(event="watching")
    run(["now", MAIN])
    while MAIN not in (seen := signers(simulator, asked)):
        assert second.process.poll() is None

    assert second.end(signal.SIGINT) == 0
    assert seen == {MAIN}


def signers(simulator, since):
    """Return whose keys signed requests since then."""
    return {one["keyId"] for one in simulator.requests()[since:] if one["signature"] == "valid"}


def test_nothing_that_is_secret_is_said_or_written(simulator, watch):
    secrets = {value for name in ("mexc-spot-main", "kucoin-futures-conservative") for value in values(simulator, name)}
    watcher = watch("-vv")
    watcher.until(event="change made", object="spot-grid")
    simulator.add_fault("mexc", "html_502")
    asked = len(simulator.requests())
    run(["now"])
    while len(simulator.requests()) < asked + 8:
        assert watcher.process.poll() is None
    watcher.end()

    written = b"".join(path.read_bytes() for path in Path(".reconciler").rglob("*") if path.is_file())
    said = "".join(watcher.said)
    assert len(secrets) >= 4
    assert [value for value in secrets if value in said or value.encode() in written] == []


def values(simulator, name):
    key = simulator.key(name)
    return [value for value in (key.api_key, key.secret, key.passphrase) if value]
