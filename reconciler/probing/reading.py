"""Telling by its name alone whether an endpoint only reads, where no list says which ones do.

The name is the one under which ccxt declares the endpoint: at some exchanges every request has the same path and the
name travels in its body. What the name leaves open is taken to change something. Pure.
"""

from __future__ import annotations

import re
from itertools import pairwise

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PARAMETER = re.compile(r"\{[^}]*\}")
# Anywhere in a word, since some names run words together.
_ACTING_PARTS = (
    "amend",
    "borrow",
    "cancel",
    "convert",
    "create",
    "delete",
    "deposit",
    "liquidat",
    "modify",
    "place",
    "redeem",
    "remove",
    "repay",
    "submit",
    "subscribe",
    "transfer",
    "withdraw",
)
_ACTING_WORDS = """
    accept add apikey apikeys apply block buy change claim close confirm disable edit enable execute exercise extend key
    keys leverage login logout lock move pay post purchase put reject reset revoke sell send set sign signin stake
    toggle unlock unstake update upgrade
"""
_ACTING = frozenset(_ACTING_WORDS.split())
# A question may be put by POST too, but only a name that says so is taken for one.
_ASKING = frozenset({"balance", "balances", "fetch", "get", "info", "query", "status"})
_ASKING_PAIRS = frozenset(
    {("active", "orders"), ("open", "orders"), ("open", "positions"), ("auth", "r")},
)
# A list that the name does not begin with may be one that is sent, such as a list of orders.
_ASKING_START = re.compile(r"list|(get|list)[a-z]{3,}")
_MAKING = frozenset({"api", "ip", "make", "new", "open", "restriction", "save", "start", "stop", "w", "write"})


def is_reading(method: str, name: str) -> bool:
    """Tell whether an endpoint of this method and name can only read."""
    words = [word.lower() for word in _WORD.findall(_PARAMETER.sub(" ", name))]
    if method not in ("GET", "POST") or not words or not _ACTING.isdisjoint(words):
        return False
    if any(part in word for word in words for part in _ACTING_PARTS):
        return False
    return method == "GET" or _is_asking(words)


def _is_asking(words: list[str]) -> bool:
    pairs = _ASKING_PAIRS & set(pairwise(words))
    spoken_for = {word for pair in pairs for word in pair}
    # What begins with all is at some exchanges all that shall be cancelled.
    if words[0] == "all" or not _MAKING.isdisjoint(set(words) - spoken_for):
        return False
    return bool(pairs) or not _ASKING.isdisjoint(words) or _ASKING_START.fullmatch(words[0]) is not None
