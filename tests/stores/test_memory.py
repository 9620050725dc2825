from __future__ import annotations

import asyncio

from reconciler.kit.clock import parse_iso
from reconciler.model.state import Kind, ManagedObject
from reconciler.stores.memory import open_store

NOW = parse_iso("2026-11-22T12:00:00Z")
MAIN = ManagedObject(Kind.CONNECTION, "main", {"spec.account": "main"}, "aa")


def test_a_store_lasts_under_its_name_and_writes_nothing_there(tmp_path):
    path = tmp_path / "state.db"
    asyncio.run(open_store(path).adopt([MAIN], []))

    assert asyncio.run(open_store(path).recorded()) == [MAIN]
    assert asyncio.run(open_store(tmp_path / "another").recorded()) == []
    assert list(tmp_path.iterdir()) == []


def test_reading_a_name_does_not_make_it(tmp_path):
    reader = open_store(tmp_path / "state.db", read_only=True)

    asyncio.run(open_store(tmp_path / "state.db").adopt([MAIN], []))

    assert asyncio.run(reader.recorded()) == []
