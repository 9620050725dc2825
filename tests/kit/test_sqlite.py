from __future__ import annotations

import contextlib
import os
import stat
from sqlite3 import OperationalError

import pytest

from reconciler.errors import StoreError
from reconciler.kit import files, sqlite
from reconciler.kit.sqlite import Schema, explained, open_readonly, open_writable, transaction

FIRST = ("CREATE TABLE t (n INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (0)")
SCHEMA = Schema("trial", 77, (FIRST,), StoreError)
NEWER = Schema("trial", 77, (FIRST, ("ALTER TABLE t ADD COLUMN word TEXT",)), StoreError)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept" / "a.db"


def rows(db) -> list[int]:
    with contextlib.closing(db):
        return [row[0] for row in db.execute("SELECT n FROM t ORDER BY n")]


def snapshot(folder) -> dict[str, tuple]:
    """Everything a reader could change: names, contents, modes, times."""
    paths = [folder, *folder.rglob("*")]
    states = {str(each): each.lstat() for each in paths}
    return {
        name: (state.st_mode, state.st_size, state.st_mtime_ns, state.st_ino, state.st_nlink)
        for name, state in states.items()
    }


def test_a_new_file_is_private_and_so_is_its_folder_which_git_ignores(path):
    open_writable(path, SCHEMA).close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert (path.parent / ".gitignore").read_text() == "*\n"
    assert sorted(each.name for each in path.parent.iterdir()) == [".gitignore", "a.db"]


def test_the_files_beside_an_open_one_are_private_too(path):
    db = open_writable(path, SCHEMA)
    with contextlib.closing(db), transaction(db):
        db.execute("INSERT INTO t VALUES (1)")

        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.glob("a.db*")}

    assert modes == dict.fromkeys(("a.db", "a.db-wal", "a.db-shm"), 0o600)


def test_an_absent_file_reads_as_empty_and_is_not_made(path, tmp_path):
    before = snapshot(tmp_path)

    assert rows(open_readonly(path, SCHEMA)) == [0]
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("left_over", [False, True])
def test_reading_changes_nothing_whether_or_not_a_log_is_left(path, left_over):
    db = open_writable(path, SCHEMA)
    db.execute("INSERT INTO t VALUES (1)")
    if not left_over:
        db.close()
    before = snapshot(path.parent)

    assert rows(open_readonly(path, SCHEMA)) == [0, 1]
    assert snapshot(path.parent) == before
    assert path.with_name("a.db-wal").exists() is left_over
    db.close()


def test_the_log_of_a_killed_writer_is_read_and_left(path, tmp_path):
    db = open_writable(path, SCHEMA)
    db.execute("INSERT INTO t VALUES (1)")
    killed = tmp_path / "killed"
    killed.mkdir()
    for suffix in ("", "-wal"):
        copy = killed / f"a.db{suffix}"
        copy.write_bytes(path.with_name(f"a.db{suffix}").read_bytes())
        copy.chmod(0o600)
    db.close()
    before = snapshot(killed)

    assert rows(open_readonly(killed / "a.db", SCHEMA)) == [0, 1]
    assert snapshot(killed) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_can_be_read(path):
    open_writable(path, SCHEMA).close()
    path.parent.chmod(0o500)

    assert rows(open_readonly(path, SCHEMA)) == [0]
    path.parent.chmod(0o700)


def test_a_reader_never_writes(path):
    open_writable(path, SCHEMA).close()
    db = open_readonly(path, SCHEMA)

    with contextlib.closing(db), pytest.raises(OperationalError, match="readonly"):
        db.execute("INSERT INTO t VALUES (5)")


class Writer:
    """A writer whose every commit adds a row and takes the one before, on another page of the file."""

    def __init__(self, path) -> None:
        self.path, self.number = path, 0
        self.db = open_writable(path, SCHEMA)
        self.db.execute("PRAGMA wal_autocheckpoint = 0")
        # Rows this large have a page of their own, so that a torn read shows.
        self.db.execute("CREATE TABLE big (n INTEGER, text TEXT)")
        self.db.execute("INSERT INTO big VALUES (0, ?)", ("x" * 9000,))
        self.commit()

    def commit(self) -> None:
        self.number += 1
        with transaction(self.db):
            self.db.execute("UPDATE t SET n = ?", (self.number,))
            self.db.execute("UPDATE big SET n = ?, text = ?", (self.number, str(self.number) * 9000))

    def copy(self) -> None:
        self.commit()
        self.db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def restart(self) -> None:
        self.commit()
        self.db.execute("PRAGMA wal_checkpoint(RESTART)")
        self.commit()

    def close(self) -> None:
        self.commit()
        self.db.close()

    def come_back(self) -> None:
        self.close()
        self.db = open_writable(self.path, SCHEMA)
        self.copy()


ACTIONS = ["commit", "copy", "restart", "close", "come_back"]


@pytest.mark.parametrize("before", ["nothing", "copy", "restart", "close"])
@pytest.mark.parametrize("second", [*ACTIONS, "nothing"])
@pytest.mark.parametrize("first", [*ACTIONS, "nothing"])
def test_a_reader_sees_one_whole_commit_whatever_a_writer_does_meanwhile(path, monkeypatch, before, first, second):
    writer = Writer(path)
    todo = [first, second]
    read_main = sqlite._main_file

    def do(action: str) -> None:
        if action == "nothing":
            return
        if writer.db is None:
            writer.db = open_writable(path, SCHEMA)
        getattr(writer, action)()
        if action == "close":
            writer.db = None

    def interleaved(main_path):
        if todo:
            do(todo.pop(0))
        image = read_main(main_path)
        if todo:
            do(todo.pop(0))
        return image

    do(before)
    known = writer.number
    monkeypatch.setattr(sqlite, "_main_file", interleaved)

    with contextlib.closing(open_readonly(path, SCHEMA)) as db:
        (small,) = db.execute("SELECT n FROM t").fetchone()
        big = db.execute("SELECT n, text FROM big").fetchall()

    assert known <= small <= writer.number
    assert big == [(small, str(small) * 9000)]
    if writer.db is not None:
        writer.db.close()


def test_a_reader_starts_over_when_a_writer_came_and_went_meanwhile(path, monkeypatch):
    writer = Writer(path)
    writer.close()
    read_main, calls = sqlite._main_file, []

    def visited(main_path):
        image = read_main(main_path)
        if not calls:
            writer.db = open_writable(path, SCHEMA)
            writer.close()
        calls.append(len(image))
        return image

    monkeypatch.setattr(sqlite, "_main_file", visited)

    with contextlib.closing(open_readonly(path, SCHEMA)) as db:
        assert db.execute("SELECT n FROM t").fetchone() == (writer.number,)
    assert len(calls) == 2


def test_a_reader_gives_up_on_a_file_that_never_rests(path, monkeypatch):
    writer = Writer(path)
    read_main = sqlite._main_file

    def restless(main_path):
        writer.restart()
        return read_main(main_path)

    monkeypatch.setattr(sqlite, "_main_file", restless)

    with contextlib.closing(writer.db), pytest.raises(StoreError, match="changes faster than it can be read"):
        open_readonly(path, SCHEMA)


def test_a_reader_does_not_take_the_locks_of_a_writer_in_the_same_process_with_it(path):
    db = open_writable(path, SCHEMA)
    db.execute("INSERT INTO t VALUES (1)")

    rows(open_readonly(path, SCHEMA))
    other = open_writable(path, SCHEMA)
    other.close()
    db.execute("INSERT INTO t VALUES (2)")
    db.close()

    assert rows(open_readonly(path, SCHEMA)) == [0, 1, 2]


def test_an_older_file_is_brought_up_to_date_by_a_writer_and_read_as_if_it_were(path):
    open_writable(path, SCHEMA).close()
    before = path.read_bytes()

    with contextlib.closing(open_readonly(path, NEWER)) as db:
        assert db.execute("SELECT n, word FROM t").fetchall() == [(0, None)]
    assert path.read_bytes() == before
    with contextlib.closing(open_writable(path, NEWER)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (2,)


@pytest.mark.parametrize("opening", [open_readonly, open_writable])
def test_a_newer_file_is_refused_and_left_as_it_is(path, opening):
    open_writable(path, NEWER).close()
    before = path.read_bytes()

    with pytest.raises(StoreError, match=r"newer reconciler \(version 2, this one knows 1\)") as refusal:
        opening(path, SCHEMA)

    assert refusal.value.hint == "upgrade reconciler"
    assert path.read_bytes() == before


def test_a_migration_that_fails_leaves_the_version_before(path):
    open_writable(path, SCHEMA).close()
    broken = Schema("trial", 77, (FIRST, ("ALTER TABLE t ADD COLUMN word TEXT", "NONSENSE")), StoreError)

    with pytest.raises(StoreError):
        open_writable(path, broken)

    with contextlib.closing(open_writable(path, NEWER)) as db:
        assert db.execute("SELECT word FROM t").fetchall() == [(None,)]


def damaged(path, how: str) -> None:
    open_writable(path, SCHEMA).close()
    data = bytearray(path.read_bytes())
    if how == "text":
        data = bytearray(b"this is no database at all, it is some text " * 40)
    elif how == "cut":
        data = data[:4096]
    elif how == "pages":
        data[4096:] = b"\xff" * (len(data) - 4096)
    elif how == "empty":
        data = bytearray()
    path.write_bytes(data)


@pytest.mark.parametrize("how", ["text", "cut", "pages", "empty"])
def test_a_damaged_file_is_refused_with_a_way_out(path, how):
    damaged(path, how)

    with pytest.raises(StoreError, match=r"a\.db: is not a sound .* file") as refusal:
        rows(open_readonly(path, SCHEMA))

    assert refusal.value.hint == "restore it from a backup, or move it away and apply again"


@pytest.mark.parametrize("how", ["text", "empty"])
def test_a_damaged_file_is_not_written_over(path, how):
    damaged(path, how)
    before = path.read_bytes()

    with pytest.raises(StoreError):
        open_writable(path, SCHEMA)

    assert path.read_bytes() == before


@pytest.mark.parametrize("opening", [open_readonly, open_writable])
def test_a_file_of_another_kind_is_refused(path, opening):
    open_writable(path, Schema("other", 78, (FIRST,), StoreError)).close()

    with pytest.raises(StoreError, match="is not a trial file"):
        opening(path, SCHEMA)


@pytest.mark.parametrize("opening", [open_readonly, open_writable])
def test_a_file_that_others_may_read_is_refused_with_the_command_to_run(path, opening):
    open_writable(path, SCHEMA).close()
    path.chmod(0o640)

    with pytest.raises(StoreError, match="others may read") as refusal:
        opening(path, SCHEMA)

    assert refusal.value.hint == f"run: chmod 600 {path}"


@pytest.mark.parametrize("opening", [open_readonly, open_writable])
def test_a_link_and_a_pipe_are_refused(path, tmp_path, opening):
    open_writable(path, SCHEMA).close()
    link, pipe = tmp_path / "link.db", tmp_path / "pipe.db"
    link.symlink_to(path)
    os.mkfifo(pipe)

    with pytest.raises(StoreError, match="is a link"):
        opening(link, SCHEMA)
    with pytest.raises(StoreError, match="not a regular file"):
        opening(pipe, SCHEMA)


@pytest.mark.parametrize("opening", [open_writable, open_readonly])
@pytest.mark.parametrize("suffix", ["-wal", "-journal", "-shm"])
@pytest.mark.parametrize("is_made", [True, False])
@pytest.mark.parametrize("how", ["link", "pipe", "open to others"])
def test_what_lies_beside_a_file_is_trusted_no_more_than_the_file(path, tmp_path, opening, suffix, is_made, how):
    open_writable(path, SCHEMA).close()
    beside, precious = path.with_name(path.name + suffix), tmp_path / "precious"
    precious.write_text("precious")
    if not is_made:
        path.unlink()
    if how == "link":
        beside.symlink_to(precious)
    elif how == "pipe":
        os.mkfifo(beside, 0o600)
    else:
        beside.write_bytes(b"")
        beside.chmod(0o644)

    with pytest.raises(StoreError, match=suffix):
        opening(path, SCHEMA)

    assert precious.read_text() == "precious"


@pytest.mark.parametrize("opening", [open_writable, open_readonly])
def test_the_log_of_a_file_that_is_gone_never_becomes_part_of_a_new_one(path, opening):
    db = open_writable(path, SCHEMA)
    with contextlib.closing(db), transaction(db):
        db.execute("INSERT INTO t VALUES (1)")
        log = path.with_name("a.db-wal").read_bytes()
    path.unlink()
    files.write_new(path.with_name("a.db-wal"), log)

    with pytest.raises(StoreError, match="without its database"):
        opening(path, SCHEMA)


def test_a_killed_creation_leaves_nothing_that_counts(path):
    path.parent.mkdir(mode=0o700)
    (path.parent / ".a.db.k1ll3d.new").write_bytes(b"half")

    assert rows(open_writable(path, SCHEMA)) == [0]


def test_a_transaction_is_whole_or_not_at_all(path):
    db = open_writable(path, SCHEMA)

    def interrupted() -> None:
        with transaction(db):
            db.execute("INSERT INTO t VALUES (1)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert rows(db) == [0]


def test_what_sqlite_says_becomes_an_error_with_the_path(path):
    with pytest.raises(StoreError, match=r"a\.db: database is locked") as busy, explained(path, SCHEMA):
        raise OperationalError("database is locked")

    assert busy.value.hint == "another run is writing; try again"
