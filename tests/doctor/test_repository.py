from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.doctor import repository
from reconciler.doctor.row import State
from reconciler.documents.config import Config
from reconciler.errors import InvalidConfig, NothingMatched
from reconciler.kit.clock import ManualClock
from reconciler.model.finding import Finding
from reconciler.model.lock import Held
from reconciler.model.manifest import Manifests
from reconciler.stores import sqlite
from reconciler.values.location import Location
from reconciler.values.severity import Severity
from reconciler.wiring import KEY_FILE, Workspace

NOW = ManualClock().now()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, Config(), Manifests(tmp_path))


def put(workspace: Workspace, name: str, mode: int = 0o600) -> Path:
    path = workspace.root / ".reconciler" / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(b"x")
    path.chmod(mode)
    return path


def states(rows) -> set[State]:
    return {row.state for row in rows}


def test_manifests_that_can_be_read_are_counted(workspace):
    row = repository.manifests(workspace)

    assert (row.state, row.fact) == (State.OK, "0 connections, 0 bindings, 0 policies, without a mistake")


def test_mistakes_fail_and_the_first_place_is_told(workspace):
    finding = Finding("syntax", Severity.DENY, "broken", Location("connections.d/a.yaml", 3, 1))

    row = repository.manifests(dataclasses.replace(workspace, findings=(finding,)))

    assert (row.state, row.fact) == (State.FAIL, "1 mistake, the first at connections.d/a.yaml:3:1")


def test_no_manifest_is_a_warning_and_a_broken_config_a_failure():
    assert repository.manifests(NothingMatched("no manifest")).state is State.WARN
    assert repository.manifests(InvalidConfig("no such file", hint="name another")).state is State.FAIL


def test_a_repository_from_which_nothing_was_applied_is_fine(workspace):
    assert states(repository.kept(workspace)) == {State.OK}


def test_private_files_are_fine(workspace):
    for name in ("platform.db", "state.db", KEY_FILE.name):
        put(workspace, name)

    assert states(repository.kept(workspace)) == {State.OK}


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o601])
def test_a_file_that_others_can_reach_fails(workspace, mode):
    put(workspace, KEY_FILE.name)
    path = put(workspace, "state.db", mode)

    failing = [row for row in repository.kept(workspace) if row.state is State.FAIL]

    assert [row.fix for row in failing] == [f"run: chmod 600 {path}"]


def test_a_link_in_the_place_of_a_file_fails(workspace):
    put(workspace, KEY_FILE.name)
    (workspace.root / ".reconciler" / "state.db").symlink_to(workspace.root / "elsewhere")

    assert State.FAIL in states(repository.kept(workspace))


def test_a_folder_into_which_others_may_write_fails(workspace):
    put(workspace, KEY_FILE.name).parent.chmod(0o777)

    assert State.FAIL in states(repository.kept(workspace))


def test_databases_without_the_key_they_were_written_with_fail(workspace):
    put(workspace, "state.db")

    assert any(str(KEY_FILE) in row.fact for row in repository.kept(workspace) if row.state is State.FAIL)


def test_the_identity_of_the_demo_is_told_for_what_it_is(workspace):
    folder = workspace.root / "connections.d"
    folder.mkdir()

    assert list(repository.demo_identity(workspace.root)) == []
    (folder / "demo.agekey").write_text("AGE-SECRET-KEY-")
    assert states(repository.demo_identity(workspace.root)) == {State.OK}
    (folder / "demo.agekey").unlink()
    (folder / "demo.agekey").symlink_to("/etc/hostname")
    assert states(repository.demo_identity(workspace.root)) == {State.FAIL}


def test_a_store_is_readable_or_its_error_is_told(workspace):
    path = workspace.root / ".reconciler" / "state.db"
    assert list(repository.database("store", path, sqlite.SCHEMA)) == []

    asyncio.run(sqlite.open_store(path).close())
    (row,) = repository.database("store", path, sqlite.SCHEMA)
    assert row.state is State.OK

    path.write_bytes(b"no database at all")
    (row,) = repository.database("store", path, sqlite.SCHEMA)
    assert row.state is State.FAIL
    assert row.fix


def test_who_holds_the_lock_is_told_and_a_lock_that_ran_out_is_free():
    later, before = NOW + timedelta(minutes=5), NOW - timedelta(minutes=5)

    assert repository.lock(None, NOW).state is State.OK
    assert repository.lock(Held("writer", "ada@host pid 7", before, before), NOW).state is State.OK
    held = Held("writer", "ada@host pid 7", before, later)
    row = repository.lock(held, NOW)
    assert (row.state, "ada@host pid 7 is writing since" in row.fact, held.id in row.fix) == (State.WARN, True, True)
