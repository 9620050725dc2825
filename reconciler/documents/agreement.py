"""What the fields of one document must agree on, told twice: for the loader and for the schemas.

The loader's side works on plain data, so that these mistakes are found beside all others and not only after them.
Both sides stand in one file because they must say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.documents import shapes
from reconciler.documents.known import ExchangeTraits, Known

_MARKETS = ("spot", "margin", "futures")
# The ways to a proof that a manifest may name, by their fields.
PROOFS = ("listedBy", "withdrawalProbe")
_FUTURES = re.compile(shapes.FUTURES_PAIR.removesuffix("$") + r"\Z")
_SPOT = re.compile(shapes.SPOT_PAIR.removesuffix("$") + r"\Z")


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two fields that cannot both stand: the one to point at, and what to do."""

    path: tuple[str | int, ...]
    rule: str
    message: str
    remedy: str


def disagreements(kind: str, document: Mapping[str, Any], known: Known) -> Iterator[Disagreement]:
    """Find what does not fit together inside one document, however broken the rest of it is."""
    spec = document.get("spec")
    if not isinstance(spec, dict):
        return
    if kind == "StrategyBinding":
        yield from _pairs(spec)
    elif kind == "Connection" and isinstance(exchange := spec.get("exchange"), str) and exchange in known.exchanges:
        yield from _exchange(exchange, known.exchanges[exchange], spec, known)


def conditions(kind: str, known: Known) -> list[dict[str, Any]]:
    """Return the JSON Schema clauses that say the same as `disagreements`."""
    if kind == "StrategyBinding":
        return [
            _when({"market": {"enum": ["futures"]}}, {"pairs": _all_match(shapes.FUTURES_PAIR)}),
            _when({"market": {"enum": ["spot", "margin"]}}, {"pairs": _all_match(shapes.SPOT_PAIR)}),
        ]
    if kind != "Connection":
        return []
    clauses = []
    keyed = [{"required": [scheme]} for scheme in sorted(known.schemes) if known.schemes[scheme]]
    if wanting := sorted(name for name, traits in known.exchanges.items() if traits.needs_passphrase):
        whole = {"anyOf": [{"required": ["passphrase"]}, *keyed]}
        clauses.append(_when({"exchange": {"enum": wanting}}, {"credentials": whole}))
    if without := sorted(name for name, traits in known.exchanges.items() if not traits.has_testnet):
        clauses.append(_when({"exchange": {"enum": without}}, {"environment": {"not": {"const": "testnet"}}}))
    clauses.append({"properties": {"spec": {"properties": {"proof": {"maxProperties": 1}}}}})
    for word in PROOFS:
        if useless := sorted(name for name, traits in known.exchanges.items() if word not in traits.proofs):
            clauses.append(_when({"exchange": {"enum": useless}}, {"proof": {"properties": {word: False}}}))
    if real := sorted(name for name, traits in known.exchanges.items() if not traits.is_simulated):
        clauses.append(_when({"exchange": {"enum": real}}, {"environment": {"not": {"const": "simulator"}}}))
    for missing, names in sorted(_by_missing_markets(known).items()):
        items = {"items": {"not": {"enum": list(missing)}}}
        clauses.append(_when({"exchange": {"enum": sorted(names)}}, {"markets": items}))
    return clauses


def _by_missing_markets(known: Known) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for name, traits in known.exchanges.items():
        if missing := tuple(market for market in _MARKETS if market not in traits.markets):
            found.setdefault(missing, []).append(name)
    return found


def _pairs(spec: Mapping[str, Any]) -> Iterator[Disagreement]:
    market, pairs = spec.get("market"), spec.get("pairs")
    if market not in _MARKETS or not isinstance(pairs, list):
        return
    wrong = _SPOT if market == "futures" else _FUTURES
    if market == "futures":
        message, remedy = "a spot pair on the futures market", "name the settlement currency, as in BTC/USDT:USDT"
    else:
        message, remedy = f"a futures pair on the {market} market", "leave the settlement currency out, as in BTC/USDT"
    for at, pair in enumerate(pairs):
        if isinstance(pair, str) and wrong.match(pair):
            yield Disagreement(("spec", "pairs", at), "pair", message, remedy)


def _exchange(exchange: str, traits: ExchangeTraits, spec: Mapping[str, Any], known: Known) -> Iterator[Disagreement]:
    credentials, markets = spec.get("credentials"), spec.get("markets")
    if traits.needs_passphrase and isinstance(credentials, dict) and not _has_passphrase(credentials, known):
        yield Disagreement(
            ("spec", "credentials", "passphrase"),
            "passphrase",
            f"{traits.title} keys have a passphrase, and none is named here",
            'add "passphrase" with a reference, as for "secret"',
        )
    if spec.get("environment") == "testnet" and not traits.has_testnet:
        yield Disagreement(
            ("spec", "environment"),
            "testnet",
            f"{traits.title} has no testnet",
            'use "environment: simulator" to try things out, or "live"',
        )
    yield from _proof(traits, spec.get("proof"))
    if spec.get("environment") == "simulator" and not traits.is_simulated:
        yield Disagreement(
            ("spec", "environment"),
            "simulator",
            f"{traits.title} is not simulated",
            'use "environment: live", or try things out with an exchange that has a file of its own',
        )
    for at, market in enumerate(markets if isinstance(markets, list) else ()):
        if market in _MARKETS and market not in traits.markets:
            has = ", ".join(market for market in _MARKETS if market in traits.markets)
            yield Disagreement(
                ("spec", "markets", at), "market", f"{traits.title} has no {market} market here", f"use one of: {has}"
            )


def _proof(traits: ExchangeTraits, proof: object) -> Iterator[Disagreement]:
    given = [word for word in PROOFS if isinstance(proof, dict) and word in proof]
    for word in given:
        if word not in traits.proofs:
            told, remedy = f"{traits.title} tells by itself what a key may do, or cannot be asked so", "remove it"
            yield Disagreement(("spec", "proof", word), "proof", told, remedy)
    if len(given) > 1:
        told, remedy = "there are two ways to one proof here", "keep listedBy where the key is of a sub-account"
        yield Disagreement(("spec", "proof", given[1]), "proof", told, remedy)


def _has_passphrase(credentials: Mapping[str, Any], known: Known) -> bool:
    return "passphrase" in credentials or any(name in credentials for name in known.schemes)


def _when(given: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    condition = {"properties": given, "required": list(given)}
    return {
        "if": {"properties": {"spec": condition}, "required": ["spec"]},
        "then": {"properties": {"spec": {"properties": then}}},
    }


def _all_match(pattern: str) -> dict[str, Any]:
    return {"items": {"pattern": pattern.removesuffix("$") + r"$(?!\n)"}}
