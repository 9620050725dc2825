from __future__ import annotations

import pytest

from reconciler.manifests.raw import split
from reconciler.manifests.source import TextSource

TEXT = """\
# a comment
ключ: 1
---
kind: Connection
spec:
  markets: [spot,
    futures]
  credentials:
    secret: {age: a}
  list:
  - x: 1
  - [y, {z: 2}]
  empty:
"""


@pytest.fixture
def source():
    return TextSource("a.yaml", split(TEXT.encode())[0][1])


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), "4:1"),
        (("kind",), "4:7"),
        (("spec",), "6:3"),
        (("spec", "markets"), "6:12"),
        (("spec", "markets", 1), "7:5"),
        (("spec", "credentials", "secret"), "9:13"),
        (("spec", "credentials", "secret", "age"), "9:19"),
        (("spec", "list", 0, "x"), "11:8"),
        (("spec", "list", 1, 1, "z"), "12:13"),
        (("spec", "empty"), "13:9"),
    ],
)
def test_a_value_is_found_by_its_path(source, path, place):
    assert str(source.where(*path)) == f"a.yaml:{place}"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("spec", "exchange"), "5:1"),
        (("spec", "credentials", "secret", "key"), "9:5"),
        (("spec", "markets", 7), "6:3"),
        (("nothing", "at", "all"), "4:1"),
    ],
)
def test_what_is_absent_is_placed_at_the_name_of_what_should_hold_it(source, path, place):
    assert str(source.where(*path)) == f"a.yaml:{place}"


def test_a_name_is_found_by_its_path(source):
    assert str(source.name_of("spec", "credentials", "secret")) == "a.yaml:9:5"


def test_of_two_equal_fields_the_first_is_found():
    source = TextSource("a.yaml", split(b"a: 1\na: {b: 2}\n")[0][0])

    assert str(source.where("a")) == "a.yaml:1:4"


def test_a_field_behind_an_alias_is_placed_at_the_alias():
    source = TextSource("a.yaml", split(b"a: &x {b: 1}\nc: *x\n")[0][0])

    assert str(source.where("c")) == "a.yaml:2:4"
    assert str(source.where("c", "b")) == "a.yaml:2:1"


def test_columns_count_characters_and_not_bytes():
    source = TextSource("a.yaml", split("é: {ключ: 1}\n".encode())[0][0])

    assert str(source.where("é", "ключ")) == "a.yaml:1:11"


def test_places_of_a_document_that_breaks_off_lead_as_far_as_it_goes():
    source = TextSource("a.yaml", split(b"a: 1\nb: [\n")[0][0])

    assert str(source.where("a")) == "a.yaml:1:4"


def test_a_document_nested_without_bound_is_not_followed_to_its_end():
    source = TextSource("a.yaml", split(b"a: " + b"[" * 500_000)[0][0])

    assert str(source.where("a")) == "a.yaml:1:4"
