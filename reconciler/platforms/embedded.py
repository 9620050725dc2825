"""The `embedded` platform: connections and bindings in one SQLite file, credentials encrypted at rest.

Credentials are sealed with AES-256-GCM under a key derived from the host's key file, each bound to its connection's
name, so a row copied to another name does not open. What is read back is compared by keyed fingerprint.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reconciler.errors import PlatformError
from reconciler.kit.keyfile import HostKey
from reconciler.kit.sqlite import Schema, explained, open_readonly, open_writable, transaction
from reconciler.model.moving import Move
from reconciler.model.plan import Action, Change
from reconciler.model.state import JsonValue, Kind, ManagedObject, same
from reconciler.values.secret import Credentials, Secret

SCHEMA = Schema(
    title="platform",
    application_id=0x7265636F,
    migrations=(
        (
            "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
            "CREATE TABLE connections (name TEXT PRIMARY KEY, fields TEXT NOT NULL, sealed BLOB NOT NULL)",
            "CREATE TABLE bindings (name TEXT PRIMARY KEY, connection TEXT NOT NULL REFERENCES connections (name),"
            " fields TEXT NOT NULL, suspended TEXT)",
            "CREATE INDEX bindings_connection ON bindings (connection)",
        ),
    ),
    error=PlatformError,
)
_NONCE = 12
_AGAIN = "run again to see the present state"


def open_platform(path: Path, *, key: HostKey, read_only: bool = False) -> EmbeddedPlatform:
    """Open the platform kept in a file; read-only, it changes nothing on disk and an absent file is an empty platform.

    Raises PlatformError.
    """
    db = open_readonly(path, SCHEMA) if read_only else open_writable(path, SCHEMA)
    try:
        with explained(path, SCHEMA):
            db.execute("PRAGMA foreign_keys = ON")
            _check_key(db, path, key, read_only=read_only)
    except BaseException:
        db.close()
        raise
    return EmbeddedPlatform(db, path, key, read_only=read_only)


class EmbeddedPlatform:
    """Holds connections and bindings in one file."""

    def __init__(self, db: sqlite3.Connection, path: Path, key: HostKey, *, read_only: bool) -> None:
        self._db, self._path, self._read_only = db, path, read_only
        self._seal = AESGCM(key.derive("platform/credentials"))
        self._fingerprinter = key.fingerprinter()

    async def read(self) -> Sequence[ManagedObject]:
        """Return everything the platform holds, changing nothing.

        Credentials that do not open have no fingerprint, so that a plan replaces them.
        """
        with explained(self._path, SCHEMA):
            connections = self._db.execute("SELECT name, fields, sealed FROM connections ORDER BY name").fetchall()
            bindings = self._db.execute("SELECT name, fields, suspended FROM bindings ORDER BY name").fetchall()
        return [*(self._connection(*row) for row in connections), *(self._binding(*row) for row in bindings)]

    async def apply(self, change: Change, credentials: Credentials | None) -> None:
        """Do one change, whole or not at all; doing it a second time changes nothing.

        Raises PlatformError, also where the object is no longer as the change found it: then somebody else was here.
        """
        if self._read_only:
            raise PlatformError(f"{self._path}: is open for reading only", hint="run without --dry-run")
        with explained(self._path, SCHEMA), transaction(self._db):
            before = self._one(change.kind, change.name)
            if change.action is Action.DELETE:
                self._delete(change, before)
            elif change.moved_from is not None and change.target is not None:
                self._move(Move(change.kind, change.moved_from, change.name), before, change.target)
            elif change.target is not None and before != change.target:
                self._refuse_stale(change, before)
                self._put(change, change.target, credentials)

    async def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def credentials(self, name: str) -> Credentials:
        """Return the credentials of a connection, for whatever trades with them.

        Raises PlatformError when there is no such connection or they do not open.
        """
        with explained(self._path, SCHEMA):
            row = self._db.execute("SELECT sealed FROM connections WHERE name = ?", (name,)).fetchone()
        parts = self._unseal(name, row[0]) if row else None
        if parts is None:
            raise PlatformError(f"{self._path}: no credentials of {name} can be opened", hint="apply again")
        api_key, secret, passphrase = parts
        return Credentials(Secret(api_key), Secret(secret), Secret(passphrase) if passphrase else None)

    def _one(self, kind: Kind, name: str) -> ManagedObject | None:
        if kind is Kind.CONNECTION:
            row = self._db.execute("SELECT name, fields, sealed FROM connections WHERE name = ?", (name,)).fetchone()
            return self._connection(*row) if row else None
        row = self._db.execute("SELECT name, fields, suspended FROM bindings WHERE name = ?", (name,)).fetchone()
        return self._binding(*row) if row else None

    def _connection(self, name: str, fields: str, sealed: bytes) -> ManagedObject:
        parts = self._unseal(name, sealed)
        fingerprint = self._fingerprinter.of(parts) if parts else None
        return ManagedObject(Kind.CONNECTION, name, self._fields(name, fields), fingerprint)

    def _binding(self, name: str, fields: str, suspended: object) -> ManagedObject:
        if suspended is not None and not isinstance(suspended, str):
            raise PlatformError(f"{self._path}: the state of {name} is damaged", hint="restore it from a backup")
        return ManagedObject(Kind.BINDING, name, self._fields(name, fields), suspended=suspended)

    def _fields(self, name: str, text: str) -> dict[str, JsonValue]:
        try:
            fields = json.loads(text)
        except (TypeError, ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            raise PlatformError(f"{self._path}: the fields of {name} are damaged", hint="restore it from a backup")
        return fields

    def _refuse_stale(self, change: Change, before: ManagedObject | None) -> None:
        """Refuse to write over what somebody else did since the plan was made."""
        what = f"{change.kind} {change.name}"
        if (before is None) is not (change.action is Action.CREATE):
            raise PlatformError(f"{what} {'is gone' if before is None else 'exists already'}", hint=_AGAIN)
        present = before.flat if before else {}
        if not all(same(present.get(each.path), each.before) for each in change.fields):
            raise PlatformError(f"{what} was changed by somebody else meanwhile", hint=_AGAIN)

    def _move(self, move: Move, before: ManagedObject | None, target: ManagedObject) -> None:
        """Give a row its new name, and have what leads to it follow."""
        old = self._one(move.kind, move.old)
        if old is None and before == target:
            return
        if before is not None:
            raise PlatformError(f"{move.kind} {move.new} exists already", hint=_AGAIN)
        if old is None:
            raise PlatformError(f"{move.kind} {move.old} is gone", hint=_AGAIN)
        if move.of(old) != target:
            raise PlatformError(f"{move.kind} {move.old} was changed by somebody else meanwhile", hint=_AGAIN)
        if move.kind is Kind.BINDING:
            self._db.execute("UPDATE bindings SET name = ? WHERE name = ?", (move.new, move.old))
            return
        self._db.execute(
            "INSERT INTO connections SELECT ?, fields, sealed FROM connections WHERE name = ?", (move.new, move.old)
        )
        row = self._db.execute("SELECT sealed FROM connections WHERE name = ?", (move.old,)).fetchone()
        parts = self._unseal(move.old, row[0])
        if parts is not None:
            # Sealed for the old name, they would not open under the new one; what does not open now never does.
            self._db.execute(
                "UPDATE connections SET sealed = ? WHERE name = ?", (self._sealed(move.new, parts), move.new)
            )
        users = self._db.execute("SELECT name, fields, suspended FROM bindings WHERE connection = ?", (move.old,))
        for user in [move.of(self._binding(*each)) for each in users.fetchall()]:
            self._put_binding(user, json.dumps(dict(user.fields), sort_keys=True))
        self._db.execute("DELETE FROM connections WHERE name = ?", (move.old,))

    def _put(self, change: Change, target: ManagedObject, credentials: Credentials | None) -> None:
        fields = json.dumps(dict(target.fields), sort_keys=True)
        if target.kind is Kind.BINDING:
            self._put_binding(target, fields)
        elif change.action is Action.UPDATE:
            self._db.execute("UPDATE connections SET fields = ? WHERE name = ?", (fields, target.name))
        else:
            if credentials is None or self._fingerprinter.of(credentials.parts()) != target.fingerprint:
                raise PlatformError(f"Connection {target.name} came without the credentials that were tested")
            self._db.execute(
                "INSERT INTO connections VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
                " fields = excluded.fields, sealed = excluded.sealed",
                (target.name, fields, self._sealed(target.name, credentials.parts())),
            )

    def _put_binding(self, target: ManagedObject, fields: str) -> None:
        connection = target.fields.get("spec.connection")
        if self._db.execute("SELECT 1 FROM connections WHERE name = ?", (connection,)).fetchone() is None:
            raise PlatformError(f"StrategyBinding {target.name} needs connection {connection}, which is not stored")
        self._db.execute(
            "INSERT INTO bindings VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
            " connection = excluded.connection, fields = excluded.fields, suspended = excluded.suspended",
            (target.name, connection, fields, target.suspended),
        )

    def _delete(self, change: Change, before: ManagedObject | None) -> None:
        if before is None:
            return
        if change.kind is Kind.BINDING:
            self._db.execute("DELETE FROM bindings WHERE name = ?", (change.name,))
            return
        user = self._db.execute("SELECT min(name) FROM bindings WHERE connection = ?", (change.name,)).fetchone()[0]
        if user is not None:
            raise PlatformError(f"Connection {change.name} is still used by StrategyBinding {user}")
        self._db.execute("DELETE FROM connections WHERE name = ?", (change.name,))

    def _sealed(self, name: str, parts: tuple[str, ...]) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._seal.encrypt(nonce, json.dumps(parts).encode(), _bound_to(name))

    def _unseal(self, name: str, sealed: bytes) -> tuple[str, str, str] | None:
        try:
            text = self._seal.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound_to(name))
        except (InvalidTag, ValueError, TypeError):
            return None
        api_key, secret, passphrase = json.loads(text)
        return api_key, secret, passphrase


def _check_key(db: sqlite3.Connection, path: Path, key: HostKey, *, read_only: bool) -> None:
    """Refuse a key that did not write this file; the first writer leaves its mark."""
    mark = key.derive("platform/check").hex()
    row = db.execute("SELECT value FROM meta WHERE name = 'key'").fetchone()
    if row is None and not read_only:
        with transaction(db):
            db.execute("INSERT OR IGNORE INTO meta VALUES ('key', ?)", (mark,))
        row = db.execute("SELECT value FROM meta WHERE name = 'key'").fetchone()
    if row is not None and row[0] != mark:
        raise PlatformError(
            f"{path}: was written with another key file",
            hint="restore the key file that belongs to it, or move the platform file away and apply again",
        )


def _bound_to(name: str) -> bytes:
    return f"reconciler/v1/connection/{name}".encode()
