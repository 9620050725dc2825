from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reconciler.engine.verdict import ORDER, exit_code
from reconciler.model.drift import Drift, DriftSeverity, DriftSource
from reconciler.model.finding import Finding
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Change
from reconciler.model.probe import Status
from reconciler.model.report import ConnectionReport, Failure, Report
from reconciler.model.state import Kind
from reconciler.values.location import Location
from reconciler.values.severity import Severity

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CREATE = Change(Action.CREATE, Kind.CONNECTION, "a")
HELD = Change(Action.CREATE, Kind.CONNECTION, "b", held="blocked")
DRIFT = Drift(
    Kind.CONNECTION, "a", DriftSource.EXCHANGE, "rights.withdraw", "denied", "granted", DriftSeverity.INCIDENT
)
DENY = Finding("naming", Severity.DENY, "no", Location("a.yaml"))
WARN = Finding("naming", Severity.WARN, "hm", Location("a.yaml"))


def ran(command: str = "run", **facts: object) -> Report:
    return Report(command=command, started_at=NOON, finished_at=NOON, **facts)


def with_status(status: Status, **facts: object) -> Report:
    return ran(connections=(ConnectionReport("a", "A", "mexc", "live", ("spot",), status),), **facts)


def failed(code: int) -> Failure:
    return Failure("it failed", "mend it", code)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.ONLINE, 0),
        (Status.SUSPENDED, 0),
        (Status.PENDING, 0),
        (Status.FAILED, 1),
        (Status.UNAVAILABLE, 1),
        (Status.UNVERIFIED, 1),
        (Status.BLOCKED, 5),
    ],
)
def test_each_status_has_its_code(status, code):
    assert exit_code(with_status(status), detailed=False) == code


def test_every_status_is_covered_above():
    assert len(Status) == 7


@pytest.mark.parametrize("code", [1, 3, 4, 6, 64, 70])
def test_a_failure_brings_its_own_code(code):
    assert exit_code(ran(failures=(failed(code),)), detailed=False) == code


def test_invalid_manifests_are_told_from_policy_violations():
    assert exit_code(ran(findings=(DENY,)), detailed=False) == 5
    assert exit_code(ran(findings=(DENY,), is_valid=False), detailed=False) == 4


def test_a_warning_changes_nothing():
    assert exit_code(ran(findings=(WARN,)), detailed=True) == 0


def test_a_change_that_failed_is_an_operational_failure():
    report = ran(changes=(CREATE,), outcomes=(Outcome(CREATE, "refused"),))

    assert exit_code(report, detailed=True) == 1


@pytest.mark.parametrize(
    "report",
    [
        ran("dry-run", changes=(CREATE,)),
        ran("run", changes=(HELD,), outcomes=()),
        ran("run", drift=(DRIFT,)),
        ran("test", drift=(DRIFT,)),
    ],
    ids=["planned", "held", "drift of a run", "drift of a test"],
)
def test_differences_count_only_where_they_are_asked_for(report):
    assert exit_code(report, detailed=False) == 0
    assert exit_code(report, detailed=True) == 2


def test_after_everything_was_applied_nothing_differs():
    report = ran(changes=(CREATE,), outcomes=(Outcome(CREATE),))

    assert exit_code(report, detailed=True) == 0


@pytest.mark.parametrize("facts", [{"drift": (DRIFT,)}, {"changes": (CREATE,)}])
def test_the_command_drift_always_tells_differences(facts):
    assert exit_code(ran("drift", **facts), detailed=False) == 2


def test_the_first_code_of_the_order_wins():
    whole = with_status(
        Status.BLOCKED,
        findings=(DENY,),
        changes=(CREATE,),
        outcomes=(Outcome(CREATE, "refused"),),
        is_valid=False,
        failures=tuple(failed(code) for code in (64, 3, 6, 1)),
    )
    codes = [64, 4, 3, 6, 5, 1, 2, 0]

    assert [code for code in ORDER if code < 70] == codes
    assert exit_code(whole, detailed=True) == 64
    assert exit_code(with_status(Status.BLOCKED, failures=(failed(6),)), detailed=True) == 6
    assert exit_code(with_status(Status.BLOCKED, failures=(failed(1),)), detailed=True) == 5
    assert exit_code(with_status(Status.FAILED, drift=(DRIFT,)), detailed=True) == 1


def test_a_code_nobody_planned_for_never_becomes_a_success():
    assert exit_code(ran(failures=(failed(99),), is_valid=False), detailed=False) == 99
