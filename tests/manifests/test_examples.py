"""The examples beside the code: valid, with the schema that editors use named in the first line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.manifests.compose import compose
from reconciler.manifests.load import load
from reconciler.manifests.raw import split
from reconciler.wiring import known as known_plugins

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "connections.d").glob("*.yaml"))


def test_the_examples_are_valid_and_show_the_four_connections():
    manifests = load([ROOT / "connections.d"], root=ROOT, known=known_plugins())

    assert manifests.findings == ()
    assert {one.document.spec.display_name for one in manifests.connections} == {
        "MEXC Spot Main",
        "KuCoin Futures Conservative",
        "Recovery PRO Connection",
        "BTC ETH New Groups",
    }
    assert {one.document.spec.environment for one in manifests.connections} == {"simulator"}
    assert {one.document.spec.connection for one in manifests.bindings} == {one.name for one in manifests.connections}
    assert [one.name for one in manifests.policies] == ["house-rules"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_each_example_names_its_schema_in_the_first_line_and_meets_it(path):
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text())
    validator = Draft202012Validator(json.loads((path.parent / named[1]).read_text()))

    documents = [compose(chunk.text).data for chunk in split(path.read_bytes())[0]]

    assert documents
    assert [error.message for document in documents for error in validator.iter_errors(document)] == []


def test_every_secret_of_the_examples_is_checked_in():
    manifests = load([ROOT / "connections.d"], root=ROOT, known=known_plugins())

    locators = {ref.locator for one in manifests.connections for ref in one.document.spec.credentials.refs.values()}

    assert all((ROOT / "connections.d" / locator).is_file() for locator in locators)
