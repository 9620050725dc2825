"""What a key may do, and how we know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Right(StrEnum):
    """One thing a key may do at its exchange."""

    READ = "read"
    TRADE_SPOT = "trade_spot"
    TRADE_MARGIN = "trade_margin"
    TRADE_FUTURES = "trade_futures"
    TRANSFER = "transfer"
    WITHDRAW = "withdraw"
    CONVERT_PAY = "convert_pay"
    MANAGE_KEYS = "manage_keys"
    ADDRESS_BOOK = "address_book"


class Verdict(StrEnum):
    """What is known of a right; `unknown` is never treated as safe."""

    GRANTED = "granted"
    DENIED = "denied"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The one answer a verdict rests on."""

    request: str
    http_status: int | None
    at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A verdict, why it was reached, and the answer it rests on; without evidence it is always `unknown`."""

    verdict: Verdict
    why: str = ""
    evidence: Evidence | None = None

    def __post_init__(self) -> None:
        if self.evidence is None and self.verdict is not Verdict.UNKNOWN:
            raise ValueError("a verdict other than unknown needs evidence")


NOT_ASKED = Proof(Verdict.UNKNOWN, "not asked")


@dataclass(frozen=True, slots=True)
class Rights:
    """A proof for each right; a right nobody spoke of is `unknown`."""

    proofs: Mapping[Right, Proof] = field(default_factory=dict)

    def of(self, right: Right) -> Proof:
        """Return what is known of one right."""
        return self.proofs.get(right, NOT_ASKED)

    def verdict(self, right: Right) -> Verdict:
        """Return the verdict on one right."""
        return self.of(right).verdict

    def granted(self) -> frozenset[Right]:
        """Return the rights that are proven granted."""
        return frozenset(r for r in Right if self.verdict(r) is Verdict.GRANTED)


def trading_right(market: str) -> Right:
    """Return the right that trading on a market takes."""
    return Right(f"trade_{market}")


def declared_rights(permissions: Iterable[str], markets: Iterable[str]) -> frozenset[Right]:
    """Return the rights that a connection's `permissions` and `markets` ask for."""
    reading = {Right.READ} if "read" in permissions else set()
    trading = {trading_right(market) for market in markets} if "trade" in permissions else set()
    return frozenset(reading | trading)
