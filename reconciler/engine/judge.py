"""Judging: every rule, set as strictly as any policy asks, over every connection. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reconciler.documents.policy import Policy
from reconciler.engine.rulebook import Rulebook
from reconciler.model.finding import Finding
from reconciler.model.grounds import Grounds
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


def survey(
    grounds: Grounds, policies: Sequence[Placed[Policy]], rules: Sequence[Rule], *, is_opened: bool
) -> tuple[Finding, ...]:
    """Say what is wrong with what lies beside the documents, worst first.

    With `is_opened` the secrets were opened, which shows more than looking at them from outside.
    """
    rulebook = Rulebook(policies, [rule for rule in rules if not (is_opened and rule.is_opened_anyway)])
    found = [
        finding
        for item in grounds
        for rule, setting in rulebook.of_any(item.labels)
        for finding in rule.survey(item, setting)
    ]
    return tuple(sorted(found, key=lambda finding: finding.order))
