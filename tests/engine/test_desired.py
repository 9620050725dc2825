from __future__ import annotations

from datetime import timedelta

import pytest

from reconciler.model.probe import Diagnosis
from reconciler.model.state import Kind


def fields(build, placed) -> dict:
    manifests = build.manifests(placed)
    return build.desired(manifests, {})[0].fields


def test_a_connection_is_flattened_without_its_credentials(build):
    placed = build.connection("main", labels={"team": "core"}, rotation={"createdAt": "2026-10-01", "maxAgeDays": 90})

    flat = fields(build, placed)

    assert flat["metadata.labels.team"] == "core"
    assert flat["spec.rotation.maxAgeDays"] == 90
    assert flat["spec.exchange"] == "mexc"
    assert not any("credentials" in path or "sops" in str(value) for path, value in flat.items())


def test_lists_whose_order_says_nothing_are_sorted_and_pairs_are_not(build):
    connection = fields(build, build.connection(markets=["spot", "futures"], permissions=["trade", "read"]))
    binding = fields(build, build.binding(pairs=["ETH/USDT", "BTC/USDT"]))

    assert connection["spec.markets"] == ["futures", "spot"]
    assert connection["spec.permissions"] == ["read", "trade"]
    assert binding["spec.pairs"] == ["ETH/USDT", "BTC/USDT"]


def test_settings_of_a_strategy_stay_one_value(build):
    flat = fields(build, build.binding(settings={"a": {"b": 1}}, marginLimit={"amount": "5", "currency": "USDT"}))

    assert flat["spec.settings"] == {"a": {"b": 1}}
    assert flat["spec.marginLimit.amount"] == "5"


def test_a_connection_whose_secret_did_not_open_has_no_fingerprint(build):
    (wanted,) = build.desired(build.manifests(build.connection()), {}, fingerprints={})

    assert wanted.fingerprint is None


def suspended(build, result, *, present=None, now=None, **spec):
    manifests = build.manifests(build.connection(**spec), build.binding())
    actual = build.desired(manifests, build.online("main"))
    actual = [one if one.kind is Kind.CONNECTION else build.changed(one) for one in actual]
    if present is not None:
        actual = [*actual[:1], type(actual[1])(Kind.BINDING, "grid", actual[1].fields, suspended=present)]
    results = {"main": result} if result else {}
    return build.desired(manifests, results, actual=actual, now=now or build.now)[1].suspended


def test_a_blocked_connection_suspends_its_bindings_with_the_reason(build):
    reason = suspended(build, build.result("main", Diagnosis.WITHDRAWAL_ENABLED))

    assert reason == "connection main is Blocked: Withdrawal enabled"


def test_a_declared_pause_suspends_to_the_end_of_its_day(build):
    pause = {"until": "2026-12-01", "reason": "migration"}
    last_moment = build.now.replace(month=12, day=1, hour=23, minute=59)

    assert suspended(build, build.result(), suspend=pause) == "connection main is suspended until 2026-12-01: migration"
    assert suspended(build, build.result(), suspend=pause, now=last_moment) is not None
    assert suspended(build, build.result(), suspend=pause, now=last_moment + timedelta(minutes=1)) is None


def test_a_block_is_the_reason_that_is_told_of_a_paused_connection(build):
    pause = {"until": "2026-12-01", "reason": "migration"}

    assert "Blocked" in suspended(build, build.result("main", Diagnosis.WITHDRAWAL_ENABLED), suspend=pause)


def test_an_online_connection_lets_its_bindings_run_again(build):
    assert suspended(build, build.result(), present="connection main is Blocked: Withdrawal enabled") is None


@pytest.mark.parametrize(
    "diagnosis",
    [Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.INVALID_KEY, Diagnosis.UNVERIFIED, Diagnosis.IP_NOT_ALLOWED, None],
)
@pytest.mark.parametrize("present", [None, "it was blocked"])
def test_what_is_not_known_today_leaves_a_binding_as_it_is(build, diagnosis, present):
    result = build.result("main", diagnosis) if diagnosis else None

    assert suspended(build, result, present=present) == present


def test_objects_come_in_the_same_order_whatever_order_the_manifests_have(build):
    one, two = build.connection("one"), build.connection("two")

    assert build.desired(build.manifests(one, two), {}) == build.desired(build.manifests(two, one), {})
