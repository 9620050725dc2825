"""What is there before a run decides anything: the platform's side, and what we remember."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.engine.select import Scope
from reconciler.model.ports import Intent, Platform, Proven, Store
from reconciler.model.state import ManagedObject


@dataclass(frozen=True, slots=True)
class Observed:
    """The actual side, the recorded side, the work that was cut off, and the proofs we hold."""

    actual: Sequence[ManagedObject] = ()
    recorded: Sequence[ManagedObject] = ()
    intents: Sequence[Intent] = ()
    proven: Mapping[str, Proven] = field(default_factory=dict)
    accepted: Mapping[str, Proven] = field(default_factory=dict)

    def within(self, scope: Scope | None) -> Observed:
        """Return the part a selected run may see; everything without a selection."""
        if scope is None:
            return self
        return replace(
            self,
            actual=[one for one in self.actual if one.id in scope],
            recorded=[one for one in self.recorded if one.id in scope],
            intents=[intent for intent in self.intents if intent.change.id in scope],
        )

    def beside(self, scope: Scope | None) -> Sequence[ManagedObject]:
        """Return what a selected run may not compare though it was applied here; nothing without a selection."""
        ours = {one.id for one in self.recorded}
        return [one for one in self.actual if scope is not None and one.id in ours and one.id not in scope]


async def observe(platform: Platform, store: Store) -> Observed:
    """Read both sides, changing nothing."""
    return Observed(
        actual=await platform.read(),
        recorded=await store.recorded(),
        intents=await store.intents(),
        proven=await store.proven(),
        accepted=await store.accepted(),
    )
