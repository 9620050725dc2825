"""Saving a plan: what it rests on is pinned down, so that whoever applies it can tell whether it still holds. Pure.

Published, a plan must tell nothing. A fingerprint keyed by the host alone would: who collects plans would see which
connections share a key, and when one was rotated. So each is mixed with the random id of its plan and the name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler import __version__
from reconciler.engine.desired import binding_fields, connection_fields
from reconciler.engine.learn import Facts
from reconciler.engine.observe import Observed
from reconciler.engine.order import Surroundings
from reconciler.engine.rulebook import Rulebook
from reconciler.engine.select import scope_of
from reconciler.model.codec import encode
from reconciler.model.manifest import Manifests
from reconciler.model.plan import Change, FieldChange, Plan
from reconciler.model.plan_file import digested
from reconciler.model.probe import ProbeResult, Status
from reconciler.model.saved import Basis, KeyState, Permissions, SavedPlan, Seen
from reconciler.model.state import CREDENTIALS, ManagedObject
from reconciler.values.rights import Right


@dataclass(frozen=True, slots=True)
class Frame:
    """What a plan is saved with: its own random id, its time, what it may do, and whether the host has a key."""

    id: str
    created_at: datetime
    expires_at: datetime
    permissions: Permissions
    is_sealed: bool


def basis(manifests: Manifests, around: Surroundings) -> Basis:
    """Return what a plan is made from as far as it shows without any key."""
    return Basis(
        program=__version__,
        revision=around.revision,
        scope=tuple(sorted(scope_of(manifests))) if around.is_selection else None,
        desired=_sha256(_asked(manifests)),
        policy=_sha256(_rules(manifests, around)),
        settings=around.settings,
    )


def saved(frame: Frame, basis: Basis, facts: Facts, seen: Observed, planned: Plan) -> SavedPlan:
    """Return a plan as it is kept, with its digest and no seal yet."""
    masked = {name: own.masked_key for name, own in facts.resolved.credentials.items()}
    return digested(
        SavedPlan(
            id=frame.id,
            created_at=frame.created_at,
            expires_at=frame.expires_at,
            permissions=frame.permissions,
            basis=basis,
            seen=_seen(frame.id, seen),
            keys=tuple(_keys(frame, facts, masked)),
            changes=tuple(_shown(frame, change, masked.get(change.name)) for change in planned.changes),
            unchanged=planned.unchanged,
        )
    )


def _asked(manifests: Manifests) -> Iterator[object]:
    for connection in manifests.connections:
        document = connection.document
        refs = {name: str(ref) for name, ref in document.spec.credentials.refs.items()}
        moved = document.metadata.moved_from
        yield ["Connection", connection.name, connection_fields(document), refs, connection.source.file, moved]
    for binding in manifests.bindings:
        moved = binding.document.metadata.moved_from
        yield ["StrategyBinding", binding.name, binding_fields(binding.document), moved]


def _rules(manifests: Manifests, around: Surroundings) -> Iterator[object]:
    """Yield what is asked of each connection in the end, so that a rule may move from file to file."""
    book = Rulebook(manifests.policies, around.rules)
    for placed in manifests.connections:
        asked = [[rule.id, one.written()] for rule, one in book.all_of(placed.document.metadata.labels)]
        yield [placed.name, sorted(asked, key=str)]
    for policy in manifests.policies:
        windows = [[name, one.model_dump(mode="json")] for name, one in policy.document.spec.freeze.items()]
        yield ["freeze", policy.document.spec.select.labels, sorted(windows, key=str)] if windows else []
    for waiver in manifests.waivers:
        yield ["waiver", waiver.name, waiver.document.spec.model_dump(mode="json")]


def _seen(id: str, seen: Observed) -> Seen:
    begun = [encode(intent.change) for intent in seen.intents]
    return Seen(_sha256([id, _digests(seen.actual)]), _sha256([id, _digests(seen.recorded), begun]))


def _digests(objects: Iterable[ManagedObject]) -> list[str]:
    return sorted(one.digest for one in objects)


def _keys(frame: Frame, facts: Facts, masked: Mapping[str, str]) -> Iterator[KeyState]:
    for name in sorted(facts.results):
        result = facts.results[name]
        yield KeyState(
            name=name,
            masked_key=masked.get(name),
            fingerprint=_token(frame, name, facts.fingerprints.get(name)),
            status=result.status,
            diagnosis=result.diagnosis,
            rights={right: result.rights.verdict(right) for right in Right},
        )


def _token(frame: Frame, name: str, fingerprint: str | None) -> str | None:
    """Mix a fingerprint of this host with the plan and the name; None where the host's key is a passing one."""
    if fingerprint is None or not frame.is_sealed:
        return None
    return _sha256([frame.id, name, fingerprint])[:32]


def _shown(frame: Frame, change: Change, masked: str | None) -> Change:
    """Return a change as a plan shows it: no fingerprint of the host, and no more than the report shows of a key."""

    def shown(each: FieldChange) -> FieldChange:
        if each.path != CREDENTIALS:
            return each
        before, after = (value if isinstance(value, str) else None for value in (each.before, each.after))
        return FieldChange(each.path, _token(frame, change.name, before), masked if after is not None else None)

    return replace(change, fields=tuple(map(shown, change.fields)), target=None)


def told(result: ProbeResult | KeyState) -> str:
    """Say in words how a key stands."""
    status = result.status
    return f"{status} ({result.diagnosis})" if result.diagnosis and status is not Status.ONLINE else str(status)


def _sha256(parts: Iterable[object]) -> str:
    """Return the SHA-256 of parts in any order of their names; NaN, which JSON lacks, is itself."""
    text = json.dumps(list(parts), sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
