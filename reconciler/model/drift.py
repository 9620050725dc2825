"""Drift: the actual side differs from what was declared though nobody changed the declaration."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.state import JsonValue, Kind


class DriftSource(StrEnum):
    """Where the difference was seen."""

    PLATFORM = "platform"
    EXCHANGE = "exchange"


class DriftSeverity(StrEnum):
    """Whether somebody must look now: a right or address gained is an incident, one lost is information."""

    INCIDENT = "incident"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Drift:
    """One field that is not as declared."""

    kind: Kind
    name: str
    source: DriftSource
    path: str
    desired: JsonValue
    actual: JsonValue
    severity: DriftSeverity
