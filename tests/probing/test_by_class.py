from dataclasses import replace
from datetime import UTC, datetime

import ccxt
import pytest

from reconciler.exchanges._generic import generic
from reconciler.model.directory import Listed
from reconciler.model.exchange import Purpose
from reconciler.model.probe import Diagnosis
from reconciler.probing.answer import Answer
from reconciler.probing.by_class import complains, trouble

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ACME = generic("acme", Listed("Acme", ("spot",), ("fetchBalance", "fetchOpenOrders"), 100))
BALANCE, STATUS = ACME.asked_for(Purpose.BALANCE)[0], ACME.asked_for(Purpose.STATUS)[0]
MADE = {"info": {}, "total": {"BTC": 1.5}}
FINE = Answer(BALANCE, NOON, 200, [{"symbol": "BTC"}], made=MADE)


def raising(kind, *, status=400, text="no", request=BALANCE):
    names = tuple(one.__name__ for one in getattr(ccxt, kind).__mro__)
    return Answer(request, NOON, status, {"message": text}, text=text, raised=names)


def test_a_plain_success_is_one():
    assert trouble(FINE) is None
    assert trouble(replace(FINE, request=STATUS, body=[], made=[])) is None


@pytest.mark.parametrize(
    ("kind", "diagnosis"),
    [
        ("AuthenticationError", Diagnosis.INVALID_KEY),
        ("AccountSuspended", Diagnosis.INVALID_KEY),
        ("PermissionDenied", Diagnosis.UNVERIFIED),
        ("AccountNotEnabled", Diagnosis.UNVERIFIED),
        ("InvalidNonce", Diagnosis.EXCHANGE_UNAVAILABLE),
        ("RateLimitExceeded", Diagnosis.EXCHANGE_UNAVAILABLE),
        ("DDoSProtection", Diagnosis.EXCHANGE_UNAVAILABLE),
        ("OnMaintenance", Diagnosis.EXCHANGE_UNAVAILABLE),
        ("ExchangeNotAvailable", Diagnosis.EXCHANGE_UNAVAILABLE),
        ("OperationFailed", Diagnosis.EXCHANGE_UNAVAILABLE),
        ("RestrictedLocation", Diagnosis.EXCHANGE_UNAVAILABLE),
        ("ExchangeError", Diagnosis.EXCHANGE_UNAVAILABLE),
        ("BadRequest", Diagnosis.EXCHANGE_UNAVAILABLE),
        ("BadResponse", Diagnosis.EXCHANGE_UNAVAILABLE),
        ("InsufficientFunds", Diagnosis.EXCHANGE_UNAVAILABLE),
    ],
)
def test_each_class_of_error_has_its_diagnosis(kind, diagnosis):
    assert trouble(raising(kind)).diagnosis is diagnosis


def test_every_class_of_ccxt_leads_to_something_and_few_to_a_verdict_on_the_key():
    kinds = [
        name
        for name in dir(ccxt)
        if isinstance(getattr(ccxt, name), type) and issubclass(getattr(ccxt, name), ccxt.BaseError)
    ]

    verdicts = {kind for kind in kinds if trouble(raising(kind)).diagnosis is Diagnosis.INVALID_KEY}

    assert len(kinds) > 20
    assert verdicts == {"AuthenticationError", "AccountSuspended"}


@pytest.mark.parametrize("status", [407, 500, 502, 503, 511, 524])
def test_no_class_is_a_verdict_where_a_proxy_or_a_broken_server_answered(status):
    found = trouble(raising("AuthenticationError", status=status))

    assert (found.diagnosis, found.by_status) == (Diagnosis.EXCHANGE_UNAVAILABLE, True)


def test_a_page_is_never_a_verdict_whatever_ccxt_makes_of_it():
    page = Answer(BALANCE, NOON, 401, "<html>", text="<html>", raised=("AuthenticationError",))

    assert trouble(page).by_status


def test_an_error_about_the_time_is_one_of_the_clock():
    assert trouble(raising("InvalidNonce")).is_clock


@pytest.mark.parametrize(
    "text",
    ["IP not allowed", "Your IP 203.0.113.9 is not in the whitelist", "invalid IP address", "unauthorized ip"],
)
@pytest.mark.parametrize("kind", ["AuthenticationError", "PermissionDenied"])
def test_a_refusal_that_speaks_of_the_address_is_about_the_address(kind, text):
    assert trouble(raising(kind, text=text)).diagnosis is Diagnosis.IP_NOT_ALLOWED


@pytest.mark.parametrize("text", ["invalid key", "skip this", "the tip was invalid", "shipping denied"])
def test_other_words_are_not(text):
    assert trouble(raising("AuthenticationError", text=text)).diagnosis is Diagnosis.INVALID_KEY


def test_what_ccxt_says_is_not_repeated():
    assert "signature=abc" not in trouble(raising("ExchangeError", text="https://a.example/?signature=abc")).when


def test_what_was_not_sent_is_told_and_proves_nothing():
    stopped = trouble(Answer(STATUS, NOON, stopped="POST orders may do more than read"))
    unasked = trouble(Answer(STATUS, NOON, raised=("NotSupported", "ExchangeError")))

    assert (stopped.diagnosis, unasked.diagnosis) == (Diagnosis.UNVERIFIED, Diagnosis.UNVERIFIED)
    assert "POST orders" in stopped.when
    assert "NotSupported" in unasked.when


@pytest.mark.parametrize("made", [None, {}, {"total": {}}, {"total": {"BTC": None}}, {"total": {"BTC": True}}, [], "x"])
def test_a_balance_without_an_amount_is_none(made):
    assert trouble(replace(FINE, made=made)).diagnosis is Diagnosis.UNVERIFIED


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"error": "no"},
        {"errorCode": 7},
        {"err_msg": "no"},
        {"err-code": "x"},
        {"errors": ["no"]},
        {"success": False},
        {"success": 0},
        {"ok": "false"},
        {"result": "error"},
        {"status": "fail"},
        "text",
        None,
        7,
    ],
)
def test_an_answer_that_speaks_of_an_error_is_no_success(body):
    assert complains(body)


@pytest.mark.parametrize(
    "body",
    [[], [1], {"data": []}, {"error": [], "result": {}}, {"error": None, "x": 1}, {"errno": 0, "d": 1}, {"status": 0}],
)
def test_an_answer_that_speaks_of_none_may_be_one(body):
    assert not complains(body)
