"""What is kept of a connection survives being written down."""

from datetime import UTC, datetime

from reconciler.model.codec import decode, encode
from reconciler.model.probe import Diagnosis, ProbeResult
from reconciler.model.watched import Condition, ConditionKind, Quarantine, Truth, Watched

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WHOLE = Watched(
    "main",
    fingerprint="aa",
    result=ProbeResult("main", "mexc", Diagnosis.INVALID_KEY, "deleted", NOON),
    conditions=(Condition(ConditionKind.KEY_VALID, Truth.FALSE, "InvalidKey", NOON, proven_at=NOON),),
    quarantine=Quarantine("aa", "bb", NOON),
    next_at=NOON,
    failures=2,
)


def test_what_is_written_comes_back():
    assert decode(Watched, encode(WHOLE)) == WHOLE


def test_a_condition_is_found_by_its_kind():
    assert WHOLE.condition(ConditionKind.KEY_VALID) == WHOLE.conditions[0]
    assert WHOLE.condition(ConditionKind.FRESH) is None
