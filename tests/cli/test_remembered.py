from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest

from reconciler.cli.main import run
from reconciler.model.ports import Run
from reconciler.model.probe import Status
from reconciler.model.report import ConnectionReport, Report
from reconciler.stores.sqlite import open_store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    (tmp_path / "connections.d").mkdir()
    (tmp_path / "reconciler.yaml").write_text("apiVersion: reconciler/v1\nkind: Config\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def remember(repository, status: Status) -> None:
    one = ConnectionReport("mexc-spot-main", "MEXC Spot Main", "mexc", "live", ("spot",), status)

    async def write() -> None:
        store = open_store(repository / ".reconciler" / "state.db")
        note = Run("r1", "tests", NOON, "run")
        await store.begin(note)
        await store.finish(note, Report("run", NOON, NOON, connections=(one,)))
        await store.close()

    asyncio.run(write())


def status_of(capsys, *more: str) -> tuple[int, dict]:
    code = run(["status", "-o", "json", *more])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(("status", "code"), [(Status.ONLINE, 0), (Status.FAILED, 1), (Status.BLOCKED, 5)])
def test_the_last_known_state_is_shown_with_its_age_and_its_code(repository, capsys, status, code):
    remember(repository, status)

    found, report = status_of(capsys)

    assert found == code
    assert report["asOf"] == "2026-11-22T12:00:00Z"
    assert report["connections"][0]["status"] == status


def test_a_broken_manifest_does_not_hide_what_is_known(repository, capsys):
    remember(repository, Status.ONLINE)
    (repository / "connections.d" / "broken.yaml").write_text("\t: [")

    assert status_of(capsys)[0] == 0


def test_where_nothing_was_remembered_nothing_is_written_either(repository, capsys):
    before = sorted(repository.rglob("*"))

    code, report = status_of(capsys)

    assert code == 3
    assert report["failures"][0]["message"] == "no run has been remembered here yet"
    assert sorted(repository.rglob("*")) == before


def test_a_name_that_is_not_known_matches_nothing(repository, capsys):
    remember(repository, Status.ONLINE)

    assert status_of(capsys, "--only", "mexc-spot-main")[0] == 0
    assert status_of(capsys, "--only", "typo")[0] == 3


def test_settings_that_cannot_be_read_are_invalid(repository, capsys):
    (repository / "reconciler.yaml").write_text("apiVersion: reconciler/v1\nkind: Confg\n")

    code, report = status_of(capsys)

    assert code == 4
    assert report["valid"] is False
    assert report["findings"]


def locked(repository, owner: str) -> str:
    async def take() -> str:
        store = open_store(repository / ".reconciler" / "state.db")
        await store.lock(owner, NOON, 60)
        (held,) = await store.locks()
        await store.close()
        return held.id

    return asyncio.run(take())


def test_a_lock_is_broken_by_its_id_and_then_there_is_none(repository, capsys):
    lock_id = locked(repository, "ann@host pid 1")

    codes = [run(["unlock", each]) for each in ("00000000", lock_id, lock_id)]

    told = capsys.readouterr()
    assert codes == [6, 0, 3]
    assert told.out == f"lock {lock_id} is broken; ann@host pid 1 had it\n"
    assert f"held is {lock_id} by ann@host pid 1 since 2026-11-22T12:00:00Z" in told.err


def test_where_nothing_was_ever_written_unlocking_writes_nothing(repository, capsys):
    assert run(["unlock", "00000000"]) == 3
    assert not (repository / ".reconciler").exists()


def test_a_broken_config_unlocks_nothing(repository, capsys):
    (repository / "reconciler.yaml").write_text("kind: Nonsense\n")

    assert run(["unlock", "00000000"]) == 4
