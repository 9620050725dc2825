"""What a kind of secret reference says of itself, and what an encrypted file shows, before any secret is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reconciler.values.secret import SecretRef


@dataclass(frozen=True, slots=True)
class Scheme:
    """One kind of reference: its word in a manifest, what it is for, and whether it names a `key` inside its file."""

    id: str
    summary: str
    keyed: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of an encrypted file: what tells its text from others, and whether it is encrypted whole.

    `is_selected` says whether the file's own rule has it encrypted; an ambiguous one shares its dotted key.
    """

    digest: str
    is_encrypted: bool = True
    is_selected: bool = True
    is_ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with an encrypted file, as far as it shows without a key; no text of it repeats a value.

    `key` is the dotted key of the value it is about, empty where it is about the file; `about` tells one flaw of the
    file from another. A mild one is odd and no more.
    """

    message: str
    remedy: str
    about: str
    key: str = ""
    line: int = 0
    column: int = 0
    is_mild: bool = False


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted file as it looks to somebody without its key.

    `leaves` stand by dotted key; under the empty key where the file is one secret. `recipients` are those who can open
    it as far as the file names them, None where it does not.
    """

    leaves: Mapping[str, Leaf]
    recipients: tuple[str, ...] | None = None
    flaws: tuple[Flaw, ...] = field(default=())

    def leaf(self, ref: SecretRef) -> Leaf | None:
        """Return the value that a reference names, None where there is none."""
        return self.leaves.get(ref.key or "")

    def digest(self, ref: SecretRef) -> str | None:
        """Return what tells the ciphertext behind a reference from others, None where there is none."""
        leaf = self.leaf(ref)
        return leaf.digest if leaf else None


# Takes the bytes of a file and its name; raises SecretRejected where that is no file of the scheme.
Look = Callable[[bytes, str], Sealed]
