"""Accepting findings: by waivers, each for a time, and by the baseline of a fleet that was not clean at first. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from reconciler.documents.policy import Policy
from reconciler.documents.waiver import Waiver
from reconciler.engine.rulebook import Rulebook
from reconciler.model.finding import Finding, Waived, fingerprinted
from reconciler.model.manifest import Placed
from reconciler.model.probe import CheckState, Diagnosis, ProbeResult
from reconciler.model.rule import Rule
from reconciler.model.waiving import Standing, WaiverUse

_RULE = "waivers"
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sight:
    """How much a run could find: with secrets opened, with every key tested, of all that there is.

    What was not looked at cannot be missed.
    """

    is_opened: bool = False
    is_tested: bool = False
    is_whole: bool = True

    def covers(self, rule: Rule) -> bool:
        """Tell whether the run would have found what the rule finds."""
        if not self.is_whole or (self.is_opened and rule.is_opened_anyway):
            return False
        return self.is_tested or not rule.asks_exchange


def are_tested(names: Iterable[str], results: Mapping[str, ProbeResult]) -> bool:
    """Tell whether the exchange answered about every key: what a transient failure hides is not gone."""
    return all((result := results.get(name)) is not None and _is_answered(result) for name in names)


def _is_answered(result: ProbeResult) -> bool:
    is_asked = not result.checks or any(state is not CheckState.SKIPPED for state in result.checks.values())
    return is_asked and result.diagnosis is not Diagnosis.EXCHANGE_UNAVAILABLE


def waive(
    findings: Sequence[Finding],
    waivers: Sequence[Placed[Waiver]],
    policies: Sequence[Placed[Policy]],
    rules: Sequence[Rule],
    *,
    now: datetime,
    sight: Sight,
) -> tuple[Finding, ...]:
    """Return the findings with those that are waived marked so, and with what is wrong with the waivers."""
    if not waivers:
        return tuple(findings)
    known = {rule.id: rule for rule in rules}
    found = {(one.rule, fingerprint): one for one, fingerprint in fingerprinted(findings)}
    book = Rulebook(policies, [known[_RULE]]) if _RULE in known else None
    uses = [_judged(placed, book, known, found, now.astimezone(UTC).date(), sight) for placed in waivers]
    standing = {_key(use.waiver): _waived(use.waiver) for use in uses if use.standing is Standing.STANDS}
    marked = [
        replace(one, waived=standing[key]) if (key := (one.rule, fingerprint)) in standing else one
        for one, fingerprint in fingerprinted(findings)
    ]
    told = [
        finding
        for use in uses
        for rule, setting in (book.of_any(use.labels) if book else ())
        for finding in rule.survey(use, setting)
    ]
    return tuple(sorted([*marked, *told], key=lambda one: one.order))


def _judged(
    placed: Placed[Waiver],
    book: Rulebook | None,
    known: Mapping[str, Rule],
    found: Collection[_Key],
    today: date,
    sight: Sight,
) -> WaiverUse:
    spec, rule = placed.document.spec, known.get(placed.document.spec.rule)
    days = (date.fromisoformat(spec.until) - today).days
    bounds = [setting.parameters["maxDays"] for _, setting in book.of(placed.document.metadata.labels)] if book else []
    if rule is None or rule.is_fixed or not rule.traits.is_waivable:
        standing = Standing.REFUSED
    elif days < 0:
        standing = Standing.EXPIRED
    elif any(days > bound for bound in bounds):
        standing = Standing.TOO_LONG
    elif _key(placed) not in found and sight.covers(rule):
        standing = Standing.UNUSED
    else:
        standing = Standing.STANDS
    return WaiverUse(placed, standing, days)


def _key(placed: Placed[Waiver]) -> _Key:
    return placed.document.spec.rule, placed.document.spec.finding


def _waived(placed: Placed[Waiver]) -> Waived:
    spec = placed.document.spec
    return Waived(placed.name, spec.owner, spec.reason, spec.until)
