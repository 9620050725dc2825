"""Drift: what differs though nobody changed the declaration. Pure.

On the platform, what was last applied is compared with what is there. At the exchange, what a key may do now is
compared with what it was proven to do when it was last applied, and with what is declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from reconciler.engine.changes import ENABLED, differences
from reconciler.kit.clock import iso
from reconciler.kit.networks import compare
from reconciler.model.drift import Drift, DriftSeverity, DriftSource
from reconciler.model.ports import Proven
from reconciler.model.probe import Diagnosis, ProbeResult
from reconciler.model.state import CREDENTIALS, SUSPENDED, JsonValue, Kind, ManagedObject
from reconciler.values.rights import Right, Rights, Verdict, declared_rights

_EXISTS = "exists"


def drift(
    desired: Sequence[ManagedObject],
    actual: Sequence[ManagedObject],
    recorded: Sequence[ManagedObject],
    *,
    accepted: Mapping[str, Proven],
    proofs: Mapping[str, Proven],
) -> tuple[Drift, ...]:
    """Return all drift, incidents first; `recorded` is after recovery, `proofs` are this run's fresh ones."""
    found = [*platform_drift(recorded, actual), *exchange_drift(desired, recorded, accepted, proofs)]
    return tuple(sorted(found, key=lambda one: (one.severity is DriftSeverity.INFO, one.kind, one.name, one.path)))


def platform_drift(recorded: Iterable[ManagedObject], actual: Iterable[ManagedObject]) -> Iterator[Drift]:
    """Yield every field that somebody else changed on the platform since it was applied."""
    there = {one.id: one for one in actual}
    for record in recorded:
        present = there.get(record.id)
        if present is None:
            yield _drift(record, DriftSource.PLATFORM, _EXISTS, desired=True, actual=False)
            continue
        for each in differences(record, present):
            yield _drift(
                record,
                DriftSource.PLATFORM,
                each.path,
                each.before,
                each.after,
                is_incident=_widens(each.path, each.after),
            )


def exchange_drift(
    desired: Iterable[ManagedObject],
    recorded: Iterable[ManagedObject],
    accepted: Mapping[str, Proven],
    proofs: Mapping[str, Proven],
) -> Iterator[Drift]:
    """Yield what changed at the exchange about the keys that were applied.

    Only fresh proof about the very key that was applied counts: a new key is pending, not drifted.
    """
    wanted = {one.name: one for one in desired if one.kind is Kind.CONNECTION}
    for record in recorded:
        proof = proofs.get(record.name)
        if record.kind is not Kind.CONNECTION or proof is None or proof.fingerprint != record.fingerprint:
            continue
        if not _is_fresh(proof.result):
            continue
        base = accepted.get(record.name)
        then = base.result if base is not None and _is_same_key(base, proof) else None
        declared = (wanted.get(record.name, record), record)
        yield from _rights(record, declared, then, proof.result)
        yield from _allowlist(record, declared, then, proof.result)
        yield from _expiry(record, then, proof.result)


def lowered(accepted: Mapping[str, Proven], proofs: Mapping[str, Proven]) -> dict[str, Proven]:
    """Return what is accepted of each key that may do less by now: told once as drift, that is the new measure.

    A right that comes back after that is an incident. What a key gained is never accepted here.
    """
    less = {}
    for name, then in accepted.items():
        now = proofs.get(name)
        if now is None or not _is_same_key(then, now) or not _is_fresh(now.result):
            continue
        result = _lower(then.result, now.result)
        if result != then.result:
            less[name] = replace(then, result=result)
    return less


def _lower(then: ProbeResult, now: ProbeResult) -> ProbeResult:
    lost = {right: now.rights.of(right) for right in Right if _is_lost(right, then, now)}
    listed, shown = then.ip_allowlist, now.ip_allowlist
    is_narrower = bool(shown) and (not listed or not compare(listed, shown or ()).extra)
    is_sooner = now.expires_at is not None and (then.expires_at is None or now.expires_at < then.expires_at)
    return replace(
        then,
        rights=Rights({**then.rights.proofs, **lost}) if lost else then.rights,
        ip_allowlist=shown if is_narrower else listed,
        expires_at=now.expires_at if is_sooner else then.expires_at,
    )


def _is_lost(right: Right, then: ProbeResult, now: ProbeResult) -> bool:
    return now.rights.verdict(right) is Verdict.DENIED and then.rights.verdict(right) is not Verdict.DENIED


def _is_same_key(one: Proven, other: Proven) -> bool:
    return one.fingerprint == other.fingerprint and one.result.venue == other.result.venue


def _is_fresh(result: ProbeResult) -> bool:
    return result.diagnosis is not Diagnosis.EXCHANGE_UNAVAILABLE


def _rights(
    record: ManagedObject, declared: Sequence[ManagedObject], then: ProbeResult | None, now: ProbeResult
) -> Iterator[Drift]:
    needed = [_declared_rights(each) for each in declared]
    for right in Right:
        before = then.rights.verdict(right) if then else Verdict.UNKNOWN
        verdict = now.rights.verdict(right)
        path = f"rights.{right}"
        if verdict is Verdict.GRANTED and right is Right.WITHDRAW:
            yield _drift(record, DriftSource.EXCHANGE, path, "denied", "granted", is_incident=True)
        elif verdict is Verdict.DENIED and all(right in rights for rights in needed):
            yield _drift(record, DriftSource.EXCHANGE, path, "granted", "denied", is_incident=True)
        elif verdict is Verdict.DENIED and before is Verdict.GRANTED and right is not Right.WITHDRAW:
            yield _drift(record, DriftSource.EXCHANGE, path, "granted", "denied")
        elif (
            verdict is Verdict.GRANTED and then and before is not verdict and not any(right in each for each in needed)
        ):
            yield _drift(record, DriftSource.EXCHANGE, path, before.value, "granted", is_incident=True)


def _declared_rights(connection: ManagedObject) -> frozenset[Right]:
    return declared_rights(_words(connection, "spec.permissions"), _words(connection, "spec.markets"))


def _allowlist(
    record: ManagedObject, declared: Sequence[ManagedObject], then: ProbeResult | None, now: ProbeResult
) -> Iterator[Drift]:
    if now.ip_allowlist is None:
        return
    lists = [_words(each, "spec.ipAllowlist") for each in declared]
    expected = next((each for each in lists if each), then.ip_allowlist if then and then.ip_allowlist else ())
    if not expected:
        return
    shown = now.ip_allowlist
    candidates = [each for each in lists if each] or [expected]
    if any(_fits(each, shown) for each in candidates):
        return
    difference = compare(expected, shown)
    is_open = not shown or bool(difference.extra)
    yield _drift(record, DriftSource.EXCHANGE, "ipAllowlist", [*expected], [*shown], is_incident=is_open)


def _words(connection: ManagedObject, path: str) -> tuple[str, ...]:
    value = connection.fields.get(path)
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _fits(expected: Sequence[str], shown: Sequence[str]) -> bool:
    difference = compare(expected, shown)
    return bool(shown) and not difference.extra and not difference.missing


def _expiry(record: ManagedObject, then: ProbeResult | None, now: ProbeResult) -> Iterator[Drift]:
    if then is None or then.expires_at == now.expires_at:
        return
    is_longer = then.expires_at is not None and (now.expires_at is None or now.expires_at > then.expires_at)
    yield _drift(
        record,
        DriftSource.EXCHANGE,
        "expiresAt",
        _moment(then.expires_at),
        _moment(now.expires_at),
        is_incident=is_longer,
    )


def _moment(at: datetime | None) -> str | None:
    return iso(at) if at else None


def _widens(path: str, actual: JsonValue) -> bool:
    """Tell whether a change on the platform gives something more to do: another key, or a binding set running."""
    return path == CREDENTIALS or (path == SUSPENDED and actual is None) or (path == ENABLED and actual is not False)


def _drift(
    record: ManagedObject,
    source: DriftSource,
    path: str,
    desired: JsonValue,
    actual: JsonValue,
    *,
    is_incident: bool = False,
) -> Drift:
    severity = DriftSeverity.INCIDENT if is_incident else DriftSeverity.INFO
    return Drift(record.kind, record.name, source, path, desired, actual, severity)
