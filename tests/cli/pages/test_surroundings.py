from __future__ import annotations

import re
from pathlib import Path

import reconciler
from reconciler.cli.pages import surroundings
from reconciler.kit import discover
from reconciler.wiring import exchanges

SOURCES = Path(reconciler.__file__).parent


def test_every_kind_of_secret_reference_is_explained():
    assert sorted(surroundings.SCHEMES) == list(discover.names("reconciler.secrets"))


def test_every_variable_that_the_program_names_is_explained():
    text = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES.rglob("*.py"))
    named = set(re.findall(r"\b(?:RECONCILE_[A-Z]+(?:_[A-Z]+)*|SOPS_[A-Z_]*[A-Z])\b", text))
    families = [name.removesuffix("*") for name in surroundings.ENVIRONMENT if name.endswith("*")]

    unexplained = {name for name in named if name not in surroundings.ENVIRONMENT}

    assert {name for name in unexplained if not any(f"{name}_".startswith(family) for family in families)} == set()


def test_every_exchange_is_explained_with_the_requests_it_gets():
    pages = {page.topic: page for page in surroundings.pages(exchanges()) if page.group == "exchanges"}

    assert set(pages) == set(exchanges())
    for word, exchange in exchanges().items():
        assert all(request.line in pages[word].text for request in exchange.requests)


def test_what_is_unconfirmed_of_an_exchange_is_called_so_on_its_page():
    for page in surroundings.pages(exchanges()):
        doubts = exchanges()[page.topic].doubts if page.group == "exchanges" else ()
        assert page.text.count("unconfirmed:") == len(doubts)
        assert all(f"unconfirmed: {one.doubt} ({one.url}, {one.verified})" in page.text for one in doubts)
