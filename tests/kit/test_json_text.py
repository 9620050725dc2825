from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.kit.json_text import json_text


@given(st.text())
def test_every_text_arrives_as_it_was(text):
    assert json.loads(json_text({"text": text})) == {"text": text}


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_written(text):
    written = json_text([text])

    assert not [one for one in written if unicodedata.category(one) in ("Cc", "Cs") and one != "\n"]


@pytest.mark.parametrize("text", ["\u202e", "\x9b", "\ufeff", "\ud800", "\u2028", "##[add-mask]x", "###vso[a]b"])
def test_what_something_on_the_way_may_obey_is_escaped(text):
    written = json_text(text)

    assert json.loads(written) == text
    assert text not in written


def test_two_number_signs_alone_are_left_as_they_are():
    assert json_text("## heading") == '"## heading"\n'


@pytest.mark.parametrize(
    "value",
    [
        {"schema": "x", "many": [{"n": n, "text": "\u202e##[a]"} for n in range(2000)], "none": [], "map": {"a": {}}},
        [{"n": n} for n in range(2000)],
    ],
    ids=["map", "list"],
)
def test_a_long_list_has_an_item_a_line_and_means_the_same(value):
    written = json_text(value)

    assert json.loads(written) == value
    assert 2000 < len(written.splitlines()) < 2020
