"""One page of documentation, and how it is laid out on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconciler.kit.terminal import Ink, fold, paint

WIDTH = 80


@dataclass(frozen=True, slots=True)
class Page:
    """One topic: the word a user types, one line of summary, and paragraphs.

    Lines that begin with two blanks are kept as they are. `group` is the word under which it is listed.
    """

    topic: str
    group: str
    summary: str
    text: str = ""
    aliases: tuple[str, ...] = ()


def render(page: Page, *, colour: bool) -> str:
    """Lay a page out for a terminal of 80 columns."""
    group = f" ({page.group})" if page.group else ""
    parts = [
        paint(page.topic, Ink.STRONG, colour=colour) + group,
        "\n".join(fold(f"  {page.summary}", WIDTH, indent="  ")),
    ]
    if page.text.strip():
        parts.append("\n".join(_laid_out(page.text)))
    return "\n\n".join(parts).rstrip("\n") + "\n"


def _laid_out(text: str) -> Iterator[str]:
    paragraph: list[str] = []
    for line in [*text.strip("\n").splitlines(), ""]:
        if line and not line.startswith("  "):
            paragraph.append(line.strip())
            continue
        if paragraph:
            yield from fold("  " + " ".join(paragraph), WIDTH, indent="  ")
            paragraph = []
        yield from fold("  " + line, WIDTH, indent=" " * 6) if line.strip() else [""]


def fold_words(words: Iterable[str]) -> str:
    """Lay out words one behind another, as lines that are kept as they are."""
    return "\n".join(fold(f"  {', '.join(words)}", WIDTH - 4, indent="  "))


def rows(pairs: Iterable[tuple[str, str]]) -> str:
    """Lay out words with their meanings, the meanings one under another, as lines that are kept as they are."""
    listed = list(pairs)
    widest = min(max((len(word) for word, _ in listed), default=0), 24)
    lines = []
    for word, meaning in listed:
        first, *rest = fold(meaning, WIDTH - widest - 6)
        head = [f"  {word:{widest}}  {first}"] if len(word) <= widest else [f"  {word}", " " * (widest + 4) + first]
        lines += [*head, *(" " * (widest + 4) + line for line in rest)]
    return "\n".join(lines)
