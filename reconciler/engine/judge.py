"""Judging: every rule, set as strictly as any policy asks, over every connection. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reconciler.documents.policy import Policy
from reconciler.engine.rulebook import Rulebook
from reconciler.model.finding import Finding
from reconciler.model.manifest import Placed
from reconciler.model.rule import Fleet, Rule


def judge(
    fleet: Fleet, policies: Sequence[Placed[Policy]], rules: Sequence[Rule], now: datetime
) -> tuple[Finding, ...]:
    """Say what is wrong with the connections of a run, worst first.

    A fixed rule is judged as it stands, whatever a policy says.
    """
    rulebook = Rulebook(policies, rules)
    found = [
        finding
        for subject in fleet.subjects
        for rule, setting in rulebook.of(subject.connection.document.metadata.labels)
        for finding in rule.check(subject, fleet, setting, now)
    ]
    return tuple(sorted(found, key=lambda finding: finding.order))
