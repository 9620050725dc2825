"""Files made whole or not at all; the private ones readable by their owner alone, and refused where they are not."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconciler.errors import OperationalError

PRIVATE = 0o600


def make_private_folder(path: Path) -> None:
    """Make a folder that only its owner may enter and that git ignores; one that exists is left as it is."""
    if path.is_dir():
        return
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(path / ".gitignore", b"*\n")


def is_there(path: Path, error: type[OperationalError]) -> bool:
    """Say whether a private file exists.

    Raises `error` when something stands there that must not be trusted: a link, no regular file, or a file that
    others may read or write.
    """
    try:
        state = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as reason:
        raise error(f"{path}: {reason.strerror}", hint="check the rights of its folder") from reason
    if stat.S_ISLNK(state.st_mode):
        raise error(f"{path}: is a link", hint="put the file itself there, or name the place the link leads to")
    if not stat.S_ISREG(state.st_mode):
        raise error(f"{path}: is not a regular file", hint="name another path")
    if stat.S_IMODE(state.st_mode) & 0o077:
        raise error(f"{path}: others may read or write it", hint=f"run: chmod 600 {path}")
    return True


def write_new(path: Path, data: bytes) -> bool:
    """Write a private file unless there is one; say whether it was written. Nobody ever sees it half written."""
    with _beside(path) as temporary:
        _write_synced(temporary, data)
        return put_new(temporary, path)


def write(path: Path, data: bytes) -> None:
    """Write a private file, whole or not at all, in the place of one that may be there."""
    with _beside(path) as temporary:
        _write_synced(temporary, data)
        temporary.replace(path)
        _sync_folder(path.parent)


def write_shared(path: Path, data: bytes) -> None:
    """Write a file that others may read, whole or not at all; one that is there keeps its mode.

    What the name leads to is never written: a link is replaced by the file itself. Raises OSError.
    """
    mode = stat.S_IMODE(path.stat().st_mode) if path.is_file() and not path.is_symlink() else None
    with _beside(path) as temporary:
        # Made anew, so that it gets the mode that the user's mask leaves it.
        temporary.unlink()
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
            file.write(data)
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(path)


def put_new(temporary: Path, path: Path) -> bool:
    """Give a finished file its name unless that is taken; say whether it was free."""
    try:
        # Unlike a rename, a link never replaces what another process made meanwhile.
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:
        # Some file systems have no hard links.
        if path.exists():
            return False
        temporary.rename(path)
    _sync_folder(path.parent)
    return True


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
