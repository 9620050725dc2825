"""How each rule is set for a connection, once all policies that speak of it are joined. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.documents.policy import Policy, Setting
from reconciler.model.manifest import Placed
from reconciler.model.rule import Rule
from reconciler.values.severity import Severity


class Rulebook:
    """Which rules hold for which labels, and how; worked out once for each set of labels."""

    def __init__(self, policies: Sequence[Placed[Policy]], rules: Sequence[Rule]) -> None:
        self._policies = [placed.document.spec for placed in policies]
        self._rules = rules
        self._known: dict[frozenset[tuple[str, str]], tuple[tuple[Rule, Setting], ...]] = {}

    def of(self, labels: Mapping[str, str]) -> tuple[tuple[Rule, Setting], ...]:
        """Return the rules that are not off for a connection so labelled."""
        key = frozenset(labels.items())
        if key not in self._known:
            self._known[key] = tuple(pair for pair in self.all_of(labels) if pair[1].level is not None)
        return self._known[key]

    def all_of(self, labels: Mapping[str, str]) -> Iterator[tuple[Rule, Setting]]:
        """Yield every rule with its setting for a connection so labelled, those that are off as well."""
        # A policy without labels selects all: the empty set is part of every set.
        speaking = [spec.rules for spec in self._policies if spec.select.labels.items() <= labels.items()]
        for rule in self._rules:
            yield rule, Setting.default(rule.traits) if rule.is_fixed else _set(rule, speaking)


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
