"""Managed objects: the one shape in which desired, actual and recorded are compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]


def same(one: JsonValue, two: JsonValue) -> bool:
    """Tell whether two values are the same JSON: unlike in Python, `true` is not 1, and NaN is itself."""
    if type(one) is not type(two):
        return False
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(same(item, two[key]) for key, item in one.items())
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(same, one, two))
    return one == two or (one != one and two != two)


# What is compared beside the fields takes part in every difference under these paths.
CREDENTIALS = "spec.credentials"
SUSPENDED = "suspended"


class Kind(StrEnum):
    """The kinds that live on a platform."""

    CONNECTION = "Connection"
    BINDING = "StrategyBinding"


@dataclass(frozen=True, slots=True)
class ManagedObject:
    """One connection or binding, flattened: `fields` maps a dotted path (`spec.account`) to a JSON value.

    `fingerprint` stands for the credentials of a connection. `suspended` is the reason why a binding does
    not run, None while it may.
    """

    kind: Kind
    name: str
    fields: Mapping[str, JsonValue] = field(default_factory=dict)
    fingerprint: str | None = None
    suspended: str | None = None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ManagedObject)
            and (self.kind, self.name, self.fingerprint, self.suspended)
            == (other.kind, other.name, other.fingerprint, other.suspended)
            and same(dict(self.fields), dict(other.fields))
        )

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def id(self) -> tuple[Kind, str]:
        """What tells objects apart."""
        return (self.kind, self.name)

    @property
    def flat(self) -> dict[str, JsonValue]:
        """Everything that is compared, by path; what is not set is left out."""
        beside = {CREDENTIALS: self.fingerprint, SUSPENDED: self.suspended}
        return {**self.fields, **{path: value for path, value in beside.items() if value is not None}}

    @property
    def digest(self) -> str:
        """SHA-256 over everything that is compared."""
        whole = [self.kind, self.name, dict(self.fields), self.fingerprint, self.suspended]
        return hashlib.sha256(json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
