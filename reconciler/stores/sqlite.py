"""The store kept in one SQLite file: what was applied, what was proven, what happened, and who may write now."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from reconciler.errors import LockHeld, StoreError
from reconciler.kit.presence import Presence, machine
from reconciler.kit.sqlite import Schema, explained, open_readonly, open_writable, transaction
from reconciler.model.codec import decode, encode
from reconciler.model.lock import WRITER, Held, by_id, refuse_held, renewed
from reconciler.model.moving import Move
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Change
from reconciler.model.ports import Intent, Proven, Run
from reconciler.model.report import Report
from reconciler.model.state import JsonValue, Kind, ManagedObject

T = TypeVar("T")

SCHEMA = Schema(
    title="state",
    application_id=0x72656373,
    migrations=(
        (
            "CREATE TABLE lock (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), owner TEXT NOT NULL,"
            " expires REAL NOT NULL)",
            "CREATE TABLE runs (id TEXT PRIMARY KEY, owner TEXT NOT NULL, started TEXT NOT NULL, command TEXT NOT NULL,"
            " revision TEXT)",
            "CREATE TABLE objects (kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,"
            " PRIMARY KEY (kind, name))",
            "CREATE TABLE intents (run TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL,"
            " PRIMARY KEY (run, number))",
            "CREATE TABLE proven (name TEXT PRIMARY KEY, body TEXT NOT NULL)",
            "CREATE TABLE accepted (name TEXT PRIMARY KEY, body TEXT NOT NULL)",
            # A change is told once, however often it is settled.
            "CREATE TABLE history (id INTEGER PRIMARY KEY, run TEXT NOT NULL, number INTEGER NOT NULL,"
            " at TEXT NOT NULL, action TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,"
            " reason TEXT NOT NULL, error TEXT, UNIQUE (run, number))",
            "CREATE TABLE report (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), body TEXT NOT NULL)",
        ),
        (
            "CREATE TABLE locks (name TEXT PRIMARY KEY, owner TEXT NOT NULL, expires REAL NOT NULL)",
            "INSERT INTO locks SELECT 'writer', owner, expires FROM lock",
            "DROP TABLE lock",
            "CREATE TABLE notes (topic TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,"
            " PRIMARY KEY (topic, name)) WITHOUT ROWID",
        ),
        ("CREATE TABLE spent (plan TEXT PRIMARY KEY, at TEXT NOT NULL)",),
        (
            "ALTER TABLE locks ADD COLUMN since REAL NOT NULL DEFAULT 0",
            "ALTER TABLE locks ADD COLUMN machine TEXT NOT NULL DEFAULT ''",
        ),
        # What an object was called when a change was made, where that is not its name any more.
        ("ALTER TABLE history ADD COLUMN called TEXT",),
    ),
    error=StoreError,
)
# A loop that runs every minute must not fill the disk: older runs that changed nothing are forgotten.
_KEPT_RUNS = 1000
# What is known under a new name already is newer than what stands under the old one.
_MOVES = (
    (
        "SELECT body FROM proven WHERE name = ?",
        "INSERT OR IGNORE INTO proven VALUES (?, ?)",
        "DELETE FROM proven WHERE name = ?",
    ),
    (
        "SELECT body FROM accepted WHERE name = ?",
        "INSERT OR IGNORE INTO accepted VALUES (?, ?)",
        "DELETE FROM accepted WHERE name = ?",
    ),
)
_ACCEPT = "INSERT OR REPLACE INTO accepted VALUES (?, ?)"
_PROVE = "INSERT OR REPLACE INTO proven VALUES (?, ?)"


def open_store(path: Path, *, read_only: bool = False) -> SqliteStore:
    """Open the store kept in a file; read-only, it changes nothing on disk and an absent file is an empty store.

    Raises StoreError.
    """
    db = open_readonly(path, SCHEMA) if read_only else open_writable(path, SCHEMA)
    return SqliteStore(db, path, read_only=read_only)


class SqliteStore:
    """Remembers in one file; every method that writes is one transaction."""

    def __init__(self, db: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
        self._db, self._path, self._read_only = db, path, read_only
        self._presences: dict[str, Presence] = {}

    async def recorded(self) -> Sequence[ManagedObject]:
        """Return what was last applied."""
        return [
            self._read(ManagedObject, body) for (body,) in self._all("SELECT body FROM objects ORDER BY kind, name")
        ]

    async def intents(self) -> Sequence[Intent]:
        """Return the changes that were begun and neither finished nor given up, oldest first."""
        return [self._read(Intent, body) for (body,) in self._all("SELECT body FROM intents ORDER BY rowid")]

    async def proven(self) -> Mapping[str, Proven]:
        """Return the last proven result of each connection, by name."""
        return {
            name: self._read(Proven, body) for name, body in self._all("SELECT name, body FROM proven ORDER BY name")
        }

    async def accepted(self) -> Mapping[str, Proven]:
        """Return what was proven of each connection when it was last applied, by name."""
        rows = self._all("SELECT name, body FROM accepted ORDER BY name")
        return {name: self._read(Proven, body) for name, body in rows}

    async def last_report(self) -> Report | None:
        """Return the report of the last pass that was remembered."""
        return next((self._read(Report, body) for (body,) in self._all("SELECT body FROM report")), None)

    async def history(self, limit: int = 50) -> Sequence[Mapping[str, object]]:
        """Return the last changes, newest first: who, when, revision, reason."""
        columns = ("run", "at", "who", "command", "revision", "action", "kind", "name", "called", "reason", "error")
        rows = self._all(
            "SELECT run, at, owner, command, revision, action, kind, name, called, reason, error"
            " FROM history LEFT JOIN runs ON runs.id = history.run ORDER BY history.id DESC LIMIT ?",
            (limit,),
        )
        return [dict(zip(columns, row, strict=True)) for row in rows]

    async def lock(self, owner: str, now: datetime, seconds: int, name: str = WRITER) -> None:
        """Take the one lock of a name, or renew one's own.

        That of a process of this machine which is gone is free at once, since its presence ended with it. Raises
        LockHeld while somebody else's has not expired.
        """
        taken = Held(name, owner, now, now + timedelta(seconds=seconds), machine())
        with self._writing():
            held = self.holder(name)
            presence = self._presences.setdefault(name, Presence(self._path.with_name(f".{self._path.name}.{name}")))
            # A claim of long ago says nothing of who took the lock since; only a fresh one finds nobody there. Nor does
            # it say anything of another machine, which may share the folder and not what is locked in it.
            is_alone = not presence.is_claimed and presence.claim()
            is_ours = held is not None and bool(held.machine) and held.machine == taken.machine
            try:
                refuse_held(held, taken, is_abandoned=is_alone and is_ours)
            except LockHeld:
                if is_alone:
                    presence.release()
                raise
            now_held = renewed(held, taken)
            row = (name, owner, now_held.until.timestamp(), now_held.since.timestamp(), now_held.machine)
            self._db.execute("INSERT OR REPLACE INTO locks VALUES (?, ?, ?, ?, ?)", row)

    async def unlock(self, owner: str, name: str = WRITER) -> None:
        """Give a lock back, if it is still the owner's."""
        with self._writing():
            self._db.execute("DELETE FROM locks WHERE name = ? AND owner = ?", (name, owner))
        if name in self._presences:
            self._presences[name].release()

    async def locks(self) -> Sequence[Held]:
        """Return the locks that were taken and not given back, by name."""
        return [self._held(row) for row in self._all("SELECT * FROM locks ORDER BY name")]

    async def break_lock(self, id: str) -> Held:
        """Take the lock of an id away from whoever has it, and return it."""
        with self._writing():
            held = by_id(await self.locks(), id)
            self._db.execute("DELETE FROM locks WHERE name = ?", (held.name,))
        return held

    def holder(self, name: str = WRITER) -> Held | None:
        """Return who took a lock and until when it holds; None when it was given back."""
        return next((self._held(row) for row in self._all("SELECT * FROM locks WHERE name = ?", (name,))), None)

    async def begin(self, run: Run) -> None:
        """Note that a pass has begun."""
        with self._writing():
            row = (run.id, run.owner, run.started_at.isoformat(), run.command, run.revision)
            self._db.execute("INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?)", row)

    async def intend(self, run: Run, number: int, change: Change, accepted: Proven | None = None) -> Intent:
        """Note durably that a change is about to be made.

        Raises LockHeld when the writer lock is not the run's any more.
        """
        intent = Intent(run.id, number, change, accepted)
        with self._writing():
            holder = self.holder()
            if holder is None or holder.owner != run.owner:
                raise LockHeld(f"the writer lock was lost{f' to {holder.owner}' if holder else ''}", hint="run again")
            self._db.execute("INSERT INTO intents VALUES (?, ?, ?)", (run.id, number, _text(intent)))
        return intent

    async def settle(self, intent: Intent, outcome: Outcome, at: datetime) -> None:
        """Record what became of a change, in one step: the object, its proof, the history, the end of the intent."""
        change = outcome.change
        with self._writing():
            self._drop(intent)
            row = (intent.run_id, intent.number, at.isoformat(), change.action, change.kind, change.name)
            told = self._db.execute(
                "INSERT OR IGNORE INTO history (run, number, at, action, kind, name, reason, error)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, change.reason, outcome.error),
            )
            if not told.rowcount or not outcome.done:
                return
            if change.moved_from is not None:
                self._move(Move(change.kind, change.moved_from, change.name))
            if change.action is Action.DELETE:
                self._forget([change.id])
            elif change.target is not None:
                self._record([change.target])
                if intent.accepted is not None:
                    self._keep(_ACCEPT, {change.name: intent.accepted})

    async def abandon(self, intent: Intent) -> None:
        """Drop an intent whose change never reached the platform."""
        with self._writing():
            self._drop(intent)

    async def adopt(
        self,
        objects: Sequence[ManagedObject],
        forgotten: Sequence[tuple[Kind, str]],
        accepted: Mapping[str, Proven] | None = None,
    ) -> None:
        """Record objects that are as desired already, and forget those that are gone on both sides.

        Proof is accepted only for connections of which none about the same key was accepted before.
        """
        known = await self.accepted() if accepted else {}
        with self._writing():
            self._record(objects)
            self._forget(forgotten)
            for name, proven in (accepted or {}).items():
                if name not in known or known[name].fingerprint != proven.fingerprint:
                    self._keep(_ACCEPT, {name: proven})

    async def accept(self, proven: Mapping[str, Proven]) -> None:
        """Accept proof in the place of what was accepted before."""
        with self._writing():
            self._keep(_ACCEPT, proven)

    async def spent(self, plan_id: str) -> datetime | None:
        """Return when a saved plan was applied, None when it was not."""
        rows = self._all("SELECT at FROM spent WHERE plan = ?", (plan_id,))
        try:
            return next((datetime.fromisoformat(at) for (at,) in rows), None)
        except ValueError as error:
            raise self._unreadable("plan") from error

    async def spend(self, plan_id: str, at: datetime) -> None:
        """Note durably that a saved plan is about to be applied: it never is again."""
        with self._writing():
            self._db.execute("INSERT OR IGNORE INTO spent VALUES (?, ?)", (plan_id, at.isoformat()))

    async def remember(self, proven: Mapping[str, Proven]) -> None:
        """Keep results that rest on proof."""
        with self._writing():
            self._keep(_PROVE, proven)

    async def finish(self, run: Run, report: Report) -> None:
        """Keep the report of a pass, in the place of the one before."""
        with self._writing():
            self._db.execute("INSERT OR REPLACE INTO report VALUES (1, ?)", (_text(report),))
            self._db.execute(
                "DELETE FROM runs WHERE rowid <= (SELECT max(rowid) FROM runs) - ? AND id NOT IN"
                " (SELECT run FROM history)",
                (_KEPT_RUNS,),
            )

    async def notes(self, topic: str) -> Mapping[str, JsonValue]:
        """Return what was noted under a topic, by name."""
        rows = self._all("SELECT name, body FROM notes WHERE topic = ? ORDER BY name", (topic,))
        return {name: self._noted(body) for name, body in rows}

    async def note(self, topics: Mapping[str, Mapping[str, JsonValue]]) -> None:
        """Note something under some names of some topics, all in one step; None forgets what was noted."""
        rows = [(topic, name, body) for topic, named in topics.items() for name, body in named.items()]
        with self._writing():
            gone = ((topic, name) for topic, name, body in rows if body is None)
            self._db.executemany("DELETE FROM notes WHERE topic = ? AND name = ?", gone)
            kept = ((topic, name, _text(body)) for topic, name, body in rows if body is not None)
            self._db.executemany("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", kept)

    async def close(self) -> None:
        """Let go of the file."""
        for presence in self._presences.values():
            presence.release()
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if self._read_only:
            raise StoreError(f"{self._path}: is open for reading only", hint="run a command that writes")
        with explained(self._path, SCHEMA), transaction(self._db):
            yield

    def _all(self, sql: str, values: Sequence[object] = ()) -> list[tuple[str, ...]]:
        with explained(self._path, SCHEMA):
            return self._db.execute(sql, values).fetchall()

    def _read(self, kind: type[T], body: str) -> T:
        try:
            return decode(kind, json.loads(body))
        except (ValueError, RecursionError) as error:
            raise self._unreadable(kind.__name__) from error

    def _held(self, row: tuple[Any, ...]) -> Held:
        name, owner, until, since, where = row
        try:
            taken, ends = datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC)
            return Held(name, str(owner), taken, ends, str(where))
        except (TypeError, ValueError, OverflowError, OSError) as error:
            raise self._unreadable("lock") from error

    def _noted(self, body: str) -> JsonValue:
        try:
            noted: JsonValue = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self._unreadable("note") from error
        return noted

    def _unreadable(self, what: str) -> StoreError:
        message = f"{self._path}: holds a {what} that cannot be read"
        return StoreError(message, hint="restore the file from a backup, or move it away and apply again")

    def _drop(self, intent: Intent) -> None:
        self._db.execute("DELETE FROM intents WHERE run = ? AND number = ?", (intent.run_id, intent.number))

    def _record(self, objects: Iterable[ManagedObject]) -> None:
        rows = ((one.kind, one.name, _text(one)) for one in objects)
        self._db.executemany("INSERT OR REPLACE INTO objects VALUES (?, ?, ?)", rows)

    def _forget(self, gone: Sequence[tuple[Kind, str]]) -> None:
        self._db.executemany("DELETE FROM objects WHERE kind = ? AND name = ?", gone)
        names = [(name,) for kind, name in gone if kind is Kind.CONNECTION]
        self._db.executemany("DELETE FROM accepted WHERE name = ?", names)
        self._db.executemany("DELETE FROM proven WHERE name = ?", names)

    def _move(self, move: Move) -> None:
        """Have all that is remembered under the old name go on under the new one."""
        objects = [self._read(ManagedObject, body) for (body,) in self._all("SELECT body FROM objects")]
        changed = [(one, moved) for one in objects if (moved := move.of(one)) != one]
        self._db.executemany("DELETE FROM objects WHERE kind = ? AND name = ?", (one.id for one, _ in changed))
        self._record(moved for _, moved in changed)
        self._db.execute(
            "UPDATE history SET called = coalesce(called, name), name = ? WHERE kind = ? AND name = ?",
            (move.new, move.kind, move.old),
        )
        if move.kind is not Kind.CONNECTION:
            return
        for found, keep, drop in _MOVES:
            for (body,) in self._all(found, (move.old,)):
                self._keep(keep, {move.new: move.of_proven(self._read(Proven, body))})
            self._db.execute(drop, (move.old,))
        for topic, body in self._all("SELECT topic, body FROM notes WHERE name = ?", (move.old,)):
            noted = _text(move.of_note(self._noted(body)))
            self._db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", (topic, move.new, noted))
        self._db.execute("DELETE FROM notes WHERE name = ?", (move.old,))

    def _keep(self, statement: str, proven: Mapping[str, Proven]) -> None:
        self._db.executemany(statement, ((name, _text(one)) for name, one in proven.items()))


def _text(value: object) -> str:
    return json.dumps(encode(value), separators=(",", ":"))
