"""The store in memory: for tests and trials; it lasts as long as the process, under the name it was opened with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from reconciler.errors import LockHeld, StoreError
from reconciler.model.lock import WRITER, Held, by_id, refuse_held, renewed
from reconciler.model.moving import Move, moved_key
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Change
from reconciler.model.ports import Intent, Proven, Run
from reconciler.model.report import Report
from reconciler.model.state import JsonValue, Kind, ManagedObject

_Id = tuple[Kind, str]


@dataclass
class Memory:
    """What is remembered under one name."""

    objects: dict[_Id, ManagedObject] = field(default_factory=dict)
    intents: dict[tuple[str, int], Intent] = field(default_factory=dict)
    proven: dict[str, Proven] = field(default_factory=dict)
    accepted: dict[str, Proven] = field(default_factory=dict)
    history: dict[tuple[str, int], dict[str, object]] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    report: Report | None = None
    locks: dict[str, Held] = field(default_factory=dict)
    notes: dict[str, dict[str, JsonValue]] = field(default_factory=dict)
    spent: dict[str, datetime] = field(default_factory=dict)


_NAMED: dict[Path, Memory] = {}


def open_store(path: Path, *, read_only: bool = False) -> MemoryStore:
    """Open what is remembered under a name; nothing is written to that path, and only writing makes it exist."""
    if read_only:
        return MemoryStore(_NAMED.get(path, Memory()), read_only=True)
    return MemoryStore(_NAMED.setdefault(path, Memory()), read_only=False)


class MemoryStore:
    """Remembers in this process only."""

    def __init__(self, memory: Memory, *, read_only: bool = False) -> None:
        self._memory, self._read_only = memory, read_only

    async def recorded(self) -> Sequence[ManagedObject]:
        """Return what was last applied."""
        return [self._memory.objects[each] for each in sorted(self._memory.objects)]

    async def intents(self) -> Sequence[Intent]:
        """Return the changes that were begun and neither finished nor given up, oldest first."""
        return list(self._memory.intents.values())

    async def proven(self) -> Mapping[str, Proven]:
        """Return the last proven result of each connection, by name."""
        return dict(sorted(self._memory.proven.items()))

    async def accepted(self) -> Mapping[str, Proven]:
        """Return what was proven of each connection when it was last applied, by name."""
        return dict(sorted(self._memory.accepted.items()))

    async def last_report(self) -> Report | None:
        """Return the report of the last pass that was remembered."""
        return self._memory.report

    async def history(self, limit: int = 50) -> Sequence[Mapping[str, object]]:
        """Return the last changes, newest first: who, when, revision, reason."""
        return list(reversed(self._memory.history.values()))[:limit]

    async def lock(self, owner: str, now: datetime, seconds: int, name: str = WRITER) -> None:
        """Take the one lock of a name, or renew one's own.

        Raises LockHeld while somebody else's has not expired.
        """
        locks, taken = self._writable().locks, Held(name, owner, now, now + timedelta(seconds=seconds))
        refuse_held(locks.get(name), taken)
        locks[name] = renewed(locks.get(name), taken)

    async def unlock(self, owner: str, name: str = WRITER) -> None:
        """Give a lock back, if it is still the owner's."""
        locks = self._writable().locks
        if name in locks and locks[name].owner == owner:
            del locks[name]

    async def locks(self) -> Sequence[Held]:
        """Return the locks that were taken and not given back, by name."""
        return [self._memory.locks[name] for name in sorted(self._memory.locks)]

    async def break_lock(self, id: str) -> Held:
        """Take the lock of an id away from whoever has it, and return it."""
        locks = self._writable().locks
        held = by_id(locks.values(), id)
        del locks[held.name]
        return held

    async def begin(self, run: Run) -> None:
        """Note that a pass has begun."""
        self._writable().runs.setdefault(run.id, run)

    async def intend(self, run: Run, number: int, change: Change, accepted: Proven | None = None) -> Intent:
        """Note that a change is about to be made.

        Raises LockHeld when the writer lock is not the run's any more.
        """
        memory = self._writable()
        holder = memory.locks[WRITER].owner if WRITER in memory.locks else None
        if holder != run.owner:
            raise LockHeld(f"the writer lock was lost{f' to {holder}' if holder else ''}", hint="run again")
        intent = Intent(run.id, number, change, accepted)
        memory.intents[(run.id, number)] = intent
        return intent

    async def settle(self, intent: Intent, outcome: Outcome, at: datetime) -> None:
        """Record what became of a change: the object, its proof, the history, the end of the intent."""
        memory, change, key = self._writable(), outcome.change, (intent.run_id, intent.number)
        memory.intents.pop(key, None)
        if key in memory.history:
            return
        memory.history[key] = self._entry(intent, outcome, at)
        if not outcome.done:
            return
        if change.moved_from is not None:
            self._move(Move(change.kind, change.moved_from, change.name))
        if change.action is Action.DELETE:
            self._forget([change.id])
        elif change.target is not None:
            memory.objects[change.id] = change.target
            if intent.accepted is not None:
                memory.accepted[change.name] = intent.accepted

    async def abandon(self, intent: Intent) -> None:
        """Drop an intent whose change never reached the platform."""
        self._writable().intents.pop((intent.run_id, intent.number), None)

    async def adopt(
        self,
        objects: Sequence[ManagedObject],
        forgotten: Sequence[_Id],
        accepted: Mapping[str, Proven] | None = None,
    ) -> None:
        """Record objects that are as desired already, and forget those that are gone on both sides.

        Proof is accepted only for connections of which none about the same key was accepted before.
        """
        memory = self._writable()
        memory.objects.update({one.id: one for one in objects})
        self._forget(forgotten)
        for name, proven in (accepted or {}).items():
            known = memory.accepted.get(name)
            if known is None or known.fingerprint != proven.fingerprint:
                memory.accepted[name] = proven

    async def accept(self, proven: Mapping[str, Proven]) -> None:
        """Accept proof in the place of what was accepted before."""
        self._writable().accepted.update(proven)

    async def spent(self, plan_id: str) -> datetime | None:
        """Return when a saved plan was applied, None when it was not."""
        return self._memory.spent.get(plan_id)

    async def spend(self, plan_id: str, at: datetime) -> None:
        """Note that a saved plan is about to be applied: it never is again."""
        self._writable().spent.setdefault(plan_id, at)

    async def remember(self, proven: Mapping[str, Proven]) -> None:
        """Keep results that rest on proof."""
        self._writable().proven.update(proven)

    async def finish(self, run: Run, report: Report) -> None:
        """Keep the report of a pass, in the place of the one before."""
        self._writable().report = report

    async def notes(self, topic: str) -> Mapping[str, JsonValue]:
        """Return what was noted under a topic, by name."""
        return dict(sorted(self._memory.notes.get(topic, {}).items()))

    async def note(self, topics: Mapping[str, Mapping[str, JsonValue]]) -> None:
        """Note something under some names of some topics; None forgets what was noted."""
        memory = self._writable()
        for topic, named in topics.items():
            kept = memory.notes.setdefault(topic, {})
            kept.update(named)
            memory.notes[topic] = {name: body for name, body in kept.items() if body is not None}

    async def close(self) -> None:
        """Let go of nothing: what is remembered stays until the process ends."""

    def _writable(self) -> Memory:
        if self._read_only:
            raise StoreError("the store is open for reading only", hint="run a command that writes")
        return self._memory

    def _forget(self, gone: Sequence[_Id]) -> None:
        for kind, name in gone:
            self._memory.objects.pop((kind, name), None)
            if kind is Kind.CONNECTION:
                self._memory.accepted.pop(name, None)
                self._memory.proven.pop(name, None)

    def _move(self, move: Move) -> None:
        memory = self._memory
        memory.objects = {one.id: one for one in map(move.of, memory.objects.values())}
        for entry in memory.history.values():
            if (entry["kind"], entry["name"]) == (move.kind.value, move.old):
                entry.update(name=move.new, called=entry["called"] or move.old)
        if move.kind is Kind.CONNECTION:
            memory.proven, memory.accepted = (moved_key(known, move) for known in (memory.proven, memory.accepted))
            for notes in memory.notes.values():
                if move.old in notes:
                    notes[move.new] = move.of_note(notes.pop(move.old))

    def _entry(self, intent: Intent, outcome: Outcome, at: datetime) -> dict[str, object]:
        run, change = self._memory.runs.get(intent.run_id), outcome.change
        return {
            "run": intent.run_id,
            "at": at.isoformat(),
            "who": run.owner if run else None,
            "command": run.command if run else None,
            "revision": run.revision if run else None,
            "action": change.action.value,
            "kind": change.kind.value,
            "name": change.name,
            "called": None,
            "reason": change.reason,
            "error": outcome.error,
        }
