"""Writing SOPS files: what was written is read back, and what was there stays as it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.errors import SecretLocked, SecretRejected
from reconciler.sealed import reading
from reconciler.sealed.outline import outline
from reconciler.sealed.selection import Rule
from reconciler.sealed.tree import Stamp, plain_bytes
from reconciler.sealed.writing import Sealing, nested, new_file, with_value

from .conftest import NOON, person

LATER = datetime(2026, 11, 23, 12, tzinfo=UTC)
SOMEBODY = person()
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
KEYS = TEXT.filter(lambda key: key != "sops")
SCALARS = st.one_of(
    TEXT,
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
NODES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
TREES = st.dictionaries(KEYS, NODES, max_size=4)
WORD = st.text("abcXYZ019_-.", min_size=1, max_size=8)
VALUE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
FLAT = st.dictionaries(WORD.filter(lambda key: not key.startswith("sops_")), VALUE, max_size=4)
SECTIONS = st.dictionaries(WORD.filter(lambda key: key != "sops"), FLAT, max_size=3)
RULES = st.sampled_from([Rule(), Rule("encrypted_regex", "[a-m]"), Rule("unencrypted_suffix", "a")])


def round_trip(tree, format_name, rule=None):
    rule = rule or Rule()
    data = new_file([tree], format_name, Sealing([[SOMEBODY.public]], rule=rule), NOON)
    return reading.open_file(data, format_name, SOMEBODY.stages).documents[0]


@settings(max_examples=60)
@given(TREES, RULES)
def test_yaml_is_read_back_as_it_was_written(tree, rule):
    assert round_trip(tree, "yaml", rule) == tree


@settings(max_examples=60)
@given(TREES, RULES)
def test_json_is_read_back_as_it_was_written(tree, rule):
    assert round_trip(tree, "json", rule) == tree


@settings(max_examples=60)
@given(FLAT)
def test_dotenv_is_read_back_as_it_was_written(tree):
    assert round_trip(tree, "dotenv") == tree


@settings(max_examples=60)
@given(SECTIONS)
def test_ini_is_read_back_as_it_was_written(tree):
    assert round_trip(tree, "ini") == {name: section for name, section in tree.items() if section or name != "DEFAULT"}


@given(st.binary(min_size=1, max_size=50))
def test_binary_is_read_back_as_it_was_written(payload):
    assert plain_bytes(round_trip({"data": payload}, "binary")["data"]) == payload


def test_timestamps_and_several_documents_are_read_back(alice):
    trees = [{"day": Stamp("2024-05-06T00:00:00Z"), "n_unencrypted": Stamp("2024-05-06T00:00:00Z")}, {"a": "b"}]

    data = new_file(trees, "yaml", Sealing([[alice.public]]), NOON)

    assert reading.open_file(data, "yaml", alice.stages).documents == trees


def test_key_groups_are_written_with_their_threshold(alice, bob):
    sealing = Sealing([[alice.public], [bob.public]], 2)

    data = new_file([{"a": "b"}], "yaml", sealing, NOON)

    assert reading.open_file(data, "yaml", [[alice.key, bob.key]]).secret("a") == b"b"
    with pytest.raises(SecretLocked):
        reading.open_file(data, "yaml", alice.stages)


def test_every_new_file_has_its_own_data_key(alice, sealed):
    keys = {reading.open_file(sealed({"a": "b"}), "yaml", alice.stages).data_key for _ in range(3)}

    assert len(keys) == 3


@pytest.mark.parametrize(("tree", "format_name"), [({"sops": "x"}, "yaml"), ({"sops_x": "x"}, "dotenv")])
def test_the_name_of_the_metadata_is_refused(sealed, tree, format_name):
    with pytest.raises(SecretRejected, match="metadata"):
        sealed(tree, format_name)


@pytest.mark.parametrize(
    ("format_name", "before", "path"),
    [
        ("yaml", {"a": {"b": "1", "c": "2"}, "d": "3"}, ["a", "b"]),
        ("yaml", {"a": {"b": "1", "c": "2"}, "d": "3"}, ["a", "new"]),
        ("yaml", {"a": {"b": "1", "c": "2"}, "d": "3"}, ["x", "y", "z"]),
        ("json", {"a": {"b": "1"}, "d": "3", "n_unencrypted": 1.5}, ["a", "new"]),
        ("json", {"a": {"b": "1"}, "d": "3"}, ["d"]),
        ("dotenv", {"A": "1", "B": "2"}, ["B"]),
        ("dotenv", {"A": "1", "B": "2"}, ["C"]),
        ("ini", {"s": {"a": "1"}, "t": {"b": "2"}}, ["s", "a"]),
        ("ini", {"s": {"a": "1"}}, ["new", "a"]),
        ("binary", {"data": b"old"}, ["data"]),
    ],
)
def test_one_value_is_set_and_every_other_ciphertext_stays(alice, sealed, format_name, before, path):
    data = sealed(before, format_name)

    after = with_value(data, format_name, path, "new value", alice.stages, LATER)

    opened = reading.open_file(after, format_name, alice.stages)
    assert opened.secret(".".join(path)) == b"new value"
    assert opened.data_key == reading.open_file(data, format_name, alice.stages).data_key
    kept, old = (set(ciphertexts(text)) for text in (after, data))
    # The MAC is new, and the value where one was replaced.
    assert len(old - kept) == (2 if ".".join(path) in outline(data, format_name).leaves else 1)


def ciphertexts(data):
    return [b"ENC[" + part.partition(b"]")[0] for part in data.split(b"ENC[")[1:]]


@settings(max_examples=60)
@given(TREES, st.lists(st.sampled_from(["a", "b", "new key", "ü", "y"]), min_size=1, max_size=3), TEXT.filter(bool))
def test_setting_a_value_changes_nothing_else_or_is_refused(tree, path, value):
    data = new_file([tree], "yaml", Sealing([[SOMEBODY.public]]), NOON)
    try:
        after = with_value(data, "yaml", path, value, SOMEBODY.stages, LATER)
    except SecretRejected:
        return

    def without(leaves):
        return [(leaf.path, leaf.value) for leaf in leaves if leaf.path != tuple(path)]

    opened, before = (reading.open_file(text, "yaml", SOMEBODY.stages) for text in (after, data))
    assert without(opened.leaves) == without(before.leaves)
    assert [leaf.value for leaf in opened.leaves if leaf.path == tuple(path)] == [value]


@pytest.mark.parametrize(("path", "reason"), [(["a"], "a map or a list"), (["b", "c"], "a value, not a map")])
@pytest.mark.parametrize("format_name", ["yaml", "json"])
def test_a_map_is_not_replaced_by_a_value_nor_a_value_by_a_map(alice, sealed, format_name, path, reason):
    with pytest.raises(SecretRejected, match=reason):
        with_value(sealed({"a": {"x": "1"}, "b": "2"}, format_name), format_name, path, "v", alice.stages, LATER)


def test_a_value_that_would_stand_in_clear_is_refused(alice, sealed):
    with pytest.raises(SecretRejected, match="in clear"):
        with_value(sealed({"a": "b"}), "yaml", ["x_unencrypted"], "v", alice.stages, LATER)


def test_a_file_that_was_tampered_with_is_not_written_on(alice, sealed):
    data = sealed({"a": "b", "note_unencrypted": "old"}).replace(b'"old"', b'"new"')

    with pytest.raises(SecretRejected, match="MAC"):
        with_value(data, "yaml", ["a"], "v", alice.stages, LATER)


def test_a_file_for_somebody_else_is_not_written(sealed, bob):
    with pytest.raises(SecretLocked):
        with_value(sealed({"a": "b"}), "yaml", ["a"], "v", bob.stages, LATER)


def test_under_a_comment_rule_an_encrypted_value_is_replaced_and_a_new_one_refused():
    from .test_reading import CASES, VECTORS, identities

    case = next(case for case in CASES if case["file"] == "made/encrypted_comment_regex.enc.yaml")
    data, stages = (VECTORS / case["file"]).read_bytes(), [identities(case)]

    after = with_value(data, "yaml", ["sec"], "new", stages, LATER)

    assert reading.open_file(after, "yaml", stages).secret("sec") == b"new"
    assert b"# sops:enc" in after
    with pytest.raises(SecretRejected, match="in clear"):
        with_value(data, "yaml", ["brand_new"], "new", stages, LATER)


def test_a_nested_tree_holds_the_value_at_its_path():
    assert nested(["a", "b"], "v") == {"a": {"b": "v"}}
