"""One API key of a simulated exchange: who may do what from where, until when."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypedDict

from reconciler.values.rights import Right

FIRST_UID = 10_000_000


class KeyState(StrEnum):
    """What has become of a key at its exchange."""

    ACTIVE = "active"
    DELETED = "deleted"
    FROZEN = "frozen"
    EXPIRED = "expired"


class KeyFields(TypedDict, total=False):
    """What may be said of a key; the control API spells the names in camelCase.

    `name` becomes the key's id. `permissions` replaces the permission string that follows from the rights, word for
    word. `key_info` is laid over the key information answer, `omit_key_info` takes fields out of it.
    """

    name: str | None
    exchange: str
    rights: Collection[Right | str]
    ip_allowlist: Sequence[str] | None
    expires_at: datetime | None
    account: str | None
    sub_account: str | None
    api_key: str | None
    secret: str | None
    passphrase: str | None
    state: KeyState | str
    version: int | None
    permissions: str | None
    key_info: Mapping[str, object] | None
    omit_key_info: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Key:
    """A key as one request sees it: it is replaced when something about it changes."""

    id: str
    exchange: str
    created_at: datetime
    api_key: str = field(repr=False)
    secret: str = field(repr=False)
    passphrase: str | None = field(repr=False, default=None)
    rights: frozenset[Right] = frozenset()
    tokens: tuple[str, ...] = ()
    ip_allowlist: tuple[str, ...] = ()
    networks: tuple[IPv4Network | IPv6Network, ...] = field(repr=False, default=())
    expires_at: datetime | None = None
    account: str = ""
    sub_account: str | None = None
    state: KeyState = KeyState.ACTIVE
    version: int | None = None
    permissions: str | None = None
    key_info: Mapping[str, object] = field(default_factory=dict)
    omit_key_info: tuple[str, ...] = ()

    @property
    def uid(self) -> int:
        """The account's number, the same for every key of the account."""
        if self.account.isdecimal():
            return int(self.account)
        return FIRST_UID + zlib.crc32(self.account.encode()) % FIRST_UID

    @property
    def spelled(self) -> str:
        """The permissions in one string, as most exchanges list them."""
        return ",".join(self.tokens) if self.permissions is None else self.permissions

    def state_at(self, now: datetime) -> KeyState:
        """Tell the key's state at a moment: an active key past its end is expired."""
        if self.state is KeyState.ACTIVE and self.expires_at is not None and self.expires_at <= now:
            return KeyState.EXPIRED
        return self.state

    def is_gone(self, now: datetime) -> bool:
        """Whether an exchange that keeps no record of ended keys no longer knows this one."""
        return self.state_at(now) in (KeyState.DELETED, KeyState.EXPIRED)

    def admits(self, address: IPv4Address | IPv6Address) -> bool:
        """Whether the key may be used from an address; a key without a list may be used from anywhere."""
        return not self.networks or any(address in network for network in self.networks)

    def may(self, needs: Iterable[str]) -> bool:
        """Whether the key has one of these permission tokens; where nothing is needed it may."""
        wanted = tuple(needs)
        return not wanted or any(token in self.tokens for token in wanted)

    def described(self, info: Mapping[str, object]) -> dict[str, object]:
        """Lay the key's own overrides over its key information answer."""
        merged = {**info, **self.key_info}
        return {name: value for name, value in merged.items() if name not in self.omit_key_info}
