"""A lazy mapping knows its keys without making a value, and makes each one once."""

import pytest

from reconciler.kit.lazy import LazyMapping


def test_nothing_is_made_before_it_is_asked_for():
    made = []
    lazy = LazyMapping(["a", "b"], lambda key: made.append(key) or key.upper())

    assert (list(lazy), len(lazy), "a" in lazy, "c" in lazy, made) == (["a", "b"], 2, True, False, [])
    assert (lazy["a"], lazy["a"], made) == ("A", "A", ["a"])


def test_an_unknown_key_makes_nothing():
    lazy = LazyMapping(["a"], lambda key: pytest.fail("made"))

    assert lazy.get("c") is None
    with pytest.raises(KeyError):
        lazy["c"]


def test_a_part_is_taken_as_late_as_the_whole():
    made = []
    part = LazyMapping(["a", "b"], lambda key: made.append(key) or key.upper()).mapped(str.lower)

    assert (dict(part.items()), sorted(made)) == ({"a": "a", "b": "b"}, ["a", "b"])
