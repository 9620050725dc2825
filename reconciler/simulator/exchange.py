"""What one exchange brings: its facts, its checks and its words. Everything else is shared.

A file in `simulator/exchanges/` is a module with one `EXCHANGE`. It holds no server, no state and no clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from reconciler.simulator.key import Key
from reconciler.simulator.limits import Ban, Pool, Reading
from reconciler.simulator.wire import Answer, Call
from reconciler.values.rights import Right


class Trouble(StrEnum):
    """A trouble that each exchange words in its own way."""

    RATE_LIMIT = "rate_limit"
    BAN = "ban"
    MAINTENANCE = "maintenance"
    GEO_BLOCK = "geo_block"


class Minted(NamedTuple):
    """A new key's values, in the form the exchange gives them."""

    api_key: str
    secret: str
    passphrase: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One request an exchange answers.

    `needs` names permission tokens of which any one is enough. A `static` answer depends on nothing but the
    catalogue of markets and is made once. `path` may hold parts like `{symbol}`.
    """

    method: str
    path: str
    answer: Callable[[Call], object]
    needs: tuple[str, ...] = ()
    is_signed: bool = True
    is_static: bool = False
    pool: str = ""
    weight: int = 1

    @property
    def pattern(self) -> re.Pattern[str] | None:
        """The path as a pattern, None where it has no variable part."""
        if "{" not in self.path:
            return None
        return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(self.path)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One simulated exchange.

    `rights` gives the permission tokens that a right stands for, so its names are the rights a key here can carry;
    rights that share their tokens can only be had together. `variants` are the ids under which the same is spoken
    elsewhere, to keys of their own. `by_version` takes its place for keys of certain versions.
    `always` are rights that every key has, `read` splits a permission string. `verify` returns the key a request was
    made with, or the refusal; it checks everything but the right, which follows from the endpoint and is answered by
    `denied`. Where it `counts_nonces`, requests carry a number that must rise, and no time that must be near.
    """

    id: str
    rights: Mapping[Right, tuple[str, ...]]
    mint: Callable[[], Minted]
    verify: Callable[[Call], Key | Answer]
    denied: Callable[[Call, Endpoint], Answer]
    unknown: Callable[[Call], Answer]
    trouble: Callable[[Trouble, Call], Answer]
    endpoints: tuple[Endpoint, ...]
    always: frozenset[Right] = frozenset()
    needs_passphrase: bool = False
    counts_nonces: bool = False
    versions: tuple[int, ...] = ()
    read: Callable[[str], tuple[str, ...]] = lambda spelled: tuple(token.strip() for token in spelled.split(","))
    pools: Mapping[str, Pool] = field(default_factory=dict)
    overall: Pool | None = None
    bad_requests: Ban | None = None
    told: Callable[[str, Reading, Call], Mapping[str, str]] = lambda pool, reading, call: {}
    variants: tuple[str, ...] = ()
    by_version: Mapping[int, Mapping[Right, tuple[str, ...]]] = field(default_factory=dict)

    def of(self, version: int | None) -> Exchange:
        """Return the exchange as it is to keys of a version, with the rights that those can carry."""
        rights = self.by_version.get(version or 0)
        return self if rights is None else replace(self, rights=rights)

    def tokens(self, rights: frozenset[Right], spelled: str | None) -> tuple[str, ...]:
        """Return the permission tokens a key has: those of its rights, or of a string that was given for them.

        What every key can do, it can do whatever the string says.
        """
        if spelled is None:
            return self._of(rights)
        return (*self.read(spelled), *self._of(self.always))

    def together(self, rights: frozenset[Right]) -> frozenset[Right]:
        """Return these rights and those that come with them, since the same permission tokens stand for both."""
        tokens = set(self._of(rights))
        return rights | {right for right, needed in self.rights.items() if needed and tokens >= set(needed)}

    def _of(self, rights: frozenset[Right]) -> tuple[str, ...]:
        tokens = (token for right, tokens in self.rights.items() if right in rights for token in tokens)
        return tuple(dict.fromkeys(tokens))
