from __future__ import annotations

import re

import pytest
from jsonschema import Draft202012Validator

from reconciler.documents.joint import joined
from reconciler.documents.schema import ANY, MODELS, schema

SMALL = {
    "$schema": "dialect",
    "description": "A thing.",
    "type": "object",
    "properties": {"apiVersion": {"const": "v1"}, "kind": True, "metadata": {"description": "m", "$ref": "#/$defs/M"}},
    "$defs": {"M": {"type": "object", "required": ["name"]}},
}


def test_a_reference_leads_to_the_same_part_in_its_new_place():
    whole = joined({"Thing": SMALL})

    assert whole["$defs"]["Thing"]["properties"]["metadata"]["$ref"] == "#/$defs/Thing/$defs/M"
    validator = Draft202012Validator(whole)
    thing = {"apiVersion": "v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": {}}
    assert validator.is_valid(thing)
    assert not validator.is_valid(thing | {"metadata": {}})


def test_the_dialect_is_named_at_the_top_alone():
    assert "$schema" not in joined({"Thing": SMALL})["$defs"]["Thing"]


def filled(node):
    """Return a snippet as it stands when nobody changes what is proposed."""
    if isinstance(node, dict):
        return {name: filled(value) for name, value in node.items()}
    if isinstance(node, list):
        return [filled(value) for value in node]
    return re.sub(r"\$\{\d+:([^}]*)\}", r"\1", node) if isinstance(node, str) else node


def test_every_kind_with_a_snippet_begins_valid(known):
    whole = schema(ANY, known)

    snippets = {snippet["label"]: filled(snippet["body"]) for snippet in whole["defaultSnippets"]}

    assert snippets.keys() <= {model.__name__ for model in MODELS.values()}
    assert {"Connection", "StrategyBinding", "Policy"} <= snippets.keys()
    for body in snippets.values():
        assert [error.message for error in Draft202012Validator(whole).iter_errors(body)] == []


@pytest.mark.parametrize("kind", ["Config", "Nonsense"])
def test_another_kind_is_refused(kind, known):
    assert not Draft202012Validator(schema(ANY, known)).is_valid(
        {"apiVersion": "reconciler/v1", "kind": kind, "metadata": {"name": "a"}, "spec": {}}
    )
