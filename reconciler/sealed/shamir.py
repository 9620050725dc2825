"""Shamir's sharing of the data key over GF(2^8), for files that need several key groups."""

from __future__ import annotations

import os
from collections.abc import Sequence

from reconciler.errors import SecretRejected


def _tables() -> tuple[list[int], list[int]]:
    exp, log = [0] * 510, [0] * 256
    value = 1
    for power in range(255):
        exp[power] = exp[power + 255] = value
        log[value] = power
        # Times the generator 3, in the field of AES: x^8 + x^4 + x^3 + x + 1.
        value ^= (value << 1) ^ (0x11B if value & 0x80 else 0)
    return exp, log


_EXP, _LOG = _tables()


def _times(a: int, b: int) -> int:
    return _EXP[_LOG[a] + _LOG[b]] if a and b else 0


def _over(a: int, b: int) -> int:
    return _EXP[_LOG[a] - _LOG[b] + 255] if a else 0


def split(secret: bytes, shares: int, threshold: int) -> list[bytes]:
    """Return shares of which `threshold` are needed: the y values, then the share's number from 1."""
    polynomials = [bytes([byte]) + os.urandom(threshold - 1) for byte in secret]
    return [bytes(_at(p, x) for p in polynomials) + bytes([x]) for x in range(1, shares + 1)]


def _at(polynomial: bytes, x: int) -> int:
    total = 0
    for coefficient in reversed(polynomial):
        total = _times(total, x) ^ coefficient
    return total


def combine(shares: Sequence[bytes]) -> bytes:
    """Return the secret of enough shares.

    Raises SecretRejected when they cannot belong together; too few shares give a wrong secret, not an error.
    """
    xs = [share[-1] for share in shares if share]
    if len({len(share) for share in shares}) != 1 or len(set(xs)) != len(shares) or 0 in xs:
        raise SecretRejected("the shares of the data key do not belong together")
    factors = [_factor(xs, i) for i in range(len(xs))]
    secret = bytearray(len(shares[0]) - 1)
    for share, factor in zip(shares, factors, strict=True):
        for at, y in enumerate(share[:-1]):
            secret[at] ^= _times(y, factor)
    return bytes(secret)


def _factor(xs: Sequence[int], mine: int) -> int:
    # Lagrange's basis polynomial at zero; minus is plus in this field.
    factor = 1
    for other, x in enumerate(xs):
        if other != mine:
            factor = _times(factor, _over(x, x ^ xs[mine]))
    return factor
