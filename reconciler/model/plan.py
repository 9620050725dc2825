"""A plan: what must change so that the platform holds what the manifests ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from reconciler.model.state import JsonValue, Kind, ManagedObject


class Action(StrEnum):
    """What is done to one object; `replace` means that the key behind a connection changed."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    SUSPEND = "suspend"
    RESUME = "resume"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after; a secret is only ever shown as a fingerprint."""

    path: str
    before: JsonValue
    after: JsonValue


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a plan; `held` says why it will not be done, `target` is the object once it is done.

    With `moved_from` it gives an object that was called so its new name, and what leads there follows.
    """

    action: Action
    kind: Kind
    name: str
    fields: tuple[FieldChange, ...] = ()
    reason: str = ""
    held: str | None = None
    target: ManagedObject | None = None
    moved_from: str | None = None

    @property
    def step(self) -> tuple[Action, Kind, str, str | None]:
        """What tells the steps of one object apart."""
        return (self.action, self.kind, self.name, self.moved_from)

    @property
    def id(self) -> tuple[Kind, str]:
        """The object this change is about."""
        return (self.kind, self.name)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a guard stopped, and the way out."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes in the order they are done.

    `adopted` objects already are as desired but were never recorded so; `forgotten` ones are recorded but gone
    on both sides; `unmanaged` ones exist and were never declared, and are left alone. `refused` is what a guard
    stopped.
    """

    changes: tuple[Change, ...] = ()
    unchanged: int = 0
    adopted: tuple[ManagedObject, ...] = ()
    forgotten: tuple[tuple[Kind, str], ...] = ()
    unmanaged: tuple[tuple[Kind, str], ...] = field(default=())
    refused: tuple[Refusal, ...] = ()

    @property
    def ready(self) -> tuple[Change, ...]:
        """The changes that nothing holds."""
        return tuple(change for change in self.changes if change.held is None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not self.changes
