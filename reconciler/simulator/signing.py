"""The keyed hashes that exchanges sign with, in the spellings they use."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any


def same(given: str, expected: str) -> bool:
    """Compare what was sent with what was computed, in constant time, whatever bytes were sent."""
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def hex_hmac(secret: str, text: str, digest: Callable[..., Any] = hashlib.sha256) -> str:
    """Sign a text and spell the signature in lower-case hex digits."""
    return hmac.new(secret.encode(), text.encode(errors="surrogateescape"), digest).hexdigest()


def base64_hmac(secret: str, text: str, digest: Callable[..., Any] = hashlib.sha256) -> str:
    """Sign a text and spell the signature in base64."""
    return base64.b64encode(hmac.new(secret.encode(), text.encode(errors="surrogateescape"), digest).digest()).decode()
