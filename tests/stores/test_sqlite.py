from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from datetime import timedelta

import pytest

from reconciler.errors import LockHeld, StoreError
from reconciler.kit.clock import parse_iso
from reconciler.model.codec import encode
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Change
from reconciler.model.ports import Run
from reconciler.model.report import Report
from reconciler.model.state import Kind, ManagedObject
from reconciler.stores import sqlite
from reconciler.stores.sqlite import open_store

NOW = parse_iso("2026-11-22T12:00:00Z")
ANN = "ann@host pid 1"
MAIN = ManagedObject(Kind.CONNECTION, "main", {"spec.account": "main"}, "aa")
CREATE = Change(Action.CREATE, Kind.CONNECTION, "main", target=MAIN)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.db"


@pytest.fixture
def store(path):
    store = open_store(path)
    asyncio.run(store.lock(ANN, NOW, 60))
    yield store
    asyncio.run(store.close())


def rows(path, statement):
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(statement).fetchall()


@pytest.mark.parametrize("body", ["{", "[]", '{"kind": "Nonsense", "name": "x"}', '{"name": 5}', "[" * 100_000])
@pytest.mark.parametrize("table", ["objects", "proven", "accepted"])
def test_a_damaged_row_is_an_error_with_a_way_out(store, path, table, body):
    columns = "'Connection', 'main'" if table == "objects" else "'main'"
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute(f"INSERT INTO {table} VALUES ({columns}, ?)", (body,))
    read = {"objects": store.recorded, "proven": store.proven, "accepted": store.accepted}[table]

    with pytest.raises(StoreError, match=r"state\.db: holds a \w+ that cannot be read") as refusal:
        asyncio.run(read())

    assert refusal.value.hint


@pytest.mark.parametrize("expires", ["soon", 1e300, float("inf"), -1e14])
def test_a_damaged_lock_is_an_error_and_nobody_gets_it(store, path, expires):
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE locks SET expires = ?", (expires,))
        db.commit()

    with pytest.raises(StoreError, match="holds a lock that cannot be read"):
        asyncio.run(store.lock("bob@host pid 2", NOW, 60))


def test_an_intent_is_on_disk_before_the_call_returns(store, path):
    run = Run("run-1", ANN, NOW, "run")

    asyncio.run(store.intend(run, 0, CREATE))

    assert rows(path, "SELECT run, number FROM intents") == [("run-1", 0)]


def test_a_commit_is_synced_to_the_disk(store):
    assert store._db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_settling_is_one_step(store, path, monkeypatch):
    run = Run("run-1", ANN, NOW, "run")
    intent = asyncio.run(store.intend(run, 0, CREATE))

    def broken(self, objects):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sqlite.SqliteStore, "_record", broken)
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(store.settle(intent, Outcome(CREATE), NOW))

    assert asyncio.run(store.intents()) == [intent]
    assert asyncio.run(store.history()) == asyncio.run(store.recorded()) == []


def test_old_runs_that_changed_nothing_are_forgotten_and_the_others_stay(store, path, monkeypatch):
    monkeypatch.setattr(sqlite, "_KEPT_RUNS", 3)

    async def loop():
        for number in range(10):
            run = Run(f"run-{number}", ANN, NOW + timedelta(minutes=number), "watch")
            await store.begin(run)
            if number == 2:
                await store.settle(await store.intend(run, 0, CREATE), Outcome(CREATE), NOW)
            await store.finish(run, Report("watch", NOW, NOW))

    asyncio.run(loop())

    assert [row[0] for row in rows(path, "SELECT id FROM runs ORDER BY rowid")] == ["run-2", "run-7", "run-8", "run-9"]
    assert len(rows(path, "SELECT * FROM report")) == 1


def test_a_dry_run_beside_a_writer_changes_nothing_on_disk(store, path):
    before = {each.name: (each.stat().st_mtime_ns, each.read_bytes()) for each in path.parent.iterdir()}

    reader = open_store(path, read_only=True)
    asyncio.run(reader.recorded())
    asyncio.run(reader.close())

    assert {each.name: (each.stat().st_mtime_ns, each.read_bytes()) for each in path.parent.iterdir()} == before


def test_the_lock_of_a_process_that_was_killed_is_free_at_once(path):
    killed = open_store(path)
    asyncio.run(killed.lock(ANN, NOW, 900))
    asyncio.run(killed.close())
    after = open_store(path)

    asyncio.run(after.lock("bob@host pid 2", NOW, 900))

    assert after.holder().owner == "bob@host pid 2"
    asyncio.run(after.close())


@pytest.mark.parametrize("where", ["", "another machine"])
def test_a_lock_that_is_not_proven_to_be_abandoned_is_never_broken_silently(path, where):
    """The presence of a process shows on its own machine only."""
    elsewhere = open_store(path)
    asyncio.run(elsewhere.lock(ANN, NOW, 900))
    asyncio.run(elsewhere.close())
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE locks SET machine = ?", (where,))
    here = open_store(path)

    for _ in range(2):
        with pytest.raises(LockHeld, match=f"{ANN} is writing since 2026-11-22T12:00:00Z") as refusal:
            asyncio.run(here.lock("bob@host pid 2", NOW, 900))

    (held,) = asyncio.run(here.locks())
    assert refusal.value.hint == f"wait for that run; if it is gone for good: reconcile unlock {held.id}"
    asyncio.run(here.break_lock(held.id))
    asyncio.run(here.lock("bob@host pid 2", NOW, 900))
    asyncio.run(here.close())


def test_a_file_of_the_first_version_keeps_all_and_its_lock(path):
    with contextlib.closing(sqlite3.connect(path)) as db:
        for statement in sqlite.SCHEMA.migrations[0]:
            db.execute(statement)
        db.execute("INSERT INTO lock VALUES (1, 'ann@host pid 1', 1795348800.0)")
        db.execute("INSERT INTO proven VALUES ('main', '{}')")
        db.execute(f"PRAGMA application_id = {sqlite.SCHEMA.application_id}")
        db.execute("PRAGMA user_version = 1")
        db.commit()
    path.chmod(0o600)

    store = open_store(path)

    assert (store.holder().owner, store.holder().until) == (ANN, parse_iso("2026-11-22T12:00:00Z"))
    assert rows(path, "SELECT name FROM proven") == [("main",)]
    asyncio.run(store.close())


def test_a_damaged_note_is_an_error_with_a_way_out(store, path):
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO notes VALUES ('watched', 'main', '{')")

    with pytest.raises(StoreError, match="holds a note that cannot be read"):
        asyncio.run(store.notes("watched"))


def test_the_lock_of_a_process_that_is_gone_is_free_under_every_name(store, path):
    asyncio.run(store.lock(ANN, NOW, 900, "watch"))
    asyncio.run(store.close())
    other = open_store(path)

    asyncio.run(other.lock("bob@host pid 2", NOW, 900, "watch"))

    assert other.holder("watch").owner == "bob@host pid 2"
    asyncio.run(other.close())


@pytest.mark.parametrize("version", range(1, len(sqlite.SCHEMA.migrations)))
def test_a_file_of_any_version_before_is_brought_to_this_one_with_all_it_holds(path, version):
    with contextlib.closing(sqlite3.connect(path)) as db:
        for migration in sqlite.SCHEMA.migrations[:version]:
            for statement in migration:
                db.execute(statement)
        db.execute("INSERT INTO objects VALUES ('Connection', 'main', ?)", (json.dumps(encode(MAIN)),))
        db.execute(
            "INSERT INTO history (run, number, at, action, kind, name, reason)"
            " VALUES ('run-1', 0, '2026-11-22T12:00:00+00:00', 'create', 'Connection', 'main', '')"
        )
        db.execute(f"PRAGMA application_id = {sqlite.SCHEMA.application_id}")
        db.execute(f"PRAGMA user_version = {version}")
        db.commit()
    path.chmod(0o600)

    store = open_store(path)

    assert asyncio.run(store.recorded()) == [MAIN]
    assert [(entry["name"], entry["called"]) for entry in asyncio.run(store.history())] == [("main", None)]
    assert (asyncio.run(store.spent("plan-1")), asyncio.run(store.locks())) == (None, [])
    asyncio.run(store.close())
