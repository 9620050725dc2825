from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.exchanges.kucoin import EXCHANGE
from reconciler.model.exchange import KeyInfo, Purpose, Reading, Unprovable
from reconciler.model.permissions import unreadable
from reconciler.model.probe import Check, CheckState, Diagnosis, Target
from reconciler.probing.answer import Answer
from reconciler.probing.classify import Fault
from reconciler.probing.conclude import conclude, diagnose
from reconciler.probing.trial import Trial
from reconciler.values.rights import Evidence, Right, Verdict
from reconciler.values.secret import Credentials, Secret

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVIDENCE = Evidence("GET /api/v1/user/api-key", 200, NOON, "ab" * 32)
CLEAN = dict.fromkeys(Right, Verdict.DENIED) | {Right.READ: Verdict.GRANTED, Right.TRADE_SPOT: Verdict.GRANTED}


def trial(rights=None, faults=(), **info):
    target = Target(
        "main", "kucoin", "live", ("spot",), ("read", "trade"), Credentials(Secret("k" * 24), Secret("s" * 36))
    )
    made = Trial(EXCHANGE, target, NOON)
    if rights is not None:
        readings = {right: Reading(verdict, f"{right} is {verdict}") for right, verdict in rights.items()}
        made.info, made.evidence = KeyInfo(rights=readings, **info), EVIDENCE
        made.checks[Check.KEY] = CheckState.PASS
    for fault in faults:
        made.note(fault)
    return made


def fault(diagnosis, purpose=Purpose.BALANCE, **more):
    return Fault(diagnosis, "something happened", purpose, **more)


def test_a_clean_key_has_no_diagnosis():
    assert diagnose(trial(CLEAN))[0] is None


@pytest.mark.parametrize("diagnosis", list(Diagnosis))
def test_withdrawal_comes_before_everything(diagnosis):
    can_withdraw = CLEAN | {Right.WITHDRAW: Verdict.GRANTED}

    assert diagnose(trial(can_withdraw, [fault(diagnosis)], problem="expired"))[0] is Diagnosis.WITHDRAWAL_ENABLED


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (fault(Diagnosis.INVALID_KEY), fault(Diagnosis.IP_NOT_ALLOWED)),
        (fault(Diagnosis.IP_NOT_ALLOWED), fault(Diagnosis.EXCHANGE_UNAVAILABLE, Purpose.KEY_INFO)),
        (fault(Diagnosis.EXCHANGE_UNAVAILABLE, Purpose.KEY_INFO), fault(Diagnosis.NO_TRADE_PERMISSION)),
        (fault(Diagnosis.NO_TRADE_PERMISSION), fault(Diagnosis.EXCHANGE_UNAVAILABLE)),
        (fault(Diagnosis.EXCHANGE_UNAVAILABLE), fault(Diagnosis.UNVERIFIED)),
    ],
)
def test_of_two_faults_the_graver_one_is_told_in_either_order(first, second):
    assert diagnose(trial(CLEAN, [first, second]))[0] is first.diagnosis
    assert diagnose(trial(CLEAN, [second, first]))[0] is first.diagnosis


def test_a_declared_right_that_is_missing_is_named():
    diagnosis, told = diagnose(trial(CLEAN | {Right.TRADE_SPOT: Verdict.DENIED}))

    assert diagnosis is Diagnosis.NO_TRADE_PERMISSION
    assert "trade spot" in told.message
    assert "keep withdrawal disabled" in told.remedy


def test_withdrawal_that_is_not_proven_absent_is_unverified_and_before_a_later_outage():
    unknown = CLEAN | {Right.WITHDRAW: Verdict.UNKNOWN}

    assert diagnose(trial(unknown))[0] is Diagnosis.UNVERIFIED
    assert diagnose(trial(unknown, [fault(Diagnosis.EXCHANGE_UNAVAILABLE)]))[0] is Diagnosis.UNVERIFIED


def test_a_declared_right_that_is_not_proven_is_unverified():
    assert diagnose(trial(CLEAN | {Right.TRADE_SPOT: Verdict.UNKNOWN}))[0] is Diagnosis.UNVERIFIED


def test_no_key_info_is_never_fine():
    assert diagnose(trial())[0] is Diagnosis.UNVERIFIED
    assert diagnose(trial(dict.fromkeys(Right, Verdict.UNKNOWN)))[0] is Diagnosis.UNVERIFIED
    unread = trial()
    unread.info = KeyInfo(unreadable("torn"))
    assert "torn" in diagnose(unread)[1].message


def test_a_key_that_says_it_has_expired_is_invalid():
    diagnosis, told = diagnose(trial(CLEAN, problem="it has expired"))

    assert diagnosis is Diagnosis.INVALID_KEY
    assert "it has expired" in told.message


def test_verdicts_rest_on_evidence_and_an_outage_leaves_them_unknown():
    proven, away = conclude(trial(CLEAN), NOON), conclude(trial(None, [fault(Diagnosis.EXCHANGE_UNAVAILABLE)]), NOON)

    assert proven.rights.of(Right.WITHDRAW).evidence is EVIDENCE
    assert proven.proven_at == NOON
    assert {proof.verdict for proof in away.rights.proofs.values()} == {Verdict.UNKNOWN}
    assert away.proven_at is None


def test_checks_tell_what_passed_failed_and_was_not_asked():
    refused = conclude(trial(None, [fault(Diagnosis.INVALID_KEY, Purpose.KEY_INFO)]), NOON).checks
    read_only = conclude(trial(CLEAN | {Right.TRADE_SPOT: Verdict.DENIED}), NOON).checks
    away = conclude(trial(CLEAN, [fault(Diagnosis.EXCHANGE_UNAVAILABLE)]), NOON).checks

    assert list(refused.values()) == [CheckState.FAIL, CheckState.SKIPPED, CheckState.SKIPPED, CheckState.SKIPPED]
    assert list(read_only.values())[:2] == [CheckState.PASS, CheckState.FAIL]
    assert list(away.values()) == [CheckState.PASS, CheckState.PASS, CheckState.UNKNOWN, CheckState.SKIPPED]


def test_what_a_person_should_know_is_noted():
    soon = trial(CLEAN, expires_at=NOON + timedelta(days=12), notes=("masked",))
    soon.skew_ms, soon.stand_in = -5_000, "http://127.0.0.1:4001"

    notes = conclude(soon, NOON).notes

    assert notes[0] == "masked"
    assert "http://127.0.0.1:4001" in notes[1]
    assert "not KuCoin itself" in notes[1]
    assert "expires in 12 days" in notes[2]
    assert "5 s ahead of" in notes[3]


def test_the_address_the_exchange_saw_is_kept():
    seen = trial(None, [fault(Diagnosis.IP_NOT_ALLOWED, Purpose.KEY_INFO, egress="203.0.113.9")])

    result = conclude(seen, NOON)

    assert result.egress_seen == "203.0.113.9"
    assert "203.0.113.9" in result.message
    assert "203.0.113.9" in result.remedy


def test_an_answer_of_the_key_info_becomes_rights_and_account():
    heard = trial()
    data = {"apiKey": "k" * 24, "permission": "General,Spot", "uid": 7, "isMaster": False}
    request = EXCHANGE.asked_for(Purpose.KEY_INFO)[0]
    heard.hear(Answer(request, NOON, status=200, body={"code": "200000", "data": data}))

    result = conclude(heard, NOON)

    assert result.diagnosis is None
    assert result.venue == ("kucoin", "live")
    assert (result.account.uid, result.account.is_subaccount) == ("7", True)


NEVER = Unprovable(Right.WITHDRAW, Verdict.DENIED, "it is silent", "look yourself", EXCHANGE.source)


def undeniable(rights=None, faults=()):
    made = trial(rights, faults)
    made.exchange = replace(EXCHANGE, unprovable=(NEVER,))
    if made.info is not None:
        made.info = replace(made.info, rights={**made.info.rights, Right.WITHDRAW: NEVER.reading})
    return made


def test_what_can_never_be_proven_is_told_with_a_way_of_its_own():
    diagnosis, told = diagnose(undeniable(CLEAN))

    assert diagnosis is Diagnosis.UNVERIFIED
    assert told.message.endswith("it is silent")
    assert told.remedy == "look yourself"


def test_an_outage_is_hidden_by_a_surprising_silence_but_not_by_the_usual_one():
    outage = fault(Diagnosis.EXCHANGE_UNAVAILABLE)

    assert diagnose(undeniable(CLEAN, [outage]))[0] is Diagnosis.EXCHANGE_UNAVAILABLE
    assert diagnose(trial(CLEAN | {Right.WITHDRAW: Verdict.UNKNOWN}, [outage]))[0] is Diagnosis.UNVERIFIED


def test_a_refused_question_tells_why_better_than_half_an_answer():
    made = trial({Right.WITHDRAW: Verdict.UNKNOWN}, [fault(Diagnosis.UNVERIFIED, Purpose.KEY_INFO)])

    assert diagnose(made)[1].message.endswith("something happened")
