from __future__ import annotations

import pytest

from reconciler.manifests.compose import MAX_ALIASES, MAX_DEPTH, MAX_VALUES, compose


def marked(text: str) -> list[str]:
    return [f"{mark.rule} {mark.line}:{mark.column}" for mark in compose(text.encode()).marks]


def test_a_document_becomes_plain_data():
    composed = compose(b"a: {b: [1, two, true]}\nc: |\n  text\nd: '5'\n1: ~\n")

    assert composed.data == {"a": {"b": [1, "two", True]}, "c": "text\n", "d": "5", "1": None}
    assert composed.is_whole
    assert not composed.is_empty


@pytest.mark.parametrize("text", [b"", b"---\n", b"# a comment\n", b"---\n...\n", b"--- # nothing\n"])
def test_a_document_without_a_value_is_empty(text):
    composed = compose(text)

    assert composed.is_empty
    assert composed.marks == []


def test_a_written_null_is_not_empty():
    assert not compose(b"null").is_empty


def test_a_second_equal_field_is_marked_and_the_first_stays():
    composed = compose(b"a: 1\nb: 2\n'a': {x: 3}\n")

    assert composed.data == {"a": 1, "b": 2}
    assert [(mark.rule, mark.line, mark.column) for mark in composed.marks] == [("duplicate-key", 3, 1)]


def test_equal_fields_are_found_at_every_depth_and_all_of_them():
    assert marked("a: [{b: 1, b: 2, b: 3}]\n") == ["duplicate-key 1:12", "duplicate-key 1:18"]


@pytest.mark.parametrize("tag", ["!!python/object:os.system", "!!str", "!local", "!", "!<tag:x>", "!!binary"])
def test_every_explicit_tag_is_marked_and_never_shown(tag):
    composed = compose(f"a: {tag} x\n".encode())

    assert [(mark.rule, mark.line, mark.column) for mark in composed.marks] == [("tag", 1, 4)]
    assert tag.strip("!<>") == "" or tag.strip("!<>") not in composed.marks[0].message + composed.marks[0].remedy


def test_tags_on_maps_lists_and_names_are_marked():
    assert marked("!!map\na: !!seq [1]\n!!str b: 1\n") == ["tag 1:1", "tag 2:4", "tag 3:1"]


def test_a_few_aliases_repeat_their_value():
    assert compose(b"a: &x {b: 1}\nc: [*x, *x]\n").data == {"a": {"b": 1}, "c": [{"b": 1}, {"b": 1}]}


def test_an_anchored_name_can_be_repeated_as_a_value():
    assert compose(b"&x a: *x\n").data == {"a": "a"}


def test_one_alias_too_many_stops_the_document_at_its_place():
    text = "a: &x 1\nb: [" + "*x, " * (MAX_ALIASES + 1) + "]\n"

    assert marked(text) == [f"alias 2:{5 + 4 * MAX_ALIASES}"]


def test_an_alias_inside_its_own_anchor_is_marked():
    assert marked("a: &x [1, *x]\n") == ["alias 1:11"]
    assert marked("&x a: {b: *y}\n") == ["alias 1:11"]


def test_aliases_cannot_multiply_a_document_beyond_its_bound():
    lines = ["a0: &a0 [" + "1, " * 100 + "]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 7)]

    composed = compose("\n".join(lines).encode())

    assert [mark.rule for mark in composed.marks] == ["size"]
    assert composed.values <= MAX_VALUES + 3 * 100 * 3**6


def test_aliases_cannot_make_a_document_deeper_than_its_bound():
    nest = "[" * 16 + "1" + "]" * 16
    lines = [f"a: &a {nest}", "b: &b " + "[" * 14 + "*a" + "]" * 14, "c: [[*b]]"]

    assert marked("\n".join(lines)) == ["size 3:6"]


def test_depth_stops_where_the_bound_is():
    fine, deep = "[" * MAX_DEPTH + "]" * MAX_DEPTH, "[" * 100_000

    assert marked(fine) == []
    assert marked(deep) == [f"size 1:{MAX_DEPTH + 1}"]
    assert marked("- " * 100_000) == [f"size 1:{2 * MAX_DEPTH + 1}"]


def test_values_stop_where_the_bound_is():
    composed = compose(b"[" + b"1, " * 200_000 + b"]")

    assert [mark.rule for mark in composed.marks] == ["size"]
    assert composed.values == MAX_VALUES + 1


@pytest.mark.parametrize(
    ("text", "place"),
    [("<<: {a: 1}\n", "merge-key 1:1"), ("a: &x {b: 1}\nc:\n  <<: *x\n", "merge-key 3:3")],
)
def test_merge_keys_are_marked(text, place):
    assert marked(text) == [place]


@pytest.mark.parametrize("text", ["[a]: 1\n", "? {a: 1}\n: 2\n", "a: {{ b }}\n", "x: &x 1\n*x : 2\n"])
def test_a_name_that_is_no_word_is_marked(text):
    assert [mark.split()[0] for mark in marked(text)] == ["key"]


@pytest.mark.parametrize("text", ["%YAML 1.1\n---\na: 1\n", "%TAG ! tag:x,2000:\n---\na: 1\n"])
def test_a_directive_is_marked(text):
    assert marked(text) == ["directive 1:1"]


def test_a_number_without_an_exact_meaning_is_marked():
    assert marked("a: .inf\nb: '.inf'\nc: 123456789012345678901\n") == ["number 1:4", "number 3:4"]
