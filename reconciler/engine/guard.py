"""The guard against a plan that deletes too much: an empty folder must not empty the platform. Pure."""

from __future__ import annotations

from reconciler.errors import MassDeletion
from reconciler.model.plan import Action, Plan

# Below ten objects a third is one or two, and a person sees them all.
_FROM_OBJECTS = 10
_PERCENT = 30


def guard_deletions(plan: Plan, *, managed: int, allowed: int = 0) -> None:
    """Refuse a plan that deletes more than 30 % of at least 10 managed objects, unless that many are allowed.

    Raises MassDeletion.
    """
    deletions = sum(change.action is Action.DELETE for change in plan.ready)
    if managed < _FROM_OBJECTS or deletions * 100 <= managed * _PERCENT or deletions <= allowed:
        return
    raise MassDeletion(
        f"the plan deletes {deletions} of {managed} managed objects, more than {_PERCENT} %",
        hint=f"look whether manifests are missing; if it is meant: --allow-deletes {deletions}",
    )
