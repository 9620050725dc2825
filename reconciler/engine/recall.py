"""Recall: the last report that was remembered, told as what it is now, an old one. Pure; nothing is asked anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from reconciler.errors import NothingMatched
from reconciler.model.report import Report
from reconciler.model.watched import Watched

COMMAND = "status"


def recall(
    remembered: Report | None,
    now: datetime,
    only: Collection[str] = (),
    watched: Mapping[str, Watched] = MappingProxyType({}),
) -> Report:
    """Return what is known without asking anybody, and since when; what that run did is history, and left out.

    `watched` is what a watcher keeps of each connection, by name. `only` are the names that are asked for; none means
    all. Raises NothingMatched when nothing is known of them, or no run was ever remembered: silence must not look like
    health.
    """
    if remembered is None:
        raise NothingMatched("no run has been remembered here yet", hint="make one: reconcile")
    report = replace(
        remembered,
        command=COMMAND,
        started_at=now,
        finished_at=now,
        as_of=remembered.finished_at,
        connections=tuple(replace(one, watched=watched.get(one.name)) for one in remembered.connections),
        changes=remembered.pending,
        outcomes=None,
    )
    return _narrowed(report, frozenset(only)) if only else report


def _narrowed(report: Report, only: frozenset[str]) -> Report:
    narrowed = replace(
        report,
        connections=tuple(one for one in report.connections if one.name in only),
        changes=tuple(one for one in report.changes if one.name in only),
        drift=tuple(one for one in report.drift if one.name in only),
        findings=tuple(one for one in report.findings if one.name in only),
        unmanaged=(),
    )
    if not (narrowed.connections or narrowed.changes or narrowed.drift or narrowed.findings):
        raise NothingMatched("the last run knew nothing of that name", hint="see all: reconcile status")
    return narrowed
