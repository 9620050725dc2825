"""Where this program came from, so that a pipeline installs the same, and nothing else of the same name."""

from __future__ import annotations

import json
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from urllib.parse import urlsplit

from reconciler import __version__

_NAME = "reconciler"
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def requirement() -> str | None:
    """Return the line of a requirements file that installs what runs now, None where nobody else could."""
    try:
        return requirement_of(distribution(_NAME))
    except PackageNotFoundError:
        return None


def requirement_of(installed: Distribution) -> str | None:
    """Read how a distribution was installed.

    Without a record it came from a package index, by its version.
    https://packaging.python.org/en/latest/specifications/direct-url/, last verified 2026-11-22.
    """
    text = installed.read_text("direct_url.json")
    if text is None:
        return f"{_NAME}=={__version__}"
    try:
        told = json.loads(text)
        url = str(told["url"])
        parts = urlsplit(url)
    except (ValueError, KeyError, TypeError):
        return None
    # A password may stand before the host; and a folder or a host of this machine is nobody else's.
    if parts.scheme != "https" or parts.username or parts.password or not url.isprintable() or " " in url:
        return None
    if isinstance(git := told.get("vcs_info"), dict):
        commit = str(git.get("commit_id"))
        return f"{_NAME} @ git+{url}@{commit}" if git.get("vcs") == "git" and _COMMIT.fullmatch(commit) else None
    hashes = (told.get("archive_info") or {}).get("hashes") or {}
    digest = str(hashes.get("sha256"))
    return f"{_NAME} @ {url}#sha256={digest}" if _SHA256.fullmatch(digest) else None
