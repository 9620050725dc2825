import itertools
from datetime import UTC, datetime

import pytest

from reconciler.model.exchange import Purpose
from reconciler.model.probe import Diagnosis
from reconciler.probing import wording
from reconciler.probing.classify import Fault


@pytest.mark.parametrize(
    ("diagnosis", "purpose"),
    list(itertools.product((one for one in Diagnosis if one is not Diagnosis.WITHDRAWAL_ENABLED), Purpose)),
)
def test_every_fault_names_the_exchange_the_cause_and_a_way_out(diagnosis, purpose):
    told = wording.of_fault("KuCoin", Fault(diagnosis, "the passphrase is wrong", purpose, "400004"))

    assert "KuCoin" in told.message + told.remedy
    assert "the passphrase is wrong (code 400004)" in told.message
    assert told.remedy
    assert not told.message.endswith(".")


def test_a_code_is_told_once():
    fault = Fault(Diagnosis.INVALID_KEY, 'it answered with "4711"', Purpose.KEY_INFO, "4711")

    assert wording.clause(fault) == 'it answered with "4711"'


def test_an_address_nobody_saw_is_described():
    told = wording.of_fault("MEXC", Fault(Diagnosis.IP_NOT_ALLOWED, "no", Purpose.KEY_INFO))

    assert "public address of this host" in told.remedy


def test_a_clock_error_speaks_of_the_clock():
    told = wording.of_fault("MEXC", Fault(Diagnosis.EXCHANGE_UNAVAILABLE, "late", Purpose.KEY_INFO, is_clock=True))

    assert "clock" in told.remedy


def test_withdrawal_says_what_becomes_of_the_bindings():
    assert "suspended" in wording.withdrawal("MEXC", "it has SPOT_WITHDRAW_WRITE").remedy


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (("203.0.113.0/24",), "spec.ipAllowlist lists it already"),
        (("198.51.100.7",), "and to spec.ipAllowlist"),
        ((), "and to"),
    ],
)
def test_a_refused_address_is_compared_with_the_declared_allowlist(declared, words):
    fault = Fault(Diagnosis.IP_NOT_ALLOWED, "no", Purpose.KEY_INFO, egress="203.0.113.9")

    told = wording.of_fault("MEXC", fault, declared)

    assert "203.0.113.9" in told.message
    assert words in told.remedy


@pytest.mark.parametrize(
    ("seen", "declared", "egress", "told", "remedy"),
    [
        (
            "203.0.113.9",
            ("203.0.113.10",),
            ("203.0.113.10",),
            ["seen as 203.0.113.9", "goes out from 203.0.113.10", "something else routes it, or that is old"],
            ["go out from 203.0.113.10 again", "to egress.addresses and to the key's", "and to spec.ipAllowlist"],
        ),
        (
            "203.0.113.9",
            ("203.0.113.0/24",),
            ("203.0.113.10", "203.0.113.11", "203.0.113.12", "203.0.113.13"),
            ["203.0.113.10 or 203.0.113.11 or 203.0.113.12 or one of 1 more"],
            ["spec.ipAllowlist lists it already"],
        ),
        (
            "203.0.113.9",
            (),
            ("203.0.113.0/28",),
            ["seen as 203.0.113.9"],
            ["add 203.0.113.9 to the key's", "and to spec"],
        ),
        (
            None,
            ("203.0.113.10",),
            ("203.0.113.10",),
            ["by egress.addresses in reconciler.yaml the address is likely 203.0.113.10"],
            ["add 203.0.113.10 to the key's allowlist at MEXC; spec.ipAllowlist lists it already", "from elsewhere"],
        ),
        (None, ("198.51.100.7",), ("203.0.113.10",), ["likely 203.0.113.10"], ["and to spec.ipAllowlist"]),
    ],
)
def test_of_seen_declared_and_configured_addresses_those_that_disagree_are_told(seen, declared, egress, told, remedy):
    fault = Fault(Diagnosis.IP_NOT_ALLOWED, "no", Purpose.KEY_INFO, egress=seen)

    made = wording.of_fault("MEXC", fault, declared, egress)

    assert [words for words in told if words not in made.message] == []
    assert [words for words in remedy if words not in made.remedy] == []
    assert ("egress.addresses" in made.remedy) == (seen is not None and "again" in made.remedy)


def test_a_right_that_needs_a_way_of_its_own_is_told_that_way_and_no_other():
    usual, own = wording.unproven("Gate", "it", "why"), wording.unproven("Gate", "it", "why", "ask Gate")

    assert "documented permissions only" in usual.remedy
    assert own.remedy == "ask Gate"


def test_a_long_rest_is_told_with_its_end():
    until = datetime(2026, 11, 22, 12, 10, tzinfo=UTC)
    fault = Fault(Diagnosis.EXCHANGE_UNAVAILABLE, "too many requests", Purpose.KEY_INFO, "10006", until=until)

    told = wording.of_fault("Bybit", fault)

    assert told.message.endswith("too many requests (code 10006); it is not asked before 2026-11-22T12:10:00Z")
    assert "2026-11-22T12:10:00Z" in told.remedy
