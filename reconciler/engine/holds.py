"""Why a change is not made: nothing is stored, enabled or resumed on a key that is not proven fine. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reconciler.engine.changes import connection_of, is_narrowing, runs
from reconciler.engine.freezing import NOT_FROZEN, Freezing
from reconciler.model.finding import Finding
from reconciler.model.plan import Action, Change
from reconciler.model.probe import ProbeResult, Status
from reconciler.model.state import Kind, ManagedObject
from reconciler.values.rights import Right, Verdict
from reconciler.values.severity import Severity

_Id = tuple[str, str]
# What says nothing about which key, account or market is meant, and so rests on the proof there is.
_HARMLESS = ("metadata.", "spec.displayName", "spec.rotation.", "spec.suspend.", "spec.twoFactor.")
_NEVER_HELD = (Action.SUSPEND, Action.DELETE)


def denials(findings: Iterable[Finding]) -> dict[_Id, str]:
    """Return what is denied of each object, in words; the same whatever order the findings come in."""
    denied: dict[_Id, str] = {}
    for finding in sorted(findings, key=lambda each: each.order):
        if finding.severity is not Severity.DENY or not finding.counts:
            continue
        if finding.kind and finding.name:
            denied.setdefault((finding.kind, finding.name), f"{finding.rule}: {finding.message}")
        for name in finding.connections:
            denied.setdefault((Kind.CONNECTION, name), f"{finding.rule}: {finding.message}")
    return denied


@dataclass
class Holds:
    """Judges the changes of one plan: connections first, then the bindings that stand on them."""

    results: Mapping[str, ProbeResult]
    denied: Mapping[_Id, str]
    conflicts: Mapping[tuple[Kind, str], str] = field(default_factory=dict)
    freezing: Freezing = NOT_FROZEN
    stored: set[str] = field(default_factory=set)
    held_connections: dict[str, str] = field(default_factory=dict)

    def on_connection(self, change: Change) -> str | None:
        """Say why a connection is not created, updated or replaced; None when it may be."""
        reason = self._connection_reason(change) or self.freezing.holds(change)
        if reason is None:
            self.stored.add(change.name)
        else:
            self.held_connections[change.name] = reason
        return reason

    def on_binding(self, change: Change, before: ManagedObject | None) -> str | None:
        """Say why a binding is not changed; None when it may be."""
        if change.action is Action.SUSPEND or is_narrowing(change):
            return None
        if (conflict := self.conflicts.get(change.id)) is not None:
            return conflict
        if change.action in _NEVER_HELD or change.target is None:
            return self.freezing.holds(change)
        if (denial := self.denied.get((Kind.BINDING, change.name))) is not None:
            return denial
        starts = change.action is not Action.UPDATE or (runs(change.target) and not runs(before))
        if not starts and connection_of(change.target) == connection_of(before):
            return self.freezing.holds(change)
        return self._not_usable(str(connection_of(change.target))) or self.freezing.holds(change)

    def _connection_reason(self, change: Change) -> str | None:
        if (conflict := self.conflicts.get(change.id)) is not None:
            return conflict
        if (denial := self.denied.get((Kind.CONNECTION, change.name))) is not None:
            return denial
        result = self.results.get(change.name)
        if change.target is None or change.target.fingerprint is None:
            return "the key was not tested: its secrets could not be opened"
        if _is_online(result) or (change.action is Action.UPDATE and _is_harmless(change) and _has_proof(result)):
            return None
        return _why(result)

    def _not_usable(self, connection: str) -> str | None:
        """Say why nothing may start to run on a connection."""
        if connection in self.held_connections:
            # Why it is held is told where it is held, once and not for each of its bindings.
            return f"connection {connection} is held"
        if connection not in self.stored:
            return f"connection {connection} is not on the platform"
        if (denial := self.denied.get((Kind.CONNECTION, connection))) is not None:
            return f"connection {connection}: {denial}"
        result = self.results.get(connection)
        return None if _is_online(result) else f"connection {connection}: {_why(result)}"


def _is_online(result: ProbeResult | None) -> bool:
    return result is not None and result.status is Status.ONLINE


def _has_proof(result: ProbeResult | None) -> bool:
    """Whether the exchange merely cannot be reached, and an earlier proof about this very key stands."""
    return (
        result is not None
        and result.status is Status.UNAVAILABLE
        and result.proven_at is not None
        and result.rights.verdict(Right.WITHDRAW) is Verdict.DENIED
    )


def _is_harmless(change: Change) -> bool:
    return all(each.path.startswith(_HARMLESS) for each in change.fields)


def _why(result: ProbeResult | None) -> str:
    if result is None:
        return f"{Status.PENDING}: its key was not tested"
    return f"{result.status}: {result.message}" if result.message else str(result.status)
