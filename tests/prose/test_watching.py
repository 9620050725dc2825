from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from reconciler.model.format import Style
from reconciler.model.probe import Status
from reconciler.model.report import ConnectionReport
from reconciler.model.watched import Condition, ConditionKind, Quarantine, Truth, Watched
from reconciler.prose.watching import watching

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
STYLE = Style(100)
GOOD = Condition(ConditionKind.KEY_VALID, Truth.TRUE, "Proven", NOON - timedelta(days=9))
BAD = Condition(
    ConditionKind.RIGHTS_COMPLIANT, Truth.FALSE, "WithdrawalEnabled", NOON - timedelta(hours=3), "it may withdraw"
)
FINE = Watched("main", conditions=(GOOD,), next_at=NOON + timedelta(minutes=4))


def told(*watched):
    line = ConnectionReport("main", "Main", "mexc", "live", ("spot",), Status.ONLINE)
    return watching([replace(line, watched=one) for one in watched], STYLE, NOON)


def test_where_nobody_watches_nothing_is_told():
    assert told(None, None) == []


def test_what_is_fine_is_only_counted_with_the_first_test_of_them():
    assert told(FINE, replace(FINE, next_at=NOON + timedelta(hours=1))) == [
        "✓ every condition holds of 2 connections; next test in 4 min, at 2026-11-22 12:04 UTC"
    ]


def test_a_condition_that_does_not_hold_is_told_with_its_age_and_reason():
    assert told(replace(FINE, conditions=(GOOD, BAD), next_at=NOON)) == [
        "! main; next test: now",
        "    RightsCompliant False for 3 h, WithdrawalEnabled: it may withdraw",
    ]


def test_a_key_in_quarantine_is_told_though_it_was_fine_before():
    assert told(replace(FINE, quarantine=Quarantine("a", "b", NOON))) == [
        "! main; in quarantine until the key or its manifest is another"
    ]
