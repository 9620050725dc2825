"""Renames: which objects only have another name now, so that nothing is deleted and made anew for it. Pure.

A document says in `metadata.movedFrom` what it was called. That is believed where the old name was applied from here,
is declared no more, and the new one is not there yet. Where both are there, whose history goes on is not ours to guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model.manifest import Manifests
from reconciler.model.moving import Move, moved_key
from reconciler.model.plan import Action, Change, FieldChange, Refusal
from reconciler.model.ports import Proven
from reconciler.model.state import Kind, ManagedObject

NAME = "metadata.name"
_HINT = "take metadata.movedFrom out where the rename is done or not meant; what is declared no more is then deleted"
_Id = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Renames:
    """What moves, connections first, and why other things that should have moved are left as they are."""

    moves: tuple[Move, ...] = ()
    conflicts: Mapping[_Id, str] = field(default_factory=dict)

    def of(self, objects: Iterable[ManagedObject]) -> list[ManagedObject]:
        """Return objects as they are once all moves are done."""
        return [self.of_one(one) for one in objects]

    def of_one(self, one: ManagedObject) -> ManagedObject:
        """Return one object as it is once all moves are done."""
        for move in self.moves:
            one = move.of(one)
        return one

    def of_known(self, known: Mapping[str, Proven]) -> Mapping[str, Proven]:
        """Return what is known of keys, by the names their connections then have."""
        for move in self.moves:
            known = moved_key(known, move) if move.kind is Kind.CONNECTION else known
        return known

    @property
    def refusals(self) -> list[Refusal]:
        """What is refused, each once."""
        return [Refusal(f"not renamed: {why}", _HINT) for why in sorted(set(self.conflicts.values()))]

    @property
    def called(self) -> dict[str, str]:
        """The new names of connections, by the old ones."""
        return {move.old: move.new for move in self.moves if move.kind is Kind.CONNECTION}

    def changes(self, actual: Iterable[ManagedObject]) -> Iterator[Change]:
        """Yield a step for each move, each starting where the last one ends."""
        there = {one.id: one for one in actual}
        for move in self.moves:
            target = move.of(there[move.kind, move.old])
            there = {one.id: one for one in map(move.of, there.values())}
            yield rename(move, target)


NO_RENAMES = Renames()


def rename(move: Move, target: ManagedObject) -> Change:
    """Return the step that gives an object its new name, and changes nothing else."""
    fields = (FieldChange(NAME, move.old, move.new),)
    return Change(Action.UPDATE, move.kind, move.new, fields, "it has another name", None, target, move.old)


def renames(
    manifests: Manifests, actual: Sequence[ManagedObject], recorded: Iterable[ManagedObject], *, is_selection: bool
) -> Renames:
    """Say what moves, and what cannot."""
    there, ours = {one.id for one in actual}, {one.id for one in recorded}
    claims = list(_claims(manifests))
    declared = {(kind, new) for kind, _, new in _names(manifests)}
    claimed = Counter((kind, old) for kind, old, _ in claims)
    moves: list[Move] = []
    conflicts: dict[_Id, str] = {}
    for kind, old, new in claims:
        if (kind, old) in declared:
            why = f"{old} is declared as well, and {new} says that it was called so"
        elif not {(kind, old)} <= there & ours:
            # It is gone already, or never was ours: there is nothing to be moved.
            continue
        elif (kind, new) in there:
            why = f"both {old} and {new} are on the platform"
        elif claimed[kind, old] > 1:
            why = f"more than one document says that it was called {old}"
        elif is_selection:
            why = f"{old} becomes {new} in a run over everything only: its users may be outside of this selection"
        else:
            moves.append(Move(kind, old, new))
            continue
        conflicts[kind, old] = conflicts[kind, new] = why
    return Renames(tuple(sorted(moves, key=lambda move: (move.kind, move.new))), conflicts)


def _claims(manifests: Manifests) -> Iterator[tuple[Kind, str, str]]:
    return ((kind, old, new) for kind, old, new in _names(manifests) if old is not None and old != new)


def _names(manifests: Manifests) -> Iterator[tuple[Kind, str | None, str]]:
    for connection in manifests.connections:
        yield Kind.CONNECTION, connection.document.metadata.moved_from, connection.name
    for binding in manifests.bindings:
        yield Kind.BINDING, binding.document.metadata.moved_from, binding.name
