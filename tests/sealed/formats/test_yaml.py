"""YAML files: read as go-yaml does, written so that every reader agrees."""

from __future__ import annotations

import pytest
import yaml as pyyaml

from reconciler.errors import SecretRejected
from reconciler.sealed.formats import yaml
from reconciler.sealed.values import encrypt

ARMOR = "-----BEGIN AGE ENCRYPTED FILE-----\nabc\n-----END AGE ENCRYPTED FILE-----\n"


def test_scalars_keys_and_tags_are_read_as_go_yaml_does():
    text = '{a: yes, b: "1", c: 1, d: !!str 123, e: !!binary aGVsbG8=, <<: {x: !own y}, y: 0o17, n: }'

    assert yaml.read(text.encode()).documents == [
        {"a": "yes", "b": "1", "c": 1, "d": "123", "e": "hello", "<<": {"x": "y"}, "y": 15, "n": None}
    ]


def test_aliases_are_expanded_where_they_stand():
    assert yaml.read(b"a: &x {k: v}\nb: [*x]\n").documents == [{"a": {"k": "v"}, "b": [{"k": "v"}]}]


def test_the_metadata_of_the_first_document_counts_and_an_empty_document_is_an_empty_map():
    parsed = yaml.read(b"a: b\nsops: {mac: one}\n---\n---\nc: d\nsops: {mac: two}\n")

    assert parsed.documents == [{"a": "b"}, {}, {"c": "d"}]
    assert parsed.metadata == {"mac": "one"}


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(8)
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: b\na: c", "repeats a key"),
        ("a: {b: 1, b: 2}", "repeats a key"),
        ("1: x", "not text"),
        ("? [a]\n: b", "not text"),
        ("~: x", "not text"),
        ("- a", "not a map"),
        ("text", "not a map"),
        ("a: [", "not valid YAML"),
        ("a: b: c", "not valid YAML"),
        ("a: \x01", "not valid YAML"),
        ("a: !!binary '*'", "binary"),
        ("a: &a [*a]", "deeper"),
        ("a: *nobody", "not valid YAML"),
        ("a: " + "[" * 100 + "]" * 100, "deeper"),
        ("a: " + "[" * 5000, "not valid YAML"),
        (BOMB, "too many"),
    ],
)
def test_what_is_no_map_of_plain_keys_is_refused(text, reason):
    with pytest.raises(SecretRejected, match=reason):
        yaml.read(text.encode())


def test_nothing_of_a_broken_file_is_in_the_message():
    with pytest.raises(SecretRejected) as caught:
        yaml.read(b"a: canary-value\nb: [canary-value")

    assert "canary" not in caught.value.message
    assert caught.value.__cause__ is None


def test_pyyaml_reads_what_is_written_in_the_same_way():
    tree = {"y": "no", "n: x": {"list": ["a", 1, [True, None], {"k": 1.5, "l": "x"}], "empty": {}, "e": []}, "é": "✓\n"}

    written = yaml.write([tree], {"mac": "m"})

    assert pyyaml.safe_load(written) == {**tree, "sops": {"mac": "m"}}
    assert yaml.read(written).documents == [tree]


def test_encrypted_values_stand_bare_and_wrapped_keys_as_blocks():
    value = encrypt("x", bytes(32), b"")

    written = yaml.write([{"a": value}], {"age": [{"recipient": "r", "enc": ARMOR}]}).decode()

    assert f"a: {value}\n" in written
    assert "          enc: |\n" in written
    assert yaml.read(written.encode()).metadata == {"age": [{"recipient": "r", "enc": ARMOR}]}


def test_several_documents_repeat_the_metadata():
    written = yaml.write([{"a": "b"}, {"c": "d"}], {"mac": "m"})

    assert [one["sops"] for one in pyyaml.safe_load_all(written)] == [{"mac": "m"}] * 2


@pytest.mark.parametrize("value", ["\ud800", b"\xff"])
def test_what_has_no_form_in_yaml_is_refused(value):
    with pytest.raises(SecretRejected):
        yaml.write([{"a": value}], {})
