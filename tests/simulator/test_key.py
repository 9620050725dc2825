from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest

from reconciler.simulator.key import Key, KeyState

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def a_key(**fields):
    return Key(id="k", exchange="mexc", created_at=NOON, api_key="public-half", secret="not-to-be-seen", **fields)


def test_a_key_never_shows_its_values():
    shown = repr(a_key(passphrase="nor-this-one"))

    assert "public-half" not in shown
    assert "not-to-be-seen" not in shown
    assert "nor-this-one" not in shown


def test_an_active_key_expires_at_its_end():
    key = a_key(expires_at=NOON)

    assert key.state_at(NOON - timedelta(seconds=1)) is KeyState.ACTIVE
    assert key.state_at(NOON) is KeyState.EXPIRED
    assert key.is_gone(NOON)


def test_a_frozen_key_stays_frozen_past_its_end():
    assert a_key(state=KeyState.FROZEN, expires_at=NOON).state_at(NOON + timedelta(days=1)) is KeyState.FROZEN


@pytest.mark.parametrize(("address", "is_let_in"), [("203.0.113.77", True), ("203.0.114.1", False), ("::1", False)])
def test_a_list_lets_its_addresses_in(address, is_let_in):
    assert a_key(networks=(ip_network("203.0.113.0/24"),)).admits(ip_address(address)) is is_let_in


def test_a_key_without_a_list_may_be_used_from_anywhere():
    assert a_key().admits(ip_address("198.51.100.1"))


def test_any_one_of_the_needed_tokens_is_enough_and_none_needed_is_always_granted():
    key = a_key(tokens=("Spot",))

    assert key.may(["Unified", "Spot"])
    assert key.may([])
    assert not key.may(["Futures"])


def test_a_token_is_never_granted_by_a_part_of_it():
    assert not a_key(tokens=("InnerTransfer",)).may(["Transfer"])


def test_an_account_has_one_number_whatever_it_is_called():
    assert a_key(account="4711").uid == 4711
    assert a_key(account="main").uid == a_key(account="main").uid != a_key(account="other").uid


def test_overrides_are_laid_over_the_key_information():
    key = a_key(key_info={"b": None, "c": 3}, omit_key_info=("a",))

    assert key.described({"a": 1, "b": 2}) == {"b": None, "c": 3}


def test_permissions_are_spelled_as_given_or_from_the_tokens():
    assert a_key(tokens=("A", "B")).spelled == "A,B"
    assert a_key(tokens=("A", "B"), permissions="a, b").spelled == "a, b"
