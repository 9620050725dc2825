from __future__ import annotations

import pytest

from reconciler.documents.agreement import conditions, disagreements
from reconciler.documents.known import ExchangeTraits, Known


def found(kind, spec, known):
    return [(one.rule, one.path) for one in disagreements(kind, {"spec": spec}, known)]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"market": "futures", "pairs": ["BTC/USDT"]}, [("pair", ("spec", "pairs", 0))]),
        ({"market": "spot", "pairs": ["BTC/USDT", "BTC/USDT:USDT"]}, [("pair", ("spec", "pairs", 1))]),
        ({"market": "margin", "pairs": ["BTC/USDT:USDT-261225"]}, [("pair", ("spec", "pairs", 0))]),
        ({"market": "futures", "pairs": ["BTC/USDT:USDT", "nonsense", 5]}, []),
        ({"market": "nowhere", "pairs": ["BTC/USDT"]}, []),
        ({"market": ["spot"], "pairs": "BTC/USDT"}, []),
    ],
)
def test_pairs_are_of_the_bindings_market(spec, expected, known):
    assert found("StrategyBinding", spec, known) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"exchange": "kucoin", "credentials": {}}, [("passphrase", ("spec", "credentials", "passphrase"))]),
        ({"exchange": "kucoin", "credentials": {"sops": "f", "key": "k"}}, []),
        ({"exchange": "kucoin", "credentials": {"passphrase": 5}}, []),
        ({"exchange": "mexc", "credentials": {}}, []),
        ({"exchange": "mexc", "environment": "testnet"}, [("testnet", ("spec", "environment"))]),
        ({"exchange": "testex", "environment": "testnet"}, []),
        ({"exchange": "otherex", "environment": "simulator"}, [("simulator", ("spec", "environment"))]),
        ({"exchange": "otherex", "environment": "live"}, []),
        ({"exchange": "testex", "markets": ["spot", "futures"]}, [("market", ("spec", "markets", 1))]),
        ({"exchange": "nowhere", "markets": ["futures"], "environment": "testnet"}, []),
        ({"exchange": ["mexc"], "environment": "testnet"}, []),
    ],
)
def test_a_connection_fits_its_exchange(spec, expected, known):
    assert found("Connection", spec, known) == expected


@pytest.mark.parametrize("document", [{}, {"spec": None}, {"spec": []}])
def test_a_document_without_a_spec_is_left_to_others(document, known):
    assert list(disagreements("Connection", document, known)) == []


def test_kinds_without_such_fields_have_no_conditions(known):
    assert conditions("Policy", known) == []
    assert conditions("Config", known) == []


def test_every_disagreement_names_a_way_out(known):
    spec = {"exchange": "kucoin", "credentials": {}, "environment": "testnet"}
    other = {"exchange": "otherex", "environment": "simulator"}
    told = [one for each in (spec, other) for one in disagreements("Connection", {"spec": each}, known)]

    assert len(told) == 3
    assert all(one.message and one.remedy for one in told)


def test_exchanges_that_lack_the_same_market_share_a_clause():
    traits = ExchangeTraits("Any", False, frozenset({"spot"}), True)

    clauses = conditions("Connection", Known({"a": traits, "b": traits}, {}, {}))

    found = [clause for clause in clauses if "markets" in str(clause.get("then"))]
    assert [clause["if"]["properties"]["spec"]["properties"]["exchange"]["enum"] for clause in found] == [["a", "b"]]
