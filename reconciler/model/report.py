"""The report: the one value every output format is made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.model.comparison import Comparison
from reconciler.model.drift import Drift
from reconciler.model.finding import Finding
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Change
from reconciler.model.probe import Diagnosis, ProbeResult, Status
from reconciler.model.state import Kind
from reconciler.model.watched import Watched
from reconciler.values.location import Location


@dataclass(frozen=True, slots=True)
class ConnectionReport:
    """One connection as told to a person: its result, what its manifest says of it, and what a watcher keeps of it.

    `result` is None where the key was not tested (invalid manifests, `validate`, a secret that did not open).
    """

    name: str
    display_name: str
    exchange: str
    environment: str
    markets: tuple[str, ...]
    status: Status
    diagnosis: Diagnosis | None = None
    message: str = ""
    remedy: str = ""
    masked_key: str | None = None
    result: ProbeResult | None = None
    watched: Watched | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that went wrong in the run and belongs to no connection: message and hint, without secrets."""

    message: str
    hint: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run found and did.

    `command` is the word that was typed: `run` for a bare `reconcile`, `dry-run` for its `--dry-run`.
    `outcomes` is None where nothing was to be applied, else one entry for each change that was tried.
    `is_valid` is False where manifests or config stopped the run before anything was contacted. `as_of` is set
    on a report that was remembered: when its run finished. `comparison` is what `diff` found. `places` says where the
    objects stand that something is told of beside the findings, by kind and name.
    """

    command: str
    started_at: datetime
    finished_at: datetime
    revision: str | None = None
    connections: tuple[ConnectionReport, ...] = ()
    changes: tuple[Change, ...] = ()
    unchanged: int = 0
    unmanaged: tuple[tuple[Kind, str], ...] = ()
    outcomes: tuple[Outcome, ...] | None = None
    drift: tuple[Drift, ...] = ()
    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = field(default=())
    documents: int = 0
    is_valid: bool = True
    as_of: datetime | None = None
    comparison: Comparison | None = None
    places: Mapping[str, Location] = field(default_factory=dict)

    def place_of(self, kind: str, name: str) -> Location | None:
        """Where an object stands in the manifests; None where no manifest declares it, or nothing is told of it."""
        return self.places.get(place_key(kind, name))

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes that are not done: planned only, held, failed or not reached."""
        # One object may take two steps: updated, then suspended.
        done = {outcome.change.step for outcome in self.outcomes or () if outcome.done}
        return tuple(one for one in self.changes if one.held is not None or one.step not in done)

    def count(self, *actions: Action) -> int:
        """How many changes do one of these things."""
        return sum(change.action in actions for change in self.changes)

    @property
    def statuses(self) -> dict[Status, int]:
        """How many connections have each status, in the order of the contract; absent ones are left out."""
        counted = Counter(connection.status for connection in self.connections)
        return {status: counted[status] for status in Status if counted[status]}


def place_key(kind: str, name: str) -> str:
    """Return the word by which `Report.places` knows an object."""
    return f"{kind}/{name}"
