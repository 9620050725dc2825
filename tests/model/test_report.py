from __future__ import annotations

from datetime import UTC, datetime

from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Change
from reconciler.model.probe import Status
from reconciler.model.report import ConnectionReport, Report
from reconciler.model.state import Kind

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
A, B, C, D = (Change(Action.CREATE, Kind.CONNECTION, name) for name in "abcd")
HELD = Change(Action.DELETE, Kind.BINDING, "a", held="not allowed")


def test_pending_is_all_that_is_not_done():
    report = Report("run", NOON, NOON, changes=(A, B, C, HELD), outcomes=(Outcome(A), Outcome(B, "refused")))

    assert report.pending == (B, C, HELD)
    assert report.count(Action.CREATE, Action.DELETE) == 4


def test_two_steps_of_one_object_are_told_apart():
    update, suspend = (Change(action, Kind.BINDING, "a") for action in (Action.UPDATE, Action.SUSPEND))
    report = Report(
        "run", NOON, NOON, changes=(update, suspend), outcomes=(Outcome(update), Outcome(suspend, "refused"))
    )

    assert report.pending == (suspend,)


def test_without_outcomes_every_change_is_pending():
    assert Report("dry-run", NOON, NOON, changes=(A, D)).pending == (A, D)


def test_statuses_are_counted_in_the_order_of_the_list():
    def one(status: Status) -> ConnectionReport:
        return ConnectionReport("x", "X", "mexc", "live", ("spot",), status)

    report = Report("test", NOON, NOON, connections=tuple(map(one, (Status.FAILED, Status.ONLINE, Status.FAILED))))

    assert list(report.statuses.items()) == [(Status.ONLINE, 1), (Status.FAILED, 2)]
