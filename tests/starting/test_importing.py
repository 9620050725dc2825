"""Importing, at the level of files; the round trip through the command line stands with the command."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.errors import InvalidConfig
from reconciler.kit.keyfile import open_key
from reconciler.model.plan import Action, Change
from reconciler.model.state import Kind, ManagedObject
from reconciler.platforms.embedded import open_platform
from reconciler.sealed import agefile
from reconciler.starting import importing
from reconciler.starting.importing import Wish, import_all, workspace_of
from reconciler.values.secret import Credentials, Secret

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CREDENTIALS = Credentials(Secret("made-up-key"), Secret("made-up-secret"))
FIELDS = {
    "spec.account": "main",
    "spec.environment": "live",
    "spec.exchange": "mexc",
    "spec.ipAllowlist": [],
    "spec.markets": ["spot"],
    "spec.permissions": ["read", "trade"],
}
BOUND = {
    "spec.connection": "first",
    "spec.enabled": True,
    "spec.market": "spot",
    "spec.pairs": ["BTC/USDT"],
    "spec.recoveryMode": False,
    "spec.riskLevel": "balanced",
    "spec.settings": {},
    "spec.strategy": "grid",
}


@pytest.fixture
def root(tmp_path) -> Path:
    (tmp_path / "keys" / ".git").mkdir(parents=True)
    return tmp_path / "keys"


@pytest.fixture
def hold(root):
    """Put objects onto the platform of a repository, without any of its manifests or its memory."""

    def hold(*objects: ManagedObject) -> None:
        key = open_key(root / ".reconciler" / "key", read_only=False)
        platform = open_platform(root / ".reconciler" / "platform.db", key=key)
        fingerprint = key.fingerprinter().of(CREDENTIALS.parts())
        for one in objects:
            target = ManagedObject(one.kind, one.name, one.fields, fingerprint if one.kind is Kind.CONNECTION else None)
            credentials = CREDENTIALS if one.kind is Kind.CONNECTION else None
            asyncio.run(platform.apply(Change(Action.CREATE, one.kind, one.name, target=target), credentials))
        asyncio.run(platform.close())

    return hold


def connection(name="first", **changed):
    return ManagedObject(Kind.CONNECTION, name, {**FIELDS, **changed})


def binding(name="strategy", **changed):
    return ManagedObject(Kind.BINDING, name, {**BOUND, **changed})


def wish(root, tmp_path, **more):
    given = {"recipients": (agefile.generate()[1],), "everything": False, "only": (), **more}
    return Wish(workspace_of(root, {}), environ={}, home=tmp_path, now=NOON, **given)


def texts(root):
    return {path.name: path.read_text() for path in (root / "connections.d").rglob("*") if path.is_file()}


def test_each_connection_gets_a_file_with_its_bindings_beside(root, hold, tmp_path):
    hold(connection(), connection("second"), binding(), binding("other"))

    imported = import_all(wish(root, tmp_path))

    assert {one.object.name: one.file for one in imported} == {
        "first": "connections.d/first.yaml",
        "second": "connections.d/second.yaml",
        "strategy": "connections.d/first.bindings.yaml",
        "other": "connections.d/first.bindings.yaml",
    }
    assert not any(one.problem or one.to_fill for one in imported)
    assert texts(root).keys() == {
        "first.yaml",
        "second.yaml",
        "first.bindings.yaml",
        "first.sops.yaml",
        "second.sops.yaml",
    }
    assert texts(root)["first.yaml"].startswith("# Imported on 2026-11-22 from the embedded platform.\napiVersion:")


def test_no_secret_stands_in_clear(root, hold, tmp_path):
    hold(connection())

    import_all(wish(root, tmp_path))

    assert not any("made-up" in text for text in texts(root).values())
    assert texts(root)["first.sops.yaml"].count("ENC[AES256_GCM,") == 3


def test_what_is_declared_is_passed_over_and_its_bindings_still_found(root, hold, tmp_path):
    hold(connection(), binding())
    import_all(wish(root, tmp_path))
    (root / "connections.d" / "first.bindings.yaml").unlink()

    imported = import_all(wish(root, tmp_path))

    assert [one.file for one in imported] == ["connections.d/first.bindings.yaml"]


@pytest.mark.parametrize("name", ["connections.d/first.yaml", "connections.d/secrets/first.sops.yaml"])
def test_nothing_is_written_over(name, root, hold, tmp_path):
    hold(connection(), binding())
    (root / name).parent.mkdir(parents=True)
    (root / name).write_text("")

    imported = import_all(wish(root, tmp_path))

    assert imported[0].problem == f"{name} exists already, and is not written over"
    assert imported[1].problem == "its connection first is not declared"
    assert list(texts(root).values()) == [""]


def test_bindings_are_not_written_over_either(root, hold, tmp_path):
    hold(connection(), binding())
    (root / "connections.d").mkdir()
    (root / "connections.d" / "first.bindings.yaml").write_text("")

    imported = import_all(wish(root, tmp_path))

    assert [bool(one.problem) for one in imported] == [False, True]


def test_what_fits_no_manifest_is_told(root, hold, tmp_path):
    hold(
        connection(**{"spec.exchange": "nonsense"}),
        connection("second"),
        binding(**{"spec.connection": "second", "spec.market": "moon"}),
    )

    imported = {one.object.name: one for one in import_all(wish(root, tmp_path))}

    assert imported["first"].problem == imported["strategy"].problem == "what the platform holds fits no manifest"
    assert not imported["second"].problem


def test_only_what_is_named_is_imported(root, hold, tmp_path):
    hold(connection(), connection("second"), binding())

    imported = import_all(wish(root, tmp_path, only=("second",)))

    assert [one.object.name for one in imported] == ["second"]


class Secretive:
    """A platform that hands out no credentials, as most do."""

    async def read(self):
        return [connection(**{"spec.exchange": "kucoin"})]

    async def close(self):
        return None


def test_references_are_left_to_be_filled_where_no_credentials_are_handed_out(root, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "open_platform", lambda *_, **__: (Secretive(), None))

    (imported,) = import_all(wish(root, tmp_path))

    assert imported.to_fill == tuple(
        f"reconcile secrets set connections.d/secrets/first.sops.yaml main.{field}"
        for field in ("api_key", "secret", "passphrase")
    )
    assert texts(root).keys() == {"first.yaml"}
    assert "does not hand out the credentials" in texts(root)["first.yaml"]


def test_credentials_that_do_not_open_are_left_to_be_filled(root, hold, tmp_path):
    import sqlite3

    hold(connection())
    with sqlite3.connect(root / ".reconciler" / "platform.db") as damaged:
        damaged.execute("UPDATE connections SET sealed = x'00'")
    damaged.close()

    (imported,) = import_all(wish(root, tmp_path))

    assert len(imported.to_fill) == 2


def test_editors_find_the_schema_where_there_is_one(root, hold, tmp_path):
    hold(connection(), binding(), binding("other"))
    (root / "schemas").mkdir()
    (root / "schemas" / "manifest.schema.json").write_text("{}")

    import_all(wish(root, tmp_path))

    line = "# yaml-language-server: $schema=../schemas/manifest.schema.json\n"
    assert texts(root)["first.yaml"].startswith(line)
    # Editors take the line for its own document alone.
    assert [text.startswith(line) for text in texts(root)["first.bindings.yaml"].split("---\n")] == [True, True]


def test_broken_manifests_are_mended_first(root, tmp_path):
    (root / "connections.d").mkdir()
    (root / "connections.d" / "a.yaml").write_text("kind: Nonsense\n")

    with pytest.raises(InvalidConfig, match=r"connections\.d/a\.yaml"):
        workspace_of(root, {})
