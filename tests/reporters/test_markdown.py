"""Markdown, judged by what a renderer that is not ours makes of it: tags, links, and words outside of code."""

from __future__ import annotations

import re
import runpy
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from reconciler.model.format import Style
from reconciler.reporters.markdown import MOST, render

NOUNS = runpy.run_path(str(Path(__file__).with_name("cases.py")))
CASES = NOUNS["CASES"]
LIMIT = 65_536
# As forges read it: tables, literal links, and HTML that they let through.
RENDERER = MarkdownIt("gfm-like", {"html": True})
OURS = {
    *("h2", "p", "strong", "ul", "li", "br", "code", "pre", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


class Page(HTMLParser):
    """What a browser gets: the tags, and the words that stand in no code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.code: list[str] = []
        self.comments: list[str] = []
        self.cells: list[int] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert set(attrs) <= {("open", None), ("open", ""), ("class", "language-diff"), ("class", "language-text")}
        if tag != "br":
            self.open.append(tag)
        if tag == "tr":
            self.cells.append(0)
        if tag in ("td", "th"):
            self.cells[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "br":
            return
        assert self.open.pop() == tag, "a tag is closed that nobody opened"

    def handle_data(self, data: str) -> None:
        (self.code if {"code", "pre"} & set(self.open) else self.words).append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def page(report) -> Page:
    return Page(RENDERER.render(render(report, Style())))


@pytest.mark.parametrize("case", CASES)
def test_the_rendered_page_holds_our_tags_only_and_all_are_closed(case):
    shown = page(CASES[case])

    assert set(shown.tags) <= OURS
    assert shown.open == []
    assert shown.comments == [f" reconcile {CASES[case].command} "]


@pytest.mark.parametrize("case", CASES)
def test_no_word_outside_of_code_is_anything_to_a_forge(case):
    words = " ".join(page(CASES[case]).words)

    for what in (
        r"@",
        r"#\w",
        r"://",
        r"\bwww\.",
        r":\w+:",
        r"\$",
        r"\b[0-9a-f]{7,40}\b",
        r"GH-\d",
        r"`",
        r"\*\*",
        r"\|",
    ):
        assert not re.search(what, words, re.IGNORECASE), (what, words)


def test_words_of_the_attack_are_all_there_in_code():
    code = "\n".join(page(CASES["forged"]).code)

    for text in (
        "<script>alert(1)</script>",
        "@octocat",
        "https://evil.example",
        "</details>",
        "שלום עולם",
        "<U+202E>",
    ):
        assert text in code


@pytest.mark.parametrize("case", CASES)
def test_every_row_of_the_table_has_the_same_cells(case):
    assert len(set(page(CASES[case]).cells)) <= 1


@pytest.mark.parametrize("case", CASES)
def test_a_comment_of_it_can_be_posted(case):
    assert len(render(CASES[case], Style()).encode()) < MOST + 200 < LIMIT


@pytest.mark.parametrize("texts", [NOUNS["LONG"], NOUNS["FORGED"] * 20], ids=["long", "many"])
def test_what_is_too_long_is_cut_and_still_well_formed(texts):
    report = NOUNS["tried_on_everybody"](texts)
    text = render(report, Style())

    shown = Page(RENDERER.render(text))

    assert len(text.encode()) < LIMIT
    assert set(shown.tags) <= OURS
    assert shown.open == []


def test_what_is_left_out_is_counted():
    many = replace(CASES["five-hundred-findings"], findings=CASES["five-hundred-findings"].findings * 3)

    text = render(many, Style())

    shown = text.count("`naming`")
    assert f"- … and {1500 - shown} more, left out here: reconcile -o json lists them all\n\n</details>\n" in text


def test_what_is_blocked_stands_first_and_details_are_folded():
    text = render(CASES["blocked-and-suspended"], Style())

    rows = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line]
    parts = (
        "**4 connections",
        "| connection |",
        "**Withdrawal enabled**",
        "<summary>1 drift",
        "<summary>7 changes",
        "<summary>1 error",
        "<summary>1 warning",
    )
    assert "**YES**" in rows[1]
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    assert "<details>\n<summary>7 changes, 1 held</summary>" in text
    assert "<details open>\n<summary>1 error</summary>" in text


def test_the_first_line_says_which_comment_it_is_to_whoever_renews_it():
    assert render(CASES["valid"], Style()).startswith("<!-- reconcile validate -->\n## ✅ Validated")
    assert "## ❌ Invalid manifests" in render(CASES["invalid-manifests"], Style())


def test_what_gets_wider_by_a_change_is_open_to_every_eye():
    text = render(CASES["compared"], Style())

    assert "<details open>\n<summary>2 wider, 2 neutral</summary>" in text
    assert text.splitlines()[1] == "## ⚠ Compared the manifests: nothing was contacted"


def test_of_a_large_fleet_the_healthy_are_counted():
    fleet = tuple(replace(NOUNS["SPOT"], name=f"mexc-{n}") for n in range(60))

    text = render(NOUNS["report"]("test", connections=(*fleet, NOUNS["BLOCKED"])), Style())

    assert "\nand 60 Online\n" in text
    assert "mexc-7" not in text
