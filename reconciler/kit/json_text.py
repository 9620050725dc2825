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


def json_text(value: object) -> str:
    """Write a JSON value over several lines, with every character escaped that something on its way may obey."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    return _UNSAFE.sub(lambda unsafe: f"\\u{ord(unsafe[0]):04x}", text) + "\n"
