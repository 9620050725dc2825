"""JSON Schema of the manifests, generated from the models and from what is known of the plug-ins.

The schemas serve editors and pipelines. They accept exactly the single documents that the loader accepts; what only
several documents show together, such as a binding to a connection that is not there, is the loader's alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from reconciler.documents import shapes
from reconciler.documents.agreement import conditions
from reconciler.documents.binding import StrategyBinding
from reconciler.documents.config import Config
from reconciler.documents.connection import Connection
from reconciler.documents.credentials import FIELDS, LONGEST, REQUIRED
from reconciler.documents.known import Known, RuleTraits
from reconciler.documents.policy import MOST_TEXTS, Policy

Json = None | bool | int | float | str | list[Any] | dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
MODELS: Mapping[str, type[BaseModel]] = {
    "connection": Connection,
    "strategybinding": StrategyBinding,
    "policy": Policy,
    "config": Config,
}
# The one schema of whatever may stand in a folder of manifests; it chooses by `kind`, so that files can mix kinds.
ANY = "manifest"
WORDS = (*MODELS, ANY)


class _Generator(GenerateJsonSchema):
    """Leaves out the titles that only repeat the field names."""

    def field_title_should_be_set(self, schema: object) -> bool:
        """Say that no field gets a title made from its name."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Show no null as a default: an absent field is what it means."""
        shown = super().default_schema(schema)
        if shown.get("default", ...) is None:
            del shown["default"]
        return shown


def schema(word: str, known: Known) -> dict[str, Any]:
    """Return the JSON Schema of one kind, by its word in `WORDS`.

    Raises KeyError when there is no such kind.
    """
    if word == ANY:
        return _any(known)
    model = MODELS[word]
    raw = model.model_json_schema(by_alias=True, schema_generator=_Generator)
    body = cast(dict[str, Any], _finished(raw, known))
    extra = conditions(model.__name__, known)
    return {"$schema": DIALECT, **body, **({"allOf": extra} if extra else {})}


def _any(known: Known) -> dict[str, Any]:
    """Join the kinds: each stands whole below its name, and counts for the documents that are of it alone."""
    kinds = {model.__name__: word for word, model in MODELS.items() if word != "config"}
    parts = {kind: cast(dict[str, Any], _moved(schema(word, known), f"#/$defs/{kind}")) for kind, word in kinds.items()}
    for part in parts.values():
        del part["$schema"]
    first = next(iter(parts.values()))["properties"]
    return {
        "$schema": DIALECT,
        "title": "Manifest",
        "description": f"One document of a manifest: {', '.join(kinds)}, as its kind says.",
        "type": "object",
        "properties": {
            "apiVersion": first["apiVersion"],
            "kind": {
                "description": "The kind of the document.",
                "type": "string",
                "enum": list(kinds),
                "markdownEnumDescriptions": [part["description"] for part in parts.values()],
            },
            "metadata": {"description": first["metadata"]["description"], "type": "object"},
            "spec": {"description": "What the document asks for, as its kind says.", "type": "object"},
        },
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/{kind}"},
            }
            for kind in kinds
        ],
        "$defs": parts,
    }


def _moved(node: Json, to: str) -> Json:
    """Return a schema whose inner references hold when it stands at another place."""
    if isinstance(node, list):
        return [_moved(item, to) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        name: to + value.removeprefix("#") if name == "$ref" and isinstance(value, str) else _moved(value, to)
        for name, value in node.items()
    }


def render(word: str, known: Known) -> str:
    """Return the JSON Schema of one kind as the text of its file."""
    return json.dumps(schema(word, known), indent=2, ensure_ascii=True) + "\n"


def file_name(word: str) -> str:
    """Return the name of the file that a kind's schema is kept in."""
    return f"{word}.schema.json"


def _finished(node: Json, known: Known) -> Json:
    if isinstance(node, list):
        return [_finished(item, known) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(mark := node.get("known"), str):
        rest = {name: value for name, value in node.items() if name not in ("known", "type")}
        return {**rest, **_KNOWN[mark](known)}
    done: dict[str, Any] = {name: _finished(value, known) for name, value in node.items()}
    if isinstance(done.get("pattern"), str):
        done["pattern"] = _exact(done["pattern"])
    if "patternProperties" in done:
        done["patternProperties"] = {_exact(key): value for key, value in done["patternProperties"].items()}
        done["additionalProperties"] = False
    if isinstance(names := done.pop("propertyNames", None), dict) and "enum" in names:
        inner = done["additionalProperties"]
        done |= {"properties": dict.fromkeys(names["enum"], inner), "additionalProperties": False}
    return done


def _exact(pattern: str) -> str:
    # In some dialects `$` also matches before a final newline; the loader's does not.
    return pattern.removesuffix("$") + r"$(?!\n)"


def _exchanges(known: Known) -> dict[str, Any]:
    return {"type": "string", "enum": sorted(known.exchanges)}


def _drivers(known: Known) -> dict[str, Any]:
    return {"type": "string", "enum": sorted(known.drivers)}


def _credentials(known: Known) -> dict[str, Any]:
    each = {
        "type": "object",
        "properties": {
            name: {"anyOf": [_reference(scheme, known) for scheme in sorted(known.schemes)]} for name in FIELDS
        },
        "required": list(REQUIRED),
        "additionalProperties": False,
    }
    return {"anyOf": [each, *(_reference(scheme, known) for scheme in sorted(known.schemes) if known.schemes[scheme])]}


def _reference(scheme: str, known: Known) -> dict[str, Any]:
    names = [scheme, "key"] if known.schemes[scheme] else [scheme]
    text = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": _exact(shapes.TEXT)}
    return {
        "type": "object",
        "properties": dict.fromkeys(names, text),
        "required": names,
        "additionalProperties": False,
    }


def _rules(known: Known) -> dict[str, Any]:
    properties = {rule: _rule(traits) for rule, traits in sorted(known.rules.items())}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _rule(traits: RuleTraits) -> dict[str, Any]:
    level = {"type": "string", "enum": list(traits.levels)}
    if not traits.names:
        return level | {"default": traits.default}
    inside: dict[str, Any] = {
        name: {"type": "integer", "minimum": one.minimum, "maximum": one.maximum, "default": one.default}
        for name, one in traits.parameters.items()
    }
    for name, texts in traits.texts.items():
        each = {"type": "string", "pattern": _exact(texts.pattern)}
        inside[name] = {"type": "array", "items": each, "minItems": 1, "maxItems": MOST_TEXTS, "uniqueItems": True}
        inside[name]["description"] = texts.summary
    whole = {"type": "object", "properties": {"severity": level, **inside}, "additionalProperties": False}
    return {"anyOf": [level, whole], "default": traits.default}


_KNOWN: Mapping[str, Callable[[Known], dict[str, Any]]] = {
    "exchanges": _exchanges,
    "drivers": _drivers,
    "credentials": _credentials,
    "rules": _rules,
}
