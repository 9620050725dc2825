from __future__ import annotations

import pytest
from yaml import YAMLError

from reconciler.manifests.compose import compose
from reconciler.manifests.syntax import explain

# What people get wrong, where it is, and a word of what they are told.
CASES = [
    ("a:\n\tb: 1\n", "2:1", "tab"),
    ("\ta: 1\n", "1:1", "tab"),
    ("a: b: c\n", "1:5", "colon"),
    ("a: 1\n b: 2\n", "2:3", "colon"),
    ("a:\n  b: 1\n c: 2\n", "3:2", "column"),
    ("  a: 1\nb: 2\n", "2:1", "after the end"),
    ("- a\nb: 1\n", "2:1", "list item"),
    ("a: 'x\nb: 1\n", "1:4", "never closed"),
    ('a: "x\n', "1:4", "never closed"),
    ("a: [1, 2\nb: 3\n", "1:4", "not closed"),
    ("a: {b: 1\n", "1:4", "not closed"),
    ("a: [\n", "1:4", "ends"),
    ("a: [1,\n", "1:6", "ends"),
    ("a: }\n", "1:4", "value was expected"),
    ("a: @x\n", "1:4", "cannot begin"),
    ("a: `x`\n", "1:4", "cannot begin"),
    ("a: %x\n", "1:4", "cannot begin"),
    ('a: "\\q"\n', "1:5", "escape"),
    ('a: "\\ud800"\n', "1:7", "no such character"),
    ('a: "\\x4"\n', "1:7", "digits"),
    ("a: &\n", "1:5", "no name"),
    ("a: |x\n  b\n", "1:5", "text block"),
    ("a: - 1\n", "1:4", "list item"),
    ("a: !x!y z\n", "1:4", "tag"),
    ("a\nb: 1\n", "2:2", "colon"),
    ("a: 1\nb\nc: 2\n", "3:1", "colon"),
    ("a: 1\n...\nb: 2\n", "3:1", "after the end"),
]


@pytest.mark.parametrize(("text", "place", "word"), CASES, ids=[repr(text) for text, _, _ in CASES])
def test_a_mistake_is_told_at_its_place_with_a_remedy(text, place, word):
    (mark,) = compose(text.encode()).marks

    assert f"{mark.line}:{mark.column}" == place
    assert mark.rule == "syntax"
    assert word in f"{mark.message} {mark.remedy}"
    assert mark.remedy


def test_nothing_of_the_text_is_repeated():
    text = "secret: CANARYa: CANARYb\nCANARYc: [CANARYd\n"

    assert "CANARY" not in str(compose(text.encode()).marks)


def test_an_error_without_a_place_is_told_at_the_beginning():
    mark = explain(YAMLError("CANARY"), b"")

    assert (mark.rule, mark.line, mark.column) == ("syntax", 1, 1)
    assert "CANARY" not in mark.message
