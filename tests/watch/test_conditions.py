"""What is held true of a connection: proof sets it, lost answers change nothing, time makes it unknown."""

import runpy
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.finding import Finding, Waived
from reconciler.model.probe import Diagnosis
from reconciler.model.watched import ConditionKind, Truth
from reconciler.values.location import Location
from reconciler.values.severity import Severity
from reconciler.watch.conditions import ADDRESS_RULE, Seen, conditions, denials
from reconciler.wiring import rules

NOUNS = runpy.run_path(str(Path(__file__).with_name("nouns.py")))
NOON, after, result = NOUNS["NOON"], NOUNS["after"], NOUNS["result"]

DAY = timedelta(days=1)
AWAY, BLOCKED = Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.WITHDRAWAL_ENABLED
TRUE, FALSE, UNKNOWN = Truth


def look(before=(), diagnosis=None, *, at=NOON, answered_at=None, findings=(), now=None, **more):
    found = result(diagnosis, at=at, **more)
    answered_at = answered_at or (None if diagnosis is AWAY else at)
    return conditions(before, Seen(found, answered_at, findings), now or at, DAY)


def truths(found):
    return tuple(one.truth for one in found)


def deny(rule):
    return Finding(rule, Severity.DENY, "it may not", Location("a.yaml", 1, 1), "", "Connection", "main")


@pytest.mark.parametrize(
    ("diagnosis", "expected"),
    [
        (None, (TRUE, TRUE, TRUE, TRUE, TRUE, TRUE)),
        (BLOCKED, (TRUE, FALSE, TRUE, TRUE, TRUE, TRUE)),
        (Diagnosis.NO_TRADE_PERMISSION, (TRUE, FALSE, TRUE, TRUE, TRUE, TRUE)),
        (Diagnosis.UNVERIFIED, (TRUE, UNKNOWN, TRUE, TRUE, UNKNOWN, TRUE)),
        (Diagnosis.INVALID_KEY, (FALSE, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, TRUE)),
        (Diagnosis.IP_NOT_ALLOWED, (FALSE, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, TRUE)),
        (AWAY, (UNKNOWN,) * 6),
    ],
)
def test_a_first_look_says_what_was_proven_and_no_more(diagnosis, expected):
    assert truths(look((), diagnosis)) == expected


@pytest.mark.parametrize("diagnosis", [each for each in (None, *Diagnosis) if each is not AWAY])
def test_lost_answers_change_nothing_that_was_proven(diagnosis):
    first = look((), diagnosis)

    found = first
    for minutes in range(1, 200):
        found = look(found, AWAY, at=after(minutes=minutes), answered_at=NOON, now=after(minutes=minutes))

    assert [(one.truth, one.since, one.proven_at) for one in found if one.truth is not UNKNOWN] == [
        (one.truth, one.since, one.proven_at) for one in first if one.truth is not UNKNOWN
    ]
    assert truths(found) == truths(first)


def test_what_was_proven_true_too_long_ago_is_unknown_and_what_was_false_stays():
    first = look((), BLOCKED)

    found = look(first, AWAY, at=after(hours=25), answered_at=NOON)

    assert truths(found) == (UNKNOWN, FALSE, UNKNOWN, UNKNOWN, UNKNOWN, FALSE)
    assert {one.reason for one in found if one.truth is UNKNOWN} == {"Stale"}
    assert found[0].proven_at == NOON


def test_a_stale_condition_is_true_again_with_the_next_answer():
    stale = look(look(), AWAY, at=after(hours=25), answered_at=NOON)

    found = look(stale, at=after(hours=26))

    assert truths(found) == (TRUE,) * 6
    assert {one.since for one in found} == {after(hours=26)}


def test_a_real_answer_without_a_verdict_is_not_taken_for_a_lost_one():
    found = look(look(), Diagnosis.UNVERIFIED, at=after(hours=1))

    assert found[1].truth is UNKNOWN
    assert found[1].reason == "Unverified"


def test_a_right_to_withdraw_that_was_proven_stands_while_the_exchange_is_away():
    blocked = look((), BLOCKED)
    lost = result(BLOCKED, at=after(hours=1), checks=result(AWAY).checks)

    found = conditions(blocked, Seen(lost, NOON), after(hours=1), DAY)

    assert truths(found) == (TRUE, FALSE, TRUE, TRUE, TRUE, TRUE)


def test_a_list_of_addresses_that_is_gone_is_false():
    found = look(look(), at=after(hours=1), ip_allowlist=())

    assert (found[4].truth, found[4].reason, found[4].since) == (FALSE, "AnyAddress", after(hours=1))


def test_a_list_that_is_no_longer_shown_is_unknown():
    assert look(look(), ip_allowlist=None)[4].reason == "NotRevealed"


def test_what_policy_denies_is_not_compliant_each_at_its_place():
    about_addresses, about_rights = (
        look((), findings=(deny(ADDRESS_RULE),)),
        look((), findings=(deny("egress-rights"),)),
    )

    assert truths(about_addresses) == (TRUE, TRUE, TRUE, TRUE, FALSE, TRUE)
    assert truths(about_rights) == (TRUE, FALSE, TRUE, TRUE, TRUE, TRUE)
    assert about_rights[1].message == "egress-rights: it may not"


def test_only_denials_of_connections_count_each_for_its_own():
    warned = Finding("naming", Severity.WARN, "", Location("a.yaml", 1, 1), "", "Connection", "main")

    assert denials([warned, deny("a"), deny("b")]) == {"main": (deny("a"), deny("b"))}


def test_the_rule_about_addresses_is_one_there_is():
    assert ADDRESS_RULE in {rule.id for rule in rules()}


def test_every_pair_of_looks_moves_since_exactly_where_the_truth_changes():
    for first, second in product((None, *Diagnosis), repeat=2):
        before = look((), first)
        found = look(before, second, at=after(hours=1), answered_at=NOON if second is AWAY else None)

        assert [one.kind for one in found] == list(ConditionKind)
        for then, now in zip(before, found, strict=True):
            assert (now.since == NOON) is (now.truth is then.truth), (first, second, now)


@given(st.lists(st.tuples(st.sampled_from((None, *Diagnosis)), st.integers(1, 100_000)), max_size=30))
def test_nothing_is_ever_true_without_a_proof_that_is_fresh_enough(looks):
    found, now, answered_at = (), NOON, None
    for diagnosis, minutes in looks:
        now += timedelta(minutes=minutes)
        answered_at = answered_at if diagnosis is AWAY else now
        found = conditions(found, Seen(result(diagnosis, at=now), answered_at), now, DAY)

        for one in found:
            assert one.since <= now
            if one.truth is TRUE:
                assert one.proven_at is not None
                assert now - one.proven_at <= DAY


def test_what_is_waived_is_no_denial():
    waived = Waived("for-a-week", "ann", "until the new key is there", "2026-12-01")

    assert denials([replace(deny("egress-rights"), waived=waived)]) == {}
