"""JSON that is as safe to print as it is to parse."""

from __future__ import annotations

import json
import re

# JSON lets these stand in a string as they are, but a terminal obeys some (C1 controls, bidirectional overrides), and
# lone surrogates cannot be written as UTF-8; escaped they mean the same to every parser. The second of two number signs
# before a bracket would begin a command to a CI runner, see `terminal.py`.
_UNSAFE = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
    r"|(?<=#)#(?=\w*\[)"
)


# Past this many items in a list nobody reads it line by line, and an indented text takes ten times as long to write.
_MANY = 500


def json_text(value: object) -> str:
    """Write a JSON value over several lines, with every character escaped that something on its way may obey.

    Where a list is long, each of its items stands on one line.
    """
    lists = value.values() if isinstance(value, dict) else (value,)
    is_long = any(isinstance(one, list) and len(one) > _MANY for one in lists)
    text = _by_lines(value) if is_long else json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    return _UNSAFE.sub(lambda unsafe: f"\\u{ord(unsafe[0]):04x}", text) + "\n"


def _by_lines(value: object) -> str:
    if isinstance(value, dict) and value:
        return _joined("{}", [f"{_flat(str(name))}: {_by_lines(one)}" for name, one in value.items()])
    return _joined("[]", [_flat(one) for one in value]) if isinstance(value, list) and value else _flat(value)


def _joined(brackets: str, parts: list[str]) -> str:
    return "\n".join((brackets[0], ",\n".join(parts), brackets[1]))


def _flat(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
