"""Flat metadata."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import SecretRejected
from reconciler.sealed.flat import flatten, unflatten

WORDS = st.text("abcdefg_", min_size=1, max_size=8).filter(lambda w: "__" not in w and w.strip("_") == w)
TREES = st.recursive(
    st.text("xyz \n", max_size=5),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(WORDS, inner, min_size=1, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(WORDS, TREES, min_size=1, max_size=4))
def test_what_was_flattened_is_read_back(fields):
    assert unflatten(flatten(fields)) == fields


def test_names_are_those_of_sops():
    fields = {"age": [{"enc": "a\nb", "recipient": "r"}], "shamir_threshold": 2, "mac_only_encrypted": True}

    assert flatten(fields) == {
        "age__list_0__map_enc": "a\\nb",
        "age__list_0__map_recipient": "r",
        "shamir_threshold": "2",
        "mac_only_encrypted": "true",
    }


@pytest.mark.parametrize(
    "names",
    [
        ["a__list_0", "a__list_2"],
        ["a__list_00"],
        ["a", "a__map_b"],
        ["a__map_b", "a"],
        ["a__list_0", "a__map_b"],
        ["a" + "__map_b" * 20],
    ],
)
def test_names_that_contradict_each_other_are_refused(names):
    with pytest.raises(SecretRejected):
        unflatten(dict.fromkeys(names, "x"))
