"""Looking at what lies beside the documents of a config repository, as far as that goes without any key.

What was found is for the rules to judge. Nothing is opened with an identity, no link is followed, no pipe waited for.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.documents.config import Config
from reconciler.errors import SecretError, SecretNotFound, SecretRejected
from reconciler.kit import discover
from reconciler.manifests.files import CONFIG
from reconciler.manifests.neighbours import key_files, secret_files
from reconciler.manifests.tree import Folder
from reconciler.model.grounds import Grounds, Labels, Origin, SecretFile, TextFile, Use
from reconciler.model.manifest import Manifests
from reconciler.model.secret_scheme import Look, Sealed
from reconciler.sealed import guards
from reconciler.sealed.demo import FILE as DEMO

_SCHEMES = "reconciler.secrets"


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of the repository a run is about: a selection says nothing of files that nobody selected names."""

    is_selection: bool = False
    is_narrowed: bool = False


def grounds(manifests: Manifests, config: Config, scale: Scale, needs_passphrase: Mapping[str, bool]) -> Grounds:
    """Look at every encrypted file that connections name, at those nobody names, and at all texts in clear."""
    root = manifests.root
    secrets = [_looked(root, scheme, path, tuple(uses)) for (scheme, path), uses in _uses(manifests, needs_passphrase)]
    if not scale.is_selection:
        named = {one.path for one in secrets}
        places = [root / name for name in config.manifests]
        others = (path for path in secret_files(places, root) if path not in named)
        secrets += [_looked(root, "age" if path.endswith(".age") else "sops", path, ()) for path in others]
    texts = [*_manifests(manifests, scale), *([] if scale.is_selection else _key_files(root))]
    return Grounds(tuple(secrets), tuple(texts))


def _uses(manifests: Manifests, needs_passphrase: Mapping[str, bool]) -> Iterator[tuple[tuple[str, str], list[Use]]]:
    found: dict[tuple[str, str], list[Use]] = {}
    for placed in manifests.connections:
        folder = posixpath.dirname(placed.source.file)
        spec = placed.document.spec
        for field, ref in spec.credentials.refs.items():
            if look_of(ref.scheme) is None or (field == "passphrase" and not needs_passphrase.get(spec.exchange)):
                continue
            path = posixpath.normpath(posixpath.join(folder, ref.locator))
            found.setdefault((ref.scheme, path), []).append(Use(placed, field, ref))
    yield from found.items()


def look_of(scheme: str) -> Look | None:
    """Return how files of a scheme are looked at from outside, None where the scheme has no files in the repository."""
    look: Look | None = getattr(discover.load(_SCHEMES, scheme), "look", None)
    return look


def _looked(root: Path, scheme: str, path: str, uses: tuple[Use, ...]) -> SecretFile:
    try:
        return SecretFile(path, scheme, _seen(root, scheme, path), uses=uses)
    except SecretNotFound as error:
        return SecretFile(path, scheme, None, "there is no such file", error.hint, is_there=False, uses=uses)
    except SecretError as error:
        # A path that leads out is no place to point at.
        is_there = not path.startswith(("/", ".."))
        return SecretFile(path, scheme, None, error.message, error.hint, is_there=is_there, uses=uses)


def _seen(root: Path, scheme: str, path: str) -> Sealed:
    look = look_of(scheme)
    with guards.opened(root, guards.way((), path)) as file:
        data = file.read()
    if look is None:
        raise SecretRejected("files of this kind are not encrypted")
    return look(data, path)


def _manifests(manifests: Manifests, scale: Scale) -> Iterator[TextFile]:
    labels: dict[str, dict[frozenset[tuple[str, str]], Labels]] = {}
    for placed in manifests.connections:
        own = placed.document.metadata.labels
        labels.setdefault(placed.source.file, {})[frozenset(own.items())] = own
    files = (*manifests.files, CONFIG)
    if scale.is_narrowed:
        sources = [*(one.source for one in manifests.connections), *(one.source for one in manifests.bindings)]
        files = tuple(dict.fromkeys(source.file for source in sources))
    tree = Folder(manifests.root)
    for name in files:
        data = tree.read(manifests.root / name)
        if isinstance(data, bytes):
            yield TextFile(name, data.decode(errors="replace"), Origin.MANIFESTS, tuple(labels.get(name, {}).values()))


def _key_files(root: Path) -> Iterator[TextFile]:
    for name in key_files(root):
        if name == "/".join(DEMO):
            continue
        try:
            with guards.opened(root, guards.way((), name)) as file:
                yield TextFile(name, file.read().decode(errors="replace"), Origin.KEYS)
        except SecretError:
            # Gone since git noted it, a link, or too large for a key.
            continue
