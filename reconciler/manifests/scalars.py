"""What a plain word in YAML means: the core schema of YAML 1.2, so that editors and the loader agree.

Only `true` and `false` are booleans (`yes`, `on` and `off` are words), and dates stay text.
https://yaml.org/spec/1.2.2/#1032-tag-resolution, last verified 2026-11-22.
"""

from __future__ import annotations

import re
from typing import Any

Scalar = None | bool | int | float | str
# What a document is once its text is forgotten: the same values that JSON has.
Data = Scalar | list[Any] | dict[str, Any]

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_NO_JSON = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
# Beyond this, readers of JSON stop agreeing about whole numbers (RFC 8259, section 6).
_EXACT = 2**53


class NoNumber(ValueError):
    """A number that no JSON reader could take: infinite, not a number, or too large to be exact."""


def resolve(text: str) -> Scalar:
    """Return what a plain scalar means.

    Raises NoNumber for a number that JSON has no place for.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    if _NUMBER.fullmatch(text):
        return _number(text)
    if _OTHER_BASE.fullmatch(text):
        return _exact(int(text, 0) if len(text) < 20 else _EXACT)
    if _NO_JSON.fullmatch(text):
        raise NoNumber
    return text


def _number(text: str) -> int | float:
    if _INTEGER.fullmatch(text):
        return _exact(int(text) if len(text) < 20 else _EXACT)
    number = float(text) if len(text) < 100 else float("inf")
    if number in (float("inf"), float("-inf")):
        raise NoNumber
    # JSON has one kind of number: 5.0 is as whole as 5, and a schema's "integer" takes both.
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


def _exact(number: int) -> int:
    if abs(number) >= _EXACT:
        raise NoNumber
    return number
