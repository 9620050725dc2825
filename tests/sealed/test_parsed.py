"""The bounds that all formats keep."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretRejected
from reconciler.sealed.parsed import bounded, text_of
from reconciler.sealed.tree import MAX_LEAVES


def test_text_may_begin_with_a_byte_order_mark():
    assert text_of(b"\xef\xbb\xbfa") == "a"


def test_what_is_no_text_is_refused():
    with pytest.raises(SecretRejected, match="UTF-8"):
        text_of(b"\xff")


def test_as_many_values_as_allowed_are_read_and_no_more():
    assert bounded({"a": ["x"] * MAX_LEAVES})
    with pytest.raises(SecretRejected, match="more than"):
        bounded({"a": ["x"] * (MAX_LEAVES + 1)})
