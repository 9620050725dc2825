from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from reconciler.doctor.examine import Scene, examine
from reconciler.doctor.row import State
from reconciler.kit.clock import ManualClock
from reconciler.stores import sqlite

MANIFEST = """\
apiVersion: reconciler/v1
kind: Connection
metadata: {name: mexc-spot-main}
spec:
  exchange: mexc
  environment: simulator
  markets: [spot]
  credentials: {sops: secrets/mexc.sops.yaml, key: main}
"""


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    root = tmp_path / "repository"
    (root / "connections.d").mkdir(parents=True)
    (root / "connections.d" / "a.yaml").write_text(MANIFEST)
    (root / "reconciler.yaml").write_text("apiVersion: reconciler/v1\nkind: Config\n")
    return Scene(root, {}, tmp_path, ManualClock())


def row(scene: Scene, check: str):
    return next(row for row in examine(scene) if row.check == check)


def everything_under(folder: Path) -> dict[str, tuple[float, int]]:
    return {str(path): (path.stat().st_mtime, path.stat().st_mode) for path in folder.rglob("*")}


def test_a_sound_repository_has_no_failing_row(scene):
    assert not [row for row in examine(scene) if row.state is State.FAIL]


def test_the_examination_changes_nothing(scene, tmp_path):
    before = everything_under(tmp_path)

    examine(scene)

    assert everything_under(tmp_path) == before


def test_a_mistake_in_a_manifest_fails(scene):
    (scene.cwd / "connections.d" / "a.yaml").write_text(MANIFEST + "  colour: red\n")

    assert row(scene, "manifests").state is State.FAIL


def test_a_broken_config_fails_and_the_rest_is_still_looked_at(scene):
    (scene.cwd / "reconciler.yaml").write_text("kind: [")

    assert row(scene, "manifests").state is State.FAIL
    assert row(scene, "python").state is State.OK


def test_an_empty_folder_is_warned_of(tmp_path):
    scene = Scene(tmp_path, {}, tmp_path, ManualClock())

    assert row(scene, "manifests").state is State.WARN


def test_a_lock_that_is_held_is_told(scene):
    path = scene.cwd / ".reconciler" / "state.db"

    async def take() -> None:
        store = sqlite.open_store(path)
        await store.lock("ada@host pid 7", scene.clock.now(), 60)
        await store.close()

    asyncio.run(take())

    assert row(scene, "store").state is State.OK
    assert "ada@host pid 7" in row(scene, "lock").fact


def test_online_asks_nobody_when_all_is_simulated(scene, off_loopback_attempts):
    online = Scene(scene.cwd, {}, scene.home, scene.clock, is_online=True)

    assert row(online, "exchanges").state is State.OK
    assert off_loopback_attempts == []


def test_a_secret_in_the_environment_is_in_no_row(scene):
    canary = "canary-value-of-a-secret"
    named = ("RECONCILE_SECRET_A", "SOPS_AGE_KEY", "RECONCILE_WHATEVER")

    told = examine(Scene(scene.cwd, dict.fromkeys(named, canary), scene.home, scene.clock))

    assert canary not in os.linesep.join(f"{row.check} {row.fact} {row.fix}" for row in told)
