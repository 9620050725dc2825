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
from reconciler.documents.joint import joined
from reconciler.documents.known import Known, RuleTraits
from reconciler.documents.policy import MOST_TEXTS, Policy
from reconciler.documents.waiver import Waiver

Json = None | bool | int | float | str | list[Any] | dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
MODELS: Mapping[str, type[BaseModel]] = {
    "connection": Connection,
    "strategybinding": StrategyBinding,
    "policy": Policy,
    "waiver": Waiver,
    "config": Config,
}
# The one schema of whatever may stand in a folder of manifests; it chooses by `kind`, so that files can mix kinds.
ANY = "manifest"
WORDS = (*MODELS, ANY)


_SPOKEN = {"apiKey": "API key", "secret": "secret of the API key", "passphrase": "passphrase of the API key"}
_SCHEMES = {
    "sops": "A file encrypted with SOPS, relative to the manifest.",
    "age": "A file encrypted with age that holds the value alone, relative to the manifest.",
    "env": "An environment variable, RECONCILE_SECRET_* unless the operator allows more.",
    "file": "A file in a folder that the operator names in RECONCILE_ALLOW_FILES.",
}


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
    words = {model.__name__: word for word, model in MODELS.items() if word != "config"}
    return {"$schema": DIALECT, **joined({kind: schema(word, known) for kind, word in words.items()})}


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


def _waivable(known: Known) -> dict[str, Any]:
    return {"type": "string", "enum": list(known.waivable)}


def _credentials(known: Known) -> dict[str, Any]:
    each = {
        "title": "a reference each",
        "type": "object",
        "properties": {
            name: {
                "description": f"Where the {_SPOKEN[name]} is.",
                "anyOf": [_reference(scheme, known) for scheme in sorted(known.schemes)],
            }
            for name in FIELDS
        },
        "required": list(REQUIRED),
        "additionalProperties": False,
    }
    return {"anyOf": [each, *(_reference(scheme, known) for scheme in sorted(known.schemes) if known.schemes[scheme])]}


def _reference(scheme: str, known: Known) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": _exact(shapes.TEXT)}
    properties = {scheme: {"description": _SCHEMES.get(scheme, f"What the scheme {scheme} reads."), **text}}
    if known.schemes[scheme]:
        properties["key"] = {"description": "The dotted path inside the file, such as main.api_key.", **text}
    return {
        "title": f"a reference by {scheme}",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _rules(known: Known) -> dict[str, Any]:
    properties = {
        rule: {"description": known.summaries.get(rule, f"The rule {rule}."), **_rule(traits)}
        for rule, traits in sorted(known.rules.items())
    }
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
    "waivable": _waivable,
    "credentials": _credentials,
    "rules": _rules,
}
