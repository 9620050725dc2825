"""INI files, as go-ini reads them."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretRejected
from reconciler.sealed.formats import ini
from reconciler.sealed.tree import Comment

FILE = b'''\
top = default
; c1
[exchange]
# key comment
a = "quoted"
b = `x;y`
c =
d = """l1
l2"""
e: colon
f = joined \\
    lines # with a comment
g = 'it'
"k=1" = odd
a = later

[other sec]
x = 1
'''


def data(text: bytes):
    return {
        name: {key: value for key, value in section.items() if not isinstance(key, Comment)}
        for name, section in ini.read(text).documents[0].items()
    }


def test_quotes_comments_and_continued_lines_are_read_as_go_ini_does():
    assert data(FILE) == {
        "DEFAULT": {"top": "default"},
        "exchange": {
            "a": "later",
            "b": "x;y",
            "c": "",
            "d": "l1\nl2",
            "e": "colon",
            "f": "joined lines",
            "g": "it",
            "k=1": "odd",
        },
        "other sec": {"x": "1"},
    }


def test_comments_survive_rewriting():
    written = ini.write(ini.read(FILE.replace(b'"k=1" = odd\n', b"")).documents, {"mac": "m"}).decode()

    assert "; c1" in written
    assert "# key comment" in written
    assert ini.read(written.encode()).metadata == {"mac": "m"}


@pytest.mark.parametrize(
    "text", ["[a]\nx=1\n[a]\ny=2", "[]\nx=1", "[open\nx=1", "word", "= x", '"open = x', 'a = """never ends', "a = b\\"]
)
def test_what_cannot_be_read_with_one_meaning_is_refused(text):
    with pytest.raises(SecretRejected):
        ini.read(text.encode())


@pytest.mark.parametrize(
    "tree",
    [
        {"s": "x"},
        {"s": {"a": 5}},
        {"s": {"a=b": "x"}},
        {"s": {"[a": "x"}},
        {"s]": {"a": "x"}},
        {"s": {"a": 'x"""\n'}},
        {"s": {"": "x"}},
    ],
)
def test_what_has_no_form_in_ini_is_refused(tree):
    with pytest.raises(SecretRejected):
        ini.write([tree], {})
