"""What a rename does to all that knows the old name: the object, what leads to it, and what is known of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconciler.model.ports import Proven
from reconciler.model.state import JsonValue, Kind, ManagedObject

_CONNECTION = "spec.connection"


@dataclass(frozen=True, slots=True)
class Move:
    """One object that has another name now."""

    kind: Kind
    old: str
    new: str

    def of(self, one: ManagedObject) -> ManagedObject:
        """Return an object as it is after the move: renamed itself, or a binding that follows its connection."""
        if one.id == (self.kind, self.old):
            return replace(one, name=self.new)
        if self._leads(one):
            return replace(one, fields={**one.fields, _CONNECTION: self.new})
        return one

    def of_proven(self, proven: Proven) -> Proven:
        """Return what is known of the key of the object, under its new name."""
        return replace(proven, result=replace(proven.result, name=self.new))

    def of_note(self, body: JsonValue) -> JsonValue:
        """Return what was noted of the object, wherever it says the name itself."""
        if not isinstance(body, dict):
            return body
        moved = {field: self.of_note(value) for field, value in body.items()}
        return {**moved, "name": self.new} if moved.get("name") == self.old else moved

    def _leads(self, one: ManagedObject) -> bool:
        is_user = self.kind is Kind.CONNECTION and one.kind is Kind.BINDING
        return is_user and one.fields.get(_CONNECTION) == self.old


def moved_key(known: Mapping[str, Proven], move: Move) -> dict[str, Proven]:
    """Return what is known by connection once one has another name; what is known of that one already stands."""
    moved = dict(known)
    old = moved.pop(move.old, None)
    if old is not None:
        moved.setdefault(move.new, move.of_proven(old))
    return moved
