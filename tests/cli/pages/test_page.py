from __future__ import annotations

from reconciler.cli.pages.page import Page, render, rows


def test_a_page_is_laid_out_for_eighty_columns():
    page = Page("topic", "group", "word " * 40, "word " * 60 + "\n" + "more " * 30 + "\n\n  " + "kept " * 30)

    text = render(page, colour=False)

    assert max(map(len, text.splitlines())) <= 80
    assert text.startswith("topic (group)\n\n  word word")


def test_lines_that_begin_with_blanks_are_kept():
    text = render(Page("t", "g", "s", "one\ntwo\n\n  a:\n    b: 1"), colour=False)

    assert "  one two\n\n    a:\n      b: 1\n" in text


def test_a_topic_is_bold_where_there_is_colour():
    assert render(Page("t", "g", "s"), colour=True).startswith("\x1b[1mt\x1b[0m (g)")
    assert "\x1b" not in render(Page("t", "g", "s"), colour=False)


def test_meanings_stand_one_under_another():
    text = rows([("a", "meaning " * 12), ("a-word-that-is-far-too-long", "meaning")])

    columns = {line.index("meaning") for line in text.splitlines() if "meaning" in line}
    assert columns == {28}
