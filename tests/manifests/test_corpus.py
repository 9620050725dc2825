"""One corpus, both sides: the loader and the JSON Schemas accept and refuse the very same single documents.

Each file holds one document and is named after its kind. The first line of an invalid one says what the loader finds.
"""

from __future__ import annotations

import copy
import io
import json
import re
import string
from pathlib import Path
from typing import Any

import pytest
from check_jsonschema.parsers.yaml import construct_yaml_implementation, impl2loader
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reconciler.documents.schema import MODELS, schema
from reconciler.manifests.check import check
from reconciler.manifests.entry import data_of, findings_of
from reconciler.manifests.raw import split
from reconciler.manifests.source import TextSource

CORPUS = Path(__file__).parent / "corpus"
VALID = sorted((CORPUS / "valid").glob("*.yaml"))
INVALID = sorted((CORPUS / "invalid").glob("*.yaml"))
WORDS = {"connection": "connection", "binding": "strategybinding", "policy": "policy", "config": "config"}
_EXPECT = "# expect: "


@pytest.fixture(scope="module")
def refused(known):
    """Return a function that gives what the schema of a kind has against a document."""
    validators = {word: Draft202012Validator(schema(word, known)) for word in MODELS}

    def errors(word: str, document: Any) -> list[str]:
        return [error.message for error in validators[word].iter_errors(document)]

    return errors


def kind(path: Path) -> str:
    return WORDS[path.name.partition("-")[0]]


def found(data: bytes, word: str, known) -> list[str]:
    """Return what the loader finds in one document, as `rule line:column`."""
    (chunk,), marks = split(data)
    source = TextSource("a.yaml", chunk)
    document, _, findings = data_of(chunk, source)
    findings.extend(findings_of(check(MODELS[word], document, known)[1], source, word, None))
    assert marks == []
    return [f"{one.rule} {one.location.line}:{one.location.column}" for one in sorted(findings, key=lambda f: f.order)]


def as_editors_read(data: bytes) -> Any:
    return impl2loader(construct_yaml_implementation())(io.BytesIO(data))


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_both_sides_accept(path, refused, known):
    data = path.read_bytes()

    assert found(data, kind(path), known) == []
    assert refused(kind(path), as_editors_read(data)) == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_both_sides_refuse_and_the_loader_says_where(path, refused, known):
    data = path.read_bytes()
    first = data.decode().partition("\n")[0]
    expected = first.removeprefix(_EXPECT).split("; ")

    assert first.startswith(_EXPECT)
    assert found(data, kind(path), known) == expected
    assert refused(kind(path), as_editors_read(data))


def test_the_corpus_has_no_other_files():
    assert {path for path in CORPUS.rglob("*") if path.is_file()} == {*VALID, *INVALID}


def test_every_schema_is_a_schema(known):
    for word in MODELS:
        Draft202012Validator.check_schema(schema(word, known))


# Mutations: any place of a valid document gets another value, another name, or goes.
_TEXT = st.text(alphabet=string.printable + "é\u4e3b\u2028\x85\ufeff\u0665", max_size=8)
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 4000),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    _TEXT,
    st.sampled_from(["spot", "futures", "mexc", "kucoin", "testex", "deny", "off", "BTC/USDT", "BTC/USDT:USDT", "a\n"]),
    st.sampled_from(["2026-10-01", "2027-02-29", "500", "500\n", "::1", "1.1.1.1/33", "simulator", "testnet", "../x"]),
    st.just([]),
    st.just({}),
    st.sampled_from([["spot"], ["read", "read"], {"age": "a"}, {"sops": "a", "key": "b"}, {"sops": "a"}]),
)
_NAMES = st.one_of(
    _TEXT, st.sampled_from(["sops", "key", "age", "passphrase", "severity", "maxDays", "exchange", "market", "labels"])
)
_UNSEEN = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_STEPS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["set", "drop", "add", "rename"]), _NAMES, _VALUES), max_size=6
)
_DOCUMENTS = [(kind(path), as_editors_read(path.read_bytes())) for path in VALID]


def places(node: Any) -> list[Any]:
    """Return every map and list of a document that holds something."""
    inner = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
    return ([node] if inner else []) + [place for one in inner for place in places(one)]


def mutate(document: Any, steps: list[tuple[int, str, str, Any]]) -> Any:
    document = copy.deepcopy(document)
    for number, action, name, drawn in steps:
        value = copy.deepcopy(drawn)
        found = places(document)
        if not found:
            break
        container = found[(number * 7) % len(found)]
        keys = list(container) if isinstance(container, dict) else list(range(len(container)))
        key = keys[number % len(keys)]
        if action == "drop":
            del container[key]
        elif isinstance(container, list):
            container[key] = value
        elif action == "rename":
            container[name] = container.pop(key)
        else:
            container[name if action == "add" else key] = value
    return document


def as_text(document: Any) -> bytes:
    """Write a document as JSON that is YAML too: no escaped pairs of surrogates, and no sign that cannot be seen."""
    text = json.dumps(document, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


@settings(max_examples=400)
@given(st.integers(0, len(_DOCUMENTS) - 1), _STEPS)
def test_both_sides_agree_on_documents_nobody_wrote(refused, known, number, steps):
    word, document = _DOCUMENTS[number]
    mutated = mutate(document, steps)
    text = as_text(mutated)

    assert (found(text, word, known) == []) == (refused(word, mutated) == []), text
