"""Finding manifests: every `*.yaml` and `*.yml` below the given places, in one order on every machine.

Links are not followed and only regular files are opened. A folder named `secrets` and files named `*.sops.*` or
`*.age` hold secrets and are passed over, as are hidden files and folders.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.manifests.mistakes import Mark

MAX_BYTES = 8 * 1024 * 1024
CONFIG = "reconciler.yaml"
_SECRETS = "secrets"
_ENDINGS = (".yaml", ".yml")
_MISSING = ("no such file or folder", "correct the path, or remove it from the list")
_NO_FILE = ("not a regular file", "put the text itself here")
_SECRET = ("a place for secrets, not for manifests", "name a folder or file of manifests")
_LINK = ("a link, which is not followed", "put the file itself here")
_SUBMODULE = ("a submodule, which is no part of a revision", "put the manifests themselves here")
_IS_SUBMODULE = 0o160000


@dataclass(frozen=True, slots=True)
class Found:
    """A place where a manifest should be: its path, how it is shown, and what keeps it from being read."""

    path: str
    shown: str
    mark: Mark | None = None


def find(paths: Sequence[Path], root: Path) -> list[Found]:
    """Return the manifests below some places, sorted and each once.

    A place that does not exist is a mistake, unless none of them exists: then there is simply no manifest.
    """
    given = [absolute(path) for path in paths]
    missing = [not os.path.lexists(path) for path in given]
    found: dict[str, Found] = {}
    for path, is_missing in zip(given, missing, strict=True):
        if is_missing and not all(missing):
            found[path] = _broken(path, root, *_MISSING)
        elif not is_missing:
            found.update((one.path, one) for one in _below(path, root))
    return [found[path] for path in sorted(found)]


def find_in(
    modes: Mapping[str, int], given: Sequence[str], root: Path, is_folder: Callable[[str], bool]
) -> list[Found]:
    """Return what `find` would, of files that are only listed: each path from the top, with its mode.

    `is_folder` tells whether a link leads to a folder.
    """
    inside = {path: [one for one in modes if one == path or one.startswith(f"{path}{os.sep}")] for path in given}
    found: dict[str, Found] = {}
    for path, below in inside.items():
        above = [str(one) for one in Path(path).parents]
        if any(stat.S_ISLNK(modes.get(one, 0)) for one in (path, *above)):
            found[path] = _broken(path, root, *_LINK)
        elif not below and any(inside.values()):
            found[path] = _broken(path, root, *_MISSING)
        elif _is_secret(Path(path), root) and below:
            found[path] = _broken(path, root, *_SECRET)
        else:
            listed = (_listed(one, path, modes[one], root, is_folder) for one in below if one != str(root / CONFIG))
            found.update((one.path, one) for one in listed if one is not None)
    return [found[path] for path in sorted(found)]


def _listed(path: str, given: str, mode: int, root: Path, is_folder: Callable[[str], bool]) -> Found | None:
    parts = Path(path).relative_to(given).parts
    if any(part.startswith(".") or part == _SECRETS for part in parts):
        return None
    if stat.S_IFMT(mode) == _IS_SUBMODULE:
        return _broken(path, root, *_SUBMODULE)
    is_manifest = not parts or _is_manifest(parts[-1])
    if stat.S_ISLNK(mode) and (is_manifest or is_folder(path)):
        return _broken(path, root, *_LINK)
    return Found(path, show(path, root)) if is_manifest and stat.S_ISREG(mode) else None


def absolute(path: Path) -> str:
    """Return a path from the top, its `..` resolved as text: links are judged later, not followed here."""
    return os.path.normpath(path.absolute())


def show(path: str | Path, root: Path) -> str:
    """Return a path as the user would type it from the root, with everything that cannot be seen escaped."""
    text = str(path).removeprefix(f"{root}{os.sep}")
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape", "replace").decode() for one in text)


def read(path: str | Path) -> bytes | Mark:
    """Return what a regular file holds, or why it was not read; a pipe in its place is never waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return Mark("file", 0, 0, f"cannot be opened: {error.strerror}", "check that it is readable and no link")
    try:
        return _read(handle)
    except OSError as error:
        return Mark("file", 0, 0, f"cannot be read: {error.strerror}", "check the disk")
    finally:
        os.close(handle)


def _read(handle: int) -> bytes | Mark:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        return Mark("file", 0, 0, *_NO_FILE)
    # One byte more than it should have, so that a file that is growing is noticed too.
    parts, wanted = [], min(status.st_size, MAX_BYTES) + 1
    while wanted > 0 and (part := os.read(handle, wanted)):
        parts.append(part)
        wanted -= len(part)
    if status.st_size > MAX_BYTES:
        return Mark("size", 0, 0, f"larger than {MAX_BYTES // 1024**2} MiB", "split the file")
    return b"".join(parts) if wanted > 0 else Mark("file", 0, 0, "changed while it was read", "run it again")


def _below(path: str, root: Path) -> Iterator[Found]:
    if _is_linked(path, root):
        yield _broken(path, root, *_LINK)
    elif _is_secret(Path(path), root):
        yield _broken(path, root, *_SECRET)
    elif Path(path).is_dir():
        yield from _walk(path, root)
    elif path != str(root / CONFIG):
        yield _file(path, root)


def _walk(folder: str, root: Path) -> Iterator[Found]:
    pending = [folder]
    while pending:
        here = pending.pop()
        try:
            entries = list(os.scandir(here))
        except OSError as error:
            yield _broken(here, root, f"cannot be opened: {error.strerror}", "check the rights of the folder")
            continue
        for entry in entries:
            if entry.name.startswith(".") or entry.name == _SECRETS:
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
            elif entry.is_symlink() and (entry.is_dir() or _is_manifest(entry.name)):
                yield _broken(entry.path, root, *_LINK)
            elif _is_manifest(entry.name) and entry.path != str(root / CONFIG):
                told = entry.is_file(follow_symlinks=False)
                yield Found(entry.path, show(entry.path, root)) if told else _broken(entry.path, root, *_NO_FILE)


def _file(path: str, root: Path) -> Found:
    is_file = stat.S_ISREG(os.lstat(path).st_mode)
    return Found(path, show(path, root)) if is_file else _broken(path, root, *_NO_FILE)


def _broken(path: str, root: Path, message: str, remedy: str) -> Found:
    return Found(path, show(path, root), Mark("file", 0, 0, message, remedy))


def _is_manifest(name: str) -> bool:
    return name.endswith(_ENDINGS) and ".sops." not in name


def _is_secret(path: Path, root: Path) -> bool:
    inside = path.relative_to(root).parts if path.is_relative_to(root) else (path.name,)
    return _SECRETS in inside or ".sops." in path.name or path.suffix == ".age"


def _is_linked(path: str, root: Path) -> bool:
    # What lies above the root is the operator's own business; below it, a link came with the repository.
    above = [one for one in Path(path).parents if one != root and one.is_relative_to(root)]
    return any(one.is_symlink() for one in (Path(path), *above))
