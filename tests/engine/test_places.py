"""A report says where the objects stand that it tells something of, and works out no other place."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.engine.places import places
from reconciler.kit.clock import ManualClock
from reconciler.model.drift import Drift, DriftSeverity, DriftSource
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Change
from reconciler.model.probe import Status
from reconciler.model.report import ConnectionReport, Report
from reconciler.model.state import Kind
from reconciler.wiring import read_workspace

NOW = ManualClock().now()
ROOT = Path(__file__).parents[2]
HELD = Change(Action.UPDATE, Kind.CONNECTION, "mexc-spot-main", held="no")


@pytest.fixture(scope="module")
def manifests():
    return read_workspace(cwd=ROOT, environ=None).manifests


def line(manifests, **facts) -> dict[str, str]:
    return {key: place.file for key, place in places(Report("test", NOW, NOW, **facts), manifests).items()}


def connection(status: Status) -> ConnectionReport:
    return ConnectionReport("mexc-spot-main", "", "mexc", "simulator", ("spot",), status)


@pytest.mark.parametrize(
    "facts",
    [
        {"connections": (connection(Status.BLOCKED),)},
        {"drift": (Drift(Kind.CONNECTION, "mexc-spot-main", DriftSource.PLATFORM, "a", 1, 2, DriftSeverity.INFO),)},
        {"changes": (HELD,)},
        {"outcomes": (Outcome(HELD, "failed"),)},
    ],
    ids=["connection", "drift", "held", "failed"],
)
def test_what_is_told_has_its_place(manifests, facts):
    assert line(manifests, **facts) == {"Connection/mexc-spot-main": "connections.d/mexc-spot-main.yaml"}


@pytest.mark.parametrize("status", [Status.ONLINE, Status.PENDING, Status.SUSPENDED])
def test_what_is_fine_has_none(manifests, status):
    assert line(manifests, connections=(connection(status),)) == {}


def test_what_no_manifest_declares_has_none(manifests):
    gone = Change(Action.DELETE, Kind.CONNECTION, "gone", held="no")

    assert line(manifests, changes=(gone,)) == {}
