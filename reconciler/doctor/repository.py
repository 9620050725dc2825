"""The config repository: settings, manifests, the demo's identity, and what is kept beside them."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from reconciler.doctor.row import Row, fail, ok, warn
from reconciler.errors import NothingMatched, OperationalError, ReconcilerError
from reconciler.kit.clock import iso
from reconciler.kit.sqlite import Schema, open_readonly
from reconciler.model.lock import Held
from reconciler.wiring import KEY_FILE, Workspace

_DEMO = Path("connections.d/demo.agekey")
_CHMOD = "run: chmod {mode} {path}"


def manifests(workspace: Workspace | ReconcilerError) -> Row:
    """Judge whether the manifests can be read."""
    if isinstance(workspace, NothingMatched):
        return warn("manifests", workspace.message, workspace.hint or "make some with: reconcile init")
    if isinstance(workspace, ReconcilerError):
        return fail("manifests", workspace.message, workspace.hint)
    if workspace.findings:
        first = workspace.findings[0]
        fact = f"{_counted(len(workspace.findings), 'mistake')}, the first at {first.location}"
        return fail("manifests", fact, "see: reconcile validate")
    held = workspace.manifests
    parts = (
        _counted(len(held.connections), "connection"),
        _counted(len(held.bindings), "binding"),
        _counted(len(held.policies), "policy", "policies"),
    )
    return ok("manifests", f"{', '.join(parts)}, without a mistake")


def demo_identity(root: Path) -> Iterator[Row]:
    """Say what the checked-in identity is good for, where there is one."""
    path = root / _DEMO
    if path.is_symlink() or (path.exists() and not path.is_file()):
        yield fail("demo identity", f"{_DEMO} is no regular file", "replace it by the file itself")
    elif path.exists():
        yield ok("demo identity", f"{_DEMO} is public, and opens secrets of the simulator only")


def kept(workspace: Workspace) -> Iterator[Row]:
    """Judge the modes of what is kept on disk: state, platform and the key of this host."""
    store, platform = (workspace.root / path for path in (workspace.config.store.path, workspace.config.platform.path))
    places = dict.fromkeys((store, platform, workspace.root / KEY_FILE))
    there = [path for path in places if path.exists() or path.is_symlink()]
    for path in there:
        yield _mode(path, workspace.root)
    for folder in dict.fromkeys(path.parent for path in there):
        if folder != workspace.root and folder.stat().st_mode & 0o022:
            fact = f"others may write into {_shown(folder, workspace.root)}"
            yield fail("files", fact, _CHMOD.format(mode=700, path=folder))
    if not there:
        yield ok("files", "nothing was applied from here yet")
    elif (store.exists() or platform.exists()) and not (workspace.root / KEY_FILE).exists():
        fact = f"{_shown(workspace.root / KEY_FILE, workspace.root)} is gone, and the rest was written with it"
        yield fail("files", fact, "restore it, or move the databases away and apply again")


def _mode(path: Path, root: Path) -> Row:
    state = path.lstat()
    if not stat.S_ISREG(state.st_mode):
        return fail("files", f"{_shown(path, root)} is no regular file", "put the file itself there")
    if state.st_mode & 0o077:
        return fail("files", f"others can reach {_shown(path, root)}", _CHMOD.format(mode=600, path=path))
    return ok("files", f"{_shown(path, root)} is private")


def database(check: str, path: Path, schema: Schema) -> Iterator[Row]:
    """Judge whether a database can be read, where there is one."""
    if not path.exists():
        return
    try:
        open_readonly(path, schema).close()
    except OperationalError as error:
        yield fail(check, error.message, error.hint)
    else:
        yield ok(check, f"readable, version {schema.version}")


def lock(held: Held | None, now: datetime) -> Row:
    """Say who may write now."""
    if held is None:
        return ok("lock", "free")
    owner, until = held.owner, held.until
    if until <= now:
        return ok("lock", f"free; {owner} left it behind, and it ran out at {iso(until)}")
    fix = f"wait for that run; if it is gone for good: reconcile unlock {held.id}"
    return warn("lock", f"{owner} is writing since {iso(held.since)}, until {iso(until)} at most", fix)


def _counted(count: int, noun: str, plural: str = "") -> str:
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
