"""Setting findings against a baseline: what was there before stays visible and no longer counts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reconciler.model.baseline import RULE, Baseline
from reconciler.model.finding import Finding, fingerprinted
from reconciler.model.rule import Rule
from reconciler.values.location import Location
from reconciler.values.severity import Severity

_NAMED = 3


def settle(
    findings: Sequence[Finding], baseline: Baseline, rules: Sequence[Rule], *, is_whole: bool
) -> tuple[Finding, ...]:
    """Return the findings with those of the baseline marked so, and a note where some of it is gone.

    Secrets in the clear, keys that may withdraw and what is wrong with waivers are never of a baseline. Of a part of
    the manifests nobody can say that something is gone.
    """
    fitting = {rule.id for rule in rules if rule.fits_baseline}
    named = fingerprinted(findings)
    marked = [
        replace(one, in_baseline=True) if one.counts and mark in baseline.known and one.rule in fitting else one
        for one, mark in named
    ]
    gone = [known for mark, known in baseline.known.items() if mark not in {mark for _, mark in named}]
    if gone and is_whole:
        rest = f" and {len(gone) - _NAMED} more" if len(gone) > _NAMED else ""
        listed = ", ".join(str(known) for known in gone[:_NAMED]) + rest
        counted = (
            "1 finding of the baseline is gone" if len(gone) == 1 else f"{len(gone)} findings of the baseline are gone"
        )
        remedy = (
            f"write it anew, so that they cannot come back unseen: reconcile validate --write-baseline {baseline.file}"
        )
        told = Finding(RULE, Severity.INFO, f"{counted}: {listed}", Location(baseline.file), remedy)
        marked.append(told)
    return tuple(sorted(marked, key=lambda one: one.order))


def worth_keeping(findings: Sequence[Finding], rules: Sequence[Rule]) -> list[tuple[Finding, str]]:
    """Return what a new baseline holds: all that counts and may be of one, with fingerprints."""
    fitting = {rule.id for rule in rules if rule.fits_baseline}
    return [(one, mark) for one, mark in fingerprinted(findings) if one.counts and one.rule in fitting]
