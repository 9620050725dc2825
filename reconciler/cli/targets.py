"""Where reports go: formats and files as they are asked for, and the places where no report may stand.

A pull request may hold a link where a pipeline writes its report, or ask for nothing and be written into: so no link is
followed, and no report takes the place of a manifest, a secret, or what git and this program keep for themselves.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.errors import UsageError
from reconciler.kit import discover, suggest

DEFAULT = "text"
_STDOUT = "-"
_KEPT = frozenset({".git", ".reconciler"})
_TAKEN = frozenset({".yaml", ".yml", ".age", ".agekey"})


@dataclass(frozen=True, slots=True)
class Target:
    """One report that is asked for: its format, and its file; None is stdout."""

    format: str = DEFAULT
    file: Path | None = None


def target_of(text: str) -> Target:
    """Read one `FORMAT[=FILE]`; the file `-` is stdout.

    Raises UsageError, which never repeats an unknown word.
    """
    word, equals, name = text.partition("=")
    formats = discover.names("reconciler.reporters")
    if word not in formats:
        near = suggest.did_you_mean(word, formats)
        raise UsageError("there is no such output format", hint=near)
    if equals and not name:
        raise UsageError(f"no file is named in -o {word}=", hint=f"write -o {word}=FILE, or -o {word} for stdout")
    return Target(word, Path(name) if name not in ("", _STDOUT) else None)


def targets_of(outputs: Sequence[Target], file: Path | None) -> tuple[Target, ...]:
    """Return where reports go: one at most to stdout, or into `file` in its place.

    Raises UsageError with the words to write where two would go the same way.
    """
    targets = tuple(outputs) or (Target(),)
    loose = [one.format for one in targets if one.file is None]
    if len(loose) > 1:
        example = " ".join([f"-o {loose[0]}", *(f"-o {word}=FILE" for word in loose[1:])])
        raise UsageError("only one report can go to stdout", hint=f"give the others a file: {example}")
    if file is not None and not loose:
        raise UsageError("--output-file has no report to write", hint="every -o names a file of its own")
    if file is not None:
        targets = tuple(replace(one, file=one.file or file) for one in targets)
    files = Counter(os.path.realpath(one.file) for one in targets if one.file is not None)
    if any(count > 1 for count in files.values()):
        raise UsageError("two reports would go into one file", hint="name a file for each")
    return targets


def guard(option: str, file: Path) -> None:
    """Refuse a file that no report may be written to.

    Seen before anything is done: an apply whose report has no place to go would be found out too late. Raises
    UsageError.
    """
    if file.is_dir():
        raise UsageError(f"{option} names a folder", hint="name a file in it")
    if not file.parent.is_dir():
        raise UsageError(f"the folder of {option} is not there", hint=f"make it: mkdir -p {file.parent}")
    for told, hint in _refusals(file):
        raise UsageError(f"{option}: {told}", hint=hint)


def _refusals(file: Path) -> Iterator[tuple[str, str]]:
    if any(path.is_symlink() for path in (file, *_within(file))):
        yield "a link stands there, and no link is followed", "name the file itself, or none for stdout"
    elif file.exists() and not stat.S_ISREG(file.stat().st_mode):
        yield "what stands there is no regular file", "leave the file out to write to stdout"
    if _KEPT & set(file.absolute().parts):
        yield f"no report is written into {' or '.join(sorted(_KEPT))}", "name a file elsewhere"
    if file.suffix in _TAKEN or ".sops." in file.name:
        yield "files of this name are manifests or secrets", "name it after its format, such as findings.sarif"


def _within(file: Path) -> Iterator[Path]:
    """Yield the folders between the working folder and a file: those that a pull request can make into links."""
    here = Path.cwd()
    for folder in file.absolute().parents:
        if folder == here or here not in folder.parents:
            return
        yield folder
