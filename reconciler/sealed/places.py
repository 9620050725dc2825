"""Putting files where they belong: whole or not at all, readable by their owner alone, never through a link."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconciler.errors import GuardRefused, OperationalError


def write_whole(file: Path, data: bytes) -> None:
    """Write a file with mode 0600 under another name in the same folder, then rename it into place.

    Raises GuardRefused when a link or no regular file stands there, OperationalError when it cannot be written.
    """
    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise GuardRefused(f"{file} is a link or no regular file, and is not written through")
    draft = file.with_name(f".{file.name}.{secrets.token_hex(6)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(descriptor)
        draft.replace(file)
        _sync_folder(file.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        failure = OperationalError(f"{file} cannot be written: {error.strerror}")
    else:
        return
    raise failure


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one writer of this program at a time change the files of a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def make_folder(folder: Path, mode: int = 0o755) -> None:
    """Make a folder and those above it.

    Raises OperationalError when that cannot be done, GuardRefused when the folder is a link.
    """
    if folder.is_symlink():
        raise GuardRefused(f"{folder} is a link, and is not followed")
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    except OSError as error:
        failure = OperationalError(f"{folder} cannot be made: {error.strerror}")
    else:
        return
    raise failure


def repository_of(file: Path) -> Path | None:
    """Return the git or configuration repository that a file would lie in by its name, or None."""
    marks = (".git", "reconciler.yaml", "connections.d")
    folders = Path(os.path.normpath(file.absolute())).parents
    return next((at for at in folders if any((at / mark).exists() for mark in marks)), None)
