from __future__ import annotations

import threading
import urllib.error
import urllib.request
from concurrent.futures import Future

import pytest

from reconciler.errors import UsageError
from reconciler.kit.clock import ManualClock
from reconciler.simulator.background import BackgroundSimulator
from reconciler.simulator.server import Simulator


def fetched(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read()


def test_it_serves_while_its_caller_goes_on_and_leaves_no_thread():
    before = threading.active_count()

    with BackgroundSimulator(clock=ManualClock()) as sim:
        time = fetched(sim.ready["exchanges"]["mexc"] + "/api/v3/time")
        log = sim.requests("mexc")

    assert time == b'{"serverTime":1795348800000}'
    assert [entry["path"] for entry in log] == ["/api/v3/time"]
    assert threading.active_count() == before


def test_its_methods_are_those_of_the_simulator():
    names = {name for name in vars(Simulator) if not name.startswith("_")}

    assert names <= set(dir(BackgroundSimulator))


def test_keys_and_faults_can_be_changed_while_it_runs():
    with BackgroundSimulator() as sim:
        key = sim.create_key(exchange="mexc", rights=["read"])
        sim.change_key(key.id, state="frozen")
        sim.set_client_ip("203.0.113.1")
        sim.add_fault("mexc", "http_500", times=1)
        assert sim.refused()["mexc"] == 0
        with pytest.raises(urllib.error.HTTPError) as caught:
            fetched(sim.ready["exchanges"]["mexc"] + "/api/v3/ping")
        caught.value.close()
        sim.clear_faults()

        assert sim.key(key.id).state == "frozen"
        assert fetched(sim.ready["exchanges"]["mexc"] + "/api/v3/ping") == b"{}"


def test_what_is_wrong_is_raised_where_it_was_asked_for():
    with BackgroundSimulator() as sim, pytest.raises(UsageError, match="no such exchange"):
        sim.create_key(exchange="nope")


def test_keys_can_be_made_before_it_starts_and_looked_at_after_it_ended():
    sim = BackgroundSimulator()
    key = sim.create_key(exchange="mexc")
    with sim:
        pass
    sim.stop()

    assert sim.key(key.id) == key


def test_a_start_that_fails_is_raised_and_leaves_no_thread(monkeypatch):
    before = threading.active_count()

    async def fail(self):
        raise OSError("no port left")

    monkeypatch.setattr(Simulator, "start", fail)
    with pytest.raises(OSError, match="no port left"):
        BackgroundSimulator().start()

    assert threading.active_count() == before


def test_an_interrupt_while_it_starts_leaves_no_thread(monkeypatch):
    before = threading.active_count()

    wait = Future.result

    def interrupted(self, timeout=None):
        if threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt
        return wait(self, timeout)

    with monkeypatch.context() as patched:
        patched.setattr(Future, "result", interrupted)
        with pytest.raises(KeyboardInterrupt):
            BackgroundSimulator().start()

    assert threading.active_count() == before


def test_it_stops_though_a_request_is_kept_waiting():
    with BackgroundSimulator() as sim:
        sim.add_fault("mexc", "timeout")
        url = sim.ready["exchanges"]["mexc"] + "/api/v3/ping"
        errors = []

        def call():
            with pytest.raises(OSError) as caught:
                fetched(url)
            errors.append(caught.value)

        caller = threading.Thread(target=call)
        caller.start()
        while not sim.requests():
            pass
    caller.join(5)

    assert len(errors) == 1
