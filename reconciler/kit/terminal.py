"""Text for terminals: made harmless, measured, padded, folded and coloured, the same on every machine.

Whatever a user, an exchange or a platform wrote goes through `harmless` before it is shown: an escape sequence in a
display name could otherwise clear the screen, forge a line that says Online, or reorder what is read.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache

# Joiners, variation selectors and skin tones: terminals disagree on how wide they make their neighbours, so they are
# left out and every emoji stands for itself.
_JOINERS = dict.fromkeys([0x200C, 0x200D, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0100, 0xE01F0)])
# Control, format (bidirectional overrides among them), surrogate, private use, unassigned, line and paragraph
# separators: https://www.unicode.org/reports/tr44/#General_Category_Values, last verified 2026-11-22.
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PLAIN = re.compile(r"[ -~]*")
# CI runners obey what is printed: `##[command]` and `##vso[command]` anywhere in a line, `::command::` at its
# beginning: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs, last verified 2026-11-22.
_COMMAND = re.compile(r"##(?=\w*\[)")
_LINE_COMMAND = re.compile(r"(?m)^(\s*):(?=:[a-zA-Z-]+(?: [^\n]*?)?::)")
_PAINTED = re.compile(r"\x1b\[[0-9;]*m")


class Ink(Enum):
    """The colours in use, by what they say."""

    GOOD = "32"
    BAD = "1;31"
    CAUTION = "33"
    QUIET = "2"
    STRONG = "1"


def paint(text: str, ink: Ink | None, *, colour: bool) -> str:
    """Return the text in a colour, or as it is where there is none."""
    return f"\x1b[{ink.value}m{text}\x1b[0m" if colour and ink is not None and text else text


@lru_cache(maxsize=4096)
def harmless(text: str) -> str:
    """Return one line that shows exactly what the text holds and can do nothing to a terminal or a CI runner."""
    if not _PLAIN.fullmatch(text):
        text = "".join(_visible(character) for character in text.translate(_JOINERS))
    return _COMMAND.sub("#<U+0023>", text) if "##" in text else text


def inert(text: str) -> str:
    """Return harmless lines of which no beginning is a command to a CI runner, wherever a long text was broken."""
    return _LINE_COMMAND.sub(r"\1<U+003A>", text)


def _visible(character: str) -> str:
    if unicodedata.category(character) not in _HARMFUL:
        return character
    return _SHORT.get(character) or f"<U+{ord(character):04X}>"


@lru_cache(maxsize=4096)
def cells(text: str) -> int:
    """Return how many columns a terminal needs for a text; colours need none."""
    if _PLAIN.fullmatch(text):
        return len(text)
    return sum(map(_cells, _PAINTED.sub("", text)))


def _cells(character: str) -> int:
    # Marks stand on the character before them; Hangul vowels and finals (U+1160 to U+11FF) melt into it.
    if unicodedata.category(character) in ("Mn", "Me", "Cf") or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, width: int) -> str:
    """Fill a text with blanks up to a number of columns."""
    return text + " " * (width - cells(text))


def cut(text: str, width: int) -> str:
    """Shorten a text to that many columns, and show that something is missing."""
    return text if cells(text) <= width else _head(text, width - 1) + "…"


def fold(text: str, width: int, *, indent: str = "") -> list[str]:
    """Break a text into lines of at most that many columns, between words where it can.

    The first line keeps the text's own leading blanks; the later ones begin with `indent`.
    """
    body = text.lstrip(" ")
    lead = text[: len(text) - len(body)]
    rooms = (max(width - len(lead), 2), max(width - cells(indent), 2))
    lines = [""]
    for word in body.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cells(joined) <= rooms[len(lines) > 1]:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        # Only the head of what is left is measured each time: a word may be a page long.
        while len(head := _head(word, rooms[len(lines) > 1])) < len(word):
            lines[-1] = head
            word = word[len(head) :]
            lines.append("")
        lines[-1] = word
    return [lead + lines[0], *(indent + line for line in lines[1:])]


def _head(word: str, width: int) -> str:
    taken, used = 0, 0
    for character in word:
        used += _cells(character)
        if used > width and taken:
            break
        taken += 1
    return word[: max(taken, 1)]
