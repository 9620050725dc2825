from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reconciler.exchanges.kucoin import EXCHANGE as KUCOIN
from reconciler.exchanges.mexc import EXCHANGE as MEXC
from reconciler.model.exchange import Fill, KeyInfo, Purpose, Reading, Request
from reconciler.model.probe import Account, Check, CheckState, Diagnosis, Target
from reconciler.probing.answer import Answer
from reconciler.probing.classify import Fault
from reconciler.probing.trial import Trial
from reconciler.values.rights import Right, Verdict
from reconciler.values.secret import Credentials, Secret

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def trial(exchange=KUCOIN, markets=("futures",), permissions=("read", "trade")):
    credentials = Credentials(Secret("k" * 24), Secret("s" * 36))
    return Trial(exchange, Target("main", exchange.id, "live", markets, permissions, credentials), NOON)


def fault(diagnosis, purpose=Purpose.BALANCE):
    return Fault(diagnosis, "something happened", purpose)


def turning(when, family):
    return Fault(Diagnosis.UNVERIFIED, when, Purpose.KEY_INFO, family=family)


def families():
    first, second = (replace(KUCOIN.asked_for(Purpose.KEY_INFO)[0], family=family) for family in ("new", "old"))
    return trial(replace(KUCOIN, requests=(first, second)))


def test_an_account_of_another_family_is_no_fault_and_is_asked_in_that_ones_way():
    asked = families()

    asked.note(turning("it is an old one", "old"))

    assert (asked.family, asked.faults, asked.is_settled) == ("old", [], False)


def test_what_fails_in_the_second_family_stands():
    asked, lacking = families(), turning("the key lacks the right", "old")
    asked.note(turning("it is an old one", "old"))

    asked.note(lacking)

    assert (asked.family, asked.faults) == ("old", [lacking])


def test_whoever_is_sent_to_and_fro_keeps_the_first_refusal():
    asked, first = families(), turning("the key lacks the right", "old")
    asked.note(first)

    asked.note(turning("it is a new one", "new"))

    assert (asked.family, asked.faults) == ("old", [first])
    assert asked.checks[Check.KEY] is CheckState.PASS


def test_an_exchange_without_families_has_one_without_a_name():
    assert trial().family == ""


@pytest.mark.parametrize(
    ("diagnosis", "is_settled"),
    [
        (Diagnosis.INVALID_KEY, True),
        (Diagnosis.IP_NOT_ALLOWED, True),
        (Diagnosis.EXCHANGE_UNAVAILABLE, True),
        (Diagnosis.NO_TRADE_PERMISSION, False),
        (Diagnosis.UNVERIFIED, False),
    ],
)
def test_only_some_answers_end_the_questions(diagnosis, is_settled):
    asked = trial()

    asked.note(fault(diagnosis))

    assert asked.is_settled is is_settled


def test_a_key_that_may_not_see_its_info_was_still_accepted():
    asked = trial()

    asked.note(fault(Diagnosis.UNVERIFIED, Purpose.KEY_INFO))

    assert asked.checks[Check.KEY] is CheckState.PASS
    assert not asked.is_settled


def test_a_request_that_is_known_to_be_refused_is_not_made():
    asked = trial()
    asked.info = KeyInfo({Right.TRADE_FUTURES: Reading(Verdict.DENIED, "the key has no Futures")})
    balance = next(request for request in KUCOIN.requests if request.needs is Right.TRADE_FUTURES)

    assert asked.refuse(balance)
    assert asked.checks[Check.BALANCE] is CheckState.FAIL
    assert "no Futures" in asked.faults[0].when


def test_a_request_whose_right_is_unknown_is_made():
    balance = next(request for request in KUCOIN.requests if request.needs is Right.TRADE_FUTURES)

    assert not trial().refuse(balance)


def test_what_is_only_nice_to_know_may_fail():
    asked = trial(MEXC, ("spot",))

    asked.note(fault(Diagnosis.EXCHANGE_UNAVAILABLE, Purpose.ACCOUNT))

    assert asked.faults == []


def test_the_account_is_heard_of_separately_where_key_info_is_silent():
    asked = trial(MEXC, ("spot",))

    asked.hear(Answer(MEXC.asked_for(Purpose.ACCOUNT)[0], NOON, status=200, body={"uid": "42"}))

    assert asked.account.uid == "42"


def test_the_account_is_heard_of_in_another_answer_where_that_tells_it():
    told = tuple(
        replace(request, tells=frozenset({Purpose.ACCOUNT})) if request.purpose is Purpose.BALANCE else request
        for request in MEXC.requests
    )
    exchange = replace(MEXC, requests=told)
    asked, balance = trial(exchange, ("spot",)), exchange.asked_for(Purpose.BALANCE)[0]

    asked.hear(Answer(balance, NOON, status=200, body={"uid": "77"}))

    assert asked.account.uid == "77"
    assert asked.checks == {Check.BALANCE: CheckState.PASS}
    assert [request.purpose for request in exchange.plan(("spot",))].count(Purpose.ACCOUNT) == 0
    asked.note(fault(Diagnosis.INVALID_KEY))
    assert asked.checks[Check.KEY] is CheckState.FAIL


def test_wanted_rights_follow_from_markets_and_permissions():
    assert [right for right, _ in trial(markets=("spot", "futures")).wanted] == [
        Right.TRADE_SPOT,
        Right.TRADE_FUTURES,
        Right.READ,
    ]
    assert [right for right, _ in trial(permissions=("read",)).wanted] == [Right.READ]
    assert [right for right, _ in trial(permissions=("trade",)).wanted] == [Right.TRADE_FUTURES]


def test_one_failed_balance_is_not_made_good_by_another():
    asked = trial(MEXC, ("spot", "futures"))
    spot, futures = MEXC.asked_for(Purpose.BALANCE)

    asked.note(fault(Diagnosis.NO_TRADE_PERMISSION))
    asked.hear(Answer(futures, NOON, status=200, body={"data": []}))

    assert asked.checks[Check.BALANCE] is CheckState.FAIL
    assert spot is not futures


def telling(exchange):
    """Return an exchange whose balances tell the status as well."""
    balances = [
        replace(request, tells=frozenset({Purpose.STATUS})) if request.purpose is Purpose.BALANCE else request
        for request in exchange.requests
        if request.purpose is not Purpose.STATUS
    ]
    return replace(exchange, requests=tuple(balances))


def test_an_answer_that_tells_more_settles_more():
    exchange = telling(MEXC)
    asked = trial(exchange, ("spot", "futures"))
    spot, _ = exchange.asked_for(Purpose.BALANCE)

    asked.hear(Answer(spot, NOON, status=200, body={"balances": []}))
    before = asked.checks[Check.STATUS]
    asked.note(fault(Diagnosis.EXCHANGE_UNAVAILABLE))

    assert before is CheckState.PASS
    assert asked.checks[Check.STATUS] is asked.checks[Check.BALANCE] is CheckState.UNKNOWN


def by_uid(exchange):
    first = exchange.asked_for(Purpose.KEY_INFO)[0]
    return Request(Purpose.KEY_INFO, "call", "host", "/keys", first.source, params={"uid": Fill.UID})


def test_a_question_about_a_uid_nobody_told_is_not_asked():
    asked, refused = trial(), trial()
    refused.note(Fault(Diagnosis.UNVERIFIED, "forbidden", Purpose.KEY_INFO))

    assert asked.refuse(by_uid(KUCOIN))
    assert refused.refuse(by_uid(KUCOIN))
    assert [one.when for one in asked.faults] == ["it did not tell whose key it is"]
    assert [one.when for one in refused.faults] == ["forbidden"]


def test_a_question_about_a_uid_that_was_told_is_asked():
    asked = trial()
    asked.account = Account(uid="42")

    assert not asked.refuse(by_uid(KUCOIN))


def test_a_way_to_have_a_right_proven_is_passed_on():
    asked = trial()
    asked.info = KeyInfo({Right.WITHDRAW: Reading(Verdict.UNKNOWN, "silence", "ask again")})

    assert asked.remedy(Right.WITHDRAW) == "ask again"
    assert asked.remedy(Right.READ) == trial().remedy(Right.WITHDRAW) == ""


def with_a_telling_balance():
    """A trial where the balance is read with the key info, which alone leaves a right open."""

    def read(bodies, asked):
        verdict = Verdict.GRANTED if {"shown": 1} in bodies else Verdict.UNKNOWN
        return KeyInfo({Right.TRADE_FUTURES: Reading(verdict, "as told")})

    requests = tuple(
        replace(one, tells=frozenset({Purpose.KEY_INFO})) if one.purpose is Purpose.BALANCE else one
        for one in KUCOIN.requests
    )
    return trial(replace(KUCOIN, requests=requests, read_key_info=read))


def test_a_balance_that_tells_key_info_is_read_with_it():
    asked = with_a_telling_balance()
    info, balance = (asked.exchange.asked_for(purpose)[0] for purpose in (Purpose.KEY_INFO, Purpose.BALANCE))

    asked.hear(Answer(info, NOON, status=200, body={"plain": 1}, sha256="a"))
    before = asked.verdict(Right.TRADE_FUTURES)
    asked.hear(Answer(balance, NOON, status=200, body={"shown": 1}, sha256="b"))

    assert (before, asked.verdict(Right.TRADE_FUTURES)) == (Verdict.UNKNOWN, Verdict.GRANTED)
    assert asked.evidence.sha256 == "a"


def test_a_balance_that_fails_says_nothing_of_the_key_it_would_have_told_of():
    asked = with_a_telling_balance()
    asked.hear(Answer(asked.exchange.asked_for(Purpose.KEY_INFO)[0], NOON, status=200, body={"plain": 1}))

    asked.note(fault(Diagnosis.NO_TRADE_PERMISSION))

    assert asked.checks == {Check.KEY: CheckState.PASS, Check.BALANCE: CheckState.FAIL}
