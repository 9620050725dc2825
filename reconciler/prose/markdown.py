"""Text in Markdown that says what it says: nothing in it is a tag, a link, a mention, a reference or an end of code.

Words of plain prose stay prose. Whatever else somebody wrote stands in code spans, where GitHub and GitLab look for
nothing: https://github.github.com/gfm/#code-spans, last verified 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reconciler.kit.terminal import inert
from reconciler.prose.words import said

# A word of prose: letters, perhaps with an apostrophe or a hyphen in it, or a number, a date, a time; between brackets
# or quotes, before a mark. Or a lone dash, dot, arrow or ellipsis.
_WORD = re.compile(
    r"""["'(]*(?:[A-Za-z]+(?:['\u2019-][A-Za-z]+)*|\d+(?:[.:-]\d+)*)["')]*[,;:.?]*[")]*|[\u2013\u2014\u00b7\u2192\u2026]"""
)
# What a forge turns into a link by itself: digits of a revision, `www` hosts.
_REFERENCE = re.compile(r"[^A-Za-z0-9]*(?:[0-9a-f]{7,40}|www)[^A-Za-z0-9]*", re.IGNORECASE)
# Marks at the end of a run belong to the sentence.
_ENDING = re.compile(r"[,;:.?]*$")
_TICKS = re.compile("`+")


def prose(text: str, longest: int = 1000) -> str:
    """Return a sentence for Markdown: what is not plain prose in it stands in code spans."""
    runs: list[tuple[bool, list[str]]] = []
    for word in cut(said(text), longest).split(" "):
        is_plain = not word or (_WORD.fullmatch(word) is not None and _REFERENCE.fullmatch(word) is None)
        if runs and runs[-1][0] == is_plain:
            runs[-1][1].append(word)
        else:
            runs.append((is_plain, [word]))
    return " ".join(told for is_plain, words in runs if (told := _plain(words) if is_plain else _foreign(words)))


def _plain(words: Sequence[str]) -> str:
    return " ".join(word for word in words if word)


def _foreign(words: Sequence[str]) -> str:
    text = " ".join(words)
    marks = _ENDING.search(text)
    body = text[: marks.start()] if marks else text
    return _span(body) + text[len(body) :] if body else _span(text)


def code(text: str, longest: int = 200) -> str:
    """Return a code span with exactly this text on one line; nothing for no text."""
    return _span(cut(said(text), longest))


def cell(text: str) -> str:
    """Return a piece of Markdown for a table: a bar would end the cell even in a code span."""
    return text.replace("|", "¦")


def _span(text: str) -> str:
    if not text.strip():
        return ""
    # The fence is longer than any run of its sign inside, so nothing inside can end it.
    fence = "`" * (max((len(run) for run in _TICKS.findall(text)), default=0) + 1)
    room = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{room}{text}{room}{fence}"


def fenced(lines: Iterable[str], language: str = "text") -> list[str]:
    """Return lines as a code block that none of them can end."""
    text = inert("\n".join(lines))
    fence = "`" * max(3, max((len(run) for run in _TICKS.findall(text)), default=0) + 1)
    return [f"{fence}{language}", *text.split("\n"), fence]


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table of finished pieces of Markdown."""
    lines = [heading, ["---"] * len(heading), *rows]
    return [f"| {' | '.join(map(cell, line))} |" for line in lines]


def cut(text: str, longest: int) -> str:
    """Shorten a text that nobody would read to its end, and show that something is missing."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
