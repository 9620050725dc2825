"""The JSON Schema of a saved plan, built from the same enums as the plan itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from reconciler.model.plan import Action
from reconciler.model.plan_file import VERSION
from reconciler.model.probe import Diagnosis, Status
from reconciler.model.state import Kind
from reconciler.values.rights import Right, Verdict

Schema = dict[str, object]

_TEXT: Schema = {"type": "string"}
_MAYBE_TEXT: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_MOMENT: Schema = {"type": "string", "format": "date-time", "pattern": "^[0-9-]{10}T[0-9:]{8}Z$"}
_SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_TOKEN: Schema = {"type": "string", "pattern": "^[0-9a-f]{32}$"}


def plan_schema() -> Schema:
    """Return the schema that every plan of `--out` meets."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plan",
        "description": "What reconcile --dry-run --out keeps of a plan, for reconcile apply. It holds no secret.",
        **_object(_fields()),
    }


def _fields() -> dict[str, Schema]:
    thing = _object({"kind": _one_of(Kind), "name": _TEXT})
    return {
        "schema": {"const": VERSION},
        "id": {**_TOKEN, "description": "Random: a plan is applied once."},
        "program": _told(_TEXT, "The version of reconcile that made the plan, the only one that applies it."),
        "createdAt": _MOMENT,
        "expiresAt": _told(_MOMENT, "From then on it is refused."),
        "revision": _told(_MAYBE_TEXT, "The git revision of the manifests, where there is one."),
        "scope": {
            "description": "The objects that a selection named; null where everything was meant.",
            "oneOf": [{"type": "null"}, _many(thing)],
        },
        "permissions": _object(
            {
                "deletes": _told(_COUNT, "How many deletions at once --allow-deletes let pass."),
                "replaces": _told(_many(_TEXT), "Which connections --allow-replace let have another key."),
            }
        ),
        "bound": _object(
            {
                "desired": _told(_SHA256, "Of what the manifests ask, and of how they name its secrets."),
                "policy": _told(_SHA256, "Of the rules as they hold for each connection."),
                "settings": _told(_SHA256, "Of reconciler.yaml."),
                "actual": _told(_SHA256, "Of what the platform held."),
                "recorded": _told(_SHA256, "Of what was recorded as applied."),
            }
        ),
        "keys": _told(_many(_key()), "Each key that was tested, and what was known of it."),
        "changes": _told(_many(_change()), "In the order in which they are made."),
        "unchanged": _COUNT,
        "digest": _told(_SHA256, "Of all other fields but the seal."),
        "seal": {
            "description": "What shows the host that it made the plan itself; null where it had nothing applied yet.",
            "oneOf": [{"type": "null"}, _SHA256],
        },
    }


def _key() -> Schema:
    return _object(
        {
            "name": _TEXT,
            "maskedKey": {"type": ["string", "null"], "pattern": "^.{0,4}….{0,4}$"},
            "fingerprint": {
                "description": "Of the credentials, keyed by the host and the plan: to all others it says nothing.",
                "oneOf": [{"type": "null"}, _TOKEN],
            },
            "status": _one_of(Status),
            "diagnosis": {"enum": [*(diagnosis.value for diagnosis in Diagnosis), None]},
            "rights": _object(dict.fromkeys((right.value for right in Right), _one_of(Verdict))),
        }
    )


def _change() -> Schema:
    return _object(
        {
            "action": _one_of(Action),
            "kind": _one_of(Kind),
            "name": _TEXT,
            "fields": _many(_object({"path": _TEXT, "from": {}, "to": {}})),
            "reason": _TEXT,
            "held": _told(_MAYBE_TEXT, "Why the change is not made; null when nothing holds it."),
        }
    )


def _told(schema: Schema, description: str) -> Schema:
    return {"description": description, **schema}


def _object(properties: Mapping[str, object]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _many(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _one_of(words: Iterable[StrEnum]) -> Schema:
    return {"enum": [word.value for word in words]}
