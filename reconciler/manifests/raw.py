"""The text of a manifest file: is it UTF-8, is every character seen, and where does each document begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from reconciler.manifests.mistakes import Mark

_BOM = b"\xef\xbb\xbf"
_PLAIN = bytes([9, 10, 13, *range(0x20, 0x7F)])
# Control characters; in UTF-8 also U+0080-9F, U+2028-202E, U+2066-2069, U+FEFF, U+FFFE and U+FFFF.
_UNSEEN = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xef\xbb\xbf|\xef\xbf[\xbe\xbf]"
)
MAX_DOCUMENTS = 20_000
# A binary file is told as one after so many.
_MOST = 20
_BREAK = re.compile(rb"\r\n|\r|\n")
_SEPARATOR = re.compile(rb"(?<=[\r\n])---(?=[ \t\r\n]|\Z)")


@dataclass(frozen=True, slots=True)
class Chunk:
    """The text of one document, from its `---` on, and how many lines of the file come before it."""

    text: bytes
    lines_before: int


def split(data: bytes) -> tuple[list[Chunk], list[Mark]]:
    """Cut a file into documents, which are then read one by one: a broken one does not hide those after it.

    `---` at the start of a line separates documents wherever it stands, text blocks and quotes included.
    """
    text = data.removeprefix(_BOM)
    if text.translate(None, _PLAIN) and (marks := list(_unreadable(text))):
        return [], marks
    separators = text.count(b"\n---") + text.count(b"\r---")
    if separators == 0:
        return [Chunk(text, 0)], []
    if separators > MAX_DOCUMENTS:
        return [], [Mark("size", 0, 0, f"more than {MAX_DOCUMENTS:,} documents", "split the file")]
    return list(_chunks(text)), []


def _chunks(text: bytes) -> Iterator[Chunk]:
    begin = lines = 0
    for found in (*_SEPARATOR.finditer(text), None):
        end = found.start() if found else len(text)
        chunk = text[begin:end]
        yield Chunk(chunk, lines)
        begin, lines = end, lines + len(_BREAK.findall(chunk))


def _unreadable(text: bytes) -> Iterator[Mark]:
    try:
        text.decode()
    except UnicodeDecodeError as error:
        remedy = "save the file as UTF-8"
        yield Mark("encoding", *_place(text, error.start), "this is no UTF-8", remedy)
        return
    for found in islice(_UNSEEN.finditer(text), _MOST):
        number = ord(found[0].decode())
        told = f"the character U+{number:04X} cannot be seen"
        remedy = "remove it, or write it as an escape in double quotes"
        yield Mark("character", *_place(text, found.start()), told, remedy)


def _place(text: bytes, at: int) -> tuple[int, int]:
    before = _BREAK.split(text[:at])
    return len(before), len(before[-1].decode(errors="replace")) + 1
