"""What an exchange allows in how much time, and how it says that it was too much: published facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.model.exchange import Source

# The pool of all requests: in it each counts once, whatever other pool it draws on.
EVERY = "*"


class Per(StrEnum):
    """By what something is counted, and so who has to wait for whom."""

    ADDRESS = "address"
    ACCOUNT = "account"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Limit:
    """How much weight a pool takes in how many seconds.

    All limits of a pool bind at once: one may be counted by account and another by address.
    """

    pool: str
    weight: float
    seconds: float
    source: Source
    per: Per = Per.ADDRESS

    def costs(self, pool: str | None, weight: float) -> float:
        """Return what a request of a pool and weight costs here, 0 when it is not counted."""
        if self.pool == EVERY:
            return 1
        return weight if self.pool == pool else 0


@dataclass(frozen=True, slots=True)
class Rest:
    """One way in which an exchange says that it was asked too often, whom that binds, and for how long.

    It is told by the exchange's code, the HTTP status and a pattern in the text; what is None does not matter. The
    first group of `text` and the `header`, counted in `unit` seconds, tell the end, beside Retry-After; `seconds` hold
    where nothing does. A request without a key binds nothing but the address. `when` words what no error row does.
    """

    per: Per
    seconds: float
    source: Source
    code: str | None = None
    status: int | None = None
    text: str | None = None
    header: str | None = None
    unit: float = 1
    when: str = ""

    def found(self, code: str | None, status: int | None, text: str) -> re.Match[str] | None:
        """Return where the text says so, an empty match where code and status alone do."""
        if (self.code is not None and self.code != code) or (self.status is not None and self.status != status):
            return None
        return re.search(self.text or "", text)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A header that tells how much of a request's pool is used or left, whoever used it.

    `pools` are those it speaks of, all of them where none is named. What is used is counted from each full window of
    the clock on; what is left holds until `reset`, another header, counted in `unit` seconds.
    """

    header: str
    per: Per
    source: Source
    pools: frozenset[str] = frozenset()
    is_left: bool = False
    reset: str | None = None
    unit: float = 1
