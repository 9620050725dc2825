from __future__ import annotations

from datetime import date

import pytest

from reconciler.cli.pages.exchanges import overview, pages, proven, verified
from reconciler.cli.pages.library import find
from reconciler.cli.pages.page import render
from reconciler.model.directory import Provable
from reconciler.model.exchange import Purpose
from reconciler.wiring import directory, exchanges

PAGES = {page.topic: page for page in pages(exchanges(), directory())}


def test_every_exchange_is_explained_with_the_requests_it_gets():
    assert set(PAGES) == {*exchanges(), *directory().refused}
    for word, exchange in exchanges().items():
        assert all(request.line in PAGES[word].text for request in exchange.requests)


def test_what_is_unconfirmed_of_an_exchange_is_called_so_on_its_page():
    for word, exchange in exchanges().items():
        assert PAGES[word].text.count("unconfirmed:") == len(exchange.doubts)
        for one in exchange.doubts:
            assert f"unconfirmed: {one.doubt} ({one.url}, {one.verified})" in PAGES[word].text


@pytest.mark.parametrize("id", [*directory().provable, *directory().variants])
def test_a_page_says_what_is_proven_by_which_request_and_since_when(id):
    provable = directory().provable[directory().file_of(id)]
    text = " ".join(PAGES[id].text.split())

    for words in (provable.either, provable.granted, provable.never):
        assert ", ".join(words) in text
    assert f"shown by {exchanges()[id].asked_for(Purpose.KEY_INFO)[0].line}" in text
    assert f"verified {date.fromisoformat(verified(exchanges()[id]))}" in text


@pytest.mark.parametrize("id", directory().others)
def test_a_page_of_an_exchange_without_a_file_promises_nothing(id):
    assert "no file of its own" in PAGES[id].text
    assert "never called Online" in PAGES[id].text
    assert "proven  " not in PAGES[id].text


def test_a_variant_names_the_file_and_the_hosts_that_answer_for_it():
    assert "gate, at api.gateeu.com" in PAGES["gateeu"].text


def test_an_exchange_that_is_refused_is_explained_by_its_reason():
    assert "private key of a wallet" in PAGES["hyperliquid"].summary


def test_the_group_tells_of_every_id_once_under_how_it_is_answered():
    (page,) = find("exchanges")
    own, variants, others, refused = page.text.split("\n\n")

    assert page.text == overview(exchanges(), directory())
    assert all(f"\n  {id} " in own for id in directory().provable)
    assert all(f"\n  {id} " in variants for id in directory().variants)
    assert set(others.partition(":\n")[2].replace(",", " ").split()) == set(directory().others)
    assert all(f"\n  {id} " in refused for id in directory().refused)
    assert max(map(len, render(page, colour=False).splitlines())) <= 80


def test_only_what_there_is_is_told_of_proof():
    assert proven(Provable(("read",), (), ("withdraw",))) == [("proven", "read"), ("never proven", "withdraw")]
