from __future__ import annotations

import pytest

from reconciler.errors import UsageError
from reconciler.simulator.faults import FaultKind, Faults, fault


def kinds(hits):
    return [hit.kind.value for hit in hits]


def test_a_fault_strikes_as_often_as_it_was_told_to():
    faults = Faults()
    faults.add(fault("mexc", "down", times=2))

    assert [kinds(faults.strike("mexc", "/a")) for _ in range(3)] == [["down"], ["down"], []]


def test_a_fault_without_a_number_stays_until_faults_are_cleared():
    faults = Faults()
    faults.add(fault("mexc", "down"))

    assert all(faults.strike("mexc", "/a") for _ in range(5))
    faults.clear()
    assert faults.strike("mexc", "/a") == ()


def test_other_exchanges_and_other_paths_are_spared():
    faults = Faults()
    faults.add(fault("mexc", "down", path="apiKeyInfo$"))

    assert faults.strike("kucoin", "/api/v3/apiKeyInfo") == ()
    assert faults.strike("mexc", "/api/v3/time") == ()
    assert kinds(faults.strike("mexc", "/api/v3/apiKeyInfo")) == ["down"]


def test_faults_come_one_after_the_other():
    faults = Faults()
    faults.add(fault("mexc", "down", times=1))
    faults.add(fault("mexc", "http_500", times=1))

    assert [kinds(faults.strike("mexc", "/a")) for _ in range(3)] == [["down"], ["http_500"], []]


def test_equal_faults_are_counted_apart():
    faults = Faults()
    for _ in range(2):
        faults.add(fault("mexc", "down", times=1))

    assert [kinds(faults.strike("mexc", "/a")) for _ in range(3)] == [["down"], ["down"], []]


def test_a_skewed_clock_goes_with_any_other_fault():
    faults = Faults()
    faults.add(fault("mexc", "clock_skew"))
    faults.add(fault("mexc", "http_500", times=1))

    assert kinds(faults.strike("mexc", "/a")) == ["clock_skew", "http_500"]
    assert kinds(faults.strike("mexc", "/a")) == ["clock_skew"]


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("html_520", {}, "no such fault"),
        ("down", {"times": 0}, "times"),
        ("down", {"path": "("}, "regular expression"),
        ("down", {"answer": {"status": 400}}, "answer"),
        ("answer", {}, "answer"),
        ("answer", {"answer": {"code": 1}}, "not known"),
        ("answer", {"answer": {"status": "400"}}, "status"),
        ("answer", {"answer": {"status": 999}}, "status"),
        ("answer", {"answer": {"headers": {"a": 1}}}, "headers"),
        ("answer", {"answer": {"body": {"code": 1}}}, "body"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(kind, options, words):
    with pytest.raises(UsageError, match=words):
        fault("mexc", kind, **options)


def test_an_answer_is_kept_word_for_word():
    answer = fault("mexc", "answer", answer={"status": 418, "headers": {"X-A": "b"}, "body": "[1]"}).answer

    assert (answer.status, answer.body) == (418, b"[1]")
    assert answer.headers == {"Content-Type": "application/json", "X-A": "b"}


def test_every_fault_of_the_contract_exists():
    named = """down timeout http_500 html_502 cloudflare_403 geo_block empty_body truncated_json rate_limit
        ban maintenance clock_skew answer"""

    assert {kind.value for kind in FaultKind} == set(named.split())
