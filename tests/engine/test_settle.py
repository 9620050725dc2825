"""A fleet that is not clean on its first day fails only on what is new."""

from dataclasses import replace

import pytest

from reconciler.engine.settle import settle, worth_keeping
from reconciler.engine.verdict import exit_code
from reconciler.kit.clock import parse_iso
from reconciler.model.baseline import Baseline, Known
from reconciler.model.finding import Finding, Waived
from reconciler.model.report import Report
from reconciler.values.location import Location
from reconciler.values.severity import Severity
from reconciler.wiring import rules

NOW = parse_iso("2026-11-22T12:00:00Z")
OLD = Finding("naming", Severity.DENY, "old", Location("a.yaml", 3), "", "Connection", "main", "x")
NEW = replace(OLD, name="other")
COVERED = ("naming", "key-age", "ip-allowlist", "unused-connection", "recipients", "sealed-key")
NEVER = ("no-withdraw", "private-key", "high-entropy", "sealed-file", "sealed-values", "waivers", "secret-unreadable")


def baseline(*findings: Finding) -> Baseline:
    return Baseline({one.fingerprint: Known(one.rule, one.kind, one.name) for one in findings}, "b.json")


def settled(findings, base, *, is_whole=True):
    return settle(findings, base, rules(), is_whole=is_whole)


def test_only_what_is_new_counts():
    found = settled([OLD, NEW], baseline(OLD))

    assert [(one.name, one.counts) for one in found] == [("main", False), ("other", True)]
    assert exit_code(Report("validate", NOW, NOW, findings=settled([OLD], baseline(OLD))), detailed=False) == 0
    assert exit_code(Report("validate", NOW, NOW, findings=found), detailed=False) == 5


def test_what_is_gone_is_told_so_that_the_baseline_can_shrink():
    gone = [replace(OLD, name=f"c{number}") for number in range(5)]

    (told,) = settled([], baseline(*gone))

    assert told.severity is Severity.INFO
    assert told.message == "5 findings of the baseline are gone: naming (c0), naming (c1), naming (c2) and 2 more"
    assert "--write-baseline b.json" in told.remedy


def test_of_a_part_of_the_manifests_nothing_is_said_to_be_gone():
    assert settled([], baseline(OLD), is_whole=False) == ()


@pytest.mark.parametrize("rule", NEVER)
def test_what_must_never_be_overlooked_is_of_no_baseline(rule):
    one = replace(OLD, rule=rule)

    assert worth_keeping([one], rules()) == []
    assert [found.counts for found in settled([one], baseline(one))] == [True]


@pytest.mark.parametrize("rule", COVERED)
def test_what_can_wait_may_be_of_one(rule):
    one = replace(OLD, rule=rule)

    assert [kept for kept, _ in worth_keeping([one], rules())] == [one]


def test_what_is_waived_is_not_written_and_not_gone():
    waived = replace(OLD, waived=Waived("w", "core", "later", "2026-12-31"))

    assert worth_keeping([waived], rules()) == []
    assert settled([waived], baseline(OLD)) == (waived,)
