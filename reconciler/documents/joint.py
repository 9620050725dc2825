"""One schema of all kinds that may stand in manifests: it chooses by `kind`, so that one file can mix them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

Json = None | bool | int | float | str | list[Any] | dict[str, Any]

# What editors write when a document is begun; the places marked with a $ are filled one after the other.
_SNIPPETS = [
    {
        "label": "Connection",
        "description": "One API key at one exchange.",
        "body": {
            "apiVersion": "reconciler/v1",
            "kind": "Connection",
            "metadata": {"name": "${1:mexc-spot-main}"},
            "spec": {
                "displayName": "${2:MEXC Spot Main}",
                "exchange": "${3:mexc}",
                "environment": "${4:simulator}",
                "markets": ["${5:spot}"],
                "permissions": ["read", "trade"],
                "credentials": {
                    "apiKey": {"sops": "secrets/${3:mexc}.sops.yaml", "key": "main.api_key"},
                    "secret": {"sops": "secrets/${3:mexc}.sops.yaml", "key": "main.secret"},
                },
                "ipAllowlist": ["${6:203.0.113.10}"],
            },
        },
    },
    {
        "label": "StrategyBinding",
        "description": "A strategy bound to a connection.",
        "body": {
            "apiVersion": "reconciler/v1",
            "kind": "StrategyBinding",
            "metadata": {"name": "${1:first-strategy}"},
            "spec": {
                "connection": "${2:mexc-spot-main}",
                "strategy": "${3:grid}",
                "market": "${4:spot}",
                "pairs": ["${5:BTC/USDT}"],
            },
        },
    },
    {
        "label": "Policy",
        "description": "Rules that connections and bindings must meet.",
        "body": {
            "apiVersion": "reconciler/v1",
            "kind": "Policy",
            "metadata": {"name": "${1:house-rules}"},
            "spec": {"rules": {"ip-allowlist": "require", "key-age": {"maxDays": 90, "severity": "warn"}}},
        },
    },
]


def joined(schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Join the schemas of some kinds: each stands whole below its name, and counts for the documents that are of it.

    What all kinds have is told once more at the top, for editors to propose before a kind is chosen.
    """
    parts = {
        kind: cast(
            dict[str, Any], _moved({name: part for name, part in one.items() if name != "$schema"}, f"#/$defs/{kind}")
        )
        for kind, one in schemas.items()
    }
    first = next(iter(parts.values()))["properties"]
    of_each = [part["description"] for part in parts.values()]
    kind_ = {"type": "string", "enum": list(parts), "markdownEnumDescriptions": of_each}
    return {
        "title": "Manifest",
        "description": f"One document of a manifest: {', '.join(parts)}, as its kind says.",
        "type": "object",
        "defaultSnippets": [snippet for snippet in _SNIPPETS if snippet["label"] in parts],
        "properties": {
            "apiVersion": first["apiVersion"],
            "kind": {"description": "The kind of the document.", **kind_},
            "metadata": {"description": first["metadata"]["description"], "type": "object"},
            "spec": {"description": "What the document asks for, as its kind says.", "type": "object"},
        },
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/{kind}"},
            }
            for kind in parts
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
