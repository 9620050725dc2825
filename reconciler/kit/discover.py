"""Finding plug-ins by scanning their folder: a new file is a new plug-in, and no list is kept by hand."""

from __future__ import annotations

import importlib
import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType


@cache
def names(package: str) -> tuple[str, ...]:
    """Return the plug-in words of a package, sorted, without importing any of them.

    A word is a file's name with `_` shown as `-`; names that start with `_` are no plug-ins.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"no package {package}")
    folder = Path(next(iter(spec.submodule_search_locations)))
    return tuple(sorted(p.stem.replace("_", "-") for p in folder.glob("*.py") if not p.name.startswith("_")))


def load(package: str, word: str) -> ModuleType:
    """Import one plug-in by the word a user types.

    Raises KeyError when the folder holds no such file, so a word can never reach another module.
    """
    if word not in names(package):
        raise KeyError(word)
    return importlib.import_module(f"{package}.{word.replace('-', '_')}")
