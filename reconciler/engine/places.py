"""Where the objects stand that a report tells something of: for formats whose readers look at files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.model.manifest import Manifests
from reconciler.model.probe import Status
from reconciler.model.report import Report, place_key
from reconciler.model.state import Kind
from reconciler.values.location import Location

_FINE = frozenset({Status.ONLINE, Status.PENDING, Status.SUSPENDED})


def places(report: Report, manifests: Manifests) -> Mapping[str, Location]:
    """Return the places of the objects that are not fine, drifted, or were not changed as planned.

    Of no others: each place costs a walk through its document, and a fleet has thousands.
    """
    told = frozenset(_told(report))
    if not told:
        return {}
    declared = (
        (Kind.CONNECTION, manifests.connections),
        (Kind.BINDING, manifests.bindings),
    )
    return {
        place_key(kind, placed.name): placed.source.where("metadata", "name")
        for kind, documents in declared
        for placed in documents
        if (kind, placed.name) in told
    }


def _told(report: Report) -> Iterator[tuple[Kind, str]]:
    yield from ((Kind.CONNECTION, one.name) for one in report.connections if one.status not in _FINE)
    yield from ((one.kind, one.name) for one in report.drift)
    yield from (one.id for one in report.changes if one.held is not None)
    yield from (one.change.id for one in report.outcomes or () if not one.done)
