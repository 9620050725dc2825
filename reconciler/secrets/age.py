"""References to age files: `{age: FILE}`, the whole content being the secret."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import SecretRejected
from reconciler.model.secret_scheme import Flaw, Leaf, Scheme, Sealed

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.model.ports import Place, SecretProvider
    from reconciler.sealed.opener import Stages
    from reconciler.values.secret import Secret, SecretRef

SCHEME = Scheme("age", "a whole file encrypted by age", keyed=False)


def provider(environ: Mapping[str, str], home: Path, ask: Callable[[str], str] | None = None) -> SecretProvider:
    """Return what opens these references for one run; `ask` is called for the passphrase of a key file."""
    return Age(environ, home, ask)


def look(data: bytes, name: str) -> Sealed:
    """Return how an age file looks without its key; to whom it is encrypted it does not tell.

    Raises SecretRejected when it is none.
    """
    from reconciler.sealed import agefile

    flaws: tuple[Flaw, ...] = ()
    if not agefile.is_age(data):
        raise SecretRejected("it is not an age file", hint="write it with: reconcile secrets set")
    if agefile.needs_passphrase(data):
        told = "the file is encrypted to a passphrase, which no reference can be opened with"
        flaws = (Flaw(told, "encrypt it to the public key of an identity", "passphrase"),)
    return Sealed({"": Leaf(hashlib.sha256(data).hexdigest())}, None, flaws)


class Age:
    """Opens age files, each once."""

    def __init__(self, environ: Mapping[str, str], home: Path, ask: Callable[[str], str] | None = None) -> None:
        from reconciler.sealed.opener import Opener

        self._opener = Opener(environ, home, ask)

    def open(self, ref: SecretRef, place: Place) -> Secret:
        """Return what the file holds, without the line break at its end."""
        from reconciler.sealed import payload

        with payload.naming(ref):
            return self._opener.open(ref.locator, place, _opened)


def _opened(data: bytes, stages: Stages) -> Secret:
    from reconciler.errors import SecretLocked
    from reconciler.sealed import agefile, payload

    if not agefile.is_age(data):
        raise SecretRejected("it is not an age file", hint="write it with: reconcile secrets set")
    if agefile.needs_passphrase(data):
        raise SecretRejected("it is encrypted to a passphrase", hint="encrypt it to the public key of an identity")
    for identities in stages:
        plain = agefile.decrypt(data, identities)
        if plain is not None:
            return payload.secret_of(plain, is_whole_file=True)
    raise SecretLocked("no identity at hand opens it")
