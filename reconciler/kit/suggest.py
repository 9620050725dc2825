"""The "did you mean" of every message, in one place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like the given one, or None when none is near.

    Only a near miss is returned, so a message built from it cannot echo a secret typed in the wrong place.
    """
    if len(word) > 64:
        return None
    folded = {k.casefold(): k for k in known}
    hits = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[hits[0]] if hits else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `did you mean "x"?`, or the known words when none is near; empty when there are none."""
    words = sorted(known)
    near = closest(word, words)
    if near is not None:
        return f'did you mean "{near}"?'
    return f"use one of: {', '.join(words)}" if words else ""
