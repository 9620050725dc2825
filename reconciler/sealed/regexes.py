"""Regexes out of untrusted files: only what RE2 and Python's `re` read alike, and only with work that is bounded.

SOPS reads them with RE2, in linear time; `re` backtracks, so nesting is refused and the work is counted.
"""

from __future__ import annotations

import re
from math import comb

from reconciler.errors import SecretRejected

_LONGEST = 200
# About a second of backtracking at the very worst, over all keys of a file.
_BUDGET = 20_000_000
_TOKEN = re.compile(
    r"""
    (?P<open>\((?:\?:|(?!\?))) | (?P<close>\)) | (?P<bar>\|)
    | (?P<repeat>(?:[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})\??(?![*+?{]))
    | (?P<end>\$)
    | (?P<escape>\\(?:[AbBdDsSwWz tnrfv]|[^A-Za-z0-9\s]))
    | (?P<set>\[\^?(?:[^\]\[\\&~|-]|\\(?:[dDsSwWtnrfv]|[^A-Za-z0-9\s])|-(?!-))+\])
    | (?P<plain>[^\\\[\](){}*+?|$])
    """,
    re.VERBOSE,
)


class BoundedRegex:
    """A regex that says whether it is found in a text, and refuses once its work is used up."""

    def __init__(self, text: str) -> None:
        """Take a regex apart.

        Raises SecretRejected when it is too long, nests repeats, or uses what the two engines read differently.
        """
        self._choices = 1
        self._spent = 0
        self._answers: dict[str, bool] = {}
        if len(text) > _LONGEST:
            raise SecretRejected(f"a regex is longer than {_LONGEST} characters")
        flags = re.IGNORECASE if text.startswith("(?i)") else 0
        # ASCII classes, as in RE2, where \d and \w know no other script.
        self._regex = re.compile(self._translated(text[4:] if flags else text), flags | re.ASCII)

    def found_in(self, text: str) -> bool:
        """Tell whether the regex matches anywhere in the text.

        Raises SecretRejected when this regex has cost too much already.
        """
        if text not in self._answers:
            self._spent += comb(len(text) + self._choices + 1, self._choices + 1)
            if self._spent > _BUDGET:
                raise SecretRejected("a regex is too costly for the keys of this file")
            self._answers[text] = self._regex.search(text) is not None
        return self._answers[text]

    def _translated(self, text: str) -> str:
        out: list[str] = []
        # For each open group: may it be repeated? Not once it holds a choice, or the work would multiply.
        groups = [True]
        at, last_repeatable = 0, False
        while at < len(text):
            token = _TOKEN.match(text, at)
            if token is None:
                raise SecretRejected("a regex uses what SOPS and this program might read differently")
            last_repeatable = self._step(str(token.lastgroup), groups, last_repeatable)
            out.append({"$": r"\Z", r"\z": r"\Z"}.get(token[0], token[0]))
            at = token.end()
        if len(groups) != 1:
            raise SecretRejected("a regex has unbalanced parentheses")
        return "".join(out)

    def _step(self, kind: str, groups: list[bool], repeatable: bool) -> bool:
        if kind == "open":
            groups.append(True)
            return False
        if kind == "close":
            if len(groups) == 1:
                raise SecretRejected("a regex has unbalanced parentheses")
            inner = groups.pop()
            groups[-1] = groups[-1] and inner
            return inner
        if kind == "repeat" and not repeatable:
            raise SecretRejected("a regex repeats a group that holds a repeat or a choice, or repeats nothing")
        if kind in ("bar", "repeat"):
            self._choices += 1 if kind == "repeat" or groups[-1] else 0
            groups[-1] = False
            return False
        return kind != "end"
