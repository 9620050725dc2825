"""A waiver accepts one finding for a time, and is itself looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.documents.known import Known
from reconciler.documents.policy import Policy
from reconciler.documents.waiver import Waiver
from reconciler.engine.holds import denials
from reconciler.engine.verdict import exit_code
from reconciler.engine.waive import Sight, are_tested, waive
from reconciler.kit.clock import parse_iso
from reconciler.model.finding import Finding, fingerprinted
from reconciler.model.manifest import Placed
from reconciler.model.probe import Check, CheckState, Diagnosis
from reconciler.model.report import Report
from reconciler.values.location import Location
from reconciler.values.severity import Severity
from reconciler.wiring import rules

RULES = rules()
KNOWN = Known({}, {}, {rule.id: rule.traits for rule in RULES if not rule.is_fixed})
NOW = parse_iso("2026-11-22T12:00:00Z")
HERE = Location("connections.d/a.yaml", 3, 5)
FOUND = Finding("naming", Severity.DENY, "no", HERE, "", "Connection", "main", "x")
OFFLINE, TESTED = Sight(), Sight(is_opened=True, is_tested=True)


class At:
    file = "connections.d/w.yaml"

    def where(self, *path):
        return Location(self.file, 1, 1)


def waiver(finding: Finding = FOUND, *, until: str = "2026-12-31", name: str = "w") -> Placed[Waiver]:
    spec = {"rule": finding.rule, "finding": finding.fingerprint, "owner": "core", "reason": "later", "until": until}
    data = {"apiVersion": "reconciler/v1", "kind": "Waiver", "metadata": {"name": name}, "spec": spec}
    return Placed(Waiver.model_validate(data, context=KNOWN), At())


def policy(setting: object) -> Placed[Policy]:
    data = {"apiVersion": "reconciler/v1", "kind": "Policy", "metadata": {"name": "p"}}
    return Placed(Policy.model_validate({**data, "spec": {"rules": {"waivers": setting}}}, context=KNOWN), At())


def waived(findings, waivers, policies=(), sight=OFFLINE):
    return waive(findings, waivers, policies, RULES, now=NOW, sight=sight)


def about_waivers(found):
    return [(one.severity, one.message) for one in found if one.rule == "waivers"]


def test_a_waived_finding_stays_and_no_longer_counts():
    (one,) = waived([FOUND], [waiver()])

    assert one.waived is not None
    assert (one.waived.waiver, one.waived.owner, one.waived.until) == ("w", "core", "2026-12-31")
    assert replace(one, waived=None) == FOUND
    assert not one.counts


def test_it_neither_holds_a_change_nor_fails_the_run():
    found = waived([replace(FOUND, connections=("other",))], [waiver()])

    assert denials(found) == {}
    assert exit_code(Report("validate", NOW, NOW, findings=found), detailed=False) == 0
    assert exit_code(Report("validate", NOW, NOW, findings=(FOUND,)), detailed=False) == 5


def test_a_waiver_is_of_one_finding_and_of_no_other():
    other = replace(FOUND, anchor="y")

    found = waived([FOUND, other], [waiver()])

    assert [one.anchor for one in found if one.counts] == ["y"]


def test_of_two_equal_findings_it_accepts_the_one_it_names():
    twice = [
        replace(FOUND, kind=None, name=None),
        replace(FOUND, kind=None, name=None, location=Location(HERE.file, 9)),
    ]
    second = fingerprinted(twice)[1][1]
    named = waiver(twice[0])
    named = Placed(
        named.document.model_copy(update={"spec": named.document.spec.model_copy(update={"finding": second})}), At()
    )

    assert [one.location.line for one in waived(twice, [named]) if one.waived] == [9]


def test_the_rule_must_be_that_of_the_finding():
    found = waived([FOUND], [waiver(replace(FOUND, rule="key-age"))], sight=TESTED)

    assert FOUND in found


@pytest.mark.parametrize(("until", "is_over"), [("2026-11-21", True), ("2026-11-22", False)])
def test_a_waiver_holds_through_its_last_day(until, is_over):
    found = waived([FOUND], [waiver(until=until)])

    assert (FOUND in found) is is_over
    assert bool(about_waivers(found)) is is_over


def test_one_that_is_too_long_waives_nothing():
    found = waived([FOUND], [waiver(until="2027-06-01")])

    assert FOUND in found
    assert about_waivers(found) == [
        (Severity.WARN, "the waiver ends 191 days from now, 90 are allowed: it waives nothing")
    ]


def test_how_long_one_may_be_is_set_by_policy():
    long = waiver(until="2027-06-01")

    assert about_waivers(waived([FOUND], [long], [policy({"maxDays": 200})])) == []
    assert about_waivers(waived([FOUND], [waiver()], [policy({"maxDays": 10, "severity": "deny"})]))[0][0] == "deny"
    assert [one.counts for one in waived([FOUND], [long], [policy("off")])] == [False]


def test_one_of_which_nothing_is_found_any_more_is_told_and_warns_at_most():
    found = waived([], [waiver()], [policy("deny")])

    assert about_waivers(found) == [(Severity.WARN, "nothing is found any more that this waiver accepts of naming")]


@pytest.mark.parametrize(
    ("rule", "sight", "is_told"),
    [
        ("naming", OFFLINE, True),
        ("naming", Sight(is_whole=False), False),
        ("ip-allowlist", OFFLINE, False),
        ("ip-allowlist", Sight(is_opened=True), False),
        ("ip-allowlist", TESTED, True),
        ("sealed-file", OFFLINE, True),
        ("sealed-file", TESTED, False),
    ],
)
def test_what_was_not_looked_at_is_not_missed(rule, sight, is_told):
    found = waived([], [waiver(replace(FOUND, rule=rule))], sight=sight)

    assert bool(about_waivers(found)) is is_told


def test_an_outage_makes_no_waiver_look_unused(build):
    fine = build.result("main")
    out = replace(fine, diagnosis=Diagnosis.EXCHANGE_UNAVAILABLE)
    unopened = replace(fine, checks=dict.fromkeys(Check, CheckState.SKIPPED))

    assert are_tested(["main"], {"main": fine})
    assert not are_tested(["main"], {"main": out})
    assert not are_tested(["main"], {"main": unopened})
    assert not are_tested(["main"], {})


def test_nothing_waives_a_key_that_may_withdraw_whatever_made_the_waiver():
    withdraws = replace(FOUND, rule="no-withdraw")
    forged = waiver()
    spec = forged.document.spec.model_copy(update={"rule": "no-withdraw", "finding": withdraws.fingerprint})
    forged = Placed(forged.document.model_copy(update={"spec": spec}), At())

    found = waived([withdraws], [forged], [policy("deny")], sight=TESTED)

    assert withdraws in found
    assert about_waivers(found) == [(Severity.DENY, "the waiver names a finding that nothing waives")]


def test_what_no_rule_found_is_not_waived():
    unopened = replace(FOUND, rule="secret-unreadable")
    named = waiver()
    spec = named.document.spec.model_copy(update={"rule": "secret-unreadable", "finding": unopened.fingerprint})

    assert unopened in waived([unopened], [Placed(named.document.model_copy(update={"spec": spec}), At())])


def test_without_waivers_nothing_changes():
    assert waived([FOUND], []) == (FOUND,)
