"""JSON files."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretRejected
from reconciler.sealed.formats import json


def test_order_and_types_are_kept():
    parsed = json.read(b'{"b": 1, "a": [1.5, true, null, "x"], "big": 99999999999999999999, "sops": {"mac": "m"}}')

    assert list(parsed.documents[0].items()) == [("b", 1), ("a", [1.5, True, None, "x"]), ("big", 1e20)]
    assert parsed.metadata == {"mac": "m"}


@pytest.mark.parametrize(
    "text",
    ["[1]", "5", "{", '{"a": 1, "a": 2}', '{"a": NaN}', '{"a":' + "[" * 100_000, '{"a": ' + "9" * 5000 + "}", "\x00"],
)
def test_what_is_no_plain_object_is_refused(text):
    with pytest.raises(SecretRejected):
        json.read(text.encode())


def test_nothing_of_a_broken_file_is_in_the_message():
    with pytest.raises(SecretRejected) as caught:
        json.read(b'{"a": "canary-value"')

    assert "canary" not in caught.value.message
    assert caught.value.__cause__ is None


def test_what_was_written_is_read_back():
    written = json.write([{"a": "é"}], {"mac": "m"})

    assert "é" in written.decode()
    assert (json.read(written).documents, json.read(written).metadata) == ([{"a": "é"}], {"mac": "m"})


def test_what_has_no_form_in_json_is_refused():
    with pytest.raises(SecretRejected):
        json.write([{"a": float("inf")}], {})
