from __future__ import annotations

from reconciler.kit.table import Cell, Column, table
from reconciler.kit.terminal import Ink

COLUMNS = (Column("NAME"), Column("NOTE", spare=1), Column("MORE", spare=2), Column("STATE"))
ROWS = [
    [Cell("mexc"), Cell("a note"), Cell("more of it"), Cell("Online")],
    [Cell("日本語"), Cell("b"), Cell("c"), Cell("Failed", Ink.BAD)],
]


def test_columns_stand_under_their_titles_in_terminal_columns():
    assert table(COLUMNS, ROWS, 80, colour=False) == [
        "NAME    NOTE    MORE        STATE",
        "mexc    a note  more of it  Online",
        "日本語  b       c           Failed",
    ]


def test_the_most_spare_column_is_left_out_first():
    assert table(COLUMNS, ROWS, 30, colour=False)[0] == "NAME    NOTE    STATE"
    assert table(COLUMNS, ROWS, 20, colour=False)[0] == "NAME    STATE"


def test_there_is_no_table_where_the_firm_columns_do_not_fit():
    assert table(COLUMNS, ROWS, 10, colour=False) is None


def test_a_column_with_nothing_in_it_is_left_out():
    rows = [[Cell("a"), Cell(), Cell(), Cell("b")]]

    assert table(COLUMNS, rows, 80, colour=False) == ["NAME  STATE", "a     b"]


def test_colour_changes_nothing_but_the_colour():
    plain = table(COLUMNS, ROWS, 80, colour=False)
    coloured = table(COLUMNS, ROWS, 80, colour=True)

    assert coloured[2].endswith("\x1b[1;31mFailed\x1b[0m")
    assert len(coloured) == len(plain)
