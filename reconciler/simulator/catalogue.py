"""What is traded at the simulated exchanges: as many markets as wanted, the same ones every time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Realistic enough for a client that parses symbols; prices only serve to be well-formed.
_NAMES = """
    BTC ETH SOL XRP BNB ADA DOGE TRX LINK DOT AVAX LTC BCH ATOM UNI XLM NEAR APT ARB OP FIL ICP ETC HBAR SUI AAVE
    ALGO SAND MANA GRT INJ RUNE FTM EGLD THETA AXS EOS XTZ FLOW CHZ KAVA ZEC DASH COMP SNX CRV ENJ BAT
"""
_KNOWN = _NAMES.split()

DEFAULT_COUNT = len(_KNOWN)


@dataclass(frozen=True, slots=True)
class Market:
    """One coin traded against USDT; `has_swap` tells whether there is a perpetual of it as well."""

    base: str
    price: str
    has_swap: bool
    quote: str = "USDT"

    @property
    def parts(self) -> Mapping[str, str]:
        """What a listing may name; `xbt` is the coin with bitcoin called XBT, as some futures markets do.

        `low_base` and `low_quote` are in lower case, as some exchanges spell everything.
        """
        xbt = "XBT" if self.base == "BTC" else self.base
        low = {"low_base": self.base.lower(), "low_quote": self.quote.lower()}
        return {"base": self.base, "quote": self.quote, "price": self.price, "xbt": xbt, **low}


def markets(count: int) -> Sequence[Market]:
    """Return that many markets: well-known coins first, then numbered ones.

    About one market in three has a perpetual, as at the exchanges themselves; the first twelve all have.
    """
    bases = [*_KNOWN[:count], *(f"COIN{number:04d}" for number in range(len(_KNOWN), count))]
    return tuple(
        Market(base, price=f"{60_000 / (place + 1):.4f}", has_swap=place < 12 or place % 3 == 0)
        for place, base in enumerate(bases)
    )
