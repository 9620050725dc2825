from __future__ import annotations

import pytest

from reconciler.manifests.raw import MAX_DOCUMENTS, split


def test_a_file_is_cut_where_documents_begin():
    chunks, marks = split(b"a: 1\n---\nb: 2\n--- # c\nc: 3\n---x: 4\n")

    assert [(chunk.text, chunk.lines_before) for chunk in chunks] == [
        (b"a: 1\n", 0),
        (b"---\nb: 2\n", 1),
        (b"--- # c\nc: 3\n---x: 4\n", 3),
    ]
    assert marks == []


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_lines_are_counted_for_every_line_ending(ending):
    chunks, _ = split(ending.join([b"a: 1", b"b: 2", b"---", b"c: 3", b""]))

    assert [chunk.lines_before for chunk in chunks] == [0, 2]


def test_a_byte_order_mark_at_the_start_is_accepted():
    assert split(b"\xef\xbb\xbfa: 1\n")[0][0].text == b"a: 1\n"


def test_a_file_that_is_no_utf_8_is_told_at_the_byte():
    _, marks = split("a: 1\nb: ä".encode("latin-1"))

    assert [(mark.rule, mark.line, mark.column) for mark in marks] == [("encoding", 2, 4)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_other_encodings_are_told(encoding):
    chunks, marks = split("a: 1\n".encode(encoding))

    assert chunks == []
    assert {mark.rule for mark in marks} <= {"encoding", "character"}
    assert marks


@pytest.mark.parametrize("number", [0, 7, 0x0B, 0x1B, 0x7F, 0x85, 0x9F, 0x2028, 0x2029, 0x202E, 0x2066, 0xFEFF, 0xFFFF])
def test_a_character_that_cannot_be_seen_is_told_where_it_is(number):
    _, marks = split(f"a: 1\nbä: x{chr(number)}y\n".encode())

    assert [(mark.rule, mark.line, mark.column) for mark in marks] == [("character", 2, 6)]
    assert f"U+{number:04X}" in marks[0].message


def test_text_of_any_language_is_accepted():
    assert split("a: ключ 鍵 😀 é\n".encode())[1] == []


def test_of_a_binary_file_only_the_first_characters_are_told():
    assert len(split(b"\0" * 1_000_000)[1]) == 20


def test_a_file_of_too_many_documents_is_told_as_one():
    chunks, marks = split(b"---\n" * (MAX_DOCUMENTS + 2))

    assert chunks == []
    assert [mark.rule for mark in marks] == ["size"]
