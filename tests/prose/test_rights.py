from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reconciler.kit.terminal import Ink
from reconciler.prose.rights import besides, in_short, reading, trading, withdrawing
from reconciler.values.rights import Evidence, Proof, Right, Rights, Verdict

EVIDENCE = Evidence("GET /x", 200, datetime(2026, 11, 22, tzinfo=UTC), "0" * 64)


def rights(**verdicts: Verdict) -> Rights:
    return Rights({Right(name): Proof(verdict, "", EVIDENCE) for name, verdict in verdicts.items()})


@pytest.mark.parametrize(
    ("verdict", "told"),
    [(Verdict.GRANTED, ("YES", Ink.BAD)), (Verdict.DENIED, ("no", Ink.GOOD)), (Verdict.UNKNOWN, ("?", Ink.CAUTION))],
)
def test_only_a_proven_denial_of_withdrawal_looks_good(verdict, told):
    assert withdrawing(rights(withdraw=verdict)) == told


def test_a_right_nobody_asked_about_is_not_told_as_denied():
    assert withdrawing(Rights()) == ("?", Ink.CAUTION)
    assert reading(Rights()) == ("?", Ink.CAUTION)
    assert trading(Rights(), ["spot"]) == ("spot?", Ink.CAUTION)


def test_markets_that_may_be_traded_are_named_declared_or_not():
    known = rights(trade_spot=Verdict.GRANTED, trade_margin=Verdict.DENIED, trade_futures=Verdict.GRANTED)

    assert trading(known, ["spot"]) == ("spot+futures", None)
    assert trading(rights(trade_spot=Verdict.DENIED), ["spot"]) == ("no", None)


def test_other_ways_out_are_named_when_they_are_open():
    known = rights(transfer=Verdict.GRANTED, manage_keys=Verdict.GRANTED, convert_pay=Verdict.UNKNOWN)

    assert besides(known)[0] == "transfer+manage_keys"


def test_one_line_says_it_all():
    known = rights(read=Verdict.GRANTED, trade_spot=Verdict.GRANTED, withdraw=Verdict.DENIED, transfer=Verdict.GRANTED)

    assert in_short(known, ["spot"]) == "read yes, trade spot, withdraw no, also transfer"
