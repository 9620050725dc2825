"""The age identities that open secrets: where they are found, never what they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from reconciler.doctor.row import Row, fail, ok, warn
from reconciler.sealed.identities import Found, Identities

_CHECK = "identity"
_FIX = "make one with: reconcile secrets keygen"


def rows(environ: Mapping[str, str], home: Path, root: Path) -> Iterator[Row]:
    """Look over the sources of identities that need neither a command nor a question."""
    found = next(iter(Identities(environ, home).stages()))
    there = [source for source in found if source.failure != "absent" or source.source.startswith("SOPS_")]
    yield from (_of(source, root) for source in there)
    commands = [name for name in ("SOPS_AGE_KEY_CMD", "SOPS_AGE_SSH_PRIVATE_KEY_CMD") if environ.get(name)]
    for name in commands:
        yield ok(_CHECK, f"{name} is set; it is run only when a file needs it")
    if not any(source.identities or source.protected for source in found) and not commands:
        yield warn(_CHECK, "none found: only the demo's secrets can be opened", _FIX)


def _of(source: Found, root: Path) -> Row:
    if source.file is not None and source.failure != "absent":
        if source.file.resolve().is_relative_to(root.resolve()):
            fact = f"{source.source} lies inside the config repository"
            return fail(_CHECK, fact, "move it out, and make a new identity if it was ever committed")
        if source.file.stat().st_mode & 0o077:
            return fail(_CHECK, f"{source.source} can be read by others", f"run: chmod 600 {source.file}")
    if source.protected:
        return ok(_CHECK, f"{source.source} is under a passphrase, which is asked for on a terminal")
    if source.identities:
        count = len(source.identities)
        note = f", but {source.failure}" if source.failure else ""
        fact = f"{source.source} holds {count} identit{'y' if count == 1 else 'ies'}{note}"
        return warn(_CHECK, fact, "mend or remove that line") if note else ok(_CHECK, fact)
    if source.source.startswith("~/.ssh"):
        # Most people have such a key for other ends; that it is of no use here is no fault.
        return ok(_CHECK, f"{source.source} is not used: {source.failure}")
    return warn(_CHECK, f"{source.source}: {source.failure}", "correct it, or unset it")
