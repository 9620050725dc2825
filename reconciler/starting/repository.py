"""A new config repository: which files it has, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import cast

from reconciler.documents import schema
from reconciler.manifests.files import find
from reconciler.sealed import writing as sealed
from reconciler.sealed.tree import Tree
from reconciler.sealed.writing import Sealing
from reconciler.starting import writing
from reconciler.starting.identity import Reader
from reconciler.starting.origin import requirement
from reconciler.starting.sample import Sample
from reconciler.starting.templates import filled
from reconciler.wiring import known

# Versions as published on 2026-11-22; a tag can be moved, a commit cannot.
_PINS = {
    "checkout": "actions/checkout@8e8c483db84b4bee98b60c0593521ed34d9990e8 # v6.0.1",
    "setup_python": "actions/setup-python@83679a892e2d95755f2dac6acb0bfd1e9ac5d548 # v6.1.0",
    "upload": "actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6.0.0",
    "download": "actions/download-artifact@37930b1c2abaa49bbe596cd826c3c89aef350131 # v7.0.0",
}
_FOLDER = "connections.d"


class Pipeline(StrEnum):
    """Where a repository is hosted, and so which pipeline it gets."""

    GITHUB = "github"
    GITLAB = "gitlab"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class File:
    """One file of the new repository: where it stands, what it is for, and what makes its content."""

    name: str
    purpose: str
    content: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one file; `note` says what is still to be done about one that was left alone."""

    name: str
    purpose: str
    is_new: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to begin with."""

    root: Path
    sample: Sample
    pipeline: Pipeline
    now: datetime


def check_places(wish: Wish) -> None:
    """Look at every place before anything is written, an identity included.

    Raises GuardRefused when a link stands on the way to one of them.
    """
    for file in files(wish, Reader(())):
        writing.is_taken(wish.root, file.name)


def begin(wish: Wish, reader: Reader) -> Iterator[Written]:
    """Write each file that is not there yet, and tell what became of it.

    Where other manifests stand already, no example is added to them. Raises GuardRefused, OperationalError.
    """
    has_own = _has_own_manifests(wish)
    wanted = [one for one in files(wish, reader) if not (has_own and one.name.startswith(f"{_FOLDER}/"))]
    # All of them are made before the first is written, so that a mistake leaves nothing half done.
    made = {one.name: one.content() for one in wanted if not writing.is_taken(wish.root, one.name)}
    writing.make_root(wish.root)
    for file in wanted:
        is_new = file.name in made and writing.write_new(wish.root, file.name, made[file.name])
        yield Written(file.name, file.purpose, is_new, "" if is_new else _note(wish.root, file))


def files(wish: Wish, reader: Reader) -> Sequence[File]:
    """Return the files of a new repository, in the order in which a newcomer reads them."""
    sample, words = wish.sample, wish.sample.words(wish.now.date())
    return [
        _page("reconciler.yaml", "the settings", "reconciler.yaml"),
        _page(f"{_FOLDER}/{sample.name}.yaml", "a first connection, at the simulator", "connection.yaml", words),
        _page(f"{_FOLDER}/bindings.yaml", "a first strategy that trades through it", "bindings.yaml", words),
        _page(f"{_FOLDER}/policy.yaml", "the rules that all keys must meet", "policy.yaml", words),
        File(f"{_FOLDER}/{sample.secrets}", "its secrets, made up and encrypted", lambda: _secrets(wish, reader)),
        _page(".sops.yaml", "for whom secrets are encrypted", "sops.yaml", {"recipients": reader.recipients}),
        _page(".gitignore", "what stays out of git", "gitignore"),
        _page(".pre-commit-config.yaml", "the check before each commit", "pre-commit-config.yaml"),
        *_pipelines(wish.pipeline),
        File("schemas/manifest.schema.json", "completion in editors: manifests", lambda: _schema(schema.ANY)),
        File("schemas/config.schema.json", "completion in editors: reconciler.yaml", lambda: _schema("config")),
    ]


def _page(name: str, purpose: str, template: str, words: Mapping[str, object] | None = None) -> File:
    return File(name, purpose, lambda: filled(template, **(words or {})).encode())


def _pipelines(chosen: Pipeline) -> Iterator[File]:
    for name, told, pipeline in (
        (".github/workflows/reconcile.yml", "the pipeline on GitHub", Pipeline.GITHUB),
        (".gitlab-ci.yml", "the pipeline on GitLab", Pipeline.GITLAB),
    ):
        if chosen in (pipeline, Pipeline.BOTH):
            install = filled(f"install-{pipeline}.sh").rstrip("\n")
            template = name.rpartition("/")[2].lstrip(".") if pipeline is Pipeline.GITLAB else "github.yml"
            yield _page(name, told, template, {"install": install, "pins": _PINS})
    yield _page("requirements.txt", "what the pipelines install", "requirements.txt", {"requirement": requirement()})


def _schema(word: str) -> bytes:
    return schema.render(word, known()).encode()


def _secrets(wish: Wish, reader: Reader) -> bytes:
    tree = cast(Tree, wish.sample.made_up())
    return sealed.new_file([tree], "yaml", Sealing([list(reader.recipients)]), wish.now)


def _has_own_manifests(wish: Wish) -> bool:
    """Tell whether manifests stand there that are not the example's: a second policy or name would clash with them."""
    names = {str(wish.root / file.name) for file in files(wish, Reader(()))}
    return any(found.path not in names for found in find([wish.root / _FOLDER], wish.root))


def _note(root: Path, file: File) -> str:
    """Say what an existing file lacks, as far as that can be told by looking for lines."""
    if file.name != ".gitignore":
        return ""
    try:
        lines = (root / file.name).read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        return ""
    return "" if {".reconciler/", ".reconciler", "/.reconciler/"} & set(lines) else "add the line .reconciler/"
