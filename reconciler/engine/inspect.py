"""Judging manifests together with what is known of their keys; offline that is nothing, and the rules know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from reconciler.documents.binding import StrategyBinding
from reconciler.engine.judge import judge, survey
from reconciler.engine.order import Surroundings
from reconciler.engine.standing import standing
from reconciler.engine.waive import Sight, are_tested, waive
from reconciler.model.finding import Finding
from reconciler.model.manifest import Manifests, Placed
from reconciler.model.probe import ProbeResult
from reconciler.model.report import Report
from reconciler.model.rule import Fleet, Subject


def inspect(
    manifests: Manifests,
    around: Surroundings,
    now: datetime,
    *,
    results: Mapping[str, ProbeResult],
    fingerprints: Mapping[str, str],
    is_opened: bool = False,
) -> tuple[Finding, ...]:
    """Return what every rule finds in every connection, and in what lies beside them."""
    bindings: dict[str, list[Placed[StrategyBinding]]] = {}
    for binding in manifests.bindings:
        bindings.setdefault(binding.document.spec.connection, []).append(binding)
    subjects = tuple(
        Subject(
            connection=placed,
            bindings=tuple(bindings.get(placed.name, ())),
            probe=results.get(placed.name),
            fingerprint=fingerprints.get(placed.name),
        )
        for placed in manifests.connections
    )
    fleet = Fleet(subjects, around.egress_addresses, around.titles, around.inseparable)
    surveyed = survey(around.grounds, manifests.policies, around.rules, is_opened=is_opened)
    found = sorted((*judge(fleet, manifests.policies, around.rules, now), *surveyed), key=lambda one: one.order)
    tested = are_tested((placed.name for placed in manifests.connections), results)
    sight = Sight(is_opened=is_opened, is_tested=tested, is_whole=not around.is_selection)
    return waive(found, manifests.waivers, manifests.policies, around.rules, now=now, sight=sight)


def validate(manifests: Manifests, around: Surroundings, blank: Report) -> Report:
    """Return the report of valid manifests: what the rules find without any key, identity or network."""
    now = blank.started_at
    return replace(
        blank,
        connections=tuple(standing(placed, None, {}, now) for placed in manifests.connections),
        findings=inspect(manifests, around, now, results={}, fingerprints={}),
    )
