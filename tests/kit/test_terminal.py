from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.kit.terminal import Ink, cells, cut, fold, harmless, inert, pad, paint


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("MEXC Spot Main", "MEXC Spot Main"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[2Jgone", "<U+001B>[2Jgone"),
        ("\x9b2J", "<U+009B>2J"),
        ("\u202eenilnO", "<U+202E>enilnO"),
        ("zero\u200bwidth\ufeff", "zero<U+200B>width<U+FEFF>"),
        ("👩\u200d💻 ❤\ufe0f 👍🏽", "👩💻 ❤ 👍"),
        ("lone \ud800", "lone <U+D800>"),
        ("שלום é 日本", "שלום é 日本"),
        ("see ##[add-matcher]a.json", "see #<U+0023>[add-matcher]a.json"),
        ("###vso[task.x]", "##<U+0023>vso[task.x]"),
        ("## heading #1", "## heading #1"),
    ],
)
def test_what_could_command_a_terminal_is_shown_instead(text, shown):
    assert harmless(text) == shown


@given(st.text())
def test_no_text_stays_harmful(text):
    shown = harmless(text)

    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert harmless(shown) == shown


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("日本", 4), ("🚀", 2), ("e\u0301", 1), ("✓ …", 3), ("\x1b[1;31mabc\x1b[0m", 3), ("", 0)],
)
def test_a_text_is_as_wide_as_a_terminal_shows_it(text, width):
    assert cells(text) == width


def test_padding_counts_columns_and_not_characters():
    assert pad("日本", 6) == "日本  "


def test_a_text_that_is_cut_says_so():
    assert cut("kucoin-futures", 8) == "kucoin-…"
    assert cut("日本語のテキスト", 8) == "日本語…"
    assert cut("short", 8) == "short"


def test_a_text_is_folded_between_words_and_long_words_anywhere():
    assert fold("  hint: one two three", 12, indent="    ") == ["  hint: one", "    two", "    three"]
    assert fold("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert fold("", 10) == [""]


@given(st.text(alphabet="ab 日🚀", max_size=60), st.integers(4, 40))
def test_no_folded_line_is_too_wide_and_no_word_is_lost(text, width):
    lines = fold(text, width, indent="  ")

    assert all(cells(line) <= width for line in lines if line.strip())
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_colour_is_added_only_where_it_is_wanted():
    assert paint("x", Ink.BAD, colour=True) == "\x1b[1;31mx\x1b[0m"
    assert paint("x", Ink.BAD, colour=False) == "x"
    assert paint("x", None, colour=True) == "x"
    assert paint("", Ink.BAD, colour=True) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\n  ::error file=a::told\nb", "a\n  <U+003A>:error file=a::told\nb"),
        ("\u00a0::stop-commands::t", "\u00a0<U+003A>:stop-commands::t"),
        ("from ::1 to\n    ::ffff:203.0.113.10", "from ::1 to\n    ::ffff:203.0.113.10"),
        ("a ::error::told", "a ::error::told"),
    ],
)
def test_no_line_begins_with_a_command(text, told):
    assert inert(text) == told


def test_a_word_as_long_as_a_book_is_folded_too():
    lines = fold("x" * 500_000, 100, indent="  ")

    assert max(map(len, lines)) == 100
    assert "".join(line.strip() for line in lines) == "x" * 500_000
