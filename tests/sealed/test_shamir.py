"""Sharing the data key among groups."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import SecretRejected
from reconciler.sealed.shamir import combine, split


@given(st.binary(min_size=1, max_size=40), st.integers(2, 6), st.data())
def test_any_shares_that_are_enough_give_the_secret(secret, count, data):
    threshold = data.draw(st.integers(2, count))

    shares = split(secret, count, threshold)

    assert all(combine(chosen) == secret for chosen in combinations(shares, threshold))


def test_too_few_shares_do_not_give_the_secret():
    secret = bytes(range(32))

    assert combine(split(secret, 3, 3)[:2]) != secret


def test_a_share_is_the_values_and_its_number():
    assert [share[-1] for share in split(bytes(32), 3, 2)] == [1, 2, 3]


@pytest.mark.parametrize("shares", [[b"ab\x01", b"abc\x02"], [b"a\x01", b"b\x01"], [b"a\x00", b"b\x01"], [b"", b""]])
def test_shares_that_cannot_belong_together_are_refused(shares):
    with pytest.raises(SecretRejected):
        combine(shares)
