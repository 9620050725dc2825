"""Manifests for what a platform already holds, such that the next dry run has nothing to do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

from reconciler.errors import InvalidConfig, PlatformError
from reconciler.manifests.config import read_config
from reconciler.manifests.load import load
from reconciler.model.ports import Custodian, Platform, Store
from reconciler.model.state import JsonValue, Kind, ManagedObject
from reconciler.sealed import setting
from reconciler.sealed import writing as sealed
from reconciler.sealed.identities import Ask
from reconciler.sealed.tree import Tree
from reconciler.starting import taken, writing
from reconciler.starting.emitting import document
from reconciler.values.secret import Credentials
from reconciler.wiring import Workspace, known, open_platform, open_store

_SCHEMA = "schemas/manifest.schema.json"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be imported, and for whom its secrets are encrypted."""

    workspace: Workspace
    recipients: Sequence[str]
    everything: bool
    only: Sequence[str]
    environ: Mapping[str, str]
    home: Path
    now: datetime
    ask: Ask | None = None

    @property
    def folder(self) -> str:
        """Where the manifests go, from the root: the first place that settings name for them."""
        return self.workspace.config.manifests[0].rstrip("/")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one object: the file it stands in now, or why there is none; and what is left to do."""

    object: ManagedObject
    file: str = ""
    problem: str = ""
    to_fill: tuple[str, ...] = ()


@dataclass(slots=True)
class _Held:
    """What a platform holds and who else knows of it."""

    objects: Sequence[ManagedObject]
    recorded: frozenset[tuple[Kind, str]]
    credentials: dict[str, Credentials] = field(default_factory=dict)


def workspace_of(cwd: Path, environ: Mapping[str, str], config: Path | None = None) -> Workspace:
    """Read settings and manifests; unlike for a pass, there need not be any.

    Raises InvalidConfig with the first mistake: what is declared must be known before anything is added to it.
    """
    settings = read_config(config, cwd=cwd, known=known(), environ=environ)
    places = [settings.root / name for name in settings.config.manifests]
    manifests = load(places, root=settings.root, known=known(), strategies=settings.config.strategies)
    for finding in (*settings.findings, *manifests.findings):
        told = f"{finding.location}: {finding.message}"
        raise InvalidConfig(told, hint="see all mistakes with: reconcile validate")
    return Workspace(settings.root, settings.config, manifests)


def import_all(wish: Wish) -> list[Imported]:
    """Write a manifest for each object that no manifest declares, connections first, and tell what became of each.

    What was applied from here and is declared no more was taken away on purpose: it is imported only when everything
    is wanted. Raises PlatformError, StoreError, GuardRefused.
    """
    held = asyncio.run(_read(wish))
    objects = [one for one in held.objects if _is_wanted(one, held, wish)]
    imported = [_connection(one, held, wish) for one in objects if one.kind is Kind.CONNECTION]
    return [*imported, *_bindings([one for one in objects if one.kind is Kind.BINDING], imported, wish)]


async def _read(wish: Wish) -> _Held:
    platform, store = _opened(wish.workspace)
    try:
        held = _Held(await platform.read(), frozenset(one.id for one in await store.recorded()))
        if isinstance(platform, Custodian):
            held.credentials.update(_handed_out(platform, held, wish))
    finally:
        await store.close()
        await platform.close()
    return held


def _handed_out(custodian: Custodian, held: _Held, wish: Wish) -> Iterator[tuple[str, Credentials]]:
    for one in held.objects:
        if one.kind is Kind.CONNECTION and _is_wanted(one, held, wish):
            # What does not open is told later, as references to be filled.
            with suppress(PlatformError):
                yield one.name, custodian.credentials(one.name)


def _opened(workspace: Workspace) -> tuple[Platform, Store]:
    platform, _ = open_platform(workspace, read_only=True)
    return platform, open_store(workspace, read_only=True)


def _is_wanted(one: ManagedObject, held: _Held, wish: Wish) -> bool:
    if one.id in _declared(wish.workspace) or (wish.only and one.name not in wish.only):
        return False
    return wish.everything or one.id not in held.recorded


def _declared(workspace: Workspace) -> set[tuple[Kind, str]]:
    manifests = workspace.manifests
    connections = {(Kind.CONNECTION, one.name) for one in manifests.connections}
    return connections | {(Kind.BINDING, one.name) for one in manifests.bindings}


def _connection(one: ManagedObject, held: _Held, wish: Wish) -> Imported:
    root, name, secrets = wish.workspace.root, f"{wish.folder}/{one.name}.yaml", taken.secret_name(one.name)
    credentials = held.credentials.get(one.name)
    fields = taken.fields_of(credentials, one)
    data = taken.manifest(one, taken.references(one.name, fields))
    if data is None:
        return Imported(one, problem="what the platform holds fits no manifest")
    for file in (name, f"{wish.folder}/{secrets}"):
        if writing.is_taken(root, file):
            return Imported(one, problem=f"{file} exists already, and is not written over")
    heading = [f"Imported on {wish.now.date()} from the {wish.workspace.config.platform.driver} platform."]
    if credentials is not None:
        # The secrets first, so that no manifest ever refers to a file that is not there.
        writing.write_new(root, f"{wish.folder}/{secrets}", _sealed(credentials, root / wish.folder / secrets, wish))
    else:
        heading.append("The platform does not hand out the credentials: put them where the references lead.")
    writing.write_new(root, name, _text(wish, [data], heading))
    keys = () if credentials is not None else tuple(ref["key"] for ref in taken.references(one.name, fields).values())
    to_fill = tuple(f"reconcile secrets set {wish.folder}/{secrets} {key}" for key in keys)
    return Imported(one, name, to_fill=to_fill)


def _sealed(credentials: Credentials, file: Path, wish: Wish) -> bytes:
    wanted = setting.Setting(file, None, wish.recipients, wish.environ, wish.home, wish.ask)
    tree = taken.values(credentials)
    paths = [(group, name) for group, inner in tree.items() for name in inner]
    sealing = setting.sealing_of(wanted, wish.workspace.root, paths)
    return sealed.new_file([cast(Tree, tree)], "yaml", sealing, wish.now)


def _bindings(objects: Sequence[ManagedObject], imported: Sequence[Imported], wish: Wish) -> Iterator[Imported]:
    """Write the bindings of each connection into a file beside its own."""
    declared = _declared(wish.workspace) | {one.object.id for one in imported if one.file}
    fitting: dict[str, list[tuple[ManagedObject, dict[str, JsonValue]]]] = {}
    for one in objects:
        connection = str(one.fields.get("spec.connection"))
        data = taken.manifest(one)
        if (Kind.CONNECTION, connection) not in declared:
            yield Imported(one, problem=f"its connection {connection} is not declared")
        elif data is None:
            yield Imported(one, problem="what the platform holds fits no manifest")
        else:
            fitting.setdefault(connection, []).append((one, data))
    for connection, found in fitting.items():
        # No name of a connection holds a dot, so this can be no connection's own file.
        name = f"{wish.folder}/{connection}.bindings.yaml"
        heading = [f"Imported on {wish.now.date()}: what trades through {connection}."]
        is_new = writing.write_new(wish.workspace.root, name, _text(wish, [data for _, data in found], heading))
        problem = "" if is_new else f"{name} exists already, and is not written over"
        yield from (Imported(one, name if is_new else "", problem) for one, _ in found)


def _text(wish: Wish, documents: Sequence[dict[str, JsonValue]], heading: Sequence[str]) -> bytes:
    modeline = []
    if (wish.workspace.root / _SCHEMA).is_file():
        modeline.append(f"yaml-language-server: $schema={'../' * len(Path(wish.folder).parts)}{_SCHEMA}")
    first, *others = documents
    # Editors take the line for its own document alone.
    texts = [document(first, [*modeline, *heading]), *(document(one, modeline) for one in others)]
    return "---\n".join(texts).encode()
