"""Keys that may withdraw: the problem, the finding and what is held for it are one story, told once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.kit.terminal import harmless
from reconciler.model.finding import Finding
from reconciler.model.plan import Action, Change
from reconciler.model.probe import Diagnosis
from reconciler.model.report import Report
from reconciler.model.state import Kind
from reconciler.prose.words import listed, number

_RULE = "no-withdraw"
_CONNECTION = "spec.connection"


@dataclass(frozen=True, slots=True)
class Incidents:
    """The connections whose key may withdraw, with what follows from it; everything else is told where it belongs."""

    places: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)
    suspended: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def shortened(self, change: Change) -> Change:
        """Return a change that is held for an incident with no more than that word for a reason."""
        reasons = (f"{_RULE}: ", f"{Diagnosis.WITHDRAWAL_ENABLED.status}: ")
        is_own = change.kind is Kind.CONNECTION and change.name in self.places
        is_told = is_own and change.held is not None and change.held.startswith(reasons)
        return replace(change, held=str(Diagnosis.WITHDRAWAL_ENABLED)) if is_told else change

    def others(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return the findings that no incident has told."""
        return [one for one in findings if not (one.rule == _RULE and self.places.get(one.name or ""))]

    def lines(self, names: Sequence[str]) -> list[str]:
        """Say what follows from the incidents of some connections, and where they are declared."""
        suspended = [binding for name in names for binding in self.suspended.get(name, ())]
        held = sum(self.held.get(name, 0) for name in names)
        parts = [f"{listed(suspended)} suspended"] if suspended else []
        parts += [f"{number(held, 'change')} held"] if held else []
        follows = [f"so: {', '.join(parts)}"] if parts else []
        return [*follows, *(f"at: {place}: [{_RULE}]" for name in names if (place := self.places.get(name)))]


NO_INCIDENTS = Incidents()


def incidents(report: Report) -> Incidents:
    """Gather what a report says of keys that may withdraw."""
    blocked = [one.name for one in report.connections if one.diagnosis is Diagnosis.WITHDRAWAL_ENABLED]
    found = {one.name: harmless(str(one.location)) for one in report.findings if one.rule == _RULE and one.name}
    held = dict.fromkeys(blocked, 0)
    suspended: dict[str, tuple[str, ...]] = dict.fromkeys(blocked, ())
    for change in report.changes:
        name = change.name if change.kind is Kind.CONNECTION else _connection(change)
        if name not in held:
            continue
        if change.held is not None:
            held[name] += 1
        elif change.action is Action.SUSPEND:
            suspended[name] = (*suspended[name], change.name)
    return Incidents({name: found.get(name, "") for name in blocked}, held, suspended)


def _connection(change: Change) -> str:
    return str(change.target.fields.get(_CONNECTION)) if change.target else ""
