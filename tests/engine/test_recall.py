from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reconciler.engine.recall import recall
from reconciler.errors import NothingMatched
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Change
from reconciler.model.probe import Status
from reconciler.model.report import ConnectionReport, Report
from reconciler.model.state import Kind
from reconciler.model.watched import Watched

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DONE = Change(Action.CREATE, Kind.CONNECTION, "a")
HELD = Change(Action.CREATE, Kind.CONNECTION, "b", held="blocked")


def test_what_is_remembered_is_told_with_its_age_and_without_its_deeds():
    remembered = Report("run", NOON, NOON, changes=(DONE, HELD), outcomes=(Outcome(DONE),), unchanged=3)
    later = NOON + timedelta(hours=3)

    told = recall(remembered, later)

    assert (told.command, told.as_of, told.finished_at) == ("status", NOON, later)
    assert (told.changes, told.outcomes, told.unchanged) == ((HELD,), None, 3)


def test_where_nothing_is_remembered_nothing_is_claimed():
    with pytest.raises(NothingMatched) as caught:
        recall(None, NOON)

    assert caught.value.exit_code == 3
    assert caught.value.hint


def test_only_the_names_that_are_asked_for_are_told():
    other = Change(Action.CREATE, Kind.CONNECTION, "c", held="blocked")
    remembered = Report("run", NOON, NOON, changes=(HELD, other), unmanaged=((Kind.CONNECTION, "x"),))

    told = recall(remembered, NOON, only=["c"])

    assert told.changes == (other,)
    assert told.unmanaged == ()


def test_a_name_nobody_knows_is_not_told_as_fine():
    with pytest.raises(NothingMatched):
        recall(Report("run", NOON, NOON, changes=(HELD,)), NOON, only=["typo"])


def test_what_a_watcher_keeps_is_shown_beside_what_the_last_run_found():
    line = ConnectionReport("main", "Main", "mexc", "live", ("spot",), Status.ONLINE)
    kept = Watched("main", failures=2)

    report = recall(Report("watch", NOON, NOON, connections=(line,)), NOON, watched={"main": kept, "gone": kept})

    assert [one.watched for one in report.connections] == [kept]
