"""What a loop knows of one connection from pass to pass: conditions, quarantine, and when it is tested next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reconciler.model.probe import ProbeResult


class ConditionKind(StrEnum):
    """What is kept of each connection, one truth a kind."""

    KEY_VALID = "KeyValid"
    RIGHTS_COMPLIANT = "RightsCompliant"
    BALANCE_READABLE = "BalanceReadable"
    STATUS_READABLE = "StatusReadable"
    ADDRESS_RESTRICTED = "AddressRestricted"
    FRESH = "Fresh"


class Truth(StrEnum):
    """Whether a condition holds; what is not known is never taken for true."""

    TRUE = "True"
    FALSE = "False"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: whether it holds, why in one word and in a sentence, since when, and when it was last proven."""

    kind: ConditionKind
    truth: Truth
    reason: str
    since: datetime
    message: str = ""
    proven_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """One condition that changed; `number` counts the transitions of a connection from 0."""

    name: str
    number: int
    kind: ConditionKind
    before: Truth | None
    after: Truth
    reason: str
    at: datetime
    message: str = ""


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A key that its exchange refused is left alone; the fingerprint and the manifest are those it was refused with."""

    fingerprint: str
    manifest: str
    since: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Watched:
    """All that is kept of one connection.

    `result` is its last one, joined with earlier proof. `attempted_at` is noted before a test, so that nobody who is
    killed in the middle of one begins it again and again; `answered_at` is when the exchange last said anything.
    """

    name: str
    fingerprint: str | None = None
    manifest: str = ""
    masked_key: str | None = None
    result: ProbeResult | None = None
    conditions: tuple[Condition, ...] = ()
    attempted_at: datetime | None = None
    answered_at: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0
    quarantine: Quarantine | None = None
    transitions: int = 0

    def condition(self, kind: ConditionKind) -> Condition | None:
        """Return one condition, None before it was first looked at."""
        return next((one for one in self.conditions if one.kind is kind), None)
