"""Recall: the last report that was remembered, told as what it is now, an old one. Pure; nothing is asked anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from reconciler.errors import NothingMatched
from reconciler.model.report import Report

COMMAND = "status"


def recall(remembered: Report | None, now: datetime) -> Report:
    """Return what is known without asking anybody, and since when; what that run did is history, and left out.

    Raises NothingMatched when no run was ever remembered here: silence must not look like health.
    """
    if remembered is None:
        raise NothingMatched("no run has been remembered here yet", hint="make one: reconcile")
    return replace(
        remembered,
        command=COMMAND,
        started_at=now,
        finished_at=now,
        as_of=remembered.finished_at,
        changes=remembered.pending,
        outcomes=None,
    )
