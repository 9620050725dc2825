from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.engine.effective import aged, effective, is_proof
from reconciler.kit.clock import parse_iso
from reconciler.model.ports import Proven
from reconciler.model.probe import Account, Check, CheckState, Diagnosis, ProbeResult, Status
from reconciler.values.rights import Evidence, Proof, Right, Rights, Verdict

NOW = parse_iso("2026-11-22T12:00:00Z")
THEN = NOW - timedelta(hours=26)
GRANTED, DENIED, UNKNOWN = Verdict.GRANTED, Verdict.DENIED, Verdict.UNKNOWN
DOWN = Diagnosis.EXCHANGE_UNAVAILABLE
NEVER = Rights()


def rights(at=NOW, **verdicts: Verdict) -> Rights:
    evidence = Evidence("GET /rights", 200, at, "0" * 64)
    return Rights({Right(r): Proof(v, "", None if v is UNKNOWN else evidence) for r, v in verdicts.items()})


def result(diagnosis: Diagnosis | None = None, held: Rights = NEVER, at=NOW, **more) -> ProbeResult:
    proven_at = at if any(p.verdict is not UNKNOWN for p in held.proofs.values()) else None
    return ProbeResult(
        "a", "mexc", diagnosis, "no answer" if diagnosis is DOWN else "", at, rights=held, proven_at=proven_at, **more
    )


def proven(held: Rights, fingerprint: str = "aa", **more) -> Proven:
    return Proven(fingerprint, result(None, held, THEN, **more))


OLD_SAFE = proven(rights(THEN, read=GRANTED, withdraw=DENIED))
OLD_UNSAFE = proven(rights(THEN, read=GRANTED, withdraw=GRANTED))


def test_without_an_earlier_proof_the_fresh_result_stands():
    fresh = result(None, rights(read=GRANTED, withdraw=DENIED))

    assert effective(fresh, None, "aa", NOW) == fresh


def test_a_transient_failure_keeps_the_last_proof_beside_it():
    old = proven(
        rights(THEN, withdraw=DENIED), ip_allowlist=("203.0.113.10",), expires_at=NOW, account=Account(uid="7")
    )

    known = effective(result(DOWN), old, "aa", NOW)

    assert known.status is Status.UNAVAILABLE
    assert known.rights.of(Right.WITHDRAW) == old.result.rights.of(Right.WITHDRAW)
    assert (known.ip_allowlist, known.expires_at, known.account.uid) == (("203.0.113.10",), NOW, "7")
    assert (known.proven_at, known.tested_at) == (THEN, NOW)
    assert "proven at 2026-11-21T10:00:00Z, 1 day ago" in known.message


def test_what_a_failing_test_still_saw_wins_over_the_old_proof():
    fresh = result(DOWN, rights(read=DENIED), ip_allowlist=(), account=Account(uid="8"))
    old = proven(rights(THEN, read=GRANTED, withdraw=DENIED), ip_allowlist=("203.0.113.10",), account=Account(uid="7"))

    known = effective(fresh, old, "aa", NOW)

    assert known.rights.verdict(Right.READ) is DENIED
    assert known.rights.verdict(Right.WITHDRAW) is DENIED
    assert (known.ip_allowlist, known.account.uid) == ((), "8")
    assert known.proven_at == THEN


@pytest.mark.parametrize("fingerprint", ["bb", None])
def test_a_proof_about_another_key_says_nothing(fingerprint):
    known = effective(result(DOWN), OLD_UNSAFE, fingerprint, NOW)

    assert known == result(DOWN)


def test_a_proof_about_another_exchange_says_nothing():
    fresh = ProbeResult("a", "kucoin", DOWN, "no answer", NOW)

    assert effective(fresh, OLD_UNSAFE, "aa", NOW) == fresh


def test_a_proof_of_a_simulator_says_nothing_of_the_exchange():
    rehearsed = proven(rights(THEN, withdraw=DENIED), environment="simulator")

    known = effective(result(DOWN), rehearsed, "aa", NOW)

    assert known.rights.verdict(Right.WITHDRAW) is UNKNOWN
    assert known.proven_at is None


def test_a_proven_right_to_withdraw_outlives_a_transient_failure():
    known = effective(result(DOWN), OLD_UNSAFE, "aa", NOW)

    assert known.status is Status.BLOCKED
    assert known.diagnosis is Diagnosis.WITHDRAWAL_ENABLED
    assert known.message == "the key may withdraw, proven at 2026-11-21T10:00:00Z; Exchange unavailable now: no answer"
    assert known.remedy
    assert known.checks[Check.PERMISSIONS] is CheckState.FAIL
    assert known.proven_at == THEN


@pytest.mark.parametrize("diagnosis", [None, Diagnosis.UNVERIFIED, Diagnosis.IP_NOT_ALLOWED, Diagnosis.INVALID_KEY])
def test_a_proven_right_to_withdraw_stands_until_it_is_denied(diagnosis):
    unseen = effective(result(diagnosis, rights(read=GRANTED, withdraw=UNKNOWN)), OLD_UNSAFE, "aa", NOW)
    denied = effective(result(diagnosis, rights(read=GRANTED, withdraw=DENIED)), OLD_UNSAFE, "aa", NOW)

    assert unseen.status is Status.BLOCKED
    assert unseen.rights.of(Right.WITHDRAW).evidence.at == THEN
    assert denied.diagnosis is diagnosis
    assert denied.rights.verdict(Right.WITHDRAW) is DENIED


def test_an_old_denied_does_not_fill_in_for_an_unknown_of_today():
    fresh = result(Diagnosis.UNVERIFIED, rights(read=GRANTED, withdraw=UNKNOWN))

    known = effective(fresh, OLD_SAFE, "aa", NOW)

    assert known == fresh


def test_a_real_answer_replaces_the_old_one():
    old = proven(rights(THEN, trade_spot=GRANTED, withdraw=DENIED), ip_allowlist=("203.0.113.10",))
    fresh = result(None, rights(trade_spot=DENIED, withdraw=DENIED))

    assert effective(fresh, old, "aa", NOW) == fresh


def test_a_proof_from_a_clock_ahead_of_ours_is_no_age_below_zero():
    known = effective(result(DOWN), OLD_SAFE, "aa", THEN - timedelta(days=3))

    assert "0 minutes ago" in known.message


verdicts = st.dictionaries(st.sampled_from([right.value for right in Right]), st.sampled_from(list(Verdict)))
diagnoses = st.sampled_from([None, *Diagnosis])


@given(diagnoses, verdicts, verdicts)
def test_a_key_that_may_withdraw_is_never_anything_but_blocked(diagnosis, fresh, old):
    known = effective(result(diagnosis, rights(**fresh)), proven(rights(THEN, **old)), "aa", NOW)

    if known.rights.verdict(Right.WITHDRAW) is GRANTED:
        assert known.status is Status.BLOCKED
    if old.get("withdraw") is GRANTED and fresh.get("withdraw") is not DENIED:
        assert known.status is Status.BLOCKED


@given(diagnoses, verdicts, verdicts)
def test_joining_twice_changes_nothing_more(diagnosis, fresh, old):
    before = proven(rights(THEN, **old))
    once = effective(result(diagnosis, rights(**fresh)), before, "aa", NOW)

    again = effective(once, before, "aa", NOW)

    assert again.rights.granted() == once.rights.granted()
    assert again.status is once.status


@given(st.lists(st.tuples(diagnoses, verdicts), max_size=5), diagnoses, verdicts)
def test_a_proven_right_to_withdraw_survives_any_run_of_answers_that_do_not_deny_it(answers, diagnosis, last):
    remembered: Proven | None = OLD_UNSAFE
    for answered, seen in [*answers, (diagnosis, last)]:
        if seen.get("withdraw") is DENIED:
            continue
        known = effective(result(answered, rights(**seen)), remembered, "aa", NOW)
        remembered = Proven("aa", known) if is_proof(known) else remembered
        assert known.status is Status.BLOCKED


def test_only_an_answer_that_proves_something_is_remembered():
    assert is_proof(result(None, rights(read=GRANTED)))
    assert is_proof(result(Diagnosis.WITHDRAWAL_ENABLED, rights(withdraw=GRANTED)))
    assert not is_proof(result(DOWN, rights(read=GRANTED)))
    assert not is_proof(result(Diagnosis.INVALID_KEY, rights(withdraw=UNKNOWN)))
    assert not is_proof(result(Diagnosis.INVALID_KEY))


STALE = timedelta(days=1)


def denied(diagnosis):
    return ProbeResult("main", "mexc", diagnosis, "", NOW, rights=rights(read=GRANTED, withdraw=DENIED), proven_at=NOW)


@pytest.mark.parametrize("diagnosis", [None, Diagnosis.EXCHANGE_UNAVAILABLE])
def test_proof_of_too_long_ago_is_none(diagnosis):
    old = denied(diagnosis)

    found = aged(old, NOW + STALE + timedelta(seconds=1), STALE)

    assert found.status is Status.UNVERIFIED
    assert {proof.verdict for proof in found.rights.proofs.values()} == {Verdict.UNKNOWN}
    assert "1 day ago" in found.message
    assert not is_proof(found)


@pytest.mark.parametrize("diagnosis", [None, *Diagnosis])
def test_proof_that_is_fresh_enough_stays_as_it_is(diagnosis):
    old = denied(diagnosis)

    assert aged(old, NOW + STALE, STALE) is old
    assert aged(old, NOW + 100 * STALE, None) is old


@pytest.mark.parametrize("diagnosis", [Diagnosis.WITHDRAWAL_ENABLED, Diagnosis.INVALID_KEY, Diagnosis.UNVERIFIED])
def test_what_was_found_wrong_stays_wrong(diagnosis):
    old = denied(diagnosis)

    assert aged(old, NOW + 100 * STALE, STALE) is old
