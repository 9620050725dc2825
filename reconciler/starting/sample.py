"""The example that a new repository begins with: one connection that works at once against the simulator."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import get_args

from reconciler.documents.credentials import FIELDS
from reconciler.documents.parts import Market
from reconciler.errors import UsageError
from reconciler.kit import discover, suggest
from reconciler.simulator.exchange import Exchange
from reconciler.values.rights import Right, declared_rights
from reconciler.wiring import directory, exchanges

_GROUP = "main"
_EGRESS = frozenset({Right.TRANSFER, Right.CONVERT_PAY, Right.MANAGE_KEYS, Right.ADDRESS_BOOK})


@dataclass(frozen=True, slots=True)
class Sample:
    """What the example says of the chosen exchange; `fields` gives each credential its name in the secret file."""

    exchange: str
    title: str
    market: str
    markets: tuple[str, ...]
    fields: dict[str, str]
    proofs: frozenset[str] = frozenset()

    @property
    def display_name(self) -> str:
        """Exchange, market and purpose, as the rule `naming` wants it."""
        return f"{self.title} {self.market.capitalize()} Main"

    @property
    def name(self) -> str:
        """The display name as a DNS label."""
        plain = unicodedata.normalize("NFKD", self.display_name).encode("ascii", "ignore").decode().lower()
        return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")

    @property
    def secrets(self) -> str:
        """The file of its secrets, beside the manifest."""
        return f"secrets/{self.exchange}.sops.yaml"

    def words(self, today: date) -> dict[str, object]:
        """Return what the templates ask for."""
        return {
            "exchange": self.exchange,
            "title": self.title,
            "market": self.market,
            "markets": self.markets,
            "fields": self.fields,
            "name": self.name,
            "display_name": self.display_name,
            "secrets": self.secrets,
            "pair": "BTC/USDT:USDT" if self.market == "futures" else "BTC/USDT",
            "today": today.isoformat(),
            "proofs": self.proofs,
            "comes_along": self.comes_along,
        }

    @property
    def comes_along(self) -> tuple[str, ...]:
        """The rights beyond trading that a new key gets with the right to trade, though there are keys without."""
        exchange = _simulated(self.exchange)
        exchange = exchange.of(exchange.versions[-1] if exchange.versions else None)
        wanted = declared_rights(("read", "trade"), (self.market,))
        extra = exchange.together(frozenset(wanted)) - exchanges()[self.exchange].inseparable
        return tuple(sorted(extra & _EGRESS))

    def made_up(self) -> dict[str, object]:
        """Return credentials that no exchange knows, in its own form, as the secret file nests them."""
        minted = _simulated(self.exchange).mint()
        values = {"api_key": minted.api_key, "secret": minted.secret, "passphrase": minted.passphrase or "made-up"}
        return {_GROUP: {field: values[field] for field in self.fields.values()}}


def _simulated(exchange: str) -> Exchange:
    file = directory().variants.get(exchange, exchange)
    found: Exchange = discover.load("reconciler.simulator.exchanges", file).EXCHANGE
    return found


def sample(exchange: str) -> Sample:
    """Choose the example for an exchange.

    Raises UsageError when it is not known.
    """
    known = exchanges()
    if exchange not in known:
        near = suggest.did_you_mean(exchange, known)
        raise UsageError("there is no such exchange", hint=near or "see them all with: reconcile explain exchanges")
    traits = known[exchange].traits
    if not traits.is_simulated:
        raise UsageError(
            f"{traits.title} is not simulated, so no example for it could be tried",
            hint=f"begin with another exchange, such as mexc, and put a connection with exchange: {exchange} beside it",
        )
    markets = tuple(market for market in get_args(Market) if market in traits.markets)
    fields = {name: field for name, field in FIELDS.items() if name != "passphrase" or traits.needs_passphrase}
    return Sample(exchange, traits.title, markets[0], markets, fields, traits.proofs)
