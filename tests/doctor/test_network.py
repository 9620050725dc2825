from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from reconciler.doctor.network import clock, rows
from reconciler.doctor.row import State
from reconciler.kit.clock import SystemClock
from reconciler.wiring import exchanges


@contextmanager
def answering(ahead_ms: int) -> Iterator[tuple[str, list[str]]]:
    """Answer MEXC's time request with a clock that is so far ahead."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path + (" signed" if "signature" in self.path else ""))
            body = json.dumps({"serverTime": int(time.time() * 1000) + ahead_ms}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("ahead_ms", "state", "fact"),
    [
        (0, State.OK, "clocks agree"),
        (90_000, State.WARN, "s behind it"),
        (-90_000, State.WARN, "s ahead of it"),
    ],
)
def test_the_clock_is_compared_with_the_exchange_by_one_public_request(ahead_ms, state, fact):
    with answering(ahead_ms) as (url, asked):
        (row,) = rows(["mexc"], exchanges(), lambda _: url, SystemClock())

    assert (row.check, row.state) == ("MEXC", state)
    assert fact in row.fact
    assert asked == ["/api/v3/time"]


def test_an_exchange_that_does_not_answer_fails():
    with answering(0) as (url, _):
        pass

    (row,) = rows(["mexc"], exchanges(), lambda _: url, SystemClock())

    assert row.state is State.FAIL
    assert "does not answer" in row.fact


def test_without_an_exchange_in_use_nobody_is_asked():
    assert [row.state for row in rows([], exchanges(), lambda _: None, SystemClock())] == [State.OK]


def test_a_clock_that_was_never_set_fails():
    assert clock(datetime(1970, 1, 1, tzinfo=UTC), is_compared=False).state is State.FAIL
    assert clock(datetime(2027, 1, 1, tzinfo=UTC), is_compared=False).state is State.OK
