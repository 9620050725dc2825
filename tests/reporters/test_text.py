from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from reconciler.kit.terminal import cells
from reconciler.model.format import Style
from reconciler.reporters.text import render

NOUNS = runpy.run_path(str(Path(__file__).with_name("cases.py")))
CASES = NOUNS["CASES"]


def test_a_validation_that_found_nothing_is_one_line():
    assert render(CASES["valid"], Style()) == "20 documents are valid.\n"


def test_sections_stand_apart_and_the_sum_is_last():
    sections = render(CASES["blocked-and-suspended"], Style(120)).rstrip("\n").split("\n\n")

    assert [section.split("\n")[0].split("  ")[0].strip() for section in sections][:5] == [
        "Dry run: nothing was changed · 2026-11-22 12:00 UTC · 1.2 s · revision 3f2a9c1e",
        "",
        "✗ Withdrawal enabled: KuCoin Futures Conservative (kucoin-futures-conservative)",
        "Changes",
        "Drift",
    ]
    assert sections[-1].startswith("4 connections: 2 Online")


def test_manifests_that_are_invalid_show_no_table_of_keys_nobody_tested():
    invalid = NOUNS["report"]("dry-run", connections=NOUNS["FOUR"], findings=NOUNS["INVALID_MANIFESTS"], is_valid=False)

    assert "CONNECTION" not in render(invalid, Style())


def test_where_everything_was_held_nothing_is_called_applied():
    held = NOUNS["report"]("run", changes=(NOUNS["HELD"],), outcomes=())

    assert "Not applied\n! " in render(held, Style())


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_only_lines_to_be_searched_for_are_wider_than_the_terminal(case, width):
    lines = render(CASES[case], Style(width)).splitlines()

    searched = ("error: ", "warning: ", "waived: ")
    # A command that was made visible takes a little more room.
    inert = "<U+003A>"
    assert [
        line for line in lines if cells(line.replace(inert, ":")) > width and not any(w in line for w in searched)
    ] == []


@pytest.mark.parametrize("case", CASES)
def test_without_colour_there_is_no_escape_sequence(case):
    assert "\x1b" not in render(CASES[case], Style(100))


def test_colour_adds_nothing_but_colour():
    import re

    coloured = render(CASES["applied"], Style(100, colour=True))

    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(CASES["applied"], Style(100))


def test_no_line_ends_with_blanks():
    assert [
        line for case in CASES.values() for line in render(case, Style(100)).splitlines() if line.endswith(" ")
    ] == []
