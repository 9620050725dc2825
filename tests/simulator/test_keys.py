from __future__ import annotations

import pytest

from reconciler.errors import UsageError
from reconciler.kit.clock import ManualClock
from reconciler.simulator.keys import Keyring
from reconciler.simulator.server import Simulator
from reconciler.values.rights import Right


@pytest.fixture
def ring():
    exchanges = Simulator()._exchanges
    return Keyring(exchanges, ManualClock())


def test_a_key_is_found_by_exchange_and_api_key(ring):
    key = ring.create({"exchange": "mexc", "rights": ["read"]})

    assert ring.find("mexc", key.api_key) == key
    assert ring.find("kucoin", key.api_key) is None
    assert len(ring) == 1


def test_values_are_made_up_in_the_exchanges_own_form(ring):
    mexc, kucoin = ring.create({"exchange": "mexc"}), ring.create({"exchange": "kucoin"})

    assert mexc.api_key.startswith("mx0")
    assert mexc.passphrase is None
    assert len(bytes.fromhex(kucoin.api_key)) == 12
    assert kucoin.passphrase


def test_a_nonce_must_be_above_all_before_it_of_the_same_key(ring):
    one, other = ring.create({"exchange": "mexc"}), ring.create({"exchange": "mexc"})

    assert [ring.raise_nonce(one.id, nonce) for nonce in (5, 5, 4, 6)] == [True, False, False, True]
    assert ring.raise_nonce(other.id, 5)


def test_values_that_are_given_are_kept(ring):
    given = {"api_key": "a" * 24, "secret": "s", "passphrase": "p"}
    key = ring.create({"exchange": "kucoin", **given})

    assert (key.api_key, key.secret, key.passphrase) == ("a" * 24, "s", "p")


def test_every_account_is_its_own_unless_it_is_named(ring):
    keys = [ring.create({"exchange": "mexc", "account": account}) for account in (None, None, "7", "7")]

    assert len({key.account for key in keys}) == 3
    assert ring.of_account("mexc", "7") == (keys[2], keys[3])


def test_sub_accounts_are_found_by_name(ring):
    ring.create({"exchange": "mexc", "account": "7"})
    bot = ring.create({"exchange": "mexc", "account": "7", "sub_account": "bots"})

    assert ring.sub_accounts("mexc", "7") == ("bots",)
    assert ring.of_sub_account("mexc", "7", "bots") == (bot,)


def test_new_rights_end_an_override_of_the_permissions(ring):
    key = ring.create({"exchange": "mexc", "permissions": "STRANGE"})

    changed = ring.change(key.id, {"rights": ["trade_spot"]})

    assert key.spelled == "STRANGE"
    assert changed.spelled == "SPOT_DEAL_WRITE"


def test_a_change_keeps_what_it_does_not_name(ring):
    key = ring.create({"exchange": "mexc", "rights": ["withdraw"], "ip_allowlist": ["203.0.113.1"]})

    changed = ring.change(key.id, {"state": "frozen"})

    assert changed.rights == {Right.WITHDRAW}
    assert changed.ip_allowlist == ("203.0.113.1",)
    assert ring.get(key.id).state == "frozen"


def test_an_empty_list_of_addresses_is_no_list(ring):
    key = ring.create({"exchange": "mexc", "ip_allowlist": ["203.0.113.1"]})

    assert ring.change(key.id, {"ip_allowlist": None}).networks == ()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "exchange"),
        ({"exchange": "mexk"}, "no such exchange"),
        ({"exchange": "mexc", "rights": ["trade"]}, "rights holds a word that is not known"),
        ({"exchange": "mexc", "rights": ["manage_keys"]}, "no key of mexc can have the right manage_keys"),
        ({"exchange": "mexc", "ip_allowlist": ["10.0.0.300"]}, "ipAllowlist"),
        ({"exchange": "mexc", "state": "gone"}, "state holds a word that is not known"),
        ({"exchange": "mexc", "version": 2}, "version 2"),
        ({"exchange": "kucoin", "version": 9}, "version 9"),
        ({"exchange": "mexc", "colour": "red"}, "a key has no colour"),
    ],
)
def test_a_key_that_cannot_be_is_refused_and_leaves_nothing(ring, given, words):
    with pytest.raises(UsageError, match=words):
        ring.create(given)

    assert len(ring) == 0


def test_a_near_miss_is_recognized(ring):
    with pytest.raises(UsageError) as caught:
        ring.create({"exchange": "mexk"})

    assert caught.value.hint == 'did you mean "mexc"?'


def test_what_might_be_a_secret_is_not_repeated(ring):
    canary = "canary-5f1c0e9a7b3d42e8"
    wrong = [{"exchange": canary}, {"exchange": "mexc", "rights": [canary]}, {"exchange": "mexc", "state": canary}]
    for given in wrong:
        with pytest.raises(UsageError) as caught:
            ring.create(given)
        assert canary not in f"{caught.value} {caught.value.hint}"


def test_two_keys_of_an_exchange_are_never_the_same(ring):
    ring.create({"exchange": "mexc", "api_key": "mx0vABCDEF", "name": "one"})

    with pytest.raises(UsageError, match="already has a key"):
        ring.create({"exchange": "mexc", "api_key": "mx0vABCDEF"})
    with pytest.raises(UsageError, match='already is a key "one"'):
        ring.create({"exchange": "kucoin", "name": "one"})


def test_the_values_of_a_key_stay(ring):
    key = ring.create({"exchange": "mexc"})

    with pytest.raises(UsageError, match="secret cannot be changed"):
        ring.change(key.id, {"secret": "x"})


def test_a_key_nobody_made_cannot_be_changed(ring):
    with pytest.raises(UsageError, match="no key of this id"):
        ring.change("key-9", {"state": "frozen"})


def test_the_rights_a_key_can_have_may_depend_on_its_version(ring):
    classic = ring.create({"exchange": "bitget", "rights": ["trade_spot", "manage_keys"], "version": 2})
    unified = ring.create({"exchange": "bitget", "rights": ["trade_spot"]})

    assert classic.rights == {Right.READ, Right.TRADE_SPOT, Right.MANAGE_KEYS}
    assert unified.rights >= {Right.TRADE_SPOT, Right.TRADE_FUTURES}
    with pytest.raises(UsageError, match="manage_keys"):
        ring.change(unified.id, {"rights": ["manage_keys"]})
