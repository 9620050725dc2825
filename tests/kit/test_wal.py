from __future__ import annotations

import contextlib
import sqlite3
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.kit import wal


@pytest.fixture
def written(tmp_path):
    """A writer that keeps everything in its log, and the two files as they are now."""
    path = tmp_path / "a.db"
    db = sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA journal_mode = WAL", "PRAGMA wal_autocheckpoint = 0", "CREATE TABLE t (n, text)"):
        db.execute(statement)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with contextlib.closing(db):
        yield db, path


def files(path: Path) -> tuple[bytes, bytes]:
    return path.read_bytes(), path.with_name(path.name + "-wal").read_bytes()


def rows(image: bytes) -> list[int]:
    db = sqlite3.connect(":memory:")
    with contextlib.closing(db):
        db.deserialize(wal.without_log(image))
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [row[0] for row in db.execute("SELECT n FROM t ORDER BY n")]


def fill(db: sqlite3.Connection, numbers, size: int = 900) -> None:
    db.execute("BEGIN")
    db.executemany("INSERT INTO t VALUES (?, ?)", ((n, "x" * size) for n in numbers))
    db.execute("COMMIT")


def test_everything_committed_is_read_from_the_log(written):
    db, path = written
    fill(db, range(50))
    db.execute("DELETE FROM t WHERE n >= 40")

    image, log = files(path)

    assert rows(image) == []
    assert rows(wal.overlay(image, log)) == list(range(40))


def test_a_file_that_shrank_is_read_at_its_new_size(written):
    db, path = written
    fill(db, range(200))
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute("DELETE FROM t WHERE n > 0")
    db.execute("VACUUM")

    image, log = files(path)

    assert rows(wal.overlay(image, log)) == [0]
    assert len(wal.overlay(image, log)) < len(image)


def test_what_was_copied_already_is_copied_again_and_stays_right(written):
    db, path = written
    fill(db, range(10))
    db.execute("PRAGMA wal_checkpoint(PASSIVE)")
    fill(db, range(10, 20))

    assert rows(wal.overlay(*files(path))) == list(range(20))


def test_an_older_log_left_in_the_file_is_ignored(written):
    db, path = written
    fill(db, range(60))
    db.execute("PRAGMA wal_checkpoint(RESTART)")
    fill(db, [100])

    assert rows(wal.overlay(*files(path))) == [*range(60), 100]


def test_every_cut_of_a_log_gives_a_state_that_was_committed(written):
    db, path = written
    for number in range(6):
        fill(db, [number])
    image, log = files(path)

    states = [rows(wal.overlay(image, log[:end])) for end in range(0, len(log) + 1, 1013)]

    assert all(state == list(range(len(state))) for state in states)
    assert rows(wal.overlay(image, log)) == list(range(6))


def test_a_damaged_frame_ends_the_log(written):
    db, path = written
    for number in range(4):
        fill(db, [number])
    image, log = files(path)
    middle = len(log) // 2

    state = rows(wal.overlay(image, log[:middle] + bytes([log[middle] ^ 1]) + log[middle + 1 :]))

    assert state == list(range(len(state)))
    assert len(state) < 4


@given(log=st.binary(max_size=2000))
def test_what_is_no_log_changes_nothing(log):
    assert wal.overlay(b"a database", log) == b"a database"


def test_a_log_in_either_byte_order_is_read():
    # The magic number's last bit names the order of the checksums; machines write their own.
    page = bytes(range(256)) * 2
    for magic, order in ((0x377F0682, "<"), (0x377F0683, ">")):
        head = struct.pack(">6I", magic, 3007000, 512, 0, 7, 8)
        one, two = summed(head, order, (0, 0))
        frame = struct.pack(">2I", 1, 1)
        first = summed(page, order, summed(frame, order, (one, two)))
        log = head + struct.pack(">2I", one, two) + frame + struct.pack(">4I", 7, 8, *first) + page

        assert wal.overlay(bytes(512), log) == page


def summed(data: bytes, order: str, seed: tuple[int, int]) -> tuple[int, int]:
    one, two = seed
    for first, second in struct.iter_unpack(f"{order}2I", data):
        one = (one + first + two) % 2**32
        two = (two + second + one) % 2**32
    return one, two
