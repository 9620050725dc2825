"""The gate of a comparison stops at what is wider, or at anything."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reconciler.engine.gate import gated
from reconciler.engine.verdict import exit_code
from reconciler.model.comparison import Comparison, Difference, Direction, Part, Step
from reconciler.model.finding import Finding
from reconciler.model.report import Report
from reconciler.values.location import Location
from reconciler.values.severity import Severity

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def report(*directions):
    differences = tuple(
        Difference(Step.CHANGED, "Connection", f"c{n}", Location("a.yaml"), (Part("spec.x", 1, 2, direction),))
        for n, direction in enumerate(directions)
    )
    return Report("diff", NOW, NOW, comparison=Comparison("a", "b", differences))


@pytest.mark.parametrize(
    ("directions", "fail_on", "code"),
    [
        ((Direction.WIDER, Direction.NEUTRAL), "wider", 6),
        ((Direction.NARROWER, Direction.NEUTRAL), "wider", 0),
        ((Direction.NEUTRAL,), "any", 6),
        ((), "any", 0),
        ((Direction.WIDER,), None, 0),
    ],
)
def test_the_gate_stops_what_it_is_told_to_stop(directions, fail_on, code):
    assert exit_code(gated(report(*directions), fail_on), detailed=False) == code


@pytest.mark.parametrize(("fail_on", "code"), [("wider", 6), ("any", 6), (None, 0)])
def test_what_cannot_be_read_of_the_base_passes_no_gate(fail_on, code):
    broken = Finding("syntax", Severity.DENY, "breaks off", Location("policy.yaml"), "mend it")
    told = report(Direction.NARROWER)
    told = replace(told, comparison=replace(told.comparison, unread=(broken,)))

    assert exit_code(gated(told, fail_on), detailed=False) == code


def test_a_report_without_a_comparison_has_nothing_to_stop():
    blank = Report("diff", NOW, NOW, is_valid=False)

    assert gated(blank, "any") is blank


def test_differences_are_pending_changes_for_the_detailed_exit_code():
    assert exit_code(report(Direction.NEUTRAL), detailed=True) == 2
    assert exit_code(report(), detailed=True) == 0
