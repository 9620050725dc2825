"""Managed objects: the one shape in which desired, actual and recorded are compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]


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
