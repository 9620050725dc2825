"""How a connection stands is told by its result, and a declared pause hides nothing worse."""

from datetime import timedelta

import pytest

from reconciler.engine.standing import is_suspended, standing, unopened
from reconciler.model.finding import Finding
from reconciler.model.probe import CheckState, Diagnosis, Status
from reconciler.values.location import Location
from reconciler.values.severity import Severity

PAUSE = {"until": "2026-12-01", "reason": "exchange migration"}


@pytest.mark.parametrize(
    ("diagnosis", "status"),
    [
        (None, Status.SUSPENDED),
        (Diagnosis.WITHDRAWAL_ENABLED, Status.BLOCKED),
        (Diagnosis.INVALID_KEY, Status.FAILED),
        (Diagnosis.EXCHANGE_UNAVAILABLE, Status.UNAVAILABLE),
    ],
)
def test_a_pause_shows_only_where_nothing_worse_is_known(build, diagnosis, status):
    placed = build.connection(suspend=PAUSE)

    told = standing(placed, build.result(diagnosis=diagnosis), {}, build.now)

    assert told.status is status


def test_a_pause_ends_with_the_day_it_names(build):
    placed = build.connection(suspend=PAUSE)

    assert is_suspended(placed, build.now + timedelta(days=9))
    assert not is_suspended(placed, build.now + timedelta(days=10))


def test_a_connection_that_was_not_tested_is_pending(build):
    assert standing(build.connection(), None, {}, build.now).status is Status.PENDING


def test_the_key_is_shown_masked_and_the_name_as_it_is_displayed(build):
    placed = build.connection(displayName="MEXC Spot Main")

    told = standing(placed, build.result(), {"main": build.credentials("a-longer-word")}, build.now)

    assert told.display_name == "MEXC Spot Main"
    assert told.masked_key == "a-lo…0001"


def test_a_connection_whose_secret_did_not_open_proves_nothing(build):
    finding = Finding("secret-unreadable", Severity.WARN, "no identity", Location("a.yaml"), "bring it", None, "main")

    result = unopened(build.connection(), (finding,), build.now)

    assert result.status is Status.UNVERIFIED
    assert "no identity" in result.message
    assert result.remedy == "bring it"
    assert set(result.checks.values()) == {CheckState.SKIPPED}
    assert result.rights.proofs == {}
