from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from reconciler.kit.fingerprint import Fingerprinter

ONE, OTHER = Fingerprinter(b"one key of this host"), Fingerprinter(b"the key of another host")
PARTS = st.lists(st.text(), max_size=4)


@given(PARTS, PARTS)
def test_fingerprints_are_equal_exactly_when_all_parts_are(left, right):
    assert (ONE.of(left) == ONE.of(right)) is (left == right)


def test_where_one_part_ends_and_the_next_begins_matters():
    assert ONE.of(["ab", "c"]) != ONE.of(["a", "bc"]) != ONE.of(["abc"])


def test_a_fingerprint_says_nothing_on_another_host():
    assert ONE.of(["key", "secret"]) != OTHER.of(["key", "secret"])
    assert re.fullmatch("[0-9a-f]{32}", ONE.of(["key", "secret"]))
