from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import stat
from dataclasses import replace

import pytest

from reconciler.engine.changes import creation, steps
from reconciler.errors import PlatformError
from reconciler.kit.keyfile import HostKey
from reconciler.model.state import Kind, ManagedObject
from reconciler.platforms.embedded import open_platform
from reconciler.values.secret import Credentials, Secret

KEY, OTHER_KEY = HostKey(bytes(range(32))), HostKey(bytes(32))
FIRST = Credentials(Secret("canary-api-key-0001"), Secret("canary-secret-0001"), Secret("canary passphrase"))
PLAIN = Credentials(Secret("canary-api-key-0002"), Secret("canary-secret-0002"))


def connection(name="main", credentials=FIRST) -> ManagedObject:
    fingerprint = KEY.fingerprinter().of(credentials.parts())
    return ManagedObject(Kind.CONNECTION, name, {"spec.account": "main"}, fingerprint)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "platform.db"


@pytest.fixture
def filled(path):
    """A platform with two connections, opened for writing."""
    platform = open_platform(path, key=KEY)
    asyncio.run(platform.apply(creation(connection(), ""), FIRST))
    asyncio.run(platform.apply(creation(connection("other", PLAIN), ""), PLAIN))
    yield platform
    asyncio.run(platform.close())


def read(path, key=KEY):
    platform = open_platform(path, key=key, read_only=True)
    try:
        return asyncio.run(platform.read())
    finally:
        asyncio.run(platform.close())


def edit(path, statement, *values):
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute(statement, values)


def test_credentials_come_back_whole(filled):
    assert filled.credentials("main") == FIRST
    assert filled.credentials("other") == PLAIN


def test_no_part_of_a_key_is_on_disk_in_clear(filled, path):
    on_disk = b"".join(each.read_bytes() for each in path.parent.glob("platform.db*"))

    assert b"spec.account" in on_disk
    for part in (*FIRST.parts(), *PLAIN.parts()):
        assert not part or part.encode() not in on_disk


def test_the_same_credentials_are_sealed_differently_each_time(filled, path):
    asyncio.run(filled.apply(creation(connection("twin"), ""), FIRST))

    with contextlib.closing(sqlite3.connect(path)) as db:
        sealed = [row[0] for row in db.execute("SELECT sealed FROM connections WHERE name IN ('main', 'twin')")]
    assert len(set(sealed)) == 2


def test_credentials_copied_to_another_name_do_not_open(filled, path):
    edit(path, "UPDATE connections SET sealed = (SELECT sealed FROM connections WHERE name = 'other')")

    assert [one.fingerprint for one in read(path)] == [None, connection("other", PLAIN).fingerprint]
    with pytest.raises(PlatformError, match="no credentials of main can be opened"):
        filled.credentials("main")


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(80), "text", None])
def test_damaged_credentials_have_no_fingerprint_and_are_replaced(filled, path, sealed):
    edit(path, "UPDATE connections SET sealed = ? WHERE name = 'main'", b"" if sealed is None else sealed)

    damaged = read(path)[0]
    (change,) = steps(damaged, connection(), "")
    asyncio.run(filled.apply(change, FIRST))

    assert damaged.fingerprint is None
    assert read(path)[0] == connection()


def test_an_update_keeps_the_credentials(filled):
    renamed = replace(connection(), fields={"spec.account": "b"})
    (change,) = steps(connection(), renamed, "")

    asyncio.run(filled.apply(change, None))

    assert filled.credentials("main") == FIRST


def test_there_are_no_credentials_of_a_connection_that_is_not_there(filled):
    with pytest.raises(PlatformError, match="nobody"):
        filled.credentials("nobody")


@pytest.mark.parametrize("read_only", [True, False])
def test_another_key_file_is_told_at_once(filled, path, read_only):
    with pytest.raises(PlatformError, match="was written with another key file") as refusal:
        open_platform(path, key=OTHER_KEY, read_only=read_only)

    assert "restore the key file" in refusal.value.hint


@pytest.mark.parametrize("fields", ["{not json", "[]", "null", "[" * 100_000])
def test_damaged_fields_are_an_error_that_names_the_object(filled, path, fields):
    edit(path, "UPDATE connections SET fields = ? WHERE name = 'other'", fields)

    with pytest.raises(PlatformError, match="the fields of other are damaged"):
        read(path)


@pytest.mark.parametrize("suspended", [b"\xff", b"blocked"])
def test_a_damaged_suspension_is_an_error_that_names_the_object(filled, path, suspended):
    asyncio.run(filled.apply(creation(ManagedObject(Kind.BINDING, "grid", {"spec.connection": "main"}), ""), None))
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE bindings SET suspended = ?", (suspended,))
        db.commit()

    with pytest.raises(PlatformError, match="the state of grid is damaged"):
        read(path)


def test_the_file_is_private_and_refused_once_it_is_not(filled, path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    path.chmod(0o644)

    with pytest.raises(PlatformError, match="others may read"):
        read(path)


def test_a_dry_run_beside_a_writer_changes_nothing_on_disk(filled, path):
    before = {each.name: (each.stat().st_mtime_ns, each.read_bytes()) for each in path.parent.iterdir()}

    assert len(read(path)) == 2

    assert {each.name: (each.stat().st_mtime_ns, each.read_bytes()) for each in path.parent.iterdir()} == before


def test_an_absent_platform_reads_as_empty_and_is_not_made(path):
    assert read(path, HostKey.ephemeral()) == []
    assert list(path.parent.iterdir()) == []
