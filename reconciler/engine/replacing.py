"""The guard against keys that are replaced by others than was meant. Pure.

A new key is tested like any other; that it is safe does not say that it belongs there. Whoever can change a secret file
could have a running strategy trade on an account of theirs, or have a whole fleet do so at once. A key that the
exchange shows to be of the same account as the one before is a rotation, and needs nobody's word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.engine.changes import connection_of, runs
from reconciler.model.plan import Action, Change, Refusal
from reconciler.model.ports import Proven
from reconciler.model.probe import ProbeResult
from reconciler.model.state import Kind, ManagedObject

_Id = tuple[Kind, str]
# Below ten a person sees them all.
_FROM_CONNECTIONS = 10
_PERCENT = 30
_MASS_HINT = "look whether a secret file was swapped; if it is meant: --allow-replace NAME for each"


@dataclass(frozen=True, slots=True)
class Replacing:
    """What is known of the keys that run, and which replacements were permitted by name."""

    accepted: Mapping[str, Proven] = field(default_factory=dict)
    allowed: frozenset[str] = frozenset()

    def refused(
        self,
        changes: Iterable[Change],
        there: Mapping[_Id, ManagedObject],
        results: Mapping[str, ProbeResult],
        managed: int,
    ) -> dict[_Id, Refusal]:
        """Return which keys are not replaced, and why; `managed` is the number of connections that were applied."""
        replaced = [change for change in changes if change.action is Action.REPLACE and change.name not in self.allowed]
        if managed >= _FROM_CONNECTIONS and len(replaced) * 100 > managed * _PERCENT:
            why = f"{len(replaced)} of {managed} connections get another key at once, more than {_PERCENT} %"
            refusal = Refusal(
                why, "look whether a secret file was swapped; if it is meant: --allow-replace NAME for each"
            )
            return {change.id: refusal for change in replaced}
        users = _users(there.values())
        found = {change.id: self._refusal(change, there, results, users) for change in replaced}
        return {each: refusal for each, refusal in found.items() if refusal is not None}

    def _refusal(
        self,
        change: Change,
        there: Mapping[_Id, ManagedObject],
        results: Mapping[str, ProbeResult],
        users: Mapping[str, Sequence[str]],
    ) -> Refusal | None:
        name = change.name
        if name not in users:
            return None
        old, new = self._account(name, there[change.id]), results[name].account.uid if name in results else None
        if old is not None and old == new:
            return None
        is_other = old is not None and new is not None
        what = "one of another account" if is_other else "one that is not shown to be of the same account"
        why = f"the key of {name} would be replaced by {what} while {users[name][0]} runs on it"
        return Refusal(why, f"if it is meant: --allow-replace {name}")

    def _account(self, name: str, present: ManagedObject) -> str | None:
        """Return the account of the key that runs, where it was shown when that very key was applied."""
        known = self.accepted.get(name)
        if known is None or present.fingerprint is None or known.fingerprint != present.fingerprint:
            return None
        return known.result.account.uid


def _users(objects: Iterable[ManagedObject]) -> dict[str, list[str]]:
    users: dict[str, list[str]] = {}
    for one in sorted(objects, key=lambda each: each.id):
        if one.kind is Kind.BINDING and runs(one):
            users.setdefault(str(connection_of(one)), []).append(one.name)
    return users
