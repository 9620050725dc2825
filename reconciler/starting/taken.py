"""From what a platform holds to the manifest that would ask for it; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from reconciler.documents.binding import StrategyBinding
from reconciler.documents.connection import Connection
from reconciler.documents.credentials import FIELDS
from reconciler.documents.parts import API_VERSION
from reconciler.engine.desired import binding_fields, connection_fields
from reconciler.manifests.check import check
from reconciler.model.state import CREDENTIALS, JsonValue, Kind, ManagedObject, same
from reconciler.values.secret import Credentials
from reconciler.wiring import known

_LABELS = "metadata.labels."
_CREDENTIALS = CREDENTIALS.removeprefix("spec.")
_GROUP = "main"
_NOTHING: tuple[JsonValue, ...] = (None, False, [], {})


def secret_name(name: str) -> str:
    """Return the file that holds the secrets of one connection, beside its manifest."""
    return f"secrets/{name}.sops.yaml"


def references(name: str, fields: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return a reference for each credential of a connection."""
    return {field: {"sops": secret_name(name), "key": f"{_GROUP}.{FIELDS[field]}"} for field in fields}


def values(credentials: Credentials) -> dict[str, dict[str, str]]:
    """Return the credentials as their secret file nests them, in clear; for the one who encrypts them alone."""
    parts = {"api_key": credentials.api_key, "secret": credentials.secret, "passphrase": credentials.passphrase}
    return {_GROUP: {name: secret.reveal() for name, secret in parts.items() if secret is not None}}


def fields_of(credentials: Credentials | None, object: ManagedObject) -> Sequence[str]:
    """Return which credentials a connection has, or should have where nobody can tell."""
    if credentials is not None:
        return tuple(FIELDS) if credentials.passphrase else tuple(FIELDS)[:2]
    traits = known().exchanges.get(str(object.fields.get("spec.exchange")))
    return tuple(FIELDS) if traits is not None and traits.needs_passphrase else tuple(FIELDS)[:2]


def manifest(object: ManagedObject, refs: Mapping[str, Mapping[str, str]] | None = None) -> dict[str, JsonValue] | None:
    """Return the manifest that asks for exactly what a platform holds, None where no manifest can.

    What says the same when it is left out is left out.
    """
    spec = _spec(object)
    if refs is not None:
        spec[_CREDENTIALS] = {name: dict(ref) for name, ref in refs.items()}
    labels = {path.removeprefix(_LABELS): value for path, value in object.fields.items() if path.startswith(_LABELS)}
    data: dict[str, JsonValue] = {
        "apiVersion": API_VERSION,
        "kind": str(object.kind),
        "metadata": {"name": object.name, **({"labels": cast(JsonValue, labels)} if labels else {})},
        "spec": spec,
    }
    read = _read(object.kind, data)
    if read is None or not same(_asked(read), dict(object.fields)):
        return None
    return cast(dict[str, JsonValue], _ordered(data, read.model_dump(mode="json", by_alias=True)))


def _read(kind: Kind, data: Mapping[str, JsonValue]) -> Connection | StrategyBinding | None:
    if kind is Kind.CONNECTION:
        return check(Connection, data, known())[0]
    return check(StrategyBinding, data, known())[0]


def _asked(read: Connection | StrategyBinding) -> dict[str, JsonValue]:
    return connection_fields(read) if isinstance(read, Connection) else binding_fields(read)


def _ordered(value: JsonValue, like: JsonValue) -> JsonValue:
    """Put the fields of every part into the order of the grammar, which is that of the examples."""
    if not isinstance(value, dict) or not isinstance(like, dict):
        return value
    return {name: _ordered(value[name], like[name]) for name in like if name in value}


def _spec(object: ManagedObject) -> dict[str, JsonValue]:
    spec: dict[str, JsonValue] = {}
    for path, value in object.fields.items():
        if path.startswith(_LABELS) or any(same(value, empty) for empty in _NOTHING):
            continue
        here = spec
        *above, last = path.removeprefix("spec.").split(".")
        for part in above:
            inner = here.setdefault(part, {})
            here = inner if isinstance(inner, dict) else {}
        here[last] = value
    return spec
