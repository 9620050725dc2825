from __future__ import annotations

import pytest

from reconciler.model.state import Kind, ManagedObject
from reconciler.starting.taken import fields_of, manifest, references, values
from reconciler.values.secret import Credentials, Secret

CONNECTION = {
    "metadata.labels.team.inner/x": "core",
    "spec.account": "main",
    "spec.displayName": "MEXC Spot Main",
    "spec.environment": "live",
    "spec.exchange": "mexc",
    "spec.ipAllowlist": [],
    "spec.markets": ["spot"],
    "spec.permissions": ["read", "trade"],
    "spec.twoFactor.attestedAt": "2026-10-01",
    "spec.twoFactor.attestedBy": "me",
}
BINDING = {
    "spec.connection": "a",
    "spec.enabled": True,
    "spec.market": "spot",
    "spec.pairs": ["BTC/USDT"],
    "spec.recoveryMode": False,
    "spec.riskLevel": "balanced",
    "spec.settings": {"b": 1, "a": {"c.d": None}},
    "spec.strategy": "grid",
}
REFS = references("a", ["apiKey", "secret"])


def connection(**changed):
    return ManagedObject(Kind.CONNECTION, "a", {**CONNECTION, **changed}, "fingerprint")


def test_a_connection_becomes_its_manifest_in_the_order_of_the_examples():
    made = manifest(connection(), REFS)

    assert made["metadata"] == {"name": "a", "labels": {"team.inner/x": "core"}}
    wanted = ["displayName", "exchange", "environment", "account", "markets", "permissions", "credentials", "twoFactor"]
    assert list(made["spec"]) == wanted
    assert list(made["spec"]["twoFactor"]) == ["attestedBy", "attestedAt"]
    assert made["spec"]["credentials"]["apiKey"] == {"sops": "secrets/a.sops.yaml", "key": "main.api_key"}


def test_a_binding_keeps_its_free_settings_as_they_are():
    made = manifest(ManagedObject(Kind.BINDING, "b", BINDING))

    assert made["spec"]["settings"] == {"b": 1, "a": {"c.d": None}}
    assert "recoveryMode" not in made["spec"]


@pytest.mark.parametrize(
    "changed",
    [
        {"spec.exchange": "nonsense"},
        {"spec.unheard": "of"},
        {"spec.permissions": ["read", "withdraw"]},
        {"spec.markets": ["spot", "futures"]},
        {"spec.account": None},
    ],
)
def test_what_no_manifest_can_ask_for_has_none(changed):
    assert manifest(connection(**changed), REFS) is None


def test_a_name_that_is_none_has_no_manifest():
    assert manifest(ManagedObject(Kind.CONNECTION, "../a", CONNECTION), REFS) is None


def test_credentials_are_named_as_they_are_or_as_the_exchange_wants_them():
    two, three = Credentials(Secret("a"), Secret("b")), Credentials(Secret("a"), Secret("b"), Secret("c"))

    assert fields_of(two, connection()) == ("apiKey", "secret")
    assert fields_of(three, connection()) == ("apiKey", "secret", "passphrase")
    assert fields_of(None, connection()) == ("apiKey", "secret")
    assert fields_of(None, connection(**{"spec.exchange": "kucoin"})) == ("apiKey", "secret", "passphrase")
    assert fields_of(None, connection(**{"spec.exchange": "nonsense"})) == ("apiKey", "secret")
    assert values(two) == {"main": {"api_key": "a", "secret": "b"}}
