"""What a kind of secret reference says of itself, before any secret is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.values.secret import SecretRef


@dataclass(frozen=True, slots=True)
class Scheme:
    """One kind of reference: its word in a manifest, what it is for, and whether it names a `key` inside its file."""

    id: str
    summary: str
    keyed: bool


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted file as it looks to somebody without its key.

    `digests` holds what tells one ciphertext from another, by dotted key; under the empty key where the file is one
    secret. `recipients` are those who can open it, as far as the file names them.
    """

    digests: Mapping[str, str]
    recipients: tuple[str, ...] = ()

    def digest(self, ref: SecretRef) -> str | None:
        """Return what tells the ciphertext behind a reference from others, None where there is none."""
        return self.digests.get(ref.key or "")


# Takes the bytes of a file and its name; raises SecretRejected where that is no file of the scheme.
Look = Callable[[bytes, str], Sealed]
