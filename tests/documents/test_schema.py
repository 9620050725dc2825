from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.documents.schema import ANY, DIALECT, WORDS, file_name, render, schema
from reconciler.wiring import known as known_plugins

SCHEMAS = Path(__file__).parents[2] / "schemas"


@pytest.mark.parametrize("word", WORDS)
def test_the_checked_in_schema_is_what_is_generated(word):
    assert (SCHEMAS / file_name(word)).read_text() == render(word, known_plugins()), (
        "run: reconcile schema --write schemas"
    )


@pytest.mark.parametrize("word", WORDS)
def test_a_schema_is_one_of_its_dialect_and_complete(word, known):
    made = schema(word, known)

    Draft202012Validator.check_schema(made)
    assert made["$schema"] == DIALECT
    assert '"known"' not in json.dumps(made)


def nodes(node):
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from nodes(value)


@pytest.mark.parametrize("word", [word for word in WORDS if word != ANY])
def test_every_map_is_closed_but_the_free_settings(word, known):
    maps = [node for node in nodes(schema(word, known)) if node.get("type") == "object"]

    opened = [node.get("description", "") for node in maps if node.get("additionalProperties") is not False]

    assert maps
    assert all("Settings of its own" in description for description in opened)


@pytest.mark.parametrize("word", WORDS)
def test_every_field_says_what_it_is_for(word, known):
    whole = schema(word, known)
    parts = [whole, *whole.get("$defs", {}).values()]
    fields = [(name, field) for part in parts for name, field in part.get("properties", {}).items()]

    silent = [name for name, field in fields if not (field.get("description") or "$ref" in field)]

    assert silent == []


def test_a_pattern_ends_at_the_very_end_in_every_dialect(known):
    patterns = [n["pattern"] for w in WORDS for n in nodes(schema(w, known)) if isinstance(n.get("pattern"), str)]

    assert patterns
    assert all(pattern.endswith(r"$(?!\n)") for pattern in patterns)


def test_plugins_are_listed_as_they_are_known(known):
    text = json.dumps(schema("connection", known)) + json.dumps(schema("policy", known))

    assert all(f'"{word}"' in text for word in (*known.exchanges, *known.schemes, *known.rules, "maxDays"))


def test_an_unknown_kind_has_no_schema(known):
    with pytest.raises(KeyError):
        schema("secret", known)


def test_one_schema_chooses_by_kind_what_each_document_must_be(known):
    whole = Draft202012Validator(schema(ANY, known))
    binding = {
        "apiVersion": "reconciler/v1",
        "kind": "StrategyBinding",
        "metadata": {"name": "a"},
        "spec": {"connection": "a", "strategy": "b", "market": "spot", "pairs": ["BTC/USDT"]},
    }

    assert [error.message for error in whole.iter_errors(binding)] == []
    assert not whole.is_valid(binding | {"kind": "Policy"})
    assert not whole.is_valid(binding | {"kind": "Config"})
    assert not whole.is_valid({name: value for name, value in binding.items() if name != "kind"})
    assert not whole.is_valid(binding | {"spec": binding["spec"] | {"market": "futures"}})


def test_every_reference_inside_the_joint_schema_leads_somewhere(known):
    whole = schema(ANY, known)

    targets = {node["$ref"] for node in nodes(whole) if isinstance(node.get("$ref"), str)}

    assert targets
    for target in targets:
        found = whole
        for part in target.removeprefix("#/").split("/"):
            found = found[part]
