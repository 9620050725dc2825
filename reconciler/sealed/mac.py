"""The MAC of a SOPS file: over all plaintexts in document order, bound to the time of the last change."""

from __future__ import annotations

import hashlib
import hmac

from reconciler.errors import SecretRejected
from reconciler.sealed import values
from reconciler.sealed.tree import Scalar, plain_bytes


class Mac:
    """Gathers the leaves of a file, then checks or makes its MAC."""

    def __init__(self, *, only_encrypted: bool) -> None:
        self._only_encrypted = only_encrypted
        # So that the flag cannot be flipped: SOPS starts the hash of such files with this constant.
        self._hash = hashlib.sha512(hashlib.sha256(b"sops").digest() if only_encrypted else b"")

    def add(self, leaf: Scalar, *, is_selected: bool) -> None:
        """Add one leaf, by its plaintext."""
        if is_selected or not self._only_encrypted:
            self._hash.update(plain_bytes(leaf))

    def check(self, stored: str, key: bytes, last_modified: str) -> None:
        """Compare with the MAC that the file bears.

        Raises SecretRejected unless they are equal.
        """
        try:
            text = values.decrypt(stored, key, last_modified.encode())
        except SecretRejected:
            text = None
        if not isinstance(text, str) or not hmac.compare_digest(text.encode(), self._text().encode()):
            raise SecretRejected("the MAC does not match: the file was changed after it was encrypted")

    def sealed(self, key: bytes, last_modified: str) -> str:
        """Return the MAC as a file bears it."""
        return values.encrypt(self._text(), key, last_modified.encode())

    def _text(self) -> str:
        return self._hash.hexdigest().upper()
