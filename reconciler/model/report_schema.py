"""The JSON Schema of the JSON report, built from the same enums as the report itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from reconciler.model.comparison import Direction, Step
from reconciler.model.drift import DriftSeverity, DriftSource
from reconciler.model.plan import Action
from reconciler.model.probe import Check, CheckState, Diagnosis, Status
from reconciler.model.state import Kind
from reconciler.model.watched import ConditionKind, Truth
from reconciler.values.rights import Right, Verdict
from reconciler.values.severity import Severity

VERSION = "reconciler/report/v1"

Schema = dict[str, object]

_TEXT: Schema = {"type": "string"}
_MAYBE_TEXT: Schema = {"type": ["string", "null"]}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_MOMENT: Schema = {"type": "string", "format": "date-time", "pattern": "^[0-9-]{10}T[0-9:]{8}Z$"}
_MAYBE_MOMENT: Schema = {**_MOMENT, "type": ["string", "null"]}
_FLAG: Schema = {"type": "boolean"}
_ANY: Schema = {"description": "Any JSON value."}


def report_schema() -> Schema:
    """Return the schema that every report of `-o json` meets."""
    parts = {
        "summary": _summary(),
        "connection": _connection(),
        "proof": _proof(),
        "watch": _watch(),
        "change": _change(),
        "outcome": _outcome(),
        "drift": _drift(),
        "finding": _finding(),
        "comparison": _comparison(),
        "difference": _difference(),
        "unmanaged": _object({"kind": _one_of(Kind), "name": _TEXT}),
        "failure": _object({"message": _TEXT, "hint": _TEXT, "exitCode": {"type": "integer"}}),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Report",
        "description": "What one run of reconcile found and did, as written by -o json.",
        **_object(_fields()),
        "$defs": parts,
    }


def _fields() -> dict[str, Schema]:
    return {
        "schema": {"const": VERSION},
        "command": {**_TEXT, "description": "The command word; run for a bare reconcile, dry-run for its --dry-run."},
        "startedAt": _MOMENT,
        "finishedAt": _MOMENT,
        "asOf": {**_MAYBE_MOMENT, "description": "When what is told was true; null for the run itself."},
        "revision": {**_MAYBE_TEXT, "description": "The git revision of the manifests, where there is one."},
        "valid": {**_FLAG, "description": "False when manifests or config stopped the run before any contact."},
        "documents": {**_COUNT, "description": "How many documents were read."},
        "summary": _part("summary"),
        "connections": _many(_part("connection")),
        "changes": _many(_part("change")),
        "outcomes": {
            "description": "One for each change that was tried; null where nothing was to be applied.",
            "oneOf": [{"type": "null"}, _many(_part("outcome"))],
        },
        "drift": _many(_part("drift")),
        "findings": _many(_part("finding")),
        "unmanaged": {**_many(_part("unmanaged")), "description": "On the platform, never declared, left alone."},
        "comparison": {
            "description": "What diff found between two states of the manifests; null for every other command.",
            "oneOf": [{"type": "null"}, _part("comparison")],
        },
        "failures": _many(_part("failure")),
    }


def _summary() -> Schema:
    counts = [*(action.value for action in Action), "unchanged", "held", "pending", "drift"]
    statuses: Schema = {status.value: {**_COUNT, "minimum": 1} for status in Status}
    return _object(
        {
            **dict.fromkeys(counts, _COUNT),
            "findings": {
                **_object(dict.fromkeys((severity.value for severity in Severity), _COUNT)),
                "description": "Those that count: neither waived nor in the baseline.",
            },
            "waived": _COUNT,
            "inBaseline": _COUNT,
            "status": {"type": "object", "properties": statuses, "additionalProperties": False},
        }
    )


def _connection() -> Schema:
    return _object(
        {
            "name": _TEXT,
            "displayName": _TEXT,
            "exchange": _TEXT,
            "environment": _TEXT,
            "markets": _many(_TEXT),
            "status": _one_of(Status),
            "diagnosis": {"enum": [*(diagnosis.value for diagnosis in Diagnosis), None]},
            "message": _TEXT,
            "remedy": _TEXT,
            "maskedKey": {"type": ["string", "null"], "pattern": "^.{0,4}….{0,4}$"},
            "checks": _object(dict.fromkeys((check.value for check in Check), _one_of(CheckState))),
            "rights": _object(dict.fromkeys((right.value for right in Right), _part("proof"))),
            "ipAllowlist": {
                "description": "Null where the exchange does not reveal it.",
                "type": ["array", "null"],
                "items": _TEXT,
            },
            "expiresAt": _MAYBE_MOMENT,
            "account": _object(
                {"uid": _MAYBE_TEXT, "isSubaccount": {"type": ["boolean", "null"]}, "label": _MAYBE_TEXT}
            ),
            "egressSeen": {**_MAYBE_TEXT, "description": "The address our requests came from, where it was named."},
            "requests": _COUNT,
            "testedAt": _MAYBE_MOMENT,
            "provenAt": {
                **_MAYBE_MOMENT,
                "description": "When the rights were proven; older than testedAt in an outage.",
            },
            "notes": _many(_TEXT),
            "watch": {
                "description": "What reconcile watch keeps of it; null where it does not.",
                "oneOf": [{"type": "null"}, _part("watch")],
            },
        }
    )


def _watch() -> Schema:
    condition = {
        "type": _one_of(ConditionKind),
        "status": _one_of(Truth),
        "reason": _TEXT,
        "message": _TEXT,
        "since": {**_MOMENT, "description": "Since when it has this status."},
        "provenAt": _MAYBE_MOMENT,
    }
    return _object(
        {
            "conditions": _many(_object(condition)),
            "nextTestAt": _MAYBE_MOMENT,
            "failures": {**_COUNT, "description": "How many tests in a row had no answer."},
            "quarantinedSince": {**_MAYBE_MOMENT, "description": "Since when the refused key is left alone."},
        }
    )


def _proof() -> Schema:
    evidence = _object(
        {
            "request": _TEXT,
            "httpStatus": {"type": ["integer", "null"]},
            "at": _MOMENT,
            "sha256": {"type": "string", "description": "SHA-256 of the response."},
        }
    )
    return _object({"verdict": _one_of(Verdict), "why": _TEXT, "evidence": {"oneOf": [{"type": "null"}, evidence]}})


def _change() -> Schema:
    return _object(
        {
            "action": _one_of(Action),
            "kind": _one_of(Kind),
            "name": _TEXT,
            "fields": _many(_object({"path": _TEXT, "from": _ANY, "to": _ANY})),
            "reason": _TEXT,
            "held": {**_MAYBE_TEXT, "description": "Why the change is not done; null when nothing holds it."},
        }
    )


def _outcome() -> Schema:
    return _object(
        {"action": _one_of(Action), "kind": _one_of(Kind), "name": _TEXT, "done": _FLAG, "error": _MAYBE_TEXT}
    )


def _drift() -> Schema:
    return _object(
        {
            "kind": _one_of(Kind),
            "name": _TEXT,
            "source": _one_of(DriftSource),
            "path": _TEXT,
            "desired": _ANY,
            "actual": _ANY,
            "severity": _one_of(DriftSeverity),
        }
    )


def _finding() -> Schema:
    return _object(
        {
            "rule": _TEXT,
            "severity": _one_of(Severity),
            "fingerprint": {
                "description": "The same for the same fact from run to run, wherever its line has moved to.",
                "type": "string",
                "pattern": "^[0-9a-f]{32}$",
            },
            "kind": _MAYBE_TEXT,
            "name": _MAYBE_TEXT,
            "file": _TEXT,
            "line": {**_COUNT, "description": "From 1; 0 when only the file is known."},
            "column": _COUNT,
            "message": _TEXT,
            "remedy": _TEXT,
            "waived": {"oneOf": [{"type": "null"}, _waived()]},
            "inBaseline": {**_FLAG, "description": "Whether it was there when the baseline was written."},
        }
    )


def _waived() -> Schema:
    day = {"type": "string", "format": "date"}
    waived = _object({"waiver": _TEXT, "owner": _TEXT, "reason": _TEXT, "until": day})
    return {**waived, "description": "By which waiver it is accepted; it then does not count for the exit code."}


def _comparison() -> Schema:
    return _object(
        {
            "base": _TEXT,
            "head": _TEXT,
            "summary": _object(dict.fromkeys((direction.value for direction in Direction), _COUNT)),
            "differences": {**_many(_part("difference")), "description": "What is wider comes first."},
            "unread": {
                **_many(_part("finding")),
                "description": "What could not be read of the base: its documents count as not there.",
            },
        }
    )


def _difference() -> Schema:
    part = {"path": _TEXT, "from": _ANY, "to": _ANY, "direction": _one_of(Direction), "why": _TEXT}
    return _object(
        {
            "step": _one_of(Step),
            "kind": _TEXT,
            "name": _TEXT,
            "movedFrom": {**_MAYBE_TEXT, "description": "The earlier name of a document that was renamed."},
            "direction": _one_of(Direction),
            "file": _TEXT,
            "line": _COUNT,
            "parts": _many(_object(part)),
        }
    )


def _object(properties: Mapping[str, object]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _many(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _part(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _one_of(words: Iterable[StrEnum]) -> Schema:
    return {"enum": [word.value for word in words]}
