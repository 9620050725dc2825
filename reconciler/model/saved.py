"""A saved plan: what was reviewed, and everything it rests on; nothing in it is a secret, and nothing in it is run.

Whoever applies it works the plan out anew. The file only says which of the changes may be made, and from what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.model.plan import Change
from reconciler.model.probe import Diagnosis, Status
from reconciler.model.state import Kind
from reconciler.values.rights import Right, Verdict

Scope = tuple[tuple[Kind, str], ...]


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a plan may do that a guard would stop: how many deletions at once, which keys to replace."""

    deletes: int = 0
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan was made from that shows without a key: each part moves when somebody changes it.

    `scope` are the objects of a selection, None where everything was meant. What is no name is a SHA-256.
    """

    program: str
    revision: str | None
    scope: Scope | None
    desired: str
    policy: str
    settings: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What was observed, as SHA-256: the platform, and what was recorded as applied."""

    actual: str
    recorded: str


@dataclass(frozen=True, slots=True)
class KeyState:
    """One key as the plan relied on it.

    The fingerprint is keyed by the host and by the plan: it tells nobody else anything, not even that two plans are
    about the same key. It is None where the host had no key of its own yet; then the masked key must do.
    """

    name: str
    masked_key: str | None
    fingerprint: str | None
    status: Status
    diagnosis: Diagnosis | None
    rights: Mapping[Right, Verdict] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan as it is kept in a file; its changes have no target, and show keys masked.

    `digest` is over all else, and `seal` says that this very host made it: with a key that never leaves it.
    """

    id: str
    created_at: datetime
    expires_at: datetime
    permissions: Permissions
    basis: Basis
    seen: Seen
    keys: tuple[KeyState, ...] = ()
    changes: tuple[Change, ...] = ()
    unchanged: int = 0
    digest: str = ""
    seal: str | None = None

    @property
    def ready(self) -> tuple[Change, ...]:
        """The changes that it asks for."""
        return tuple(change for change in self.changes if change.held is None)
