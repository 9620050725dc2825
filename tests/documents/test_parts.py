from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from reconciler.documents.parts import ExchangeId, Metadata, Part, Unique


class Example(Part):
    """A part with a list and a word that only the known plug-ins can check."""

    some_items: Annotated[tuple[str, ...], *Unique] = Field(default=())
    exchange: ExchangeId = "mexc"


def wrong(data, known):
    with pytest.raises(ValidationError) as caught:
        Example.model_validate(data, context=known)
    return [(error["type"], error["loc"]) for error in caught.value.errors()]


def test_fields_are_written_in_camel_case_and_in_no_other(known):
    assert Example.model_validate({"someItems": ["a"]}, context=known).some_items == ("a",)
    assert wrong({"some_items": []}, known) == [("extra_forbidden", ("some_items",))]


def test_nothing_is_converted(known):
    assert wrong({"someItems": [1]}, known) == [("string_type", ("someItems", 0))]


def test_every_repeated_item_is_told_at_its_place(known):
    assert wrong({"someItems": ["a", "b", "a", "a"]}, known) == [
        ("duplicate_item", ("someItems", 2)),
        ("duplicate_item", ("someItems", 3)),
    ]


def test_an_exchange_is_one_that_is_known(known):
    assert wrong({"exchange": "nowhere"}, known) == [("unknown_exchange", ("exchange",))]


def test_an_exchange_that_no_key_can_be_declared_for_is_refused(known):
    assert wrong({"exchange": "walletex"}, known) == [("refused_exchange", ("exchange",))]


def test_a_document_cannot_be_changed(known):
    with pytest.raises(ValidationError):
        Example.model_validate({}, context=known).exchange = "kucoin"


def test_an_error_shows_no_input():
    with pytest.raises(ValidationError) as caught:
        Metadata.model_validate({"name": "CANARY_5f0e"})

    assert "CANARY" not in str(caught.value)
