"""The whole examination, in the order in which a beginner meets what it looks at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler import wiring
from reconciler.doctor import environment, identities, network, program, repository
from reconciler.doctor.row import Row
from reconciler.errors import ReconcilerError
from reconciler.kit.clock import Clock
from reconciler.platforms import embedded
from reconciler.stores import sqlite


@dataclass(frozen=True, slots=True)
class Scene:
    """Where we are: the folder, the environment, the person's home, and what was asked for."""

    cwd: Path
    environ: Mapping[str, str]
    home: Path
    clock: Clock
    config: Path | None = None
    manifests: Sequence[Path] = ()
    is_online: bool = False


def examine(scene: Scene) -> tuple[Row, ...]:
    """Look over everything; what cannot be looked at because something else is broken is left out."""
    return tuple(_rows(scene))


def _rows(scene: Scene) -> Iterator[Row]:
    yield from program.rows()
    yield network.clock(scene.clock.now(), is_compared=scene.is_online)
    workspace = _workspace(scene)
    root = workspace.root if isinstance(workspace, wiring.Workspace) else scene.cwd
    yield from identities.rows(scene.environ, scene.home, root)
    yield from environment.rows(scene.environ)
    yield repository.manifests(workspace)
    yield from repository.demo_identity(root)
    if isinstance(workspace, wiring.Workspace):
        yield from repository.kept(workspace)
        yield from _databases(workspace, scene)
        if scene.is_online:
            yield from _exchanges(workspace, scene)


def _workspace(scene: Scene) -> wiring.Workspace | ReconcilerError:
    try:
        return wiring.read_workspace(
            cwd=scene.cwd, environ=scene.environ, config=scene.config, manifests=scene.manifests
        )
    except ReconcilerError as error:
        return error


def _databases(workspace: wiring.Workspace, scene: Scene) -> Iterator[Row]:
    if workspace.config.platform.driver == "embedded":
        yield from repository.database("platform", workspace.root / workspace.config.platform.path, embedded.SCHEMA)
    path = workspace.root / workspace.config.store.path
    yield from repository.database("store", path, sqlite.SCHEMA)
    if path.exists():
        yield from _lock(path, scene)


def _lock(path: Path, scene: Scene) -> Iterator[Row]:
    try:
        store = sqlite.open_store(path, read_only=True)
    except ReconcilerError:
        return
    yield repository.lock(store.holder(), scene.clock.now())


def _exchanges(workspace: wiring.Workspace, scene: Scene) -> Iterator[Row]:
    live = {c.document.spec.exchange for c in workspace.manifests.connections if c.document.spec.environment == "live"}
    settings = workspace.config.exchanges

    def base_url(word: str) -> str | None:
        return settings[word].base_url if word in settings else None

    yield from network.rows(sorted(live | set(settings)), wiring.exchanges(), base_url, scene.clock)
