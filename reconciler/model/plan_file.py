"""The file of a saved plan: written in one stable shape, and read as what a stranger may have written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NoReturn, TypeVar, cast

from reconciler.errors import PlanRefused
from reconciler.kit.clock import iso, parse_iso
from reconciler.model.plan import Action, Change, FieldChange
from reconciler.model.probe import Diagnosis, Status
from reconciler.model.saved import Basis, KeyState, Permissions, SavedPlan, Seen
from reconciler.model.state import JsonValue, Kind, same
from reconciler.values.rights import Right, Verdict

VERSION = "reconciler/plan/v1"
# Ten thousand changes take about ten; what is larger was not written here.
MAX_BYTES = 64 * 1024**2
AGAIN = "make a new one: reconcile --dry-run --out FILE"

T = TypeVar("T")
Json = dict[str, JsonValue]


def document(saved: SavedPlan) -> Json:
    """Return a plan as the JSON value that the schema describes."""
    basis, seen = saved.basis, saved.seen
    scope = None if basis.scope is None else [_object(*one) for one in basis.scope]
    return {
        "schema": VERSION,
        "id": saved.id,
        "program": basis.program,
        "createdAt": iso(saved.created_at),
        "expiresAt": iso(saved.expires_at),
        "revision": basis.revision,
        "scope": cast(JsonValue, scope),
        "permissions": {"deletes": saved.permissions.deletes, "replaces": [*saved.permissions.replaces]},
        "bound": {
            "desired": basis.desired,
            "policy": basis.policy,
            "settings": basis.settings,
            "actual": seen.actual,
            "recorded": seen.recorded,
        },
        "keys": [_key(one) for one in saved.keys],
        "changes": [_change(one) for one in saved.changes],
        "unchanged": saved.unchanged,
        "digest": saved.digest,
        "seal": saved.seal,
    }


def _object(kind: Kind, name: str) -> Json:
    return {"kind": kind.value, "name": name}


def _key(one: KeyState) -> Json:
    return {
        "name": one.name,
        "maskedKey": one.masked_key,
        "fingerprint": one.fingerprint,
        "status": one.status.value,
        "diagnosis": None if one.diagnosis is None else one.diagnosis.value,
        "rights": {right.value: verdict.value for right, verdict in one.rights.items()},
    }


def _change(one: Change) -> Json:
    fields: JsonValue = [{"path": each.path, "from": each.before, "to": each.after} for each in one.fields]
    return {
        "action": one.action.value,
        "kind": one.kind.value,
        "name": one.name,
        "fields": fields,
        "reason": one.reason,
        "held": one.held,
    }


def digest_of(whole: Mapping[str, JsonValue]) -> str:
    """Return the SHA-256 of a plan's JSON value, whatever digest and seal it carries.

    Raises ValueError for what is no JSON.
    """
    content = {name: value for name, value in whole.items() if name not in ("digest", "seal")}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def digested(saved: SavedPlan) -> SavedPlan:
    """Return a plan with its digest."""
    return replace(saved, digest=digest_of(document(saved)))


def render(saved: SavedPlan) -> str:
    """Return the text of a plan's file."""
    return json.dumps(document(saved), indent=2, allow_nan=False) + "\n"


def read(data: bytes) -> SavedPlan:
    """Read the file of a plan.

    Raises PlanRefused for anything that this program did not write, to the last field; its content is never repeated.
    """
    whole = _parsed(data)
    if whole.get("schema") != VERSION:
        raise PlanRefused(
            "the plan is of a format that this program does not read", hint=f"this one writes {VERSION}; {AGAIN}"
        )
    try:
        if whole.get("digest") != digest_of(whole):
            raise PlanRefused("the plan was changed after it was made: its digest is another", hint=AGAIN)
        saved = _decoded(whole)
        is_exact = same(document(saved), cast(JsonValue, whole))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        is_exact = False
    if not is_exact:
        raise PlanRefused("the plan is not of the shape that this program writes", hint=AGAIN)
    return saved


def _parsed(data: bytes) -> dict[str, JsonValue]:
    if len(data) > MAX_BYTES:
        raise PlanRefused(f"the plan is larger than {MAX_BYTES // 1024**2} MiB", hint=AGAIN)
    try:
        whole = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        whole = None
    if not isinstance(whole, dict):
        raise PlanRefused("the plan is no JSON object", hint=AGAIN)
    return whole


def _once(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    # Of two fields of one name, one reader takes the first and the next one the last.
    whole = dict(pairs)
    if len(whole) != len(pairs):
        raise ValueError("a field stands there twice")
    return whole


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _decoded(whole: Mapping[str, JsonValue]) -> SavedPlan:
    bound, permissions, scope = _is(dict, whole["bound"]), _is(dict, whole["permissions"]), whole["scope"]
    basis = Basis(
        program=_is(str, whole["program"]),
        revision=_maybe(str, whole["revision"]),
        scope=None if scope is None else tuple(map(_id, _objects(scope))),
        desired=_is(str, bound["desired"]),
        policy=_is(str, bound["policy"]),
        settings=_is(str, bound["settings"]),
    )
    return SavedPlan(
        id=_is(str, whole["id"]),
        created_at=_moment(whole["createdAt"]),
        expires_at=_moment(whole["expiresAt"]),
        permissions=Permissions(
            _count(permissions["deletes"]), tuple(_is(str, one) for one in _is(list, permissions["replaces"]))
        ),
        basis=basis,
        seen=Seen(_is(str, bound["actual"]), _is(str, bound["recorded"])),
        keys=tuple(map(_read_key, _objects(whole["keys"]))),
        changes=tuple(map(_read_change, _objects(whole["changes"]))),
        unchanged=_count(whole["unchanged"]),
        digest=_is(str, whole["digest"]),
        seal=_maybe(str, whole["seal"]),
    )


def _id(one: Mapping[str, JsonValue]) -> tuple[Kind, str]:
    return (Kind(_is(str, one["kind"])), _is(str, one["name"]))


def _read_key(one: Mapping[str, JsonValue]) -> KeyState:
    rights = _is(dict, one["rights"])
    return KeyState(
        name=_is(str, one["name"]),
        masked_key=_maybe(str, one["maskedKey"]),
        fingerprint=_maybe(str, one["fingerprint"]),
        status=Status(_is(str, one["status"])),
        diagnosis=None if one["diagnosis"] is None else Diagnosis(_is(str, one["diagnosis"])),
        rights={Right(right): Verdict(verdict) for right, verdict in rights.items()},
    )


def _read_change(one: Mapping[str, JsonValue]) -> Change:
    fields = (FieldChange(_is(str, each["path"]), each["from"], each["to"]) for each in _objects(one["fields"]))
    return Change(
        action=Action(_is(str, one["action"])),
        kind=Kind(_is(str, one["kind"])),
        name=_is(str, one["name"]),
        fields=tuple(fields),
        reason=_is(str, one["reason"]),
        held=_maybe(str, one["held"]),
    )


def _is(kind: type[T], value: object) -> T:
    if type(value) is not kind:
        raise TypeError(f"not a {kind.__name__}")
    return value


def _maybe(kind: type[T], value: object) -> T | None:
    return None if value is None else _is(kind, value)


def _count(value: object) -> int:
    number = _is(int, value)
    if number < 0:
        raise ValueError("less than none")
    return number


def _objects(value: object) -> list[dict[str, JsonValue]]:
    return [_is(dict, one) for one in _is(list, value)]


def _moment(value: object) -> datetime:
    return parse_iso(_is(str, value))
