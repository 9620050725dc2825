"""The ratchet: how often a checker is told to look away, exactly; the numbers only go down."""

from __future__ import annotations

import re
import tokenize
from collections import Counter
from pathlib import Path

# Each has a reason beside it. Fewer now? Lower the number. More? Find another way, or defend it in the review.
ALLOWED = {"type: ignore": 0, "noqa": 4, "pragma: no cover": 0, "nosec": 0}

_PATTERNS = {word: re.compile(rf"#\s*{word}", re.IGNORECASE) for word in ALLOWED}


def counted(paths: list[Path]) -> tuple[Counter[str], list[str]]:
    """Count the comments that silence a checker, and say where they stand."""
    counts: Counter[str] = Counter()
    places = []
    for path in paths:
        with path.open("rb") as file:
            comments = [token for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT]
        for comment in comments:
            for word, pattern in _PATTERNS.items():
                if pattern.search(comment.string):
                    counts[word] += 1
                    places.append(f"{path}:{comment.start[0]}: {word}")
    return counts, places


def test_checkers_look_away_exactly_as_often_as_is_written_here(sources, tests):
    counts, places = counted([*sources, *tests])

    assert {word: counts[word] for word in ALLOWED} == ALLOWED, "\n".join(places)


def test_planted_suppressions_are_counted(planted):
    path = planted("a.py", "x = 1  # noqa: E501\ny = 2  # type: ignore[misc]\nz = '# noqa in a text'\n")

    assert counted([path])[0] == {"noqa": 1, "type: ignore": 1}
