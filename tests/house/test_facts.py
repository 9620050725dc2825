"""The law of facts: whatever is claimed of an exchange says where it was read, and when."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date

import pytest

from reconciler.kit import discover
from reconciler.model.exchange import ErrorRow, Exchange, Limit, Request, Source
from reconciler.model.permissions import Permission
from reconciler.values.rights import Right, Verdict

EXCHANGES = {word: discover.load("reconciler.exchanges", word) for word in discover.names("reconciler.exchanges")}
# No source may be older than this without somebody looking again.
PROJECT_BEGAN = date(2026, 1, 1)


def facts(value: object) -> Iterator[object]:
    """Yield every value inside an exchange's file that claims something with a source."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        if "source" in names:
            yield value
        for name in names:
            yield from facts(getattr(value, name))
    elif isinstance(value, Mapping):
        yield from (fact for name, inner in value.items() if name != "__builtins__" for fact in facts(inner))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from (fact for inner in value for fact in facts(inner))


def is_traceable(source: object) -> bool:
    """Whether a source can be followed: a page on the web, and a day on which it was looked at."""
    try:
        looked = date.fromisoformat(source.verified)
    except (AttributeError, TypeError, ValueError):
        return False
    return source.url.startswith("https://") and "." in source.url and looked >= PROJECT_BEGAN


@pytest.mark.parametrize("word", EXCHANGES)
def test_every_fact_has_a_page_and_a_day(word):
    claims = list(facts(vars(EXCHANGES[word])))

    assert [claim for claim in claims if not is_traceable(claim.source)] == []
    assert {type(claim) for claim in claims} >= {ErrorRow, Exchange, Limit, Permission, Request}


@pytest.mark.parametrize("word", EXCHANGES)
def test_every_permission_is_told_of_with_its_exchange(word):
    found = [claim for claim in facts(vars(EXCHANGES[word])) if isinstance(claim, Permission)]

    assert set(EXCHANGES[word].EXCHANGE.permissions) == set(found)


@pytest.mark.parametrize("word", EXCHANGES)
def test_no_right_is_denied_on_the_strength_of_unconfirmed_words_alone(word):
    exchange = EXCHANGES[word].EXCHANGE
    granted = {right for permission in exchange.permissions for right in permission.grants}
    confirmed = {right for one in exchange.permissions if one.source.is_confirmed for right in one.grants}

    assert [right for right in granted - confirmed if exchange.can_prove(right, Verdict.DENIED)] == []
    assert Right.WITHDRAW in confirmed


@pytest.mark.parametrize(
    "source", [None, Source("", ""), Source("http://a.example", "2026-11-22"), Source("https://a.example", "soon")]
)
def test_a_planted_rumour_is_caught(source):
    assert not is_traceable(source)
