"""One encrypted value: the `ENC[AES256_GCM,…]` text, bound by its associated data to the place it stands at."""

from __future__ import annotations

import os
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable

from reconciler.errors import SecretRejected
from reconciler.sealed.scalars import read_stamp
from reconciler.sealed.tree import Comment, Path, Scalar, Stamp, keys_of, plain_bytes

# SOPS itself matches only the start and ignores what follows; a strict reader takes the whole text or nothing.
_ENC = re.compile(r"ENC\[AES256_GCM,data:([^,]*),iv:([^,]+),tag:([^,]+),type:([a-z]+)\]")
_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")
_FLOAT = re.compile(r"[+-]?Inf|NaN|[+-]?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?")
_BOOLS = {
    **dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False),
}
_NONCE_BYTES = 32


def is_encrypted(value: object) -> bool:
    """Tell whether a value is exactly one encrypted value."""
    return isinstance(value, str) and value.startswith("ENC[") and _ENC.fullmatch(value) is not None


def flaw_of(value: str) -> str:
    """Say why a text that is meant to be encrypted could never be opened; empty where nothing speaks against it."""
    if not value.startswith("ENC["):
        return "stands in clear"
    match = _ENC.fullmatch(value)
    if match is None:
        return "is not exactly one ENC[...] text"
    if match[4] not in _READERS:
        return "is encrypted as a type that no reader knows"
    try:
        _parts_of(match)
    except SecretRejected as error:
        return error.message.replace("an encrypted value", "is encrypted but")
    return ""


def place_of(path: Path) -> bytes:
    """Return the associated data of a leaf: the map keys of its path, each followed by a colon."""
    return "".join(f"{key}:" for key in keys_of(path)).encode()


def decrypt(value: Scalar, key: bytes, place: bytes) -> Scalar:
    """Return what an encrypted value holds; the empty string is never encrypted and stands for itself.

    Raises SecretRejected when the value is not of that form, was changed, or was moved here from another place.
    """
    if value == "":
        return ""
    match = _ENC.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise SecretRejected("a value that must be encrypted is not exactly one ENC[...] text")
    kind = match[4]
    if kind not in _READERS:
        raise SecretRejected(f'an encrypted value has the unknown type "{kind[:20]}"')
    return _READERS[kind](_opened(match, key, place))


def _opened(match: re.Match[str], key: bytes, place: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    data, nonce, tag = _parts_of(match)
    try:
        return AESGCM(key).decrypt(nonce, data + tag, place)
    except InvalidTag:
        raise SecretRejected("a value was changed, or moved to another key, after it was encrypted") from None


def _parts_of(match: re.Match[str]) -> tuple[bytes, bytes, bytes]:
    try:
        data, nonce, tag = (b64decode(match[n], validate=True) for n in (1, 2, 3))
    except Base64Error:
        raise SecretRejected("an encrypted value is not valid base64") from None
    if len(tag) != 16 or not 8 <= len(nonce) <= 128:
        raise SecretRejected("an encrypted value has a nonce or tag of the wrong length")
    return data, nonce, tag


def encrypt(value: Scalar, key: bytes, place: bytes) -> str:
    """Return the encrypted form of a leaf, under a fresh nonce."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if value == "" or value == b"":
        return ""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, plain_bytes(value), place)
    data, iv, tag = (b64encode(part).decode() for part in (sealed[:-16], nonce, sealed[-16:]))
    return f"ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:{_type_of(value)}]"


def _type_of(value: Scalar) -> str:
    names = ((bool, "bool"), (int, "int"), (float, "float"), (Stamp, "time"), (Comment, "comment"))
    return next((name for kind, name in names if isinstance(value, kind)), "str")


def _text(plain: bytes) -> Scalar:
    try:
        return plain.decode()
    except UnicodeDecodeError:
        return plain


def _matching(pattern: re.Pattern[str], plain: bytes) -> str:
    text = plain.decode("latin-1")
    if not pattern.fullmatch(text):
        raise SecretRejected("an encrypted value does not fit its stated type")
    return text


def _bool(plain: bytes) -> Scalar:
    text = plain.decode("latin-1")
    if text not in _BOOLS:
        raise SecretRejected("an encrypted value does not fit its stated type")
    return _BOOLS[text]


def _stamp(plain: bytes) -> Scalar:
    stamp = read_stamp(plain.decode("latin-1"))
    if stamp is None:
        raise SecretRejected("an encrypted value does not fit its stated type")
    return stamp


# `bytes` is missing on purpose: no release writes it, and sops 3.13 crashes on it.
_READERS: dict[str, Callable[[bytes], Scalar]] = {
    "str": _text,
    "int": lambda plain: int(_matching(_INTEGER, plain)),
    "float": lambda plain: float(_matching(_FLOAT, plain)),
    "bool": _bool,
    "time": _stamp,
    "comment": lambda plain: Comment(plain.decode("utf-8", "replace")),
}
