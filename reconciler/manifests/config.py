"""`reconciler.yaml`: the settings of a config repository, its root, and the guards over what it may ask for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.documents import shapes
from reconciler.documents.config import Config
from reconciler.documents.known import Known
from reconciler.errors import InvalidConfig
from reconciler.manifests.check import check, value_at
from reconciler.manifests.entry import at_mark, chunks_of, data_of, findings_of
from reconciler.manifests.files import CONFIG, Found, absolute, show
from reconciler.manifests.hosts import VARIABLE, is_allowed
from reconciler.manifests.mistakes import Mark, Mistake
from reconciler.manifests.paths import find_root
from reconciler.manifests.source import TextSource
from reconciler.manifests.tree import Folder, Tree
from reconciler.model.finding import Finding

_PATH = re.compile(shapes.RELATIVE_PATH.removesuffix("$") + r"\Z")
_BASE_URL = re.compile(shapes.BASE_URL.removesuffix("$") + r"\Z")
_LEADS_OUT = "a link on this path leads out of the repository"


@dataclass(frozen=True, slots=True)
class Configured:
    """The root of the config repository, its settings, and what is wrong with them; then the defaults stand in."""

    root: Path
    config: Config
    findings: tuple[Finding, ...] = ()


def read_config(
    given: Path | None,
    *,
    cwd: Path,
    known: Known,
    environ: Mapping[str, str] | None = None,
    manifests: Sequence[Path] = (),
) -> Configured:
    """Read the settings: of the given file, or of the repository around the working folder; an absent one is empty.

    `manifests` that were named and lie outside that repository bring their own. `environ` is where the operator
    allows hosts; None leaves hosts unjudged, for runs that contact none. Raises InvalidConfig when the given file
    is not there.
    """
    path = root_of(given, cwd, manifests) / (given.name if given else CONFIG)
    if given and not os.path.lexists(path):
        raise InvalidConfig("the file given with --config is not there", hint="correct the path")
    return configured(path, Folder(path.parent), known=known, environ=environ)


def configured(path: Path, tree: Tree, *, known: Known, environ: Mapping[str, str] | None = None) -> Configured:
    """Read the settings of a tree from a file of it; an absent one is empty."""
    root = tree.root
    if not tree.exists(path):
        return Configured(root, Config(), tuple(_led_out(Config(), tree)))
    found = Found(str(path), show(path, root))
    chunks, marks = chunks_of(found, tree)
    findings = [at_mark(found.shown, mark) for mark in marks]
    config: Config | None = None
    for chunk in chunks:
        source = TextSource(found.shown, chunk)
        data, is_there, more = data_of(chunk, source)
        findings.extend(more)
        if not is_there:
            continue
        if config is not None:
            second = "a second document; there is only one Config"
            mistakes = [Mistake("document", (), second, "move manifests into a folder of their own")]
        else:
            document, mistakes = check(Config, data, known)
            mistakes.extend(_guarded(data, tree, environ))
            config = document or Config()
        findings.extend(findings_of(mistakes, source, "Config", None))
    if not findings:
        findings.extend(_led_out(config or Config(), tree))
    findings.sort(key=lambda finding: finding.order)
    return Configured(root, Config() if findings or config is None else config, tuple(findings))


def root_of(given: Path | None, cwd: Path, manifests: Sequence[Path]) -> Path:
    """Return the root of the config repository that a command is about: the folder of the settings it names.

    Without them, what is around the working folder, or around the manifests that are named outside of that.
    """
    if given:
        return Path(absolute(cwd / given)).parent
    root = find_root(cwd)
    named = [Path(absolute(cwd / path)) for path in manifests]
    if not named or all(path.is_relative_to(root) for path in named):
        return root
    return find_root(Path(os.path.commonpath([path.parent for path in named])))


def _led_out(config: Config, tree: Tree) -> Iterator[Finding]:
    """Find the defaults that lead out: a repository can bring a link in the place of a folder that nobody names."""
    for name in (config.platform.path, config.store.path):
        if tree.leaves(tree.root / name):
            told = Mark("path", 0, 0, _LEADS_OUT, "put the folder itself here")
            yield at_mark(show(tree.root / name, tree.root), told)


def _guarded(data: object, tree: Tree, environ: Mapping[str, str] | None) -> Iterator[Mistake]:
    """Find the hosts that nobody allowed and the paths that lead out, on plain data: other mistakes hide none."""
    if not isinstance(data, dict):
        return
    for path, text in _texts(data):
        if path[-1] == "baseUrl":
            if environ is not None and _BASE_URL.match(text) and not is_allowed(text, environ):
                told = "this host is neither loopback nor allowed by the operator"
                yield Mistake("base-url", path, told, f"remove it, or have the operator name the host in {VARIABLE}")
        elif _PATH.match(text) and tree.leaves(tree.root / text):
            yield Mistake("path", path, _LEADS_OUT, "name a path inside it")


def _texts(data: dict[str, object]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    places: list[tuple[str | int, ...]] = [("platform", "path"), ("store", "path")]
    for section, field in (("exchanges", "baseUrl"), ("strategies", "settingsSchema")):
        names = data.get(section)
        places.extend((section, name, field) for name in (names if isinstance(names, dict) else ()))
    manifests = data.get("manifests")
    places.extend(("manifests", at) for at in range(len(manifests) if isinstance(manifests, list) else 0))
    for place in places:
        if isinstance(value := value_at(data, place), str):
            yield place, value
