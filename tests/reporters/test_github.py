"""Workflow annotations, judged by how the runner itself reads a line."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.model.format import Style
from reconciler.reporters.github import MOST, render
from reconciler.values.severity import Severity

NOUNS = runpy.run_path(str(Path(__file__).with_name("cases.py")))
CASES = NOUNS["CASES"]


def read(line: str) -> tuple[str, dict[str, str], str] | None:
    """Read a line as the runner does.

    https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs, last verified 2026-11-22.
    """
    text = line.lstrip()
    info, end, data = text[2:].partition("::")
    if not text.startswith("::") or not end:
        return None
    word, _, listed = info.partition(" ")
    pairs = [pair.partition("=") for pair in listed.strip().split(",") if pair]
    undone = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
    return word, {name: back(value, undone) for name, _, value in pairs}, back(data, undone[:2] + undone[4:])


def back(text: str, undone) -> str:
    for escaped, meant in undone:
        text = text.replace(escaped, meant)
    return text


def annotations(report) -> list[tuple[str, dict[str, str], str]]:
    return [told for line in render(report, Style()).splitlines() if (told := read(line))]


def test_an_annotation_stands_at_its_place_with_its_rule_and_the_way_out():
    (told,) = annotations(CASES["one-finding"])

    assert told == (
        "warning",
        {"file": "connections.d/mexc.yaml", "line": "12", "col": "3", "title": "ip-allowlist"},
        "mexc-spot-main answers to every address\nhint: name your addresses at the exchange and under spec.ipAllowlist",
    )


def test_nothing_wrong_is_one_line_and_no_annotation():
    assert render(CASES["valid"], Style()) == "20 documents are valid.\n"


def test_no_more_than_ten_of_a_kind_are_told_and_how_many_are_not():
    *told, last = annotations(CASES["five-hundred-findings"])

    assert [word for word, _, _ in told] == ["warning"] * MOST
    assert last == ("notice", {"title": "reconcile"}, "490 more warnings: -o text or -o json lists them")


def test_errors_do_not_take_the_room_of_warnings_and_the_worst_come_first():
    findings = tuple(
        replace(NOUNS["NO_ALLOWLIST"], severity=severity, name=f"a-{n}", message=str(n))
        for n in range(11)
        for severity in (Severity.WARN, Severity.DENY)
    )
    report = replace(CASES["blocked-and-suspended"], findings=findings)

    told = annotations(report)

    assert [word for word, _, _ in told] == ["error"] * 10 + ["warning"] * 10 + ["notice"]
    assert [facts["title"] for _, facts, _ in told[:2]] == ["drift", "withdrawal-enabled"]
    assert told[-1][2].startswith("3 more errors and 1 more warning:")


def test_one_key_that_may_withdraw_is_told_once():
    titles = [facts["title"] for _, facts, _ in annotations(CASES["blocked-and-suspended"])]

    assert titles == ["drift", "withdrawal-enabled", "ip-allowlist"]


@pytest.mark.parametrize("case", ["hostile", "forged"])
def test_what_somebody_else_wrote_is_read_as_text_and_nothing_else(case):
    for line in render(CASES[case], Style()).splitlines()[:-1]:
        word, facts, _ = read(line)
        assert word in ("error", "warning", "notice")
        assert set(facts) <= {"file", "line", "col", "title"}
        assert facts.get("line", "1").isdecimal()
        assert "##[" not in line


def test_a_file_whose_name_is_an_attack_keeps_its_name():
    told = [facts["file"] for _, facts, _ in annotations(CASES["forged"]) if "::error::" in facts.get("file", "")]

    assert told[0] == "connections.d/::error::,line=1,`|<b>#<U+0023>[x]@a.yaml"


def test_a_page_of_text_is_cut():
    report = NOUNS["tried_on_everybody"](NOUNS["LONG"])

    assert max(len(line) for line in render(report, Style()).splitlines()) < 5000
