"""Whether a saved plan still holds: each thing it rests on is compared with what is the case now. Pure.

What does not hold refuses the whole plan. A part of it would be something that nobody has reviewed.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from reconciler.engine.saving import told
from reconciler.errors import PlanRefused
from reconciler.kit.clock import iso
from reconciler.model.plan import Change, Plan
from reconciler.model.plan_file import AGAIN
from reconciler.model.saved import Basis, KeyState, SavedPlan
from reconciler.model.state import same
from reconciler.values.rights import Right

# Two clocks of one fleet may differ by that much; more means that one was set back.
_SKEW = timedelta(minutes=1)
_BESIDE = "the plan does not hold it: make a new one"


def refuse_unless_timely(plan: SavedPlan, now: datetime, *, known_time: datetime | None = None) -> None:
    """Refuse a plan that has expired, or that a clock which was set back would bring back to life.

    `known_time` is a moment that is known to be past. Raises PlanRefused.
    """
    if plan.created_at > now + _SKEW:
        _refuse([f"it was made at {iso(plan.created_at)} and it is {iso(now)} now: a clock was set back"])
    if known_time is not None and known_time > now + _SKEW:
        _refuse([f"the last run ended at {iso(known_time)} and it is {iso(now)} now: the clock was set back"])
    if now >= plan.expires_at:
        _refuse([f"it expired at {iso(plan.expires_at)}"])


def refuse_unless_based(plan: SavedPlan, present: Basis) -> None:
    """Refuse a plan whose manifests, policy, settings or program are not those it was made from.

    Seen before any secret is opened. Raises PlanRefused that names each of them.
    """
    _refuse([*_moved_basis(plan.basis, present)])


def refuse_unless_ours(plan: SavedPlan, seal: str | None, *, is_new: bool) -> None:
    """Refuse a plan that this host did not make; `seal` is what its key says of the plan's digest.

    Where nothing was ever applied there was no key to seal with, and nothing to be lost. Raises PlanRefused.
    """
    if plan.seal is None and is_new:
        return
    if plan.seal is None or seal is None or not hmac.compare_digest(plan.seal, seal):
        raise PlanRefused("the plan was not made by this host, or was changed after it was made", hint=AGAIN)


def refuse_spent(plan: SavedPlan, spent: datetime | None) -> None:
    """Refuse a plan that was applied before.

    Raises PlanRefused.
    """
    if spent is not None:
        _refuse([f"it was applied at {iso(spent)}, and a plan is applied once"])


def fitted(plan: SavedPlan, present: SavedPlan, planned: Plan) -> Plan:
    """Return the part of a fresh plan that a saved one asks for; what came up since is held.

    `present` is the fresh plan, saved under the same id. Raises PlanRefused where anything that was observed has moved,
    or a change it asks for would not be made any more.
    """
    _refuse([*_moved_seen(plan, present), *_moved_keys(plan, present)])
    _refuse([*_moved_changes(plan, present)])
    asked = {_step(change) for change in plan.ready}
    # Both are in the same order: what is saved of a change stands where the change itself stands.
    pairs = zip(planned.changes, present.changes, strict=True)
    changes = (
        change if change.held is not None or _step(shown) in asked else replace(change, held=_BESIDE)
        for change, shown in pairs
    )
    return replace(planned, changes=tuple(changes))


def _moved_basis(then: Basis, now: Basis) -> Iterator[str]:
    if then.program != now.program:
        yield f"it was made by reconcile {_word(then.program)}, and this is {now.program}"
    if then.revision != now.revision:
        yield f"the revision moved from {_word(then.revision)} to {_word(now.revision)}"
    if then.scope != now.scope:
        # Of other objects neither the manifests nor their rules can be the same.
        yield "it was made for another selection: give the same -f, -l and --only"
    else:
        if then.desired != now.desired:
            yield "the manifests moved: something else is desired"
        if then.policy != now.policy:
            yield "the policy moved: other rules hold"
    if then.settings != now.settings:
        yield "the settings in reconciler.yaml moved"


def _moved_seen(then: SavedPlan, now: SavedPlan) -> Iterator[str]:
    if then.seen.actual != now.seen.actual:
        yield "the platform moved: it holds something else now"
    if then.seen.recorded != now.seen.recorded:
        yield "the recorded state moved: something was applied since"


def _moved_keys(then: SavedPlan, now: SavedPlan) -> Iterator[str]:
    before, after = ({one.name: one for one in plan.keys} for plan in (then, now))
    if before.keys() != after.keys() or len(then.keys) != len(before):
        yield "other keys were tested"
        return
    for name in sorted(before):
        yield from _moved_key(before[name], after[name])


def _moved_key(then: KeyState, now: KeyState) -> Iterator[str]:
    if (then.masked_key, then.fingerprint) != (now.masked_key, now.fingerprint):
        yield f"the key of {now.name} is another one"
    if (then.status, then.diagnosis) != (now.status, now.diagnosis):
        yield f"the verdict on {now.name} moved from {told(then)} to {told(now)}"
        return
    for right in Right:
        one, two = then.rights.get(right), now.rights.get(right)
        if one is not two:
            yield f"the verdict on {now.name} moved: {right} was {one} and is {two}"


def _moved_changes(then: SavedPlan, now: SavedPlan) -> Iterator[str]:
    ready = {_step(change): change for change in now.ready}
    held = {_step(change): change for change in now.changes if change.held is not None}
    for change in then.ready:
        what = f"{change.action} of {change.kind} {_word(change.name)}"
        fresh, stopped = ready.get(_step(change)), held.get(_step(change))
        if fresh is not None and _is_same(fresh, change):
            continue
        yield f"{what} is held now: {stopped.held}" if stopped else f"{what} is not what is needed now"


def _step(change: Change) -> tuple[str, ...]:
    # One object may be updated twice, in two different ways.
    return (change.action, change.kind, change.name, *(each.path for each in change.fields))


def _is_same(one: Change, two: Change) -> bool:
    pairs = zip(one.fields, two.fields, strict=True)
    return all(same(a.before, b.before) and same(a.after, b.after) for a, b in pairs)


def _refuse(reasons: list[str]) -> None:
    if reasons:
        shown = [*reasons[:5], *([f"and {len(reasons) - 5} more"] if len(reasons) > 5 else [])]
        raise PlanRefused(f"the plan no longer holds: {'; '.join(shown)}", hint=AGAIN)


def _word(text: str | None) -> str:
    """Show a word of a file that anybody may have written."""
    if text is None:
        return "none"
    return text if text.isprintable() and len(text) <= 64 else "…"
