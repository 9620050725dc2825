from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.finding import Finding, anchored, fingerprinted
from reconciler.values.location import Location
from reconciler.values.severity import Severity

ADDRESS = Finding(
    "ip-allowlist",
    Severity.WARN,
    "203.0.113.9 is not declared",
    Location("a.yaml", 7, 3),
    "declare it",
    "Connection",
    "main",
    anchored(("spec", "ipAllowlist"), "extra 203.0.113.9"),
)


def test_findings_are_ordered_by_severity_and_then_by_place():
    mild = Finding("a", Severity.INFO, "m", Location("a.yaml", 1, 1))
    late = Finding("a", Severity.DENY, "m", Location("b.yaml", 1, 1))
    early = Finding("b", Severity.DENY, "m", Location("a.yaml", 9, 1))

    assert sorted([mild, late, early], key=lambda finding: finding.order) == [early, late, mild]


@pytest.mark.parametrize(
    "moved",
    [
        {"location": Location("a.yaml", 70, 3)},
        {"location": Location("renamed.yaml", 7, 3)},
        {"message": "said better"},
        {"severity": Severity.DENY},
        {"remedy": ""},
    ],
    ids=["line", "file", "message", "severity", "remedy"],
)
def test_the_same_fact_keeps_its_fingerprint(moved):
    assert replace(ADDRESS, **moved).fingerprint == ADDRESS.fingerprint


@pytest.mark.parametrize(
    "other",
    [
        {"rule": "naming"},
        {"kind": "StrategyBinding"},
        {"name": "second"},
        {"anchor": anchored(("spec", "ipAllowlist"), "extra 198.51.100.1")},
        {"anchor": anchored(("spec", "credentials"), "extra 203.0.113.9")},
        {"name": None},
    ],
    ids=["rule", "kind", "name", "fact", "field", "nameless"],
)
def test_another_fact_has_another_fingerprint(other):
    assert replace(ADDRESS, **other).fingerprint != ADDRESS.fingerprint


def test_a_fingerprint_is_the_same_in_every_release():
    assert ADDRESS.fingerprint == "c5460e9de2b1f7e410b3ea0d39842c2b"


def test_what_has_no_name_is_known_by_its_file():
    nameless = replace(ADDRESS, kind=None, name=None)

    assert replace(nameless, location=Location("b.yaml", 7, 3)).fingerprint != nameless.fingerprint
    assert replace(nameless, location=Location("a.yaml", 9, 9)).fingerprint == nameless.fingerprint


def test_a_list_item_that_is_told_by_its_text_may_move_in_the_list():
    assert anchored(("spec", "ipAllowlist", 0), "wide 0.0.0.0/0") == anchored(
        ("spec", "ipAllowlist", 4), "wide 0.0.0.0/0"
    )
    assert anchored(("spec", "pairs", 0)) != anchored(("spec", "pairs", 1))


def test_no_parts_run_into_each_other():
    assert anchored(("a", "b")) != anchored(("a", "b", ""))
    assert anchored(("a.b",)) != anchored(("a", "b"))


def test_mistakes_that_only_their_place_tells_apart_are_numbered():
    marks = [Finding("character", Severity.DENY, "m", Location("a.yaml", line, 1)) for line in (9, 2, 5)]

    named = fingerprinted([*marks, ADDRESS])

    assert [finding.location.line for finding, _ in named] == [2, 5, 9, 7]
    assert len({fingerprint for _, fingerprint in named}) == 4
    assert named[0][1] == marks[0].fingerprint


def test_a_field_name_that_may_be_a_secret_cannot_be_read_from_a_finding():
    finding = replace(ADDRESS, anchor=anchored(("spec", "credentials", "mx0vPLAINTEXT")))

    assert "mx0v" not in repr(finding)
