from __future__ import annotations

import pytest

from reconciler.documents.connection import Connection
from reconciler.manifests.check import check, kind_of, value_at

GOOD = {
    "apiVersion": "reconciler/v1",
    "kind": "Connection",
    "metadata": {"name": "a"},
    "spec": {"exchange": "mexc", "markets": ["spot"], "credentials": {"sops": "f", "key": "k"}},
}


def test_a_right_document_has_no_mistakes(known):
    document, mistakes = check(Connection, GOOD, known)

    assert mistakes == []
    assert document.spec.exchange == "mexc"


def test_what_does_not_fit_together_is_found_beside_everything_else(known):
    data = {**GOOD, "spec": {"exchange": "kucoin", "environment": "testnet", "markets": ["spt"], "credentials": {}}}

    document, mistakes = check(Connection, data, known)

    assert document is None
    assert {one.rule for one in mistakes} == {"schema", "missing-field", "passphrase", "testnet"}


def test_an_empty_list_is_told_but_not_one_whose_items_are_wrong(known):
    empty = check(Connection, {**GOOD, "spec": {**GOOD["spec"], "markets": []}}, known)[1]
    wrong = check(Connection, {**GOOD, "spec": {**GOOD["spec"], "markets": ["spt"]}}, known)[1]

    assert [one.path for one in empty] == [("spec", "markets")]
    assert [one.path for one in wrong] == [("spec", "markets", 0)]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        ([], "document"),
        ("text", "document"),
        (None, "document"),
        ({}, "missing-field"),
        ({"kind": "Conection"}, "kind"),
        ({"kind": None}, "kind"),
        ({"kind": ["Connection"]}, "kind"),
        ({"kind": "Config"}, "kind"),
    ],
)
def test_a_document_without_a_kind_of_ours_is_told(data, rule):
    kind, mistake = kind_of(data)

    assert kind is None
    assert mistake.rule == rule


def test_a_misspelt_kind_is_told_the_right_one():
    assert kind_of({"kind": "Conection"})[1].remedy == 'did you mean "Connection"?'


def test_config_is_sent_to_its_own_file():
    assert "reconciler.yaml" in kind_of({"kind": "Config"})[1].remedy


def test_a_value_is_found_by_its_path_and_none_where_nothing_is():
    data = {"a": [{"b": 1}]}

    assert value_at(data, ("a", 0, "b")) == 1
    assert [value_at(data, path) for path in (("a", 1), ("x", 0), ("a", "b"), ("a", 0, "b", "c"))] == [None] * 4
