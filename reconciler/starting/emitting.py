"""Documents as YAML text, in the order and style of the examples; what could be misread is quoted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from reconciler.model.state import JsonValue

# Words that mean the same to every reader of YAML, old and new; all else is quoted.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?:[ :]?[A-Za-z0-9_./-]+)*")
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}(/[0-9]{1,2})?")
_MISREAD = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
# What YAML has no place for outside of an escape, beyond what JSON escapes. https://yaml.org/spec/1.2.2/#51-character-set
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_WIDTH = 100


def document(data: Mapping[str, JsonValue], heading: Iterable[str] = ()) -> str:
    """Return one document with comment lines above it."""
    return "".join(f"# {line}\n" for line in heading) + "".join(_block(data, ""))


def _block(data: Mapping[str, JsonValue], indent: str) -> Iterator[str]:
    for name, value in data.items():
        flow = _flow(value)
        # Maps of one level stand in a line where they fit, as in the examples; the outer frame never does.
        is_frame = indent == "" or name == "credentials"
        if isinstance(value, dict) and value and (is_frame or len(indent) + len(name) + len(flow) > _WIDTH):
            yield f"{indent}{_text(name)}:\n"
            yield from _block(value, f"{indent}  ")
        else:
            yield f"{indent}{_text(name)}: {flow}\n"


def _flow(value: JsonValue) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(name)}: {_flow(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    is_word = _PLAIN.fullmatch(text) and text.casefold() not in _MISREAD
    if is_word or _DAY.fullmatch(text) or _ADDRESS.fullmatch(text):
        return text
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))
