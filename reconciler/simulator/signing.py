"""The keyed hashes and private keys that exchanges are signed to with, in the spellings they use."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key


def same(given: str, expected: str) -> bool:
    """Compare what was sent with what was computed, in constant time, whatever bytes were sent."""
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def hex_hmac(secret: str, text: str, digest: Callable[..., Any] = hashlib.sha256) -> str:
    """Sign a text and spell the signature in lower-case hex digits."""
    return hmac.new(secret.encode(), text.encode(errors="surrogateescape"), digest).hexdigest()


def base64_hmac(secret: str, text: str, digest: Callable[..., Any] = hashlib.sha256) -> str:
    """Sign a text and spell the signature in base64."""
    return base64.b64encode(hmac.new(secret.encode(), text.encode(errors="surrogateescape"), digest).digest()).decode()


def is_private_key(secret: str) -> bool:
    """Tell whether a key's secret is the private half of a pair, in PEM form."""
    return "PRIVATE KEY-----" in secret


def base64_signed(pem: str, text: str, given: str) -> bool:
    """Check a base64 signature of a text, by RSA (PKCS #1 v1.5, SHA-256) or Ed25519, with the public half of a pair."""
    key = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    signed = text.encode(errors="surrogateescape")
    try:
        signature = base64.b64decode(given, validate=True)
        if isinstance(key, Ed25519PrivateKey):
            key.public_key().verify(signature, signed)
        elif isinstance(key, RSAPrivateKey):
            key.public_key().verify(signature, signed, PKCS1v15(), SHA256())
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def new_ecdsa_key() -> str:
    """Make a private key on the curve P-256, in PEM form."""
    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def token_signed(secret: str, text: str, given: str) -> bool:
    """Check the signature of a token: ECDSA as r and s where the secret is a PEM, else Ed25519 by a base64 seed."""
    signed = text.encode(errors="surrogateescape")
    try:
        signature = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
        if not is_private_key(secret):
            Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret)[:32]).public_key().verify(signature, signed)
            return True
        key = load_pem_private_key(secret.encode(), None, unsafe_skip_rsa_key_validation=True)
        if not isinstance(key, EllipticCurvePrivateKey) or len(signature) != 64:
            return False
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        key.public_key().verify(encode_dss_signature(r, s), signed, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
