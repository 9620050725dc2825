from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reconciler.model.probe import Diagnosis, ProbeResult, Status


@pytest.mark.parametrize(
    ("diagnosis", "status"),
    [
        (None, Status.ONLINE),
        (Diagnosis.INVALID_KEY, Status.FAILED),
        (Diagnosis.NO_TRADE_PERMISSION, Status.FAILED),
        (Diagnosis.IP_NOT_ALLOWED, Status.FAILED),
        (Diagnosis.EXCHANGE_UNAVAILABLE, Status.UNAVAILABLE),
        (Diagnosis.WITHDRAWAL_ENABLED, Status.BLOCKED),
        (Diagnosis.UNVERIFIED, Status.UNVERIFIED),
    ],
)
def test_each_diagnosis_has_its_status(diagnosis, status):
    result = ProbeResult("a", "mexc", diagnosis, "", datetime(2026, 11, 22, tzinfo=UTC))

    assert result.status is status


def test_a_venue_is_an_exchange_in_an_environment():
    at = datetime(2026, 11, 22, tzinfo=UTC)

    assert ProbeResult("a", "mexc", None, "", at).venue == ("mexc", "live")
    assert ProbeResult("a", "mexc", None, "", at, environment="simulator").venue == ("mexc", "simulator")


def test_only_a_key_without_a_diagnosis_is_online():
    assert Status.ONLINE not in {diagnosis.status for diagnosis in Diagnosis}
