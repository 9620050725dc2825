"""Paths that a config names, and the folder they may not leave."""

from __future__ import annotations

import os
from pathlib import Path

from reconciler.manifests.files import CONFIG


def leaves(path: Path, root: Path) -> bool:
    """Say whether a path ends outside the root once every link on the way is followed."""
    # realpath also resolves what does not exist yet, which is where databases begin.
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def find_root(start: Path) -> Path:
    """Return the root of the config repository around a folder.

    That is the nearest folder upwards with a reconciler.yaml, but never above the git repository; without one, the
    top of the git repository; without that, the folder itself.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        if os.path.lexists(folder / CONFIG) or os.path.lexists(folder / ".git"):
            return folder
    return start
