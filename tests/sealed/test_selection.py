"""Which leaves are encrypted."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretRejected
from reconciler.sealed.selection import Rule, rule_of
from reconciler.sealed.values import encrypt

PATHS = [("a", "b"), ("a_x", "b"), ("a", 0, "b_x")]


@pytest.mark.parametrize(
    ("rule", "selected"),
    [
        (Rule(), [True, True, True]),
        (Rule("unencrypted_suffix", "_x"), [True, False, False]),
        (Rule("encrypted_suffix", "_x"), [False, True, True]),
        (Rule("unencrypted_regex", "^a$"), [False, True, False]),
        (Rule("encrypted_regex", "^b"), [True, True, True]),
    ],
)
def test_a_rule_selects_by_the_keys_of_the_path(rule, selected):
    assert [rule.selector()(path, "v") for path in PATHS] == selected


def test_under_a_comment_rule_the_form_of_the_value_decides():
    select = Rule("encrypted_comment_regex", "sops:enc").selector()

    assert select(("a",), encrypt("x", bytes(32), b"")) is True
    assert select(("a",), "x") is False


def test_without_a_rule_all_but_one_suffix_is_encrypted():
    assert rule_of({"unencrypted_suffix": "", "mac": "x"}) == Rule("unencrypted_suffix", "_unencrypted")


def test_two_rules_at_once_are_refused():
    with pytest.raises(SecretRejected, match="several"):
        rule_of({"unencrypted_suffix": "_a", "encrypted_regex": "b"})


def test_a_rule_that_is_no_text_is_refused():
    with pytest.raises(SecretRejected, match="not text"):
        rule_of({"encrypted_regex": ["a"]})
