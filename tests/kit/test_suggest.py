from __future__ import annotations

import pytest

from reconciler.kit.suggest import closest, did_you_mean

KNOWN = ["exchange", "environment", "permissions"]


@pytest.mark.parametrize(
    ("word", "near"),
    [("exchnage", "exchange"), ("EXCHANGE", "exchange"), ("permision", "permissions"), ("zzz", None), ("", None)],
)
def test_a_near_miss_is_recognised(word, near):
    assert closest(word, KNOWN) == near


def test_a_text_as_long_as_a_secret_is_compared_with_nothing():
    assert closest("exchange" * 10, ["exchange" * 10]) is None


def test_the_suggestion_is_one_word_or_all_of_them():
    assert did_you_mean("exchnage", KNOWN) == 'did you mean "exchange"?'
    assert did_you_mean("zzz", KNOWN) == "use one of: environment, exchange, permissions"
    assert did_you_mean("zzz", []) == ""
