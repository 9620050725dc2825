"""The plan: what must change so that the platform holds what the manifests ask. Pure, and blind to input order.

Three sides are compared. Only what was recorded here is ever deleted; what somebody else put there is left alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.engine.changes import connection_of, creation, deletion, narrowed, steps, suspend
from reconciler.engine.desired import suspension_of
from reconciler.engine.freezing import NOT_FROZEN, Freezing
from reconciler.engine.holds import Holds, denials
from reconciler.engine.recover import recorded_after
from reconciler.engine.renames import NO_RENAMES, Renames
from reconciler.engine.replacing import Replacing
from reconciler.model.finding import Finding
from reconciler.model.plan import Action, Change, Plan
from reconciler.model.ports import Intent
from reconciler.model.probe import ProbeResult
from reconciler.model.state import Kind, ManagedObject

_Id = tuple[Kind, str]
_Objects = Mapping[_Id, ManagedObject]


def plan(
    desired: Iterable[ManagedObject],
    actual: Sequence[ManagedObject],
    recorded: Iterable[ManagedObject],
    *,
    intents: Sequence[Intent] = (),
    results: Mapping[str, ProbeResult],
    findings: Iterable[Finding] = (),
    beside: Iterable[ManagedObject] = (),
    renames: Renames = NO_RENAMES,
    replacing: Replacing | None = None,
    freezing: Freezing = NOT_FROZEN,
) -> Plan:
    """Say what must change, in the order it is to be done, and what of it is held.

    `results` are the tests joined with kept proof, by connection; one without is not tested, and holds. Of the
    bindings `beside` a selection nothing is compared, but none goes on running on a key that is Blocked. What only has
    another name is renamed, and all else is compared as if it had been. `replacing` says which keys may be replaced;
    without it, all. `freezing` are the windows that are open.
    """
    recovered = recorded_after(recorded, intents, actual)
    stopped = _stopped_before(actual, {one.id for one in recovered}, results, renames)
    moved = tuple(renames.changes([stopped.get(one.id, one) for one in actual]))
    there, wanted = _index(renames.of(stopped.get(one.id, one) for one in actual)), _index(desired)
    known = _index(renames.of(recovered))
    targets = {each: _known_key(one, there.get(each)) for each, one in wanted.items()}
    changes = [*_changes(targets, there, known, results), *_stops(_index(beside), results)]
    managed = sum(kind is Kind.CONNECTION for kind, _ in known)
    refused = replacing.refused(changes, there, results, managed) if replacing else {}
    conflicts = {**renames.conflicts, **{each: one.message for each, one in refused.items()}}
    holds = Holds(results, denials(findings), conflicts, freezing.between(there, wanted))
    first = [suspend(one, str(stopped[one.id].suspended)) for one in actual if one.id in stopped]
    judged = _judged(changes, wanted, there, holds)
    return Plan(
        changes=(*sorted(first, key=_order), *_with(moved, sorted(judged, key=_order))),
        unchanged=sum(there.get(each) == target for each, target in targets.items()),
        adopted=tuple(_adopted(targets, wanted, there, known)),
        forgotten=tuple(sorted(each for each in known if each not in wanted and each not in there)),
        unmanaged=tuple(sorted(each for each in there if each not in wanted and each not in known)),
        refused=(*renames.refusals, *dict.fromkeys(refused.values())),
    )


def _stopped_before(
    actual: Iterable[ManagedObject], ours: Collection[_Id], results: Mapping[str, ProbeResult], renames: Renames
) -> dict[_Id, ManagedObject]:
    """Return the bindings on Blocked keys that are about to be renamed, or whose connection is, once they are stopped.

    They are stopped under the names they have: should a rename fail, none of them goes on running.
    """
    stopped = {}
    for present in actual:
        if present.id not in ours or renames.of_one(present) == present:
            continue
        stop = suspension_of(present, results, renames.called)
        if stop is not None and stop.target is not None:
            stopped[present.id] = stop.target
    return stopped


def _with(moved: Sequence[Change], changes: Sequence[Change]) -> Iterator[Change]:
    """Put renames before whatever has to do with what was renamed, and behind the other suspensions."""
    new = {change.id for change in moved}

    def is_about(change: Change) -> bool:
        return change.id in new or (Kind.CONNECTION, str(connection_of(change.target))) in new

    early = [change for change in changes if change.action is Action.SUSPEND and not is_about(change)]
    yield from early
    yield from moved
    yield from (change for change in changes if change.action is not Action.SUSPEND or is_about(change))


def _index(objects: Iterable[ManagedObject]) -> dict[_Id, ManagedObject]:
    return {one.id: one for one in sorted(objects, key=lambda each: each.id)}


def _known_key(target: ManagedObject, present: ManagedObject | None) -> ManagedObject:
    """Have a connection whose secret did not open keep the key it has."""
    if target.kind is not Kind.CONNECTION or target.fingerprint is not None or present is None:
        return target
    return replace(target, fingerprint=present.fingerprint)


def _changes(
    targets: _Objects, there: _Objects, known: _Objects, results: Mapping[str, ProbeResult]
) -> Iterator[Change]:
    for each, target in targets.items():
        present = there.get(each)
        if present is None:
            yield creation(target, "it is gone from the platform" if each in known else "")
        elif present != target:
            stop = suspension_of(present, results) if target.suspended is None else None
            if stop is not None:
                yield stop
            yield from steps((stop and stop.target) or present, target, _reason(present, target, known.get(each)))
    gone = {each: there[each] for each in known if each not in targets and each in there}
    yield from _stops(gone, results)
    yield from map(deletion, gone.values())


def _stops(objects: _Objects, results: Mapping[str, ProbeResult]) -> Iterator[Change]:
    for present in objects.values():
        stop = suspension_of(present, results)
        if stop is not None:
            yield stop


def _reason(present: ManagedObject, target: ManagedObject, record: ManagedObject | None) -> str:
    """Tell pending from drift: was it the manifest that changed, or somebody on the platform."""
    if record is None:
        return "it was on the platform before it was declared here"
    if record == present:
        return "its key changed" if target.fingerprint != present.fingerprint else ""
    return "it was changed on the platform"


def _adopted(targets: _Objects, wanted: _Objects, there: _Objects, known: _Objects) -> Iterator[ManagedObject]:
    """Yield what is as desired already and not recorded so; never a connection whose secret did not open."""
    for each, target in targets.items():
        is_sure = target == wanted[each]
        if is_sure and there.get(each) == target and known.get(each) != target:
            yield target


def _judged(changes: Sequence[Change], wanted: _Objects, there: _Objects, holds: Holds) -> list[Change]:
    """Hold what must be held: connections, then the bindings on them, then deletions of what is still in use."""
    holds.stored.update(name for kind, name in there if kind is Kind.CONNECTION)
    judged = []
    for change in changes:
        if change.kind is Kind.CONNECTION and change.action is not Action.DELETE:
            # Judged with the key of the manifest: where it is not known, nothing of it is done.
            asked = replace(change, target=wanted[change.id])
            judged.append(replace(change, held=holds.on_connection(asked)))
    bindings = [change for change in changes if change.kind is Kind.BINDING]
    judged += _judged_bindings(bindings, there, holds)
    users = _users(there, judged)
    for change in changes:
        if change.kind is Kind.CONNECTION and change.action is Action.DELETE:
            user = users.get(change.name)
            used = f"StrategyBinding {user} still uses it" if user else None
            judged.append(replace(change, held=holds.conflicts.get(change.id) or used or holds.freezing.holds(change)))
    return judged


def _judged_bindings(changes: Sequence[Change], there: _Objects, holds: Holds) -> list[Change]:
    judged: list[Change] = []
    stopped: dict[_Id, str] = {}
    for change in changes:
        present = there.get(change.id)
        reason = stopped.get(change.id) or holds.on_binding(change, present)
        parts = narrowed(change, present) if reason and present else None
        if parts is not None:
            # Switching off is never held, whatever else the update asks for.
            judged += [parts[0], replace(parts[1], held=reason)]
        else:
            judged.append(replace(change, held=reason))
        if reason is not None:
            stopped[change.id] = reason
    return judged


def _users(there: _Objects, judged: Iterable[Change]) -> dict[str, str]:
    """Return a binding that will still use each connection once everything that is not held is done."""
    left = {each: one for each, one in there.items() if one.kind is Kind.BINDING}
    for change in judged:
        if change.kind is not Kind.BINDING or change.held is not None:
            continue
        if change.target is None:
            left.pop(change.id, None)
        else:
            left[change.id] = change.target
    return {str(connection_of(left[each])): left[each].name for each in sorted(left, reverse=True)}


def _order(change: Change) -> tuple[int, str]:
    """Sort by phase: stop first, store keys before what runs on them, delete keys last."""
    if change.kind is Kind.CONNECTION:
        return (5 if change.action is Action.DELETE else 2, change.name)
    phases = {Action.SUSPEND: 0, Action.DELETE: 1, Action.RESUME: 4}
    return (phases.get(change.action, 3), change.name)
