"""SQLite files as this project uses them: private, versioned, written by one process, read without a trace."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import OperationalError
from reconciler.kit import files, wal

# How long a writer waits for another one's transaction; each is a few milliseconds.
_BUSY_SECONDS = 5.0
# A reader starts over when a writer renewed its log meanwhile, which it does once in a thousand pages.
_ATTEMPTS = 50


@dataclass(frozen=True, slots=True)
class Schema:
    """What a file holds: each migration is a list of statements, and their count is the version."""

    title: str
    application_id: int
    migrations: tuple[tuple[str, ...], ...]
    error: type[OperationalError]

    @property
    def version(self) -> int:
        """The version this program writes."""
        return len(self.migrations)


def open_writable(path: Path, schema: Schema) -> sqlite3.Connection:
    """Open a file for writing, made first if it is not there, and bring it to the present version."""
    with explained(path, schema):
        if not _is_there(path, schema):
            files.make_private_folder(path.parent)
            _create(path, schema)
        db = _connect(str(path))
        try:
            _check(db, path, schema)
            db.execute("PRAGMA journal_mode = WAL")
            # An intent must have reached the disk before the platform is touched, and the platform before the record.
            db.execute("PRAGMA synchronous = FULL")
            _migrate(db, schema)
        except BaseException:
            db.close()
            raise
        return db


def open_readonly(path: Path, schema: Schema) -> sqlite3.Connection:
    """Return the committed state of a file as a database in memory; an empty one where there is no file.

    Nothing on disk changes: no file beside it is made, and a running writer is neither waited for nor stopped.
    """
    with explained(path, schema):
        image = _image(path, schema) if _is_there(path, schema) else b""
        db = _connect(":memory:")
        try:
            if image:
                db.deserialize(image)
                _check(db, path, schema)
                _check_pages(db, path, schema)
            _migrate(db, schema)
            db.execute("PRAGMA query_only = ON")
        except BaseException:
            db.close()
            raise
        return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Run statements as one: all of them last, or none."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise


@contextmanager
def explained(path: Path, schema: Schema) -> Iterator[None]:
    """Turn what SQLite and the file system say into the schema's own error, with a way out."""
    try:
        yield
    except sqlite3.OperationalError as error:
        busy = "locked" in str(error) or "busy" in str(error)
        hint = "another run is writing; try again" if busy else "check the disk and the rights of the file's folder"
        raise schema.error(f"{path}: {error}", hint=hint) from error
    except sqlite3.Error as error:
        raise _broken(path, schema, str(error)) from error
    except UnicodeEncodeError as error:
        raise schema.error(f"{path}: cannot keep text that is not Unicode", hint="write it in other words") from error
    except OSError as error:
        raise schema.error(f"{path}: {error.strerror}", hint="check the rights of its folder") from error


def _is_there(path: Path, schema: Schema) -> bool:
    # What lies beside a database becomes a part of it, or is written to: it must be as private, no link and no pipe.
    files.is_there(path, schema.error)
    # And then once more: a database is there before what lies beside it.
    names = [path.with_name(path.name + suffix) for suffix in ("-wal", "-journal", "-shm")]
    beside = [each for each in names if files.is_there(each, schema.error)]
    is_there = files.is_there(path, schema.error)
    if beside and not is_there:
        raise schema.error(f"{beside[0]}: is there without its database", hint="put the database back, or move it away")
    return is_there


def _broken(path: Path, schema: Schema, why: str) -> OperationalError:
    return schema.error(
        f"{path}: is not a sound {schema.title} file: {why}",
        hint="restore it from a backup, or move it away and apply again",
    )


def _connect(name: str, *, uri: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(name, timeout=_BUSY_SECONDS, isolation_level=None, uri=uri)


def _create(path: Path, schema: Schema) -> None:
    """Make the whole file under another name first, so that a killed process leaves no half-made one."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        db = _connect(name)
        with contextlib.closing(db):
            db.execute(f"PRAGMA application_id = {schema.application_id}")
            db.execute("PRAGMA journal_mode = WAL")
            _migrate(db, schema)
        files.put_new(temporary, path)
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)


def _check(db: sqlite3.Connection, path: Path, schema: Schema) -> None:
    (found,) = db.execute("PRAGMA application_id").fetchone()
    if found != schema.application_id:
        raise schema.error(f"{path}: is not a {schema.title} file", hint="name another path in reconciler.yaml")
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > schema.version:
        raise schema.error(
            f"{path}: was written by a newer reconciler (version {version}, this one knows {schema.version})",
            hint="upgrade reconciler",
        )


def _check_pages(db: sqlite3.Connection, path: Path, schema: Schema) -> None:
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise _broken(path, schema, verdict)


def _migrate(db: sqlite3.Connection, schema: Schema) -> None:
    if _version(db) == schema.version:
        return
    with transaction(db):
        # Asked again: another process may have been first.
        for number in range(_version(db), schema.version):
            for statement in schema.migrations[number]:
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number + 1}")


def _version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def _image(path: Path, schema: Schema) -> bytes:
    """Read a file and its log so that together they are one committed state, whatever a writer does meanwhile."""
    log_path = path.with_name(path.name + "-wal")
    for _ in range(_ATTEMPTS):
        head, before = _read(log_path, wal.HEADER), path.stat()
        image = _main_file(path)
        log, after = _read(log_path), path.stat()
        # A page that reached the file while it was read is in the log too, as long as the log is still the same.
        unmoved = _stamp(before) == _stamp(after)
        if log[: wal.HEADER] == head and (head or unmoved):
            return wal.without_log(wal.overlay(image, log))
    raise schema.error(f"{path}: changes faster than it can be read", hint="try again when the writer is done")


def _stamp(state: os.stat_result) -> tuple[int, int, int]:
    return (state.st_ino, state.st_size, state.st_mtime_ns)


def _main_file(path: Path) -> bytes:
    # Read by SQLite, not by us: closing a plain handle would drop the locks of a writer in this very process.
    # https://www.sqlite.org/howtocorrupt.html section 2.2, last verified 2026-11-22.
    db = _connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    with contextlib.closing(db):
        # These say what is wrong with the file, where serialize does not.
        db.execute("PRAGMA schema_version")
        if db.execute("PRAGMA page_count").fetchone() == (0,):
            raise sqlite3.DatabaseError("it is empty")
        return db.serialize()


def _read(path: Path, length: int = -1) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(length)
    except FileNotFoundError:
        return b""
