"""Whether policies ask more or less than before: judged by what holds in the end, not by what is written. Pure.

Several policies may speak of one rule, and the strictest holds; so a line that was taken out may change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from reconciler.documents.known import Joining, RuleTraits
from reconciler.documents.policy import Policy, Setting
from reconciler.engine.rulebook import Rulebook
from reconciler.engine.thawing import TOLD, Thawing, named, written
from reconciler.model.comparison import Difference, Direction, Part, Step
from reconciler.model.manifest import Manifests, Placed, by_name
from reconciler.model.rule import Rule
from reconciler.model.state import JsonValue
from reconciler.values.severity import Severity

Labels = frozenset[tuple[str, str]]
_TOLD = {Direction.WIDER: "looser", Direction.NARROWER: "stricter"}


class Loosening:
    """What two sets of policies ask of the same connections."""

    def __init__(self, base: Manifests, head: Manifests, rules: Sequence[Rule]) -> None:
        self._base, self._head = base, head
        self._traits = {rule.id: rule.traits for rule in rules}
        self._books = Rulebook(base.policies, rules), Rulebook(head.policies, rules)
        self._thawing = Thawing(base.policies, head.policies)
        self._effects: Mapping[str, frozenset[Direction]] | None = None

    def by_labels(self, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Part]:
        """Yield what is asked of one connection differently because its labels changed."""
        if before == after:
            return
        old, new = (dict(_by_id(book, labels)) for book, labels in zip(self._books, (before, after), strict=True))
        for rule in sorted(old):
            for direction in sorted(directions(old[rule], new[rule], self._traits[rule])):
                told = f"{_TOLD[direction]}, by its labels"
                yield Part(f"rules.{rule}", _word(old[rule]), _word(new[rule]), direction, told)
        yield from self._thawing.by_labels(before, after)

    def policies(self) -> Iterator[Difference]:
        """Yield every policy that differs."""
        base, head = by_name(self._base.policies), by_name(self._head.policies)
        for name in sorted(base.keys() | head.keys()):
            then, now = base.get(name), head.get(name)
            parts = sorted(self._parts(then, now), key=lambda part: part.order)
            placed = now or then
            if placed is not None and (parts or then is None or now is None):
                step = Step.ADDED if then is None else Step.REMOVED if now is None else Step.CHANGED
                yield Difference(step, "Policy", name, placed.source.where("metadata", "name"), tuple(parts))

    def _parts(self, then: Placed[Policy] | None, now: Placed[Policy] | None) -> Iterator[Part]:
        before, after = _written(then), _written(now)
        for rule in sorted(before.keys() | after.keys()):
            if before.get(rule) != after.get(rule):
                yield from self._part(f"spec.rules.{rule}", before.get(rule), after.get(rule), {rule})
        yield from self._windows(then, now)
        one, two = _selected(then), _selected(now)
        if one != two and then is not None and now is not None:
            names = named(then).keys() | named(now).keys()
            ways = [self._thawing.of(then, now, name, self._universe()) for name in names]
            thawed = frozenset(direction for each in ways for direction in each)
            yield from self._part("spec.select.labels", one, two, before.keys() | after.keys(), thawed)
        if then is not None and now is not None and then.source.file != now.source.file:
            yield Part("file", then.source.file, now.source.file, Direction.NEUTRAL)

    def _windows(self, then: Placed[Policy] | None, now: Placed[Policy] | None) -> Iterator[Part]:
        old, new = named(then), named(now)
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) == new.get(name):
                continue
            one, two = (written([side[name]] if name in side else []) for side in (old, new))
            ways = self._thawing.of(then, now, name, self._universe())
            yield from self._part(f"spec.freeze.{name}", one, two, set(), ways, TOLD)

    def _part(
        self,
        path: str,
        before: JsonValue,
        after: JsonValue,
        rules: set[str],
        besides: frozenset[Direction] = frozenset(),
        told: Mapping[Direction, str] = _TOLD,
    ) -> Iterator[Part]:
        """Yield a change once for each way in which it changes what holds, or once as neutral."""
        effects = self._known_effects()
        found = {direction for rule in rules for direction in effects.get(rule, ())} | besides
        for direction in sorted(found):
            yield Part(path, before, after, direction, told[direction])
        if not found:
            yield Part(path, before, after, Direction.NEUTRAL, "no more and no less is asked")

    def _known_effects(self) -> Mapping[str, frozenset[Direction]]:
        if self._effects is None:
            found: dict[str, set[Direction]] = {}
            for labels in self._universe():
                old, new = (dict(_by_id(book, dict(labels))) for book in self._books)
                for rule in old:
                    found.setdefault(rule, set()).update(directions(old[rule], new[rule], self._traits[rule]))
            self._effects = {rule: frozenset(ways) for rule, ways in found.items()}
        return self._effects

    def _universe(self) -> set[Labels]:
        """Return the labels to judge by: those of all connections, those that policies select, and none."""
        universe: set[Labels] = {frozenset()}
        for side in (self._base, self._head):
            universe.update(frozenset(one.document.metadata.labels.items()) for one in side.connections)
            universe.update(frozenset(one.document.spec.select.labels.items()) for one in side.policies)
        return universe


def directions(old: Setting, new: Setting, traits: RuleTraits) -> frozenset[Direction]:
    """Say in which ways a rule's setting differs: by its level, and by its numbers and lists where it is on in both.

    Numbers are upper bounds. A list of which policies keep what is common allows what it names, so a text gained is
    wider; one of which they keep all requires it, so a text gained is narrower. A level that rises hides no list that
    grows.
    """
    before, after = _rank(old), _rank(new)
    ways = {Direction.WIDER if after > before else Direction.NARROWER} if before != after else set()
    if old.level is None or new.level is None:
        return frozenset(ways)
    pairs = [(number, new.parameters[name]) for name, number in old.parameters.items() if name in new.parameters]
    ways |= {Direction.WIDER if after > before else Direction.NARROWER for before, after in pairs if before != after}
    for name, texts in traits.texts.items():
        ways.update(_listed(old.texts.get(name), new.texts.get(name), texts.joining))
    return frozenset(ways)


def _listed(old: tuple[str, ...] | None, new: tuple[str, ...] | None, joining: Joining) -> Iterator[Direction]:
    if joining is Joining.ALL:
        gained, lost = set(new or ()) - set(old or ()), set(old or ()) - set(new or ())
        is_wider, is_narrower = bool(lost), bool(gained)
    elif old is None or new is None:
        # Where nothing is listed, everything is allowed.
        is_wider, is_narrower = old is not None, new is not None
    else:
        is_wider, is_narrower = bool(set(new) - set(old)), bool(set(old) - set(new))
    if is_wider:
        yield Direction.WIDER
    if is_narrower:
        yield Direction.NARROWER


def _rank(setting: Setting) -> int:
    return len(Severity) if setting.level is None else setting.level.rank


def _by_id(book: Rulebook, labels: Mapping[str, str]) -> Iterator[tuple[str, Setting]]:
    return ((rule.id, setting) for rule, setting in book.all_of(labels))


def _written(placed: Placed[Policy] | None) -> Mapping[str, JsonValue]:
    return {} if placed is None else {rule: _word(setting) for rule, setting in placed.document.spec.rules.items()}


def _word(setting: Setting) -> JsonValue:
    return cast(JsonValue, setting.written())


def _selected(placed: Placed[Policy] | None) -> JsonValue:
    return None if placed is None else dict(placed.document.spec.select.labels)
