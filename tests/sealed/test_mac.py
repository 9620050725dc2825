"""The MAC of a file."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretRejected
from reconciler.sealed.mac import Mac
from reconciler.sealed.tree import Comment

KEY = bytes(32)
TIME = "2026-11-22T12:00:00Z"


def mac(*leaves, only_encrypted=False) -> Mac:
    made = Mac(only_encrypted=only_encrypted)
    for leaf, is_selected in leaves:
        made.add(leaf, is_selected=is_selected)
    return made


def test_the_same_leaves_have_the_same_mac():
    mac(("a", True), (1, False)).check(mac(("a", True), (1, False)).sealed(KEY, TIME), KEY, TIME)


@pytest.mark.parametrize("leaves", [[("b", True)], [("a", True), ("b", True)], []])
def test_other_leaves_have_another_mac(leaves):
    with pytest.raises(SecretRejected, match="MAC"):
        mac(*leaves).check(mac(("a", True)).sealed(KEY, TIME), KEY, TIME)


def test_nulls_comments_and_empty_strings_count_for_nothing():
    mac(("a", True), (None, True), (Comment("c"), True), ("", True)).check(
        mac(("a", True)).sealed(KEY, TIME), KEY, TIME
    )


def test_the_mac_is_bound_to_the_time():
    with pytest.raises(SecretRejected, match="MAC"):
        mac(("a", True)).check(mac(("a", True)).sealed(KEY, TIME), KEY, "2026-11-22T12:00:01Z")


@pytest.mark.parametrize("stored", ["", "plain", "ENC[]"])
def test_a_mac_that_is_none_is_refused(stored):
    with pytest.raises(SecretRejected, match="MAC"):
        mac().check(stored, KEY, TIME)


def test_when_only_encrypted_values_count_others_may_change_but_the_flag_may_not():
    sealed = mac(("a", True), ("b", False), only_encrypted=True).sealed(KEY, TIME)

    mac(("a", True), ("c", False), only_encrypted=True).check(sealed, KEY, TIME)
    with pytest.raises(SecretRejected, match="MAC"):
        mac(("a", True)).check(sealed, KEY, TIME)
