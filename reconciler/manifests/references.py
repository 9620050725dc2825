"""What only several documents show together: names used twice, impossible renames, references that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.documents.connection import ProofSource
from reconciler.kit.suggest import closest
from reconciler.manifests.entry import Entry
from reconciler.manifests.mistakes import Mistake, Path
from reconciler.model.finding import Finding

# Comparing a name with thousands of others takes its time; a run with many broken references shows few suggestions.
_MOST_SUGGESTIONS = 20
_LISTED_BY = ("spec", "proof", "listedBy")


def cross_check(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Find every name used twice, and every binding and proof whose connection is not there or does not fit."""
    connections = {entry.name: entry for entry in reversed(entries) if entry.kind == "Connection" and entry.name}
    yield from _names(entries)
    yield from _moves(entries)
    yield from _bindings(entries, connections)
    yield from _listed(connections)


def _names(entries: Sequence[Entry]) -> Iterator[Finding]:
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        if entry.name is None:
            continue
        before = first.setdefault((entry.kind, entry.name), entry)
        if before is not entry:
            place = before.source.where("metadata", "name")
            told = f'a {entry.kind} named "{entry.name}" stands at {place} already'
            yield entry.finding(
                Mistake("duplicate-name", ("metadata", "name"), told, "rename or remove one of the two")
            )


def _moves(entries: Sequence[Entry]) -> Iterator[Finding]:
    names = {(entry.kind, entry.name) for entry in entries if entry.name is not None}
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        came_from = entry.document.metadata.moved_from if entry.document is not None else None
        if came_from is None:
            continue
        before = first.setdefault((entry.kind, came_from), entry)
        path = ("metadata", "movedFrom")
        if (entry.kind, came_from) in names:
            told = f'a {entry.kind} named "{came_from}" is still declared'
            yield entry.finding(Mistake("moved-from", path, told, "name the old name of this document, or remove it"))
        elif before is not entry:
            told = f"the document at {before.source.where('metadata', 'name')} came from the same name already"
            yield entry.finding(Mistake("moved-from", path, told, "one name becomes one name: remove one of the two"))


def _bindings(entries: Sequence[Entry], connections: Mapping[str, Entry]) -> Iterator[Finding]:
    suggestions = 0
    for entry in entries:
        wanted = entry.field("connection") if entry.kind == "StrategyBinding" else None
        if not isinstance(wanted, str):
            continue
        if wanted in connections:
            yield from _market(entry, connections[wanted])
            continue
        suggestions += 1
        yield _absent(entry, ("spec", "connection"), wanted, connections if suggestions <= _MOST_SUGGESTIONS else {})


def _absent(entry: Entry, path: Path, wanted: str, connections: Mapping[str, Entry]) -> Finding:
    near = closest(wanted, connections)
    hint = f'did you mean "{near}"?' if near else "name a connection by its metadata.name, or declare it"
    return entry.finding(Mistake("reference", path, "no connection of this name", hint))


def _listed(connections: Mapping[str, Entry]) -> Iterator[Finding]:
    """Find every connection that names one which cannot list its key."""
    suggestions = 0
    for entry in connections.values():
        wanted = _lister(entry)
        if wanted is None:
            continue
        if wanted in connections:
            yield from _unfit(entry, connections[wanted])
            continue
        suggestions += 1
        yield _absent(entry, _LISTED_BY, wanted, connections if suggestions <= _MOST_SUGGESTIONS else {})


def _unfit(entry: Entry, lister: Entry) -> Iterator[Finding]:
    place = lister.source.where("metadata", "name")
    told = None
    if lister is entry:
        told = "a connection cannot list its own key"
    elif _lister(lister) is not None:
        told = f"the key of this connection ({place}) is listed by another itself, so it is no key of the main account"
    elif _venue(entry) != _venue(lister):
        told = f"this connection ({place}) is at another exchange or in another environment"
    if told is not None:
        remedy = "name the connection of a read-only key of the main account, at the same exchange and environment"
        yield entry.finding(Mistake("proof", _LISTED_BY, told, remedy))


def _venue(entry: Entry) -> tuple[object, object]:
    # A broken document tells only what stands in it.
    return entry.field("exchange"), entry.field("environment") or "live"


def _lister(entry: Entry) -> str | None:
    proof = entry.field("proof")
    name = (
        proof.listed_by
        if isinstance(proof, ProofSource)
        else proof.get("listedBy")
        if isinstance(proof, dict)
        else None
    )
    return name if isinstance(name, str) else None


def _market(binding: Entry, connection: Entry) -> Iterator[Finding]:
    market, markets = binding.field("market"), connection.field("markets")
    if not isinstance(market, str) or not isinstance(markets, list | tuple) or market in markets:
        return
    if market in ("spot", "margin", "futures"):
        told = f'the connection "{connection.name}" is not for the {market} market'
        remedy = (
            f"use a market that stands in its markets ({connection.source.where('spec', 'markets')}), or add it there"
        )
        yield binding.finding(Mistake("market", ("spec", "market"), told, remedy))
