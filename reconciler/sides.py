"""Comparing two states of a config repository: reads both, as far as that goes without a key, and compares them."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.documents.config import Config
from reconciler.engine.compare import compare
from reconciler.engine.select import Scope, scope_of, select
from reconciler.errors import InvalidConfig, NothingMatched, SecretRejected, UsageError
from reconciler.kit import discover
from reconciler.kit.clock import Clock
from reconciler.manifests.config import configured, root_of
from reconciler.manifests.files import CONFIG, absolute
from reconciler.manifests.git import Revision, common_ancestor, is_revision
from reconciler.manifests.load import load
from reconciler.manifests.mistakes import Mark
from reconciler.manifests.revision import git_folder, revision
from reconciler.manifests.tree import Folder, Tree
from reconciler.model.comparison import Difference
from reconciler.model.finding import Finding
from reconciler.model.manifest import Manifests
from reconciler.model.report import Report
from reconciler.model.secret_scheme import Sealed
from reconciler.model.side import Outside, Side
from reconciler.model.state import Kind
from reconciler.values.secret import SecretRef
from reconciler.wiring import known, rules

_HERE = "the working tree"
# What can only be a folder.
_PLAIN = re.compile(r"\.{0,2}/|\.{1,2}\Z")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be compared: two folders or git revisions, and which of their manifests.

    Without a head, the files as they lie here now. With `from_ancestor`, what the head changed since it left the base.
    """

    cwd: Path
    base: str
    head: str | None = None
    from_ancestor: bool = False
    config: Path | None = None
    manifests: Sequence[Path] = ()
    labels: Mapping[str, str] | None = None
    only: Sequence[str] = ()


def compared(wanted: Wanted, command: str, clock: Clock) -> Report:
    """Return the report of a comparison; nothing is opened with a key, contacted or written.

    Where the head is not valid, its mistakes are the report. What cannot be read of the base counts as not there, and
    the report says so. Raises UsageError when a side does not exist or could be two things, InvalidConfig when the head
    has no such settings, NothingMatched when neither side has a manifest.
    """
    started = clock.now()
    root = root_of(wanted.config, wanted.cwd, wanted.manifests)
    base, head = _trees(wanted, root)
    if wanted.config and not head.exists(head.root / wanted.config.name):
        raise InvalidConfig("the head has no file of the name given with --config", hint="correct the path")
    one, two = _read(base, wanted, root), _read(head, wanted, root)
    if two.findings:
        return Report(command, started, clock.now(), findings=two.findings, is_valid=False)
    documents = [side.side.manifests.count for side in (one, two)]
    if not any(documents):
        raise NothingMatched(
            "neither side has a manifest", hint="put manifests under connections.d/, or name them with -f"
        )
    comparison = replace(compare(one.side, two.side, rules()), unread=one.findings)
    if wanted.labels or wanted.only:
        scope = _selected(one.side.manifests, wanted) | _selected(two.side.manifests, wanted)
        comparison = replace(comparison, differences=tuple(_within(scope, comparison.differences)))
    sha = head.sha if isinstance(head, Revision) else revision(head.root)
    return Report(command, started, clock.now(), sha, comparison=comparison, documents=documents[1])


@dataclass(frozen=True, slots=True)
class _Read:
    side: Side
    findings: tuple[Finding, ...]


def _trees(wanted: Wanted, root: Path) -> tuple[Tree, Tree]:
    head: Tree = Folder(root) if wanted.head is None else _tree(wanted.head, root, wanted)
    if not wanted.from_ancestor:
        return _tree(wanted.base, root, wanted), head
    later = wanted.head or "HEAD"
    if any((wanted.cwd / name).is_dir() for name in (wanted.base, later)):
        raise UsageError("folders have no common ancestor", hint="name git revisions, or leave out --merge-base")
    return Revision(root, common_ancestor(root, wanted.base, later)), head


def _tree(name: str, root: Path, wanted: Wanted) -> Tree:
    folder = wanted.cwd / name
    if not folder.is_dir():
        return Revision(root, name)
    if is_revision(root, name):
        # Whoever proposes a change could bring a folder that is named like the branch it is to be compared with.
        told = f'"{folder.name}" is a folder and a git revision'
        raise UsageError(told, hint="write ./ before the folder; move it away if the revision is meant")
    if git_folder(root) is not None and folder.resolve().is_relative_to(root.resolve()) and not _PLAIN.match(name):
        # The same, where the branch was not fetched.
        told = f'there is no git revision "{folder.name}", only a folder'
        raise UsageError(told, hint="write ./ before the folder; fetch the revision if that is meant")
    return Folder(folder)


def _read(tree: Tree, wanted: Wanted, root: Path) -> _Read:
    label = _label(tree, wanted, root)
    settings = configured(tree.root / (wanted.config.name if wanted.config else CONFIG), tree, known=known())
    paths = [tree.root / _inside(wanted.cwd / path, root) for path in wanted.manifests]
    places = paths or [tree.root / name for name in settings.config.manifests]
    if not paths and not any(tree.exists(place) for place in (tree.root / CONFIG, *places)):
        # Not a repository of ours but a folder of manifests: all that lies in it is compared.
        places = [tree.root]
    loaded = load(places, root=tree.root, known=known(), strategies=settings.config.strategies, tree=tree)
    side = Side(label, loaded, settings.config, _secrets(tree, loaded), _schemas(tree, settings.config))
    return _Read(side, tuple(sorted((*settings.findings, *loaded.findings), key=lambda one: one.order)))


def _inside(path: Path, root: Path) -> Path:
    """Return a path as it is on either side: from the root, which each side has its own of."""
    try:
        return Path(absolute(path)).relative_to(absolute(root))
    except ValueError:
        hint = "name places inside the repository: each side is asked for its own"
        raise UsageError("--manifests leads out of the repository", hint=hint) from None


def _label(tree: Tree, wanted: Wanted, root: Path) -> str:
    if isinstance(tree, Revision):
        return tree.name
    return _HERE if wanted.head is None and tree.root == Folder(root).root else str(tree.root.name)


def _selected(manifests: Manifests, wanted: Wanted) -> Scope:
    """Return what the selectors select on one side; what it lacks is for the other side to select."""
    names = {name for _, name in scope_of(manifests)}
    only = [name for name in wanted.only if name in names]
    if wanted.only and not only:
        return frozenset()
    try:
        return scope_of(select(manifests, labels=wanted.labels or {}, only=only))
    except NothingMatched:
        return frozenset()


def _within(scope: Scope, differences: Iterable[Difference]) -> Iterator[Difference]:
    if not scope:
        raise NothingMatched("the selectors select nothing", hint="compare -l and --only with the manifests' metadata")
    selected = {(str(kind), name) for kind, name in scope}
    kinds = {str(kind) for kind in Kind}
    for one in differences:
        # Policies and settings are about everything.
        if one.kind not in kinds or {(one.kind, one.name), (one.kind, one.moved_from)} & selected:
            yield one


def _secrets(tree: Tree, manifests: Manifests) -> dict[str, dict[str, Outside]]:
    looked: dict[tuple[str, str], Sealed | None] = {}
    found: dict[str, dict[str, Outside]] = {}
    for placed in manifests.connections:
        folder = posixpath.dirname(placed.source.file)
        for field, ref in placed.document.spec.credentials.refs.items():
            file = (ref.scheme, posixpath.normpath(posixpath.join(folder, ref.locator)))
            if file not in looked:
                looked[file] = _look(tree, ref, file[1])
            sealed = looked[file]
            outside = Outside(sealed.digest(ref), sealed.recipients or ()) if sealed else Outside()
            found.setdefault(placed.name, {})[field] = outside
    return found


def _schemas(tree: Tree, config: Config) -> dict[str, str | None]:
    named = {name: tree.root / one.settings_schema for name, one in config.strategies.items()}
    return {name: None if tree.leaves(path) else _digest(tree.read(path)) for name, path in named.items()}


def _digest(data: bytes | Mark) -> str | None:
    """Return what tells one JSON text from another that means something else, None where there is none."""
    if isinstance(data, Mark):
        return None
    # Where it is no JSON, its bytes must do.
    with suppress(ValueError, RecursionError):
        data = json.dumps(json.loads(data), sort_keys=True).encode()
    return hashlib.sha256(data).hexdigest()


def _look(tree: Tree, ref: SecretRef, file: str) -> Sealed | None:
    """Return how the file of a reference looks from outside, None where it cannot be looked at."""
    look = getattr(discover.load("reconciler.secrets", ref.scheme), "look", None)
    path = tree.root / file
    if look is None or file.startswith(("..", "/")) or not tree.exists(path) or tree.leaves(path):
        return None
    data = tree.read(path)
    if isinstance(data, Mark):
        return None
    try:
        sealed: Sealed = look(data, file)
    except SecretRejected:
        return None
    return sealed
