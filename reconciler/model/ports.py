"""The ports: what the engine asks of the outside, and all it knows of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from reconciler.model.lock import WRITER, Held
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Change
from reconciler.model.probe import ProbeResult, Target
from reconciler.model.report import Report
from reconciler.model.state import JsonValue, Kind, ManagedObject
from reconciler.values.secret import Credentials, Secret, SecretRef


@dataclass(frozen=True, slots=True)
class Place:
    """From where a reference is followed: its manifest's folder, the root it may not leave.

    `simulated` is true for connections of the simulator, the only ones that may use the checked-in demo identity.
    """

    folder: Path
    root: Path
    simulated: bool = False


class SecretProvider(Protocol):
    """Opens the references of one scheme; it lives for one run and may keep what it opened until then."""

    def open(self, ref: SecretRef, place: Place) -> Secret:
        """Return the secret a reference names.

        Raises SecretError when it cannot be had; the message names the reference and never a value.
        """
        ...


class Prober(Protocol):
    """Tests keys at their exchanges; a failure is a result."""

    async def probe(self, target: Target) -> ProbeResult:
        """Test one key with at most four signed requests, none of which can change anything.

        One that may be probed is also used to cancel a withdrawal that cannot exist, where nothing else tells.
        """
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...


class Platform(Protocol):
    """The actual side."""

    async def read(self) -> Sequence[ManagedObject]:
        """Return everything the platform holds, changing nothing.

        Raises PlatformError when it cannot be read.
        """
        ...

    async def apply(self, change: Change, credentials: Credentials | None) -> None:
        """Do one change, whole or not at all; doing it a second time changes nothing.

        `credentials` are given for `create` and `replace` of a connection. Raises PlatformError.
        """
        ...

    async def close(self) -> None:
        """Let go of the platform."""
        ...


@runtime_checkable
class Custodian(Protocol):
    """What a platform can do beside when it hands out the credentials it holds; many cannot, and lack this."""

    def credentials(self, name: str) -> Credentials:
        """Return the credentials of a connection.

        Raises PlatformError when there is no such connection or they do not open.
        """
        ...


@dataclass(frozen=True, slots=True)
class Run:
    """One pass that may write: who, when, why and from which revision."""

    id: str
    owner: str
    started_at: datetime
    command: str
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Proven:
    """The last result that rested on proof, and the fingerprint of the key it is about."""

    fingerprint: str
    result: ProbeResult


@dataclass(frozen=True, slots=True)
class Intent:
    """A change that was begun; one found at the start of a run was cut off.

    `accepted` is the proof that a change of a connection rests on; it counts once the change is settled.
    """

    run_id: str
    number: int
    change: Change
    accepted: Proven | None = None


class Store(Protocol):
    """What we remember; a store opened read-only refuses every method that writes, with StoreError."""

    async def recorded(self) -> Sequence[ManagedObject]:
        """Return what was last applied."""
        ...

    async def intents(self) -> Sequence[Intent]:
        """Return the changes that were begun and neither finished nor given up."""
        ...

    async def proven(self) -> Mapping[str, Proven]:
        """Return the last proven result of each connection, by name."""
        ...

    async def accepted(self) -> Mapping[str, Proven]:
        """Return what was proven of each connection when it was last applied, by name: the base of drift."""
        ...

    async def last_report(self) -> Report | None:
        """Return the report of the last pass that was remembered."""
        ...

    async def history(self, limit: int = 50) -> Sequence[Mapping[str, object]]:
        """Return the last changes, newest first: who, when, revision, reason."""
        ...

    async def lock(self, owner: str, now: datetime, seconds: int, name: str = WRITER) -> None:
        """Take the one lock of a name, or renew one's own; whoever writes holds that of the writer.

        Raises LockHeld while somebody else's has not expired.
        """
        ...

    async def unlock(self, owner: str, name: str = WRITER) -> None:
        """Give a lock back, if it is still the owner's."""
        ...

    async def locks(self) -> Sequence[Held]:
        """Return the locks that were taken and not given back, by name."""
        ...

    async def break_lock(self, id: str) -> Held:
        """Take the lock of an id away from whoever has it, and return it; its owner changes nothing any more.

        Raises NothingMatched where none is held, GuardRefused where that one is not.
        """
        ...

    async def begin(self, run: Run) -> None:
        """Note that a pass has begun."""
        ...

    async def intend(self, run: Run, number: int, change: Change, accepted: Proven | None = None) -> Intent:
        """Note durably that a change is about to be made.

        Raises LockHeld when the writer lock is not the run's any more.
        """
        ...

    async def settle(self, intent: Intent, outcome: Outcome, at: datetime) -> None:
        """Record what became of a change, in one step: the object, its proof, the history, the end of the intent.

        Settling an intent a second time changes nothing.
        """
        ...

    async def abandon(self, intent: Intent) -> None:
        """Drop an intent whose change never reached the platform."""
        ...

    async def adopt(
        self,
        objects: Sequence[ManagedObject],
        forgotten: Sequence[tuple[Kind, str]],
        accepted: Mapping[str, Proven] | None = None,
    ) -> None:
        """Record objects that are as desired already, and forget those that are gone on both sides.

        Proof is accepted only for connections of which none about the same key was accepted before.
        """
        ...

    async def accept(self, proven: Mapping[str, Proven]) -> None:
        """Accept proof in the place of what was accepted before; to be called with proof that allows less."""
        ...

    async def spent(self, plan_id: str) -> datetime | None:
        """Return when a saved plan was applied, None when it was not."""
        ...

    async def spend(self, plan_id: str, at: datetime) -> None:
        """Note durably that a saved plan is about to be applied: it never is again."""
        ...

    async def remember(self, proven: Mapping[str, Proven]) -> None:
        """Keep results that rest on proof."""
        ...

    async def finish(self, run: Run, report: Report) -> None:
        """Keep the report of a pass."""
        ...

    async def notes(self, topic: str) -> Mapping[str, JsonValue]:
        """Return what was noted under a topic, by name."""
        ...

    async def note(self, topics: Mapping[str, Mapping[str, JsonValue]]) -> None:
        """Note something under some names of some topics, all in one step; None forgets what was noted.

        It needs no lock: whoever notes agrees with the others on who notes what.
        """
        ...

    async def close(self) -> None:
        """Let go of the store."""
        ...


class Progress(Protocol):
    """Somebody who is told how far the tests are; it may do nothing."""

    def tested(self, result: ProbeResult, done: int, total: int) -> None:
        """One more key was tested."""
        ...
