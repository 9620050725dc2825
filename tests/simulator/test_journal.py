from __future__ import annotations

from reconciler.simulator import journal
from reconciler.simulator.journal import Entry, Journal
from reconciler.simulator.wire import Signature


def entry(exchange, path):
    return Entry(exchange, "GET", path, "key-1", Signature.VALID, 200)


def test_requests_are_kept_in_order_and_by_exchange():
    log = Journal()
    for one in (entry("mexc", "/a"), entry("kucoin", "/b"), entry("mexc", "/c")):
        log.note(one)

    assert [one.path for one in log.entries()] == ["/a", "/b", "/c"]
    assert [one.path for one in log.entries("mexc")] == ["/a", "/c"]


def test_the_oldest_are_dropped_rather_than_growing_without_bound(monkeypatch):
    monkeypatch.setattr(journal, "MOST_ENTRIES", 3)
    log = Journal()
    for number in range(5):
        log.note(entry("mexc", f"/{number}"))

    assert [one.path for one in log.entries()] == ["/2", "/3", "/4"]


def test_an_entry_is_spelled_as_the_contract_says():
    assert entry("mexc", "/a").as_json() == {
        "method": "GET",
        "path": "/a",
        "keyId": "key-1",
        "signature": "valid",
        "status": 200,
    }
