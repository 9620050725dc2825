"""A key that was refused is left alone until it, or its manifest, is another one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.model.probe import Check, CheckState, Diagnosis, ProbeResult
from reconciler.model.watched import Quarantine
from reconciler.watch.quarantine import after, holds

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
HELD = Quarantine("key", "manifest", NOON, "deleted")


def result(diagnosis):
    return ProbeResult("main", "mexc", diagnosis, "deleted", NOON)


@pytest.mark.parametrize("diagnosis", [None, *Diagnosis])
def test_only_a_refused_key_goes_into_quarantine(diagnosis):
    found = after(result(diagnosis), "key", "manifest", NOON)

    assert found == (HELD if diagnosis is Diagnosis.INVALID_KEY else None)


@pytest.mark.parametrize(
    ("fingerprint", "manifest", "is_held"),
    [
        ("key", "manifest", True),
        ("other", "manifest", False),
        ("key", "other", False),
        ("other", "other", False),
        (None, "manifest", True),
        (None, "other", False),
    ],
)
def test_it_lasts_as_long_as_key_and_manifest_are_the_same(fingerprint, manifest, is_held):
    assert holds(HELD, fingerprint, manifest) is is_held


def test_without_one_nothing_is_held():
    assert not holds(None, "key", "manifest")


def test_refused_again_it_has_been_held_since_the_first_time():
    assert after(result(Diagnosis.INVALID_KEY), "key", "manifest", LATER, HELD) == HELD


def test_another_key_that_is_refused_too_begins_its_own():
    assert after(result(Diagnosis.INVALID_KEY), "other", "manifest", LATER, HELD).since == LATER


@pytest.mark.parametrize("before", [None, HELD])
def test_a_lost_answer_neither_begins_nor_ends_one(before):
    assert after(result(Diagnosis.EXCHANGE_UNAVAILABLE), "key", "manifest", LATER, before) == before


@pytest.mark.parametrize("diagnosis", [each for each in (None, *Diagnosis) if each is not Diagnosis.INVALID_KEY])
def test_every_other_answer_ends_it(diagnosis):
    expected = HELD if diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE else None

    assert after(result(diagnosis), "key", "manifest", LATER, HELD) == expected


def test_a_blocked_key_that_was_deleted_since_is_left_alone_too():
    gone = replace(result(Diagnosis.WITHDRAWAL_ENABLED), checks={Check.KEY: CheckState.FAIL})

    assert after(gone, "key", "manifest", NOON) == HELD
