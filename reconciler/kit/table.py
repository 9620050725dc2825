"""Tables of text that give up columns, then themselves, where a terminal is too narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.kit.terminal import Ink, cells, paint

_GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the higher `spare`, the sooner it is left out; 0 stays."""

    title: str
    spare: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One harmless text and its colour."""

    text: str = ""
    ink: Ink | None = None


def table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int, *, colour: bool) -> list[str] | None:
    """Lay out a table no wider than asked, or return None where even its firm columns do not fit.

    A column that is empty in every row is left out.
    """
    filled = [i for i, _ in enumerate(columns) if any(row[i].text for row in rows)]
    sizes = {i: max(cells(columns[i].title), *(cells(row[i].text) for row in rows)) for i in filled}
    kept = list(filled)
    for i in sorted((i for i in filled if columns[i].spare), key=lambda i: -columns[i].spare):
        if _total(kept, sizes) <= width:
            break
        kept.remove(i)
    if _total(kept, sizes) > width:
        return None
    head = _line([(columns[i].title, sizes[i], Ink.QUIET) for i in kept], colour=colour)
    return [head, *(_line([(row[i].text, sizes[i], row[i].ink) for i in kept], colour=colour) for row in rows)]


def _total(kept: Sequence[int], sizes: dict[int, int]) -> int:
    return sum(sizes[i] for i in kept) + len(_GAP) * (len(kept) - 1)


def _line(parts: Sequence[tuple[str, int, Ink | None]], *, colour: bool) -> str:
    # Blanks stay outside of the colour, and no line ends with any.
    texts = [paint(text, ink, colour=colour) + " " * (size - cells(text)) for text, size, ink in parts]
    return _GAP.join(texts).rstrip()
