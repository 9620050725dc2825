"""What a plain YAML scalar means to go-yaml, which SOPS reads with; PyYAML's YAML 1.1 differs and would break the MAC.

Rules read from go.yaml.in/yaml v3.0.4, resolve.go, last verified 2026-11-22.
"""

from __future__ import annotations

import re
from datetime import datetime

from reconciler.sealed.tree import Scalar, Stamp

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((sign + word for sign in ("", "+") for word in (".inf", ".Inf", ".INF")), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_STAMP = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?P<gap>[Tt]| )([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.([0-9]{1,9}))?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_INTEGERS = (
    (re.compile(r"[+-]?(?:0|[1-9][0-9]*)"), 10, 0),
    (re.compile(r"[+-]?0[xX][0-9a-fA-F]+"), 16, 2),
    (re.compile(r"[+-]?0[bB][01]+"), 2, 2),
    (re.compile(r"[+-]?0[oO][0-7]+"), 8, 2),
    (re.compile(r"[+-]?0[0-7]+"), 8, 1),
)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
# Longer digits than these are no number anybody writes, and Python would take quadratic time on them.
_LONGEST = 400


def read_plain(text: str) -> Scalar:
    """Return what a plain scalar means: null, bool, number, timestamp, or else the string itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789" or len(text) > _LONGEST:
        return text
    stamp = read_stamp(text)
    if stamp is not None:
        return stamp
    digits = text.replace("_", "")
    for pattern, radix, prefix in _INTEGERS:
        if pattern.fullmatch(digits):
            return _integer(digits, radix, prefix, text)
    return _float(digits, text)


def read_stamp(text: str) -> Stamp | None:
    """Return the timestamp a text is, or None when it is none."""
    match = _STAMP.fullmatch(text)
    if match is None or (match["gap"] == " " and match["zone"]) or (match["gap"] in ("T", "t") and not match["zone"]):
        return None
    year, month, day, _, hour, minute, second, fraction, zone = match.groups()
    try:
        moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        return None
    if zone not in (None, "Z") and (int(zone[1:3]) > 24 or int(zone[4:6]) > 59):
        return None
    digits = (fraction or "").rstrip("0")
    tail = "Z" if zone is None or zone[1:] in ("", "00:00") else zone
    return Stamp(f"{year}-{moment:%m-%dT%H:%M:%S}" + (f".{digits}" if digits else "") + tail)


def _integer(digits: str, radix: int, prefix: int, text: str) -> Scalar:
    sign, body = (digits[0], digits[1:]) if digits[0] in "+-" else ("", digits)
    number = int(sign + body[prefix:], radix)
    # go-yaml falls back to a float, then to text, once 64 bits are left behind.
    return number if -(2**63) <= number < 2**64 else _float(digits, text)


def _float(digits: str, text: str) -> Scalar:
    if not _FLOAT.fullmatch(digits):
        return text
    number = float(digits)
    return text if number in (float("inf"), float("-inf")) else number
