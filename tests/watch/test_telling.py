"""The log says each thing once, when it changes."""

import logging
import runpy
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.errors import LockHeld, StoreError
from reconciler.model.drift import Drift, DriftSeverity, DriftSource
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Change
from reconciler.model.report import Failure, Report
from reconciler.model.state import Kind
from reconciler.model.watched import ConditionKind, Transition, Truth
from reconciler.watch.telling import Teller

SPACE = runpy.run_path(str(Path(__file__).with_name("world.py")))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
STOP = Change(Action.SUSPEND, Kind.BINDING, "grid", reason="Blocked")
HELD = Change(Action.CREATE, Kind.CONNECTION, "main", held="Failed: deleted")
WIDER = Drift(
    Kind.CONNECTION, "main", DriftSource.EXCHANGE, "rights.withdraw", "denied", "granted", DriftSeverity.INCIDENT
)


@pytest.fixture
def said(caplog):
    caplog.set_level(logging.INFO, "reconciler.watch")

    def taken():
        found = [(record.levelname, record.getMessage()) for record in caplog.records]
        caplog.clear()
        return found

    return taken


def report(**fields):
    return Report("watch", NOON, NOON, **fields)


def turn(before, after):
    return Transition("main", 0, ConditionKind.KEY_VALID, before, after, "Why", NOON)


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (None, Truth.TRUE, []),
        (None, Truth.FALSE, [("WARNING", "condition changed")]),
        (Truth.TRUE, Truth.UNKNOWN, [("WARNING", "condition changed")]),
        (Truth.FALSE, Truth.TRUE, [("INFO", "condition changed")]),
    ],
)
def test_a_change_is_as_loud_as_it_is_bad(said, before, after, line):
    Teller().changed([turn(before, after)])

    assert said() == line


def test_what_goes_on_is_not_said_again(said):
    teller, same = Teller(), report(drift=(WIDER,), changes=(HELD,), failures=(Failure("the disk is full", "", 1),))

    teller.ended(same)
    first = said()
    teller.ended(same)

    assert first == [("WARNING", "change held"), ("WARNING", "drift"), ("ERROR", "trouble")]
    assert said() == []


def test_what_ended_and_came_back_is_said_again(said):
    teller, same = Teller(), report(drift=(WIDER,), changes=(HELD,))

    for one in (same, report(), same):
        teller.ended(one)

    assert said() == [("WARNING", "change held"), ("WARNING", "drift")] * 2


def test_every_change_that_was_tried_is_said(said):
    Teller().ended(report(outcomes=(Outcome(STOP), Outcome(STOP, "the platform is away"))))

    assert said() == [("INFO", "change made"), ("ERROR", "change failed")]


def test_trouble_is_said_once_and_so_is_its_end(said):
    teller = Teller()

    for _ in range(3):
        teller.troubled(StoreError("the disk is full"))
    teller.ended(report())
    teller.ended(report())

    assert said() == [("ERROR", "trouble"), ("INFO", "no trouble any more")]


def test_standing_by_is_said_once(said):
    teller = Teller()

    for _ in range(3):
        teller.stands_by(LockHeld("bob watches"))
    teller.leads()

    assert said() == [("WARNING", "standing by: another watcher holds the lease"), ("INFO", "watching")]


def test_each_mistake_of_a_broken_edit_is_said(said):
    teller = Teller()

    teller.broken(SPACE["broken"](), None)
    teller.mended()
    teller.mended()

    assert [line for _, line in said()] == [
        "the manifests are broken; the last good set goes on",
        "mistake",
        "manifests are good again",
        "manifests read",
    ]
