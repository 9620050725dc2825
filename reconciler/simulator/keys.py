"""The keyring: every key of every simulated exchange, made, changed and found here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, TypeVar

from reconciler.errors import UsageError
from reconciler.kit.clock import Clock
from reconciler.kit.suggest import did_you_mean
from reconciler.simulator.key import FIRST_UID, Key, KeyFields, KeyState
from reconciler.values.rights import Right

if TYPE_CHECKING:
    from reconciler.simulator.exchange import Exchange

_Word = TypeVar("_Word", Right, KeyState)


class Keyring:
    """All keys of all simulated exchanges, found by exchange and API key in one step."""

    def __init__(self, exchanges: Mapping[str, Exchange], clock: Clock) -> None:
        self._exchanges = exchanges
        self._clock = clock
        self._by_id: dict[str, Key] = {}
        self._ids: dict[tuple[str, str], str] = {}
        self._nonces: dict[str, int] = {}
        self._count = 0

    def __len__(self) -> int:
        return len(self._by_id)

    def find(self, exchange: str, api_key: str) -> Key | None:
        """Return the key with that public half, deleted ones included, or None."""
        id = self._ids.get((exchange, api_key))
        return None if id is None else self._by_id[id]

    def get(self, id: str) -> Key:
        """Return a key by its id.

        Raises UsageError when there is none.
        """
        try:
            return self._by_id[id]
        except KeyError:
            raise UsageError("there is no key of this id", hint="use the id that its creation returned") from None

    def of_account(self, exchange: str, account: str) -> tuple[Key, ...]:
        """Return the keys of one account, oldest first."""
        return tuple(key for key in self._by_id.values() if (key.exchange, key.account) == (exchange, account))

    def of_sub_account(self, exchange: str, account: str, sub_account: str) -> tuple[Key, ...]:
        """Return the keys of one sub-account, oldest first."""
        return tuple(key for key in self.of_account(exchange, account) if key.sub_account == sub_account)

    def sub_accounts(self, exchange: str, account: str) -> tuple[str, ...]:
        """Return the names of an account's sub-accounts."""
        return tuple(sorted({key.sub_account for key in self.of_account(exchange, account) if key.sub_account}))

    def create(self, given: KeyFields) -> Key:
        """Make a key; what is not given is made up in the exchange's own form.

        Raises UsageError when the exchange cannot have such a key.
        """
        exchange = self._exchange(given.get("exchange"))
        number = self._count + 1
        minted = exchange.mint()
        blank = Key(
            id=given.get("name") or f"key-{number}",
            exchange=exchange.id,
            created_at=self._clock.now(),
            api_key=given.get("api_key") or minted.api_key,
            secret=given.get("secret") or minted.secret,
            passphrase=(given.get("passphrase") or minted.passphrase) if exchange.needs_passphrase else None,
            account=str(FIRST_UID + number),
            version=exchange.versions[-1] if exchange.versions else None,
        )
        if blank.id in self._by_id:
            raise UsageError(f'there already is a key "{blank.id}"', hint="give each key its own name")
        if (exchange.id, blank.api_key) in self._ids:
            raise UsageError(f"{exchange.id} already has a key with this apiKey", hint="leave it out to have one made")
        key = _changed(exchange, blank, given)
        self._count = number
        self._ids[(key.exchange, key.api_key)] = key.id
        return self._keep(key)

    def change(self, id: str, given: KeyFields) -> Key:
        """Change what a key may do, from where, until when; its values stay.

        New rights end an earlier override of the permission string. Raises UsageError.
        """
        key = self.get(id)
        fixed = {"name", "exchange", "api_key", "secret", "passphrase"} & given.keys()
        if fixed:
            raise UsageError(f"a key's {min(fixed)} cannot be changed", hint="create another key instead")
        if "rights" in given:
            key = replace(key, permissions=None)
        return self._keep(_changed(self._exchange(key.exchange), key, given))

    def raise_nonce(self, id: str, nonce: int) -> bool:
        """Note the nonce of a request made with a key; False where it is not above every one before it."""
        if nonce <= self._nonces.get(id, -1):
            return False
        self._nonces[id] = nonce
        return True

    def _keep(self, key: Key) -> Key:
        self._by_id[key.id] = key
        return key

    def _exchange(self, id: str | None) -> Exchange:
        if id is None or id not in self._exchanges:
            raise UsageError("no such exchange is simulated", hint=did_you_mean(id or "", self._exchanges))
        return self._exchanges[id]


def _changed(exchange: Exchange, key: Key, given: KeyFields) -> Key:
    unknown = given.keys() - KeyFields.__annotations__.keys()
    if unknown:
        raise UsageError(f"a key has no {min(unknown)}", hint=did_you_mean(min(unknown), KeyFields.__annotations__))
    addresses = tuple(given.get("ip_allowlist", key.ip_allowlist) or ())
    version = _version(exchange, given.get("version") or key.version)
    exchange = exchange.of(version)
    rights = _rights(exchange, given.get("rights", key.rights))
    spelled = given.get("permissions", key.permissions)
    return replace(
        key,
        rights=rights,
        permissions=spelled,
        tokens=exchange.tokens(rights, spelled),
        ip_allowlist=addresses,
        networks=_networks(addresses),
        expires_at=given.get("expires_at", key.expires_at),
        account=given.get("account") or key.account,
        sub_account=given.get("sub_account", key.sub_account),
        state=_word("state", KeyState, given.get("state", key.state)),
        version=version,
        key_info=given.get("key_info", key.key_info) or {},
        omit_key_info=tuple(given.get("omit_key_info", key.omit_key_info) or ()),
    )


def _rights(exchange: Exchange, given: Collection[Right | str]) -> frozenset[Right]:
    chosen = frozenset(_word("rights", Right, right) for right in given)
    foreign = sorted(chosen - exchange.rights.keys())
    if foreign:
        hint = f"use some of: {', '.join(exchange.rights)}"
        raise UsageError(f"no key of {exchange.id} can have the right {foreign[0]}", hint=hint)
    return exchange.together(chosen | exchange.always)


def _networks(addresses: Sequence[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(address, strict=False) for address in addresses)
    except ValueError:
        raise UsageError(
            "ipAllowlist holds what is no address", hint="such as 203.0.113.10 or 203.0.113.0/24"
        ) from None


def _version(exchange: Exchange, given: int | None) -> int | None:
    if given is None or given in exchange.versions:
        return given
    known = ", ".join(map(str, exchange.versions))
    raise UsageError(
        f"keys of {exchange.id} have no version {given}",
        hint=f"use one of: {known}" if known else "leave version out",
    )


def _word(name: str, words: type[_Word], given: str) -> _Word:
    try:
        return words(given)
    except ValueError:
        # What was given is not repeated: it could be a secret in the wrong place.
        raise UsageError(f"{name} holds a word that is not known", hint=did_you_mean(str(given), words)) from None
