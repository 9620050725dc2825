"""The tree: what leaves count as, and how a tree is copied."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretRejected
from reconciler.sealed.tree import Comment, Stamp, dotted, float_text, keys_of, mapped, plain_bytes


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1"),
        (1.5e-7, "0.00000015"),
        (1e21, "1" + "0" * 21),
        (1234.56789, "1234.56789"),
        (float("inf"), "+Inf"),
        (float("-inf"), "-Inf"),
        (float("nan"), "NaN"),
        (-0.0, "-0"),
    ],
)
def test_a_float_is_written_without_an_exponent(number, text):
    assert float_text(number) == text


@pytest.mark.parametrize(
    ("leaf", "data"),
    [("é", "é".encode()), (12, b"12"), (True, b"True"), (None, b""), (b"\xff", b"\xff"), (Stamp("x"), b"x")],
)
def test_a_leaf_counts_by_its_plaintext(leaf, data):
    assert plain_bytes(leaf) == data


def test_copying_leaves_comments_out_and_keeps_the_order():
    tree = {Comment("c"): None, "b": [1, Comment("in a list"), {"x": 2}], "a": None}
    seen = []

    copy = mapped(tree, lambda path, leaf: seen.append(dotted(path)) or leaf)

    assert list(copy.items()) == [("b", [1, {"x": 2}]), ("a", None)]
    assert seen == ["b.0", "b.2.x", "a"]


def test_list_positions_are_no_keys():
    assert keys_of(("a", 0, "b")) == ("a", "b")


def test_a_tree_that_nests_too_deeply_is_refused():
    tree = {}
    for _ in range(100):
        tree = {"a": tree}

    with pytest.raises(SecretRejected, match="deeper"):
        mapped(tree, lambda path, leaf: leaf)
