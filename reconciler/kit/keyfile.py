"""The key of this host: 32 random bytes in a private file, from which every other key is derived.

It encrypts what is kept at rest and keys the fingerprints. Whoever has a copy of a database without it has nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from reconciler.errors import StoreError
from reconciler.kit import files
from reconciler.kit.fingerprint import Fingerprinter

_LENGTH = 32


class HostKey:
    """Derives one key for each purpose; the material itself is never handed out."""

    __slots__ = ("__material", "is_passing")

    def __init__(self, material: bytes, *, is_passing: bool = False) -> None:
        self.__material, self.is_passing = material, is_passing

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a host's key is not pickled or copied")

    @classmethod
    def ephemeral(cls) -> HostKey:
        """Return a key that lives as long as the process, for runs that must write nothing."""
        return cls(secrets.token_bytes(_LENGTH), is_passing=True)

    def derive(self, purpose: str) -> bytes:
        """Return the 32 bytes for one purpose, by HKDF with SHA-256 (RFC 5869) and no salt."""
        return hkdf(self.__material, salt=b"", info=f"reconciler/v1/{purpose}".encode(), length=_LENGTH)

    def fingerprinter(self) -> Fingerprinter:
        """Return what compares credentials on this host."""
        return Fingerprinter(self.derive("fingerprint"))

    def seal(self, text: str) -> str:
        """Return 64 hex digits that nobody without this key can make for a text."""
        return hmac.new(self.derive("plan/seal"), text.encode(), hashlib.sha256).hexdigest()


def open_key(path: Path, *, read_only: bool, needed_by: Sequence[Path] = ()) -> HostKey:
    """Return the host's key; made on the first write, and a passing one where nothing was ever written.

    Raises StoreError when the file cannot be trusted, or is gone although the files named in `needed_by` exist.
    """
    if files.is_there(path, StoreError):
        return HostKey(_material(path))
    orphan = next((each for each in needed_by if each.exists()), None)
    if orphan is not None:
        raise StoreError(
            f"{path}: the key file is gone, and {orphan} was written with it",
            hint="restore the key file, or move the database away and apply again",
        )
    if read_only:
        return HostKey.ephemeral()
    try:
        files.make_private_folder(path.parent)
        files.write_new(path, secrets.token_bytes(_LENGTH))
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}", hint="check the rights of its folder") from error
    # Read back, since another process may have been first.
    return HostKey(_material(path))


def _material(path: Path) -> bytes:
    try:
        material = path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}", hint="check the rights of the file") from error
    if len(material) != _LENGTH:
        raise StoreError(f"{path}: is not a key file of {_LENGTH} bytes", hint="restore it from a backup")
    return material


def hkdf(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """Derive a key by HKDF with SHA-256. https://www.rfc-editor.org/rfc/rfc5869, last verified 2026-11-22."""
    extracted = hmac.digest(salt or bytes(hashlib.sha256().digest_size), material, "sha256")
    block, output = b"", b""
    counter = 0
    while len(output) < length:
        counter += 1
        block = hmac.digest(extracted, block + info + bytes([counter]), "sha256")
        output += block
    return output[:length]
