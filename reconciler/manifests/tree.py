"""Where the files of a config repository are read from: a folder, or one git revision that is checked out nowhere.

Paths are those of the folder in both cases, so that everything that works with them need not know which it is.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from reconciler.manifests import files
from reconciler.manifests.files import Found, absolute
from reconciler.manifests.mistakes import Mark
from reconciler.manifests.paths import leaves


class Tree(Protocol):
    """The files below one root."""

    @property
    def root(self) -> Path:
        """The root of the config repository, from the top."""
        ...

    def exists(self, path: Path) -> bool:
        """Tell whether a file, a folder or a link stands there."""
        ...

    def find(self, paths: Sequence[Path]) -> list[Found]:
        """Return the manifests below some places, sorted and each once."""
        ...

    def read(self, path: Path | str) -> bytes | Mark:
        """Return what a regular file holds, or why it was not read."""
        ...

    def leaves(self, path: Path) -> bool:
        """Say whether a path ends outside the root once every link on the way is followed."""
        ...


class Folder:
    """The files as they lie on the disk now."""

    def __init__(self, root: Path) -> None:
        self._root = Path(absolute(root))

    @property
    def root(self) -> Path:
        """The root of the config repository, from the top."""
        return self._root

    def exists(self, path: Path) -> bool:
        """Tell whether a file, a folder or a link stands there."""
        return os.path.lexists(path)

    def find(self, paths: Sequence[Path]) -> list[Found]:
        """Return the manifests below some places, sorted and each once."""
        return files.find(paths, self._root)

    def read(self, path: Path | str) -> bytes | Mark:
        """Return what a regular file holds, or why it was not read."""
        return files.read(path)

    def leaves(self, path: Path) -> bool:
        """Say whether a path ends outside the root once every link on the way is followed."""
        return leaves(path, self._root)
