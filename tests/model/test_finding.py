from __future__ import annotations

from reconciler.model.finding import Finding
from reconciler.values.location import Location
from reconciler.values.severity import Severity


def test_findings_are_ordered_by_severity_and_then_by_place():
    mild = Finding("a", Severity.INFO, "m", Location("a.yaml", 1, 1))
    late = Finding("a", Severity.DENY, "m", Location("b.yaml", 1, 1))
    early = Finding("b", Severity.DENY, "m", Location("a.yaml", 9, 1))

    assert sorted([mild, late, early], key=lambda finding: finding.order) == [early, late, mild]
