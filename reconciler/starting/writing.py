"""Writing files that were not there: each whole or not at all, never over another, never through a link.

Folders are opened one after the other from the root and no link is followed on the way, so that nothing can be
exchanged between a look and the writing.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from reconciler.errors import GuardRefused, OperationalError

_STEP = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def is_taken(root: Path, name: str) -> bool:
    """Tell whether anything at all stands where a file is to be written.

    Raises GuardRefused when a link or a file stands where one of its folders or the root belongs.
    """
    folders = (root, *(root / folder for folder in reversed(PurePosixPath(name).parents)))
    for folder in folders:
        _check_folder(folder)
    return os.path.lexists(root / name)


def _check_folder(folder: Path) -> None:
    try:
        mode = folder.lstat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise OperationalError(f"{folder} cannot be looked at: {error.strerror}") from error
    if stat.S_ISLNK(mode):
        raise GuardRefused(f"{folder} is a link, and nothing is written through links", hint="put the folder there")
    if not stat.S_ISDIR(mode):
        raise GuardRefused(f"{folder} is no folder", hint="move it away, or choose another folder")


def make_root(root: Path) -> None:
    """Make the folder that everything goes into, and those above it.

    Raises GuardRefused when it is a link or no folder, OperationalError when it cannot be made.
    """
    _check_folder(root)
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OperationalError(f"{root} cannot be made: {error.strerror}") from error


def write_new(root: Path, name: str, data: bytes) -> bool:
    """Write a file below the root unless something stands there; say whether it was written.

    Raises GuardRefused when a folder on the way is a link, OperationalError when the file cannot be written.
    """
    try:
        with _folder(root, PurePosixPath(name).parts[:-1]) as folder:
            return _put(folder, PurePosixPath(name).name, data)
    except OSError as error:
        raise OperationalError(f"{root / name} cannot be written: {error.strerror}") from error


def _put(folder: int, name: str, data: bytes) -> bool:
    draft = f".{name}.{secrets.token_hex(6)}"
    descriptor = os.open(draft, _NEW, 0o666, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(descriptor)
        return _named(folder, draft, name)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(draft, dir_fd=folder)
        os.fsync(folder)


def _named(folder: int, draft: str, name: str) -> bool:
    try:
        # Unlike a rename, a hard link never replaces what another process made meanwhile.
        os.link(draft, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError as error:
        # Some file systems have no hard links.
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        if name in os.listdir(folder):
            return False
        os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
    return True


@contextmanager
def _folder(root: Path, parts: tuple[str, ...]) -> Iterator[int]:
    held = [os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)]
    try:
        for at, part in enumerate(parts):
            _make(part, held[-1])
            try:
                held.append(os.open(part, _STEP, dir_fd=held[-1]))
            except NotADirectoryError:
                # What a link gives here differs by system: ELOOP on some, ENOTDIR on Linux.
                _check_folder(root.joinpath(*parts[: at + 1]))
                raise
        yield held[-1]
    finally:
        for descriptor in reversed(held):
            os.close(descriptor)


def _make(name: str, folder: int) -> None:
    try:
        os.mkdir(name, dir_fd=folder)
    except FileExistsError:
        return
