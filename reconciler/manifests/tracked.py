"""Which files git keeps track of, read from its index: no program is run, and a file that nobody added is nobody's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from reconciler.manifests.revision import git_folder

_LARGEST = 256 * 1024 * 1024
# Fields before a name in an entry of versions 2 to 4, with a SHA-1 and with a SHA-256.
# https://git-scm.com/docs/index-format, last verified 2026-11-22.
_FIXED, _IDS = 40, (20, 32)
_EXTENDED, _LONGEST = 0x4000, 0xFFF


def tracked(root: Path) -> list[str] | None:
    """Return the files below a folder that git tracks, relative to it; None where that cannot be said."""
    git = git_folder(root)
    top = next((folder for folder in (root, *root.parents) if os.path.lexists(folder / ".git")), None)
    if git is None or top is None:
        return None
    data = _read(git / "index")
    inside = "" if root == top else f"{root.relative_to(top).as_posix()}/"
    for size in _IDS:
        try:
            names = list(_names(data, size))
        except (ValueError, IndexError):
            continue
        return [name.removeprefix(inside) for name in names if name.startswith(inside)]
    return None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError:
        return b""


def _names(data: bytes, id_size: int) -> Iterator[str]:
    version, count = int.from_bytes(data[4:8]), int.from_bytes(data[8:12])
    if data[:4] != b"DIRC" or version not in (2, 3, 4):
        raise ValueError("no index")
    at, last = 12, b""
    for _ in range(count):
        head = at + _FIXED + id_size
        flags = int.from_bytes(data[head : head + 2])
        start = head + (4 if flags & _EXTENDED else 2)
        if version == 4:
            # A name is told by how much of the one before is not its beginning.
            cut, start = _varint(data, start)
            end = data.index(b"\0", start)
            last = last[: len(last) - cut] + data[start:end]
            at = end + 1
        else:
            end = data.index(b"\0", start)
            last = data[start:end]
            at += (end - at) // 8 * 8 + 8
        # The length tells whether the ids are as long as supposed.
        if not last or min(len(last), _LONGEST) != flags & _LONGEST:
            raise ValueError("no entry")
        yield os.fsdecode(last)
    if data[at : at + 4] == b"link":
        raise ValueError("most entries stand in another file")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    byte = data[at]
    value = byte & 0x7F
    while byte & 0x80:
        at += 1
        byte = data[at]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, at + 1


def walked(root: Path, most: int) -> Iterator[str]:
    """Yield the files below a folder relative to it, hidden folders and links left out, so many at most."""
    yield from islice(_walk(root), most)


def _walk(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _FOREIGN)
        here = Path(folder).relative_to(root)
        yield from (str(here / name) for name in sorted(files))


# What others put into a folder, and nobody checks in.
_FOREIGN = frozenset({"node_modules", "__pycache__", "venv"})
