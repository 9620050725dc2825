"""The desired side: what the manifests ask of the platform, flattened into managed objects. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from reconciler.documents.binding import StrategyBinding
from reconciler.documents.connection import Connection
from reconciler.documents.waiver import Waiver
from reconciler.engine.changes import connection_of, runs, suspend
from reconciler.engine.standing import is_suspended
from reconciler.model.manifest import Manifests, Placed, by_name
from reconciler.model.plan import Change
from reconciler.model.probe import ProbeResult, Status
from reconciler.model.state import JsonValue, Kind, ManagedObject

# Lists whose order says nothing: written in another order they are the same.
_SETS = frozenset({"spec.markets", "spec.permissions", "spec.ipAllowlist"})
# What only the loop goes by.
_OURS = {"interval", "mode"}
# Kept whole: what stands inside is the strategy's own affair.
_WHOLE = frozenset({"spec.settings"})


def desired(
    manifests: Manifests,
    fingerprints: Mapping[str, str],
    results: Mapping[str, ProbeResult],
    actual: Iterable[ManagedObject],
    now: datetime,
) -> tuple[ManagedObject, ...]:
    """Return what the platform should hold: connections, then bindings, each by name.

    A connection whose secret did not open has no fingerprint here; a plan then compares its fields alone.
    """
    connections = by_name(manifests.connections)
    suspended = {one.name: one.suspended for one in actual if one.kind is Kind.BINDING}
    wanted = [
        ManagedObject(Kind.CONNECTION, name, connection_fields(placed.document), fingerprints.get(name))
        for name, placed in connections.items()
    ]
    for placed in manifests.bindings:
        connection = connections.get(placed.document.spec.connection)
        reason = suspension(connection, results, suspended.get(placed.name), now)
        wanted.append(ManagedObject(Kind.BINDING, placed.name, binding_fields(placed.document), suspended=reason))
    return tuple(sorted(wanted, key=lambda one: one.id))


def suspension(
    connection: Placed[Connection] | None, results: Mapping[str, ProbeResult], present: str | None, now: datetime
) -> str | None:
    """Say why a binding must not run, None when it may; what is not known today leaves it as it is.

    The words hold no time and no count, so that the same cause is always the same reason.
    """
    if connection is None:
        return present
    result = results.get(connection.name)
    status = result.status if result else Status.PENDING
    if result is not None and status is Status.BLOCKED:
        return _blocked(connection.name, result)
    suspend = connection.document.spec.suspend
    if suspend is not None and is_suspended(connection, now):
        return f"connection {connection.name} is suspended until {suspend.until}: {suspend.reason}"
    return None if status is Status.ONLINE else present


def suspension_of(
    present: ManagedObject, results: Mapping[str, ProbeResult], called: Mapping[str, str] | None = None
) -> Change | None:
    """Return what stops a binding that runs on a Blocked key, wherever its manifest wants it next, if it has one.

    `called` are the names that connections are about to get, under which they were tested.
    """
    name = str(connection_of(present))
    name = (called or {}).get(name, name)
    result = results.get(name)
    if present.kind is not Kind.BINDING or not runs(present) or result is None or result.status is not Status.BLOCKED:
        return None
    return suspend(present, _blocked(name, result))


def _blocked(connection: str, result: ProbeResult) -> str:
    diagnosis = f": {result.diagnosis}" if result.diagnosis else ""
    return f"connection {connection} is {result.status}{diagnosis}"


def connection_fields(document: Connection) -> dict[str, JsonValue]:
    """Return the fields of a connection by path; of its credentials there is nothing but the fingerprint beside.

    How it is watched is no affair of the platform.
    """
    spec = document.spec.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"credentials", *_OURS})
    return _fields(document.metadata.labels, spec)


def watching_fields(document: Connection) -> dict[str, JsonValue]:
    """Return the fields that only say how a connection is watched, by path."""
    return dict(_flat("spec", document.spec.model_dump(mode="json", by_alias=True, exclude_none=True, include=_OURS)))


def binding_fields(document: StrategyBinding) -> dict[str, JsonValue]:
    """Return the fields of a binding by path; its free settings stay one JSON value."""
    return _fields(document.metadata.labels, document.spec.model_dump(mode="json", by_alias=True, exclude_none=True))


def waiver_fields(document: Waiver) -> dict[str, JsonValue]:
    """Return the fields of a waiver by path; no platform knows of it."""
    return _fields(document.metadata.labels, document.spec.model_dump(mode="json", by_alias=True))


def _fields(labels: Mapping[str, str], spec: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    fields: dict[str, JsonValue] = {f"metadata.labels.{name}": value for name, value in labels.items()}
    fields.update(_flat("spec", spec))
    return fields


def _flat(at: str, part: Mapping[str, JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    for name, value in part.items():
        path = f"{at}.{name}"
        if isinstance(value, dict) and path not in _WHOLE:
            yield from _flat(path, value)
        elif isinstance(value, list) and path in _SETS:
            yield path, [*sorted(set(map(str, value)))]
        else:
            yield path, value
