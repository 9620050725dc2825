"""Which git revision the manifests are at, read from git's own files: no subprocess, and no git needed."""

from __future__ import annotations

import re
from pathlib import Path

_SHA = re.compile(r"^[0-9a-f]{40}(?:[0-9a-f]{24})?$")
_REF = re.compile(r"^refs/[\w./@+-]{1,250}$")


def revision(root: Path) -> str | None:
    """Return the commit that HEAD names, or None outside a repository and before the first commit."""
    git = git_folder(root.resolve())
    if git is None:
        return None
    head = _read(git / "HEAD")
    if not head.startswith("ref: "):
        return _sha(head)
    ref = head.removeprefix("ref: ").strip()
    if not _REF.match(ref) or ".." in ref:
        return None
    common = git / _read(git / "commondir").strip() if (git / "commondir").is_file() else git
    for folder in (git, common):
        if sha := _sha(_read(folder / ref)):
            return sha
    return _packed(common / "packed-refs", ref)


def git_folder(root: Path) -> Path | None:
    """Return the folder that git keeps for the repository around a folder, None where there is none."""
    for folder in (root, *root.parents):
        git = folder / ".git"
        if git.is_dir():
            return git
        if git.is_file():
            # A linked work tree: the file names the real folder.
            named = _read(git).removeprefix("gitdir: ").strip()
            return folder / named if named else None
    return None


def _packed(path: Path, ref: str) -> str | None:
    for line in _read(path).splitlines():
        sha, _, name = line.partition(" ")
        if name == ref:
            return _sha(sha)
    return None


def _read(path: Path) -> str:
    if not path.is_file():
        # A pipe would be waited for, and nobody may ever write to it.
        return ""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(4_000_000)
    except OSError:
        return ""


def _sha(text: str) -> str | None:
    text = text.strip()
    return text if _SHA.match(text) else None
