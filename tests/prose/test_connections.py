from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.kit.terminal import cells
from reconciler.model.format import Style
from reconciler.model.probe import Status
from reconciler.prose.connections import MANY, MARKS, connections


def test_every_status_has_a_mark():
    assert set(MARKS) == set(Status)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_no_line_is_wider_than_the_terminal(nouns, width):
    every = [one for case in nouns.CASES.values() for one in case.connections]

    assert [line for line in connections(every, Style(width)) if cells(line) > width] == []


def test_a_wide_terminal_shows_more_of_the_same_rows(nouns):
    narrow, wide = (connections([nouns.SPOT, nouns.BLOCKED], Style(width)) for width in (80, 160))

    assert len(narrow) == len(wide) == 3
    assert "DIAGNOSIS" not in narrow[0]
    assert "Withdrawal enabled" in wide[2]
    assert "kucoin-futures-conservative" in wide[2]


def test_a_narrow_terminal_gets_cards_with_the_same_facts(nouns):
    assert connections([nouns.BLOCKED], Style(60)) == [
        "✗ KuCoin Futures Conservative",
        "  Blocked: Withdrawal enabled · kucoin, futures",
        "  read yes, trade futures, withdraw YES, also transfer",
    ]


def test_a_key_that_was_not_tested_has_no_rights_to_show(nouns):
    untested = replace(nouns.SPOT, status=Status.PENDING, result=None)

    assert connections([untested], Style(120))[1].split()[-3:] == ["·", "·", "·"]


def test_among_very_many_only_those_that_need_a_look_are_listed(nouns):
    many = [replace(nouns.SPOT, name=f"c{n}") for n in range(MANY)]

    lines = connections([*many, nouns.BLOCKED], Style(100))

    assert [line for line in lines if "KuCoin" in line]
    assert len(lines) == 3
    assert lines[-1] == f"  and {MANY} Online; -o json lists them"
    assert connections([*many, nouns.SPOT], Style(100)) == [f"  {MANY + 1} Online; -o json lists them"]


def test_environments_other_than_live_are_named(nouns):
    assert "mexc (simulator)" in connections([nouns.RECOVERY], Style(100))[1]
    assert "(live)" not in "".join(connections([nouns.SPOT], Style(100)))


def test_colour_stands_for_the_status_and_adds_no_text(nouns):
    plain = connections([nouns.SPOT, nouns.BLOCKED], Style(100))
    coloured = connections([nouns.SPOT, nouns.BLOCKED], Style(100, colour=True))

    assert "\x1b[1;31mBlocked\x1b[0m" in coloured[2]
    assert [cells(line) for line in coloured] == [cells(line) for line in plain]
