from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.engine.drift import drift, lowered
from reconciler.model.probe import Diagnosis
from reconciler.model.state import Kind

SPEC = {"markets": ["spot"], "permissions": ["read", "trade"]}


@pytest.fixture
def applied(build):
    manifests = build.manifests(build.connection("main", **SPEC), build.binding("grid"))
    return build.desired(manifests, build.online("main"))


def told(found) -> list[tuple[str, str, object, object, str]]:
    return [(str(one.source), one.path, one.desired, one.actual, str(one.severity)) for one in found]


def platform(recorded, actual):
    return told(drift(recorded, actual, recorded, accepted={}, proofs={}))


def test_a_platform_as_it_was_applied_has_no_drift(applied):
    assert platform(applied, applied) == []


def test_a_field_that_somebody_changed_is_drift(build, applied):
    actual = [applied[0], build.changed(applied[1], spec__riskLevel="aggressive")]

    assert platform(applied, actual) == [("platform", "spec.riskLevel", "balanced", "aggressive", "info")]


def test_an_object_that_somebody_deleted_is_drift(applied):
    assert platform(applied, applied[:1]) == [("platform", "exists", True, False, "info")]


@pytest.mark.parametrize(("severity", "before", "after"), [("incident", "blocked", None), ("info", None, "by hand")])
def test_a_binding_that_somebody_resumed_is_an_incident_and_one_suspended_is_not(applied, severity, before, after):
    recorded = [applied[0], replace(applied[1], suspended=before)]
    actual = [applied[0], replace(applied[1], suspended=after)]

    assert platform(recorded, actual) == [("platform", "suspended", before, after, severity)]


def test_a_binding_that_somebody_enabled_is_an_incident(build, applied):
    recorded = [applied[0], build.changed(applied[1], spec__enabled=False)]

    assert platform(recorded, applied) == [("platform", "spec.enabled", False, True, "incident")]


def test_a_key_that_somebody_put_there_is_an_incident(applied):
    actual = [replace(applied[0], fingerprint="ff"), applied[1]]

    assert platform(applied, actual)[0][1:] == ("spec.credentials", applied[0].fingerprint, "ff", "incident")


def test_what_was_never_recorded_and_what_is_pending_are_no_drift(build, applied):
    pending = [build.changed(applied[0], spec__account="b"), applied[1]]

    assert told(drift(pending, applied, applied, accepted={}, proofs={})) == []
    assert told(drift((), applied, (), accepted={}, proofs={})) == []


def exchange(build, recorded, now, *, then=None, desired=None, word="main-first"):
    accepted = {"main": build.proof("main-first", then)} if then else {}
    found = drift(
        recorded if desired is None else desired,
        recorded,
        recorded,
        accepted=accepted,
        proofs={"main": build.proof(word, now)},
    )
    return [each[1:] for each in told(found) if each[0] == "exchange"]


def test_a_key_as_it_was_accepted_has_no_drift(build, applied):
    assert exchange(build, applied, build.result(), then=build.result()) == []


@pytest.mark.parametrize("then", [None, "denied", "granted", "unknown"])
def test_a_right_to_withdraw_is_always_an_incident(build, applied, then):
    accepted = build.result(rights=build.rights(withdraw=then)) if then and then != "unknown" else None
    now = build.result("main", Diagnosis.WITHDRAWAL_ENABLED)

    assert exchange(build, applied, now, then=accepted) == [("rights.withdraw", "denied", "granted", "incident")]


def test_a_right_that_was_gained_is_an_incident(build, applied):
    then, now = (
        build.result(rights=build.rights(transfer="denied")),
        build.result(rights=build.rights(transfer="granted")),
    )

    assert exchange(build, applied, now, then=then) == [("rights.transfer", "denied", "granted", "incident")]


def test_what_was_accepted_at_a_simulator_is_no_measure_for_the_exchange(build, applied):
    key = {"main": build.proof("main-first", build.result(rights=build.rights(trade_futures="granted")))}
    rehearsed = {"main": build.proof("main-first", build.result(environment="simulator"))}
    found = drift(applied, applied, applied, accepted=rehearsed, proofs=key)

    assert told(found) == []
    assert (
        lowered(rehearsed, {"main": build.proof("main-first", build.result(rights=build.rights(read="denied")))}) == {}
    )


def test_a_right_that_was_not_known_when_accepted_was_never_accepted(build, applied):
    now = build.result(rights=build.rights(transfer="granted"))

    assert exchange(build, applied, now, then=build.result()) == [("rights.transfer", "unknown", "granted", "incident")]


def test_a_right_that_the_manifest_asks_for_by_now_is_no_drift(build, applied):
    asked = [build.changed(applied[0], spec__markets=["futures", "spot"]), applied[1]]
    now = build.result(rights=build.rights(trade_futures="granted"))

    assert exchange(build, applied, now, then=build.result(), desired=asked) == []


def test_a_right_that_was_lost_is_information_and_a_declared_one_an_incident(build, applied):
    then = build.result(rights=build.rights(transfer="granted"))
    now = build.result(
        "main", Diagnosis.NO_TRADE_PERMISSION, rights=build.rights(transfer="denied", trade_spot="denied")
    )

    assert exchange(build, applied, now, then=then) == [
        ("rights.trade_spot", "granted", "denied", "incident"),
        ("rights.transfer", "granted", "denied", "info"),
    ]


def test_what_cannot_be_seen_today_is_no_drift(build, applied):
    then = build.result(rights=build.rights(transfer="granted"))
    invalid = build.result("main", Diagnosis.INVALID_KEY)
    away = build.result("main", Diagnosis.EXCHANGE_UNAVAILABLE, rights=build.rights(withdraw="granted"))

    assert exchange(build, applied, invalid, then=then) == []
    assert exchange(build, applied, away, then=then) == []


def test_a_new_key_is_pending_and_not_drift(build, applied):
    now = build.result("main", Diagnosis.WITHDRAWAL_ENABLED)

    assert exchange(build, applied, now, then=build.result(), word="main-second") == []


def listed(build, applied, *, declared, then, now, asked=None):
    recorded = [build.changed(applied[0], spec__ipAllowlist=declared), applied[1]]
    desired = [build.changed(applied[0], spec__ipAllowlist=asked), applied[1]] if asked else recorded
    return exchange(
        build,
        recorded,
        build.result(ip_allowlist=now),
        then=build.result(ip_allowlist=then),
        desired=desired,
    )


@pytest.mark.parametrize(
    ("declared", "then", "now", "severity"),
    [
        (["203.0.113.10"], ("203.0.113.10",), ("203.0.113.10",), None),
        (["203.0.113.10"], ("203.0.113.10",), None, None),
        (["203.0.113.10"], ("203.0.113.10",), (), "incident"),
        (["203.0.113.10"], ("203.0.113.10",), ("203.0.113.10", "198.51.100.7"), "incident"),
        (["203.0.113.10"], ("203.0.113.10",), ("203.0.113.0/24",), "incident"),
        (["203.0.113.10", "203.0.113.11"], None, ("203.0.113.10",), "info"),
        ([], ("203.0.113.10",), (), "incident"),
        ([], ("203.0.113.10",), ("203.0.113.10",), None),
        ([], (), (), None),
        ([], None, (), None),
    ],
)
def test_an_allowlist_that_opened_is_an_incident_and_one_that_shrank_is_not(
    build, applied, declared, then, now, severity
):
    found = listed(build, applied, declared=declared, then=then, now=now)

    assert [(each[0], each[3]) for each in found] == ([("ipAllowlist", severity)] if severity else [])


def test_an_address_that_the_manifest_asks_for_by_now_is_no_drift(build, applied):
    both = ["203.0.113.10", "203.0.113.11"]

    assert listed(build, applied, declared=both[:1], asked=both, then=tuple(both[:1]), now=tuple(both)) == []
    assert listed(build, applied, declared=both[:1], asked=both, then=tuple(both[:1]), now=tuple(both[:1])) == []


@pytest.mark.parametrize(
    ("then", "now", "severity"),
    [(0, 0, None), (0, 30, "incident"), (0, None, "incident"), (30, 0, "info"), (None, 0, "info"), (None, None, None)],
)
def test_an_expiry_that_moved_away_is_an_incident_and_one_that_came_nearer_is_not(build, applied, then, now, severity):
    def result(days):
        return build.result(expires_at=None if days is None else build.now + timedelta(days=days))

    found = exchange(build, applied, result(now), then=result(then))

    assert [(each[0], each[3]) for each in found] == ([("expiresAt", severity)] if severity else [])


def test_what_a_key_lost_is_accepted_once_told_and_an_incident_if_it_comes_back(build, applied):
    wide = build.result(rights=build.rights(transfer="granted"))
    narrow = build.result(rights=build.rights(transfer="denied"))

    less = lowered({"main": build.proof("main-first", wide)}, {"main": build.proof("main-first", narrow)})[
        "main"
    ].result

    assert exchange(build, applied, narrow, then=wide) == [("rights.transfer", "granted", "denied", "info")]
    assert exchange(build, applied, narrow, then=less) == []
    assert exchange(build, applied, wide, then=less) == [("rights.transfer", "denied", "granted", "incident")]


def test_what_a_key_gained_is_never_accepted_by_itself(build):
    then = build.proof(
        "main-first", build.result(rights=build.rights(transfer="denied"), ip_allowlist=("203.0.113.10",))
    )
    more = [
        build.result(rights=build.rights(transfer="granted"), ip_allowlist=("203.0.113.10",)),
        build.result(rights=build.rights(transfer="denied"), ip_allowlist=()),
        build.result(rights=build.rights(transfer="denied"), ip_allowlist=("203.0.113.0/24",)),
        build.result("main", Diagnosis.EXCHANGE_UNAVAILABLE, rights=build.rights(trade_spot="denied")),
    ]

    assert [lowered({"main": then}, {"main": build.proof("main-first", now)}) for now in more] == [{}] * len(more)
    assert (
        lowered({"main": then}, {"main": build.proof("main-second", build.result(rights=build.rights(read="denied")))})
        == {}
    )


def test_a_list_that_shrank_and_an_end_that_came_nearer_are_the_new_measure(build):
    then = build.result(ip_allowlist=("203.0.113.10", "203.0.113.11"), expires_at=build.now + timedelta(days=30))
    now = build.result(ip_allowlist=("203.0.113.10",), expires_at=build.now + timedelta(days=3))

    less = lowered({"main": build.proof("k", then)}, {"main": build.proof("k", now)})["main"].result

    assert (less.ip_allowlist, less.expires_at) == (now.ip_allowlist, now.expires_at)


def test_incidents_come_first(build, applied):
    actual = [applied[0], build.changed(applied[1], spec__riskLevel="aggressive")]
    now = {"main": build.proof("main-first", build.result("main", Diagnosis.WITHDRAWAL_ENABLED))}

    found = drift(applied, actual, applied, accepted={}, proofs=now)

    assert [(one.kind, str(one.severity)) for one in found] == [(Kind.CONNECTION, "incident"), (Kind.BINDING, "info")]
