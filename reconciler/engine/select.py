"""Which documents a run is about: a connection brings its bindings, a binding its connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.errors import NothingMatched
from reconciler.kit.suggest import closest
from reconciler.model.manifest import Manifests
from reconciler.model.state import Kind

Scope = frozenset[tuple[Kind, str]]


def select(manifests: Manifests, *, labels: Mapping[str, str], only: Sequence[str]) -> Manifests:
    """Return the manifests that the selectors leave; policies always stay.

    Raises NothingMatched when no connection and no binding is left.
    """
    if not manifests.connections and not manifests.bindings:
        raise NothingMatched("no manifest was found", hint="put manifests under connections.d/, or name them with -f")
    if not labels and not only:
        return manifests
    _all_exist(only, {name for _, name in scope_of(manifests)})

    def wanted(name: str, has: Mapping[str, str]) -> bool:
        return (not only or name in only) and all(has.get(key) == value for key, value in labels.items())

    named = {c.name for c in manifests.connections if wanted(c.name, c.document.metadata.labels)}
    direct = {b.name for b in manifests.bindings if wanted(b.name, b.document.metadata.labels)}
    bindings = tuple(b for b in manifests.bindings if b.name in direct or b.document.spec.connection in named)
    named |= {b.document.spec.connection for b in bindings if b.name in direct}
    connections = tuple(c for c in manifests.connections if c.name in named)
    if not connections and not bindings:
        raise NothingMatched("the selectors select nothing", hint="compare -l and --only with the manifests' metadata")
    listing = {proof.listed_by for one in connections if (proof := one.document.spec.proof) is not None}
    listers = tuple(one for one in manifests.connections if one.name in listing - named)
    return replace(manifests, connections=connections, bindings=bindings, listers=listers)


def _all_exist(only: Sequence[str], names: set[str]) -> None:
    for name in only:
        if name not in names:
            near = closest(name, names)
            hint = f'did you mean "{near}"?' if near else "the names are in metadata.name of the manifests"
            raise NothingMatched("--only names no connection and no binding", hint=hint)


def scope_of(manifests: Manifests) -> Scope:
    """Return the objects that a run over these manifests may touch."""
    connections = {(Kind.CONNECTION, placed.name) for placed in manifests.connections}
    return frozenset(connections | {(Kind.BINDING, placed.name) for placed in manifests.bindings})
