"""What a key may do, in a word or two a column."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kit.terminal import Ink
from reconciler.values.rights import Right, Rights, Verdict

_TRADING = {"spot": Right.TRADE_SPOT, "margin": Right.TRADE_MARGIN, "futures": Right.TRADE_FUTURES}
_EGRESS = (Right.TRANSFER, Right.CONVERT_PAY, Right.MANAGE_KEYS, Right.ADDRESS_BOOK)
_WORDS = {Verdict.GRANTED: "yes", Verdict.DENIED: "no", Verdict.UNKNOWN: "?"}


def reading(rights: Rights) -> tuple[str, Ink | None]:
    """Say whether the key may read."""
    verdict = rights.verdict(Right.READ)
    return _WORDS[verdict], {Verdict.GRANTED: None, Verdict.DENIED: Ink.BAD, Verdict.UNKNOWN: Ink.CAUTION}[verdict]


def trading(rights: Rights, markets: Sequence[str]) -> tuple[str, Ink | None]:
    """Name the markets the key may trade; a declared one that is not proven carries a question mark."""
    words = []
    for market, right in _TRADING.items():
        verdict = rights.verdict(right)
        if verdict is Verdict.GRANTED:
            words.append(market)
        elif verdict is Verdict.UNKNOWN and market in markets:
            words.append(f"{market}?")
    unproven = any(word.endswith("?") for word in words)
    return ("+".join(words) or "no"), Ink.CAUTION if unproven else None


def withdrawing(rights: Rights) -> tuple[str, Ink | None]:
    """Say whether the key may withdraw: the one word that must not be overlooked."""
    verdict = rights.verdict(Right.WITHDRAW)
    if verdict is Verdict.GRANTED:
        return "YES", Ink.BAD
    return _WORDS[verdict], Ink.GOOD if verdict is Verdict.DENIED else Ink.CAUTION


def besides(rights: Rights) -> tuple[str, Ink | None]:
    """Name the other rights that are proven granted and that no trading needs."""
    return "+".join(right.value for right in _EGRESS if rights.verdict(right) is Verdict.GRANTED), Ink.CAUTION


def in_short(rights: Rights, markets: Sequence[str]) -> str:
    """Say it all in one line, where there is no table."""
    parts = [f"read {reading(rights)[0]}", f"trade {trading(rights, markets)[0]}"]
    parts.append(f"withdraw {withdrawing(rights)[0]}")
    also = besides(rights)[0]
    return ", ".join([*parts, f"also {also}"] if also else parts)
