from __future__ import annotations

from reconciler.values.severity import Severity


def test_severities_are_ranked_from_the_worst():
    assert sorted(Severity, key=lambda severity: severity.rank) == [Severity.DENY, Severity.WARN, Severity.INFO]
