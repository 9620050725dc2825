from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.model.probe import Status
from reconciler.prose.notices import notices
from reconciler.values.location import Location
from reconciler.values.severity import Severity

NOUNS = runpy.run_path(str(Path(__file__).parents[1] / "reporters" / "cases.py"))
CASES = NOUNS["CASES"]


def test_everything_that_is_wrong_is_told_worst_first():
    told = notices(CASES["blocked-and-suspended"])

    assert [(one.rule, one.severity) for one in told] == [
        ("drift", Severity.DENY),
        ("no-withdraw", Severity.DENY),
        ("withdrawal-enabled", Severity.DENY),
        ("ip-allowlist", Severity.WARN),
        ("change-held", Severity.INFO),
    ]


def test_what_is_no_finding_stands_where_its_object_is_declared():
    told = {one.rule: one for one in notices(CASES["blocked-and-suspended"])}

    assert told["withdrawal-enabled"].location == Location("connections.d/kucoin.yaml", 4, 9)
    assert told["change-held"].name == "kucoin-futures-conservative"


def test_told_once_a_key_that_may_withdraw_is_one_notice():
    assert "no-withdraw" not in {one.rule for one in notices(CASES["blocked-and-suspended"], once=True)}


def test_without_a_diagnosis_the_rule_is_never_silenced():
    report = replace(CASES["blocked-and-suspended"], connections=())

    assert "no-withdraw" in {one.rule for one in notices(report, once=True)}


@pytest.mark.parametrize(
    ("status", "rule"),
    [(Status.SUSPENDED, None), (Status.PENDING, None), (Status.ONLINE, None), (Status.FAILED, "failed")],
)
def test_a_pause_and_a_test_to_come_are_no_problems(status, rule):
    one = replace(NOUNS["SPOT"], status=status)

    assert [one.rule for one in notices(NOUNS["report"]("test", connections=(one,)))] == ([rule] if rule else [])


def test_an_outage_is_a_warning_since_it_ends_by_itself():
    told = {one.rule: one.severity for one in notices(CASES["everything-failing"])}

    assert told == {
        "invalid-key": Severity.DENY,
        "unverified": Severity.DENY,
        "exchange-unavailable": Severity.WARN,
    }


@pytest.mark.parametrize("case", CASES)
def test_no_two_notices_share_a_fingerprint(case):
    told = [one.fingerprint for one in notices(CASES[case])]

    assert len(set(told)) == len(told)


def test_the_same_outage_is_the_same_notice_tomorrow():
    today = CASES["everything-failing"]
    tomorrow = replace(today, places={"Connection/mexc-spot-main": Location("moved.yaml", 9, 9)})

    assert {one.fingerprint for one in notices(today)} == {one.fingerprint for one in notices(tomorrow)}


def test_a_change_that_lets_more_happen_is_a_warning_where_it_stands():
    told = notices(CASES["compared"])

    assert [(one.rule, one.severity, one.name) for one in told] == [
        ("wider", Severity.WARN, "mexc-spot"),
        ("wider", Severity.WARN, "okx-spot"),
    ]
    assert "gains futures" in told[0].message
    assert "no longer lets in" not in told[0].message
    assert str(told[0].location) == "connections.d/a.yaml:3:5"
