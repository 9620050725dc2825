from __future__ import annotations

from dataclasses import replace

from reconciler.kit.terminal import cells
from reconciler.model.format import Style
from reconciler.prose.problems import problems

WIDE = Style(200)


def test_connections_that_are_fine_are_not_spoken_of(nouns):
    assert problems(nouns.FOUR, WIDE) == []


def test_a_problem_is_told_with_its_reason_and_its_way_out(nouns):
    assert problems([nouns.INVALID], WIDE) == [
        "✗ Invalid key: MEXC Spot Main (mexc-spot-main)",
        "    MEXC answers 10072: api key info invalid",
        "    fix: create a new key at MEXC, or copy key and secret again with: reconcile secrets set",
    ]


def test_one_outage_is_told_once_for_all_its_connections(nouns):
    down = nouns.CASES["everything-failing"].connections[1:3]

    lines = problems(down, WIDE)

    assert sum("kucoin did not answer" in line for line in lines) == 1
    assert sum("fix:" in line for line in lines) == 1
    assert sum("last proven 2026-11-22 09:00 UTC (3 h earlier)" in line for line in lines) == 2


def test_what_was_never_proven_is_said_so(nouns):
    down = nouns.CASES["everything-failing"].connections[1]
    never = replace(down, result=replace(down.result, proven_at=None))

    assert problems([never], WIDE)[-1] == "    never proven before"


def test_the_worst_comes_first(nouns):
    heads = [
        line
        for line in problems([nouns.SUSPENDED, nouns.UNVERIFIED, nouns.INVALID, nouns.BLOCKED], WIDE)
        if line[0] in "✗!?‖"
    ]

    assert [line.split(":")[0] for line in heads] == [
        "✗ Withdrawal enabled",
        "✗ Invalid key",
        "? Unverified",
        "‖ Suspended",
    ]


def test_notes_of_a_test_are_passed_on(nouns):
    assert problems([nouns.UNVERIFIED], WIDE)[-1] == (
        "note: BingX Probe: the exchange named a right nobody knows: SPOT_LEND_WRITE"
    )


def test_no_line_is_wider_than_the_terminal(nouns):
    every = [one for case in nouns.CASES.values() for one in case.connections]

    assert [line for line in problems(every, Style(60)) if cells(line) > 60] == []
