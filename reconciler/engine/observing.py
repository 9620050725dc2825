"""What is only observed: its changes are planned and told, and none is made but the one without a switch. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from reconciler.engine.changes import connection_of
from reconciler.model.plan import Action, Change, Plan
from reconciler.model.probe import ProbeResult, Status
from reconciler.model.state import Kind, ManagedObject

HELD = "it is only observed: mode is observe"


def hold_observed(
    planned: Plan,
    is_observed: Callable[[str], bool],
    actual: Sequence[ManagedObject],
    results: Mapping[str, ProbeResult],
) -> Plan:
    """Hold every change of a connection that is only observed, and of the bindings on it, before and after.

    What runs on a Blocked key is suspended all the same: no mode lets a key that may withdraw be used.
    """
    there = {one.id: one for one in actual}

    def judged(change: Change) -> Change:
        if change.held is not None:
            return change
        names = _connections(change, there.get(change.id))
        if not any(map(is_observed, names)) or _must_stop(change, names, results):
            return change
        return replace(change, held=HELD)

    return replace(planned, changes=tuple(map(judged, planned.changes)))


def _connections(change: Change, present: ManagedObject | None) -> set[str]:
    if change.kind is Kind.CONNECTION:
        return {change.name}
    return {str(connection_of(one)) for one in (change.target, present) if one is not None}


def _must_stop(change: Change, names: set[str], results: Mapping[str, ProbeResult]) -> bool:
    blocked = any(name in results and results[name].status is Status.BLOCKED for name in names)
    return change.action is Action.SUSPEND and blocked
