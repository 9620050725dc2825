"""INI files: sections of text values, read as go-ini does, the metadata flat in the section `[sops]`.

Rules read from go-ini 1.67.0, parser.go, last verified 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.errors import SecretRejected
from reconciler.sealed.flat import flatten, unflatten
from reconciler.sealed.parsed import Parsed, bounded, text_of
from reconciler.sealed.tree import Comment, Tree

_TOP = "DEFAULT"
_UNSAFE_START = ("[", "#", ";", '"', "`", "'", "\\")


def read(data: bytes) -> Parsed:
    """Read an INI file.

    Raises SecretRejected when a line cannot be read, or two sections share a name: which one counts would be a guess.
    """
    root: Tree = {_TOP: {}}
    section: Tree = {}
    root[_TOP] = section
    lines = _Lines(text_of(data))
    for line in lines:
        if line[0] in "#;":
            section[Comment(line)] = None
        elif line[0] == "[":
            name = line[1 : line.rfind("]")].strip() if "]" in line else ""
            if not name or (name in root and name != _TOP) or (name == _TOP and section is not root[_TOP]):
                raise SecretRejected(f"line {lines.number} opens a section without a name, or one a second time")
            section = root[name] = section if name == _TOP else {}
        else:
            key, value = lines.pair(line)
            section[key] = value
    metadata = _metadata(root.pop("sops", None))
    if not root[_TOP]:
        del root[_TOP]
    return Parsed([bounded(root)], metadata)


def _metadata(section: object) -> dict[str, object] | None:
    if not isinstance(section, dict):
        return None
    return unflatten({key: value for key, value in section.items() if not isinstance(key, Comment)})


class _Lines:
    """The lines of a file with anything on them, and the values that run over several."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        while self.number < len(self._lines):
            line = self._next().strip()
            if line:
                yield line

    def _next(self) -> str:
        self.number += 1
        if self.number > len(self._lines):
            raise SecretRejected("the file ends within a value")
        return self._lines[self.number - 1]

    def pair(self, line: str) -> tuple[str, str]:
        """Split a line into its key and its value."""
        quote = next((q for q in ('"""', '"', "`") if line.startswith(q)), "")
        end = line.find(quote, len(quote)) if quote else 0
        at = next((i for i in range(max(end, 0), len(line)) if line[i] in "=:"), -1)
        key = line[len(quote) : end] if quote else line[:at].strip()
        if end < 0 or at < 0 or not key:
            raise SecretRejected(f"line {self.number} is not KEY = value")
        return key, self._value(line[at + 1 :].strip())

    def _value(self, text: str) -> str:
        for quote in ('"""', "`"):
            if text.startswith(quote) and len(text) >= len(quote):
                return self._verbatim(text[len(quote) :], quote)
        while text.endswith("\\"):
            text = text[:-1] + self._next().strip()
        at = min((i for i in (text.find("#"), text.find(";")) if i >= 0), default=len(text))
        text = text[:at].strip()
        if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
            return text[1:-1]
        return text

    def _verbatim(self, text: str, quote: str) -> str:
        while quote not in text:
            text += "\n" + self._next()
        return text[: text.rindex(quote)] if quote == "`" else text[: text.index(quote)]


def write(documents: Sequence[Tree], metadata: dict[str, object]) -> bytes:
    """Write an INI file.

    Raises SecretRejected when a key or value has no form in this format.
    """
    lines: list[str] = []
    for name, section in documents[0].items():
        if isinstance(name, Comment) or not isinstance(section, dict):
            raise SecretRejected("an INI file holds sections of values: write the key as section.name")
        if name != _TOP:
            lines += ["", _header(name)]
        lines += [_comment(key) if isinstance(key, Comment) else _line(key, value) for key, value in section.items()]
    lines += ["", "[sops]", *(f"{key} = {value}" for key, value in flatten(metadata).items())]
    return ("\n".join(lines).lstrip("\n") + "\n").encode()


def _header(name: str) -> str:
    if name != name.strip() or "\n" in name or "]" in name or not name:
        raise SecretRejected("a section has a name without a form in an INI file: use YAML")
    return f"[{name}]"


def _comment(comment: Comment) -> str:
    return comment.text if comment.text.startswith(("#", ";")) else f"; {comment.text}"


def _line(key: str, value: object) -> str:
    fits = key == key.strip() and key and not key.startswith(_UNSAFE_START) and not set(key) & set("=:\n\r")
    if not fits or not isinstance(value, str):
        raise SecretRejected("a key or value has no form in an INI file: use YAML")
    if set(value) & set("#;\n\r\\`\"'") or value != value.strip():
        if '"""' in value or value.endswith('"') or "\r" in value:
            raise SecretRejected("a key or value has no form in an INI file: use YAML")
        return f'{key} = """{value}"""'
    return f"{key} = {value}"
