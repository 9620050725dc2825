"""Making an age identity for whoever starts with nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from reconciler.errors import GuardRefused
from reconciler.kit.clock import iso
from reconciler.sealed import agefile, places


def make_identity(file: Path, now: datetime, *, append: bool = False) -> str:
    """Write a new identity to a key file of mode 0600 and return its public recipient.

    An existing file is never replaced; with `append` the identity is added at its end. Raises GuardRefused when
    the file exists already or would lie in a repository.
    """
    # By its name and by where links lead: neither may end in a repository.
    repository = places.repository_of(file) or places.repository_of(file.resolve())
    if repository is not None:
        raise GuardRefused(
            f"{file} would lie in the repository {repository}, where identities do not belong",
            hint="choose another place with --output",
        )
    if (file.exists() or file.is_symlink()) and not append:
        raise GuardRefused(f"{file} exists already", hint="use its identity, or add another one with --append")
    places.make_folder(file.parent, 0o700)
    with places.locked(file.parent):
        before = file.read_bytes() if file.is_file() else b""
        if agefile.is_age(before):
            raise GuardRefused(f"{file} is protected by a passphrase, so nothing can be added", hint="use --output")
        private, public = agefile.generate()
        gap = b"" if before.endswith(b"\n") or not before else b"\n"
        text = f"# created: {iso(now)}\n# public key: {public}\n{private}\n"
        places.write_whole(file, before + gap + text.encode())
    return public
