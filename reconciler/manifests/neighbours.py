"""The files that lie beside manifests and matter to them: encrypted ones, and those whose names are of key files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from reconciler.manifests.files import absolute
from reconciler.manifests.tracked import tracked, walked

# Where git cannot tell what is checked in, so many files are looked at by name.
_MOST = 100_000
_MOST_SECRETS = 5_000
_SECRETS = "secrets"
_ENCRYPTED = re.compile(r".*\.sops(\..+)?|.+\.age|.+\.enc\.(ya?ml|json|env|ini)")
# The formats that SOPS encrypts value by value; other files in a folder of secrets may be notes.
_STRUCTURED = (".yaml", ".yml", ".json", ".env", ".ini")
_KEY_FILE = re.compile(
    r".+\.agekey|(age[-_])?(keys?|identity|identities)\.txt|\.env(\..+)?|.+\.env|id_(rsa|ed25519|ecdsa)|.+\.pem"
)
_TEMPLATE = re.compile(r".*\.(example|sample|template|dist|pub)$")


def secret_files(places: Sequence[Path], root: Path) -> Iterator[str]:
    """Yield the files below some places that are encrypted by their name, or lie in a folder of secrets.

    Relative to the root, which they do not leave; links are not followed.
    """
    folders = [Path(place) for place in dict.fromkeys(map(absolute, places))]
    inside = [place for place in folders if place.is_relative_to(root) and place.is_dir() and not place.is_symlink()]
    yield from islice((name for place in inside for name in _secrets_below(place, root)), _MOST_SECRETS)


def _secrets_below(place: Path, root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(place):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(folder).relative_to(root)
        for name in sorted(files):
            if not name.startswith(".") and is_secret_file(name, in_secrets=_SECRETS in here.parts):
                yield str(here / name)


def is_secret_file(name: str, *, in_secrets: bool) -> bool:
    """Tell whether a file of this name should be encrypted."""
    return _ENCRYPTED.fullmatch(name) is not None or (in_secrets and name.endswith(_STRUCTURED))


def key_files(root: Path) -> list[str]:
    """Return the files that are checked in under a name that files of keys have, relative to the root.

    Where nothing says what is checked in, everything that is there counts.
    """
    names = tracked(root)
    listed = walked(root, _MOST) if names is None else names
    return sorted(name for name in listed if is_key_file(name.rpartition("/")[2]))


def is_key_file(name: str) -> bool:
    """Tell whether a file of this name usually holds keys in clear; encrypted ones and templates do not."""
    if _TEMPLATE.fullmatch(name) or is_secret_file(name, in_secrets=False):
        return False
    return _KEY_FILE.fullmatch(name) is not None
