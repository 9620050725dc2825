"""How each rule is set for a connection, once all policies that speak of it are joined. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.documents.known import Joining, RuleTraits
from reconciler.documents.policy import Policy, Setting
from reconciler.model.manifest import Placed
from reconciler.model.rule import Rule
from reconciler.values.severity import Severity


class Rulebook:
    """Which rules hold for which labels, and how; worked out once for each set of labels."""

    def __init__(self, policies: Sequence[Placed[Policy]], rules: Sequence[Rule]) -> None:
        self._policies = [placed.document.spec for placed in policies]
        self._rules = rules
        self._shared: dict[frozenset[frozenset[tuple[str, str]]], tuple[tuple[Rule, Setting], ...]] = {}
        self._known: dict[frozenset[tuple[str, str]], tuple[tuple[Rule, Setting], ...]] = {}

    def of(self, labels: Mapping[str, str]) -> tuple[tuple[Rule, Setting], ...]:
        """Return the rules that are not off for a connection so labelled."""
        key = frozenset(labels.items())
        if key not in self._known:
            self._known[key] = tuple(pair for pair in self.all_of(labels) if pair[1].level is not None)
        return self._known[key]

    def of_any(self, many: Iterable[Mapping[str, str]]) -> tuple[tuple[Rule, Setting], ...]:
        """Return the rules that are not off for something that all connections so labelled share.

        What nobody shares is judged by the policies that speak of everything.
        """
        keys = frozenset(frozenset(labels.items()) for labels in many) or frozenset({frozenset()})
        if keys not in self._shared:
            pairs = zip(*(self.all_of(dict(key)) for key in keys), strict=True)
            joined = ((each[0][0], strictest([one for _, one in each], each[0][0].traits)) for each in pairs)
            self._shared[keys] = tuple(pair for pair in joined if pair[1].level is not None)
        return self._shared[keys]

    def all_of(self, labels: Mapping[str, str]) -> Iterator[tuple[Rule, Setting]]:
        """Yield every rule with its setting for a connection so labelled, those that are off as well."""
        # A policy without labels selects all: the empty set is part of every set.
        speaking = [spec.rules for spec in self._policies if spec.select.labels.items() <= labels.items()]
        for rule in self._rules:
            yield rule, Setting.default(rule.traits) if rule.is_fixed else _set(rule, speaking)


def _set(rule: Rule, speaking: Iterable[Mapping[str, Setting]]) -> Setting:
    given = [settings[rule.id] for settings in speaking if rule.id in settings]
    return strictest(given, rule.traits) if given else Setting.default(rule.traits)


def strictest(settings: Sequence[Setting], traits: RuleTraits) -> Setting:
    """Join what several policies ask of one rule: the worst level, the smallest of each number, each list as it says.

    What stands beside `off` asks nothing. A rule's number is always an upper bound.
    """
    asking = [setting for setting in settings if setting.level is not None]
    if not asking:
        return settings[0]
    worst = min(asking, key=lambda setting: _rank(setting.level))
    numbers = {name: min(setting.parameters[name] for setting in asking) for name in worst.parameters}
    texts = {
        name: _joined([setting.texts.get(name) for setting in asking], one.joining)
        for name, one in traits.texts.items()
    }
    return Setting(worst.word, worst.level, numbers, texts)


def _joined(lists: Iterable[tuple[str, ...] | None], joining: Joining) -> tuple[str, ...] | None:
    given = [each for each in lists if each is not None]
    if not given:
        return None
    everything = dict.fromkeys(text for each in given for text in each)
    if joining is Joining.ALL:
        return tuple(everything)
    return tuple(text for text in everything if all(text in each for each in given))


def _rank(level: Severity | None) -> int:
    return len(Severity) if level is None else level.rank
