"""Judging: every rule, set as strictly as any policy asks, over every connection. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from reconciler.documents.policy import Policy, Setting
from reconciler.model.finding import Finding
from reconciler.model.manifest import Placed
from reconciler.model.rule import Fleet, Rule
from reconciler.values.severity import Severity


def judge(
    fleet: Fleet, policies: Sequence[Placed[Policy]], rules: Sequence[Rule], now: datetime
) -> tuple[Finding, ...]:
    """Say what is wrong with the connections of a run, worst first.

    A fixed rule is judged as it stands, whatever a policy says.
    """
    rulebook = _Rulebook(policies, rules)
    found = [
        finding
        for subject in fleet.subjects
        for rule, setting in rulebook.of(subject.connection.document.metadata.labels)
        for finding in rule.check(subject, fleet, setting, now)
    ]
    return tuple(sorted(found, key=lambda finding: finding.order))


class _Rulebook:
    """Which rules hold for which labels, and how; worked out once for each set of labels."""

    def __init__(self, policies: Sequence[Placed[Policy]], rules: Sequence[Rule]) -> None:
        self._policies = [placed.document.spec for placed in policies]
        self._rules = rules
        self._known: dict[frozenset[tuple[str, str]], tuple[tuple[Rule, Setting], ...]] = {}

    def of(self, labels: Mapping[str, str]) -> tuple[tuple[Rule, Setting], ...]:
        """Return the rules that are not off for a connection so labelled."""
        key = frozenset(labels.items())
        if key not in self._known:
            # A policy without labels selects all: the empty set is part of every set.
            speaking = [spec.rules for spec in self._policies if spec.select.labels.items() <= key]
            settings = [
                (rule, Setting.default(rule.traits) if rule.is_fixed else _set(rule, speaking)) for rule in self._rules
            ]
            self._known[key] = tuple((rule, setting) for rule, setting in settings if setting.level is not None)
        return self._known[key]


def _set(rule: Rule, speaking: Iterable[Mapping[str, Setting]]) -> Setting:
    given = [settings[rule.id] for settings in speaking if rule.id in settings]
    return strictest(given) if given else Setting.default(rule.traits)


def strictest(settings: Sequence[Setting]) -> Setting:
    """Join what several policies ask of one rule: the worst level, and the smallest of each number.

    Numbers that stand beside `off` ask nothing. A rule's number is always an upper bound.
    """
    asking = [setting for setting in settings if setting.level is not None]
    if not asking:
        return settings[0]
    worst = min(asking, key=lambda setting: _rank(setting.level))
    numbers = {name: min(setting.parameters[name] for setting in asking) for name in worst.parameters}
    return Setting(worst.word, worst.level, numbers)


def _rank(level: Severity | None) -> int:
    return len(Severity) if level is None else level.rank
