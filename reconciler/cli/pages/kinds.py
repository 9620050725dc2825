"""The pages of the kinds and of every field, made from the very schemas that editors use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.cli.pages.notes import EXAMPLES, NOTES
from reconciler.cli.pages.page import Page, rows
from reconciler.documents import shapes
from reconciler.documents.known import Known
from reconciler.documents.schema import MODELS, schema
from reconciler.model.rule import Rule

Node = Mapping[str, Any]

# What the schema generator puts behind a pattern for other dialects.
_EXACT = r"(?!\n)"
# Below these, a schema spells out what another page says better.
_LEAVES = ("spec.credentials.apiKey", "spec.credentials.secret", "spec.credentials.passphrase")
_RULES = "spec.rules."
# Maps whose names are the user's own, or those of plug-ins.
_NAMED = ("exchanges", "strategies", "metadata.labels", "spec.select.labels", "spec.settings", "spec.freeze")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind: where it stands, what it is for, and what it takes."""

    kind: str
    path: str
    summary: str
    node: Node
    is_required: bool

    @property
    def topic(self) -> str:
        """The word that `explain` finds it by, such as `connection.spec.ipAllowlist`."""
        return f"{self.kind.lower()}.{self.path}"


def pages(known: Known, rules: Sequence[Rule]) -> Iterator[Page]:
    """Make a page for each kind and each of its fields."""
    for word, model in MODELS.items():
        kind = model.__name__
        inside = [field for field in fields(known, rules) if field.kind == kind]
        listed = rows((field.path, field.summary) for field in inside)
        summary = (model.__doc__ or "").partition("\n")[0]
        text = f"Fields:\n{listed}\n\nExample:\n\n{_indented(EXAMPLES[kind])}"
        yield Page(word, "kinds", summary, text)
        for field in inside:
            yield Page(field.topic, "fields", field.summary, _text(field, inside))


def fields(known: Known, rules: Sequence[Rule]) -> Iterator[Field]:
    """Return every field of every kind."""
    summaries = {f"Policy.spec.rules.{rule.id}": rule.summary for rule in rules}
    for word, model in MODELS.items():
        whole = schema(word, known)
        for path, node, is_required in _walk("", whole, whole):
            at = f"{model.__name__}.{path}"
            summary = node.get("description") or summaries.get(at) or NOTES.get(at, "").partition("\n")[0]
            yield Field(model.__name__, path, summary, _whole(node, whole), is_required)


def _walk(above: str, node: Node, whole: Node) -> Iterator[tuple[str, Node, bool]]:
    for name, raw, is_required in _children(above, node, whole):
        path, inner = (f"{above}.{name}" if above else name), _resolved(raw, whole)
        yield path, inner, is_required
        if path not in _LEAVES:
            yield from _walk(path, inner, whole)


def _children(path: str, node: Node, whole: Node) -> Iterator[tuple[str, Node, bool]]:
    for variant in _variants(node, whole):
        properties = variant.get("properties", {})
        if path in _NAMED:
            by_pattern = next(iter(variant.get("patternProperties", {}).values()), None)
            inner = next(iter(properties.values()), by_pattern or variant.get("additionalProperties"))
            if isinstance(inner, dict) and _is_map(inner, whole):
                yield "NAME", {"description": "The settings of one of them, by its name.", **inner}, False
        elif properties:
            required = variant.get("required", ())
            yield from ((name, inner, name in required) for name, inner in properties.items())
            # Of several ways to write a map, the first is the long one; the notes tell of the others.
            return


def _variants(node: Node, whole: Node) -> Iterator[Node]:
    resolved = _resolved(node, whole)
    yield resolved
    for inner in resolved.get("anyOf", ()):
        yield from _variants(inner, whole)


def _resolved(node: Node, whole: Node) -> Node:
    if "$ref" not in node:
        return node
    target: Node = whole["$defs"][node["$ref"].rpartition("/")[2]]
    return {**target, **{name: value for name, value in node.items() if name != "$ref"}}


def _whole(node: Node, whole: Node) -> Node:
    """Resolve the parts that say what a node takes, so that it can be told without the rest of the schema."""
    done = dict(_resolved(node, whole))
    if "items" in done:
        done["items"] = _whole(done["items"], whole)
    if "anyOf" in done:
        done["anyOf"] = [_whole(one, whole) for one in done["anyOf"]]
    return done


def _is_map(node: Node, whole: Node) -> bool:
    return any(variant.get("type") == "object" for variant in _variants(node, whole))


def _text(field: Field, fields: Sequence[Field]) -> str:
    facts = [("takes", _takes(field.node)), ("required", "yes" if field.is_required else "no")]
    if "default" in field.node:
        facts.append(("default", _written(field.node["default"])))
    parts = [rows(facts)]
    inside = [(one.path, one.summary) for one in fields if one.path.startswith(field.path + ".")]
    if inside:
        parts.append("Fields:\n" + rows(inside))
    parts.append(NOTES.get(f"{field.kind}.{field.path}", "").partition("\n")[2])
    if field.kind == "Policy" and field.path.startswith(_RULES):
        parts.append(f"See: reconcile explain {field.path.removeprefix(_RULES).partition('.')[0]}")
    return "\n\n".join(part for part in parts if part)


def _takes(node: Node) -> str:
    if "anyOf" in node:
        return " or ".join(dict.fromkeys(_takes(one) for one in node["anyOf"] if one.get("type") != "null"))
    if "enum" in node:
        return f"one of {', '.join(node['enum'])}"
    if "const" in node:
        return str(node["const"])
    if node.get("type") == "array":
        return f"a list, each of it {_takes(node['items'])}"
    if node.get("type") == "integer":
        return f"a whole number from {node['minimum']} to {node['maximum']}"
    if node.get("type") == "boolean":
        return "true or false"
    if node.get("type") == "object":
        return "a map"
    return shapes.WORDS.get(str(node.get("pattern", "")).removesuffix(_EXACT), "text")


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return "{}" if value == {} else str(value)


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" if line else "\n" for line in text.splitlines())
