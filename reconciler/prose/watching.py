"""What a watcher keeps of the connections: which conditions do not hold, since when and why, and the next test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reconciler.kit.terminal import Ink, fold, harmless, paint
from reconciler.model.format import Style
from reconciler.model.report import ConnectionReport
from reconciler.model.watched import Condition, Truth, Watched
from reconciler.prose.words import moment, number, said, span


def watching(connections: Sequence[ConnectionReport], style: Style, now: datetime) -> list[str]:
    """Show each watched connection with its next test and every condition that does not hold.

    Those of which all hold are only counted; nothing is shown where nobody watches.
    """
    watched = [one.watched for one in connections if one.watched is not None]
    fine = [one for one in watched if _is_fine(one)]
    lines = [line for one in watched if not _is_fine(one) for line in _one(one, style, now)]
    if fine:
        upcoming = min((one.next_at for one in fine if one.next_at is not None), default=None)
        told = f"✓ every condition holds of {number(len(fine), 'connection')}{_next(upcoming, now)}"
        lines += fold(told, style.width, indent="  ")
    return lines


def _is_fine(one: Watched) -> bool:
    return one.quarantine is None and all(each.truth is Truth.TRUE for each in one.conditions)


def _one(one: Watched, style: Style, now: datetime) -> list[str]:
    held = "; in quarantine until the key or its manifest is another" if one.quarantine else _next(one.next_at, now)
    lines = fold(f"! {harmless(one.name)}{held}", style.width, indent="    ")
    for each in one.conditions:
        if each.truth is not Truth.TRUE:
            lines += _condition(each, style, now)
    return lines


def _condition(one: Condition, style: Style, now: datetime) -> list[str]:
    why = f": {said(one.message)}" if one.message else ""
    told = f"    {one.kind} {one.truth} for {span(now - one.since)}, {harmless(one.reason)}{why}"
    ink = Ink.BAD if one.truth is Truth.FALSE else Ink.CAUTION
    return [paint(line, ink, colour=style.colour) for line in fold(told, style.width, indent="      ")]


def _next(at: datetime | None, now: datetime) -> str:
    if at is None or at <= now:
        return "; next test: now"
    return f"; next test in {span(at - now)}, at {moment(at)}"
