"""Whoever starts needs an identity: the one that is there, or a new one outside of every repository."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reconciler.errors import GuardRefused, UsageError
from reconciler.sealed import agefile
from reconciler.sealed.identities import Ask, Identities, config_file
from reconciler.sealed.keygen import make_identity

_ELSEWHERE = (
    "make an identity elsewhere, with reconcile secrets keygen --output FILE, and name the file in SOPS_AGE_KEY_FILE"
)
_COMMANDS = ("SOPS_AGE_KEY_CMD", "SOPS_AGE_SSH_PRIVATE_KEY_CMD")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom secrets are encrypted for, and where an identity was made; None where one was found."""

    recipients: tuple[str, ...]
    made: Path | None = None


def reader(
    given: Sequence[str], environ: Mapping[str, str], home: Path, now: datetime, *, root: Path, ask: Ask | None = None
) -> Reader:
    """Return for whom secrets are encrypted: those given, and oneself; an identity is made where there is none.

    Only age identities count: of an ssh key no recipient is known. Raises UsageError when a recipient is none or
    one's own is not known, GuardRefused when an identity cannot be made where it belongs.
    """
    for recipient in given:
        agefile.recipient_of(recipient)
    identities = Identities(environ, home, ask=ask)
    if own := identities.own_recipients():
        return Reader(tuple(dict.fromkeys([*given, *own])))
    if is_elsewhere(identities, environ):
        if given:
            return Reader(tuple(dict.fromkeys(given)))
        raise UsageError(
            "your identity is under a passphrase or behind a command, so its public key is not known",
            hint="name it: --recipient age1…",
        )
    file = config_file(environ, home)
    _check_outside(file, root)
    try:
        public = make_identity(file, now)
    except GuardRefused as error:
        raise GuardRefused(
            error.message,
            hint=_ELSEWHERE,
        ) from error
    return Reader(tuple(dict.fromkeys([*given, public])), file)


def is_elsewhere(identities: Identities, environ: Mapping[str, str]) -> bool:
    """Tell whether there is an identity that shows its public key only to whoever unlocks it."""
    found = next(iter(identities.stages()))
    return any(one.protected for one in found) or any(environ.get(name) for name in _COMMANDS)


def _check_outside(file: Path, root: Path) -> None:
    if any(one.is_relative_to(root) for one in (file, file.resolve())):
        raise GuardRefused(f"{file} would lie in the new repository", hint=f"choose another folder, or {_ELSEWHERE}")
