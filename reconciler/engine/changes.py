"""From two sides of one object to the changes between them, held by nothing yet. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reconciler.model.plan import Action, Change, FieldChange
from reconciler.model.state import JsonValue, Kind, ManagedObject, same

ENABLED = "spec.enabled"
CONNECTION = "spec.connection"


def differences(before: ManagedObject | None, after: ManagedObject | None) -> tuple[FieldChange, ...]:
    """Return every path whose value differs between two sides, sorted; an absent side has none."""
    if before == after:
        return ()
    one = before.flat if before else {}
    two = after.flat if after else {}
    return tuple(
        FieldChange(path, one.get(path), two.get(path))
        for path in sorted(one.keys() | two.keys())
        if not same(one.get(path), two.get(path))
    )


def creation(target: ManagedObject, reason: str) -> Change:
    """Return the change that brings an object onto the platform."""
    return Change(Action.CREATE, target.kind, target.name, differences(None, target), reason, target=target)


def deletion(held: ManagedObject) -> Change:
    """Return the change that takes an object off the platform."""
    return Change(Action.DELETE, held.kind, held.name, differences(held, None), "no longer declared")


def steps(actual: ManagedObject, target: ManagedObject, reason: str) -> Iterator[Change]:
    """Yield the changes that lead from one state of an object to another, each starting where the last one ends.

    A suspension comes first and a resumption last, so that an object never runs half-way.
    """
    if target.kind is Kind.CONNECTION:
        is_new_key = actual.fingerprint != target.fingerprint
        yield _step(Action.REPLACE if is_new_key else Action.UPDATE, actual, target, reason)
        return
    present = actual
    if target.suspended is not None and target.suspended != actual.suspended:
        yield suspend(actual, target.suspended)
        present = replace(actual, suspended=target.suspended)
    if not same(dict(target.fields), dict(present.fields)):
        updated = replace(target, suspended=present.suspended)
        yield _step(Action.UPDATE, present, updated, reason)
        present = updated
    if target.suspended is None and present.suspended is not None:
        yield _step(Action.RESUME, present, target, f"its connection is clean again; it was: {present.suspended}")


def suspend(binding: ManagedObject, reason: str) -> Change:
    """Return the change that stops a binding and leaves it otherwise as it is."""
    return _step(Action.SUSPEND, binding, replace(binding, suspended=reason), reason)


def narrowed(update: Change, actual: ManagedObject) -> tuple[Change, Change] | None:
    """Split the switching-off out of an update that does more, so that it can be done although the rest is held.

    None when the update switches nothing off, or does nothing else.
    """
    if update.target is None or is_narrowing(update) or not _switches_off(update):
        return None
    off = replace(actual, fields={**actual.fields, ENABLED: False}, suspended=update.target.suspended)
    before = replace(actual, suspended=update.target.suspended)
    return (
        _step(Action.UPDATE, before, off, update.reason),
        _step(Action.UPDATE, off, update.target, update.reason),
    )


def is_narrowing(change: Change) -> bool:
    """Tell whether a change does nothing but switch a binding off."""
    return change.action is Action.UPDATE and len(change.fields) == 1 and _switches_off(change)


def runs(held: ManagedObject | None) -> bool:
    """Tell whether a binding in this state trades."""
    return held is not None and held.suspended is None and held.fields.get(ENABLED) is not False


def connection_of(binding: ManagedObject | None) -> JsonValue:
    """Return the name of the connection a binding uses."""
    return binding.fields.get(CONNECTION) if binding else None


def _switches_off(change: Change) -> bool:
    return any(each.path == ENABLED and each.after is False for each in change.fields)


def _step(action: Action, before: ManagedObject, after: ManagedObject, reason: str) -> Change:
    return Change(action, after.kind, after.name, differences(before, after), reason, target=after)
