"""Private keys in place of secrets: mended where their line breaks were lost, and tried before anything is signed.

ccxt signs with a private key when the secret is a PEM, and takes one of up to 120 characters for Ed25519:
https://github.com/ccxt/ccxt, binance `sign`, last verified 2026-11-22.
"""

from __future__ import annotations

import base64
import binascii
import re
import textwrap
from collections.abc import Callable, Collection

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from reconciler.model.exchange import PrivateKey

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_BREAK = re.compile(r"(?:\\r|\\n|\s)+")
# "-----BEGIN" in base64: some keep a whole PEM in one line this way.
_WRAPPED = "LS0tLS1CRUdJTi"
_LOOKS_PRIVATE = re.compile(r"-----BEGIN|PRIVATE KEY")


def mended(secret: str) -> str:
    """Return a secret as ccxt can sign with it: a PEM gets its line breaks back, whatever became of them.

    They may have turned into spaces or into the two characters of an escape, or be gone. Anything but a PEM is
    returned as it is.
    """
    found = _PEM.search(_unwrapped(secret))
    if found is None:
        return secret
    label, body = found[1], _BREAK.sub("", found[2])
    return "\n".join((f"-----BEGIN {label}-----", *textwrap.wrap(body, 64), f"-----END {label}-----"))


def complaint(secret: str, issued: Collection[PrivateKey], title: str) -> str | None:
    """Say why a secret that is a private key cannot sign at an exchange; None when it can, or is no private key."""
    text = mended(secret)
    if not _LOOKS_PRIVATE.search(text):
        return None
    if not issued:
        return f"the secret is a private key, and those of {title} cannot be used; make a key that has a secret"
    if "PUBLIC KEY-----" in text:
        return "the secret is a public key; the private one of the pair signs"
    try:
        key = _loaded(text)
        _try(key)
    except TypeError:
        return "the private key is encrypted with a passphrase; only one that is not can sign"
    except (ValueError, UnsupportedAlgorithm, InvalidSignature):
        return "the private key is damaged, or in another format than PKCS #8 or PKCS #1"
    kind = next((kind for type_, kind in _KINDS.items() if isinstance(key, type_)), None)
    if isinstance(key, EllipticCurvePrivateKey) and not isinstance(key.curve, SECP256R1):
        return f"the private key is on the curve {key.curve.name}; exchanges take P-256 only"
    if kind in issued:
        return None
    return f"the private key is {kind or 'of another kind'}; {title} takes {' or '.join(sorted(issued))}"


def rsa_signer(secret: str) -> Callable[[str], str] | None:
    """Return what signs texts with an RSA key, in base64 by PKCS #1 v1.5 and SHA-256; None for any other secret.

    ccxt would read the key anew for each request, which takes tens of milliseconds, at 4096 bits hundreds.
    """
    key = _loaded(secret) if _PEM.search(secret) else None
    if not isinstance(key, RSAPrivateKey):
        return None
    return lambda text: base64.b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode()


def _loaded(pem: str) -> PrivateKeyTypes:
    # Whether the numbers of an RSA key fit together is tried out, which takes a fiftieth of the time of the check.
    return load_pem_private_key(pem.encode(errors="replace"), None, unsafe_skip_rsa_key_validation=True)


def _try(key: PrivateKeyTypes) -> None:
    if isinstance(key, RSAPrivateKey):
        key.public_key().verify(key.sign(b"", PKCS1v15(), SHA256()), b"", PKCS1v15(), SHA256())


_KINDS = {
    RSAPrivateKey: PrivateKey.RSA,
    Ed25519PrivateKey: PrivateKey.ED25519,
    EllipticCurvePrivateKey: PrivateKey.ECDSA,
}


def _unwrapped(secret: str) -> str:
    if not secret.lstrip().startswith(_WRAPPED):
        return secret
    try:
        return base64.b64decode("".join(secret.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return secret
