"""Reading a file named by a manifest, without being led astray: what was opened is checked, never a name.

Each folder on the way is opened relative to the one before and no link is followed, so that nothing can be
exchanged between a check and the use.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from reconciler.errors import SecretError, SecretNotFound, SecretRejected
from reconciler.kit import suggest

MAX_BYTES = 1 << 20
_STEP = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK the opening of a FIFO would wait for its writer.
_LAST = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A regular file that was opened along a guarded path."""

    descriptor: int
    status: os.stat_result

    @property
    def identity(self) -> tuple[int, int, int, int]:
        """What tells this content from any other: device, inode, time of change, size."""
        s = self.status
        return (s.st_dev, s.st_ino, s.st_mtime_ns, s.st_size)

    def read(self) -> bytes:
        """Return the whole content.

        Raises SecretRejected when it is larger than a secret may be.
        """
        chunks, left = [], MAX_BYTES + 1
        while left > 0 and (chunk := os.read(self.descriptor, left)):
            chunks.append(chunk)
            left -= len(chunk)
        if left <= 0:
            raise SecretRejected(f"the file is larger than {MAX_BYTES} bytes")
        return b"".join(chunks)


def parts_inside(folder: Path, root: Path, locator: str) -> tuple[str, ...]:
    """Return the way from the root to a file named relative to a folder.

    Raises SecretRejected when the name is absolute or leaves the root.
    """
    return way(below(folder, root), locator)


def way(start: Sequence[str], locator: str) -> tuple[str, ...]:
    """Return the way to a file named relative to a folder that is itself given by its way from the root.

    Raises SecretRejected when the name is absolute or leaves the root.
    """
    if "\0" in locator or locator.startswith("/"):
        raise SecretRejected("the path is not relative", hint="write it relative to the manifest")
    parts = list(start)
    for part in locator.split("/"):
        if part not in ("", ".", ".."):
            parts.append(part)
        elif part == ".." and not parts:
            raise SecretRejected("the path leaves the repository", hint="keep encrypted secrets inside it")
        elif part == "..":
            parts.pop()
    if not parts:
        raise SecretRejected("the path names no file")
    return tuple(parts)


def below(folder: Path, root: Path) -> tuple[str, ...]:
    """Return the way from a root to a folder in it.

    Raises SecretRejected when the folder lies elsewhere.
    """
    here, top = (Path(os.path.normpath(path.absolute())) for path in (folder, root))
    if not here.is_relative_to(top):
        here, top = folder.resolve(), root.resolve()
    if not here.is_relative_to(top):
        raise SecretRejected("the manifest lies outside of the repository")
    return here.relative_to(top).parts


@contextmanager
def opened(root: Path, parts: Sequence[str]) -> Iterator[OpenFile]:
    """Open a regular file along a path of which no component may be a link.

    Raises SecretNotFound when it is not there, SecretRejected for links, FIFOs, devices and files too large.
    """
    held: list[int] = []
    try:
        held.append(_open(str(root), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, None))
        for part in parts[:-1]:
            held.append(_open(part, _STEP, held[-1]))
        held.append(_open(parts[-1], _LAST, held[-1]))
        yield OpenFile(held[-1], _checked(os.fstat(held[-1])))
    finally:
        for descriptor in reversed(held):
            os.close(descriptor)


def _checked(status: os.stat_result) -> os.stat_result:
    if not stat.S_ISREG(status.st_mode):
        raise SecretRejected("it is not a regular file")
    if status.st_size > MAX_BYTES:
        raise SecretRejected(f"the file is larger than {MAX_BYTES} bytes")
    return status


def _open(name: str, flags: int, folder: int | None) -> int:
    try:
        return os.open(name, flags, dir_fd=folder)
    except OSError as error:
        failure = _explained(name, folder, error)
    raise failure


def _explained(name: str, folder: int | None, error: OSError) -> SecretError:
    if error.errno == errno.ENOENT:
        near = suggest.closest(name, _names_in(folder))
        return SecretNotFound(f"there is no {_shown(name)}", hint=f'did you mean "{near}"?' if near else "")
    if _is_link(name, folder):
        return SecretRejected(
            f"{_shown(name)} is a symbolic link, and none is followed", hint="put the file itself there"
        )
    if error.errno == errno.ENOTDIR:
        return SecretRejected(f"{_shown(name)} is not a folder")
    if error.errno in (errno.ENXIO, errno.ENODEV):
        return SecretRejected("it is not a regular file")
    return SecretError(f"{_shown(name)} cannot be opened: {error.strerror}")


def _shown(name: str) -> str:
    # A long word without a dot may be the secret itself, put where its file's name belongs.
    return f'"{name}"' if "." in name or len(name) < 16 else "such a file"


def _names_in(folder: int | None) -> list[str]:
    if folder is None:
        return []
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in islice(entries, 1000)]
    except OSError:
        return []


def _is_link(name: str, folder: int | None) -> bool:
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        return False
