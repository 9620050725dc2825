"""From bytes to a secret."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretNotFound, SecretRejected
from reconciler.sealed.payload import naming, secret_of
from reconciler.values.secret import SecretRef

PEM = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("payload", "whole", "value"),
    [
        (b"abc", False, "abc"),
        (b"abc\n", True, "abc"),
        (b"abc\r\n", True, "abc"),
        (b" a b ", False, " a b "),
        ("é✓".encode(), False, "é✓"),
        (PEM.encode() + b"\n", True, PEM),
        (PEM.encode() + b"\n", False, PEM + "\n"),
    ],
)
def test_a_value_is_taken_as_it_is_but_for_the_line_break_of_a_file(payload, whole, value):
    assert secret_of(payload, is_whole_file=whole).reveal() == value


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "empty"),
        (b"  ", "empty"),
        (b"\n", "empty"),
        (b"abc\n", "line break"),
        (b"ab\ncd", "line break"),
        (b"ab\0cd", "control"),
        (b"ab\x1bcd", "control"),
        (b"ab\xff", "UTF-8"),
    ],
)
def test_what_can_be_no_credential_is_refused_without_being_repeated(payload, reason):
    with pytest.raises(SecretRejected, match=reason) as caught:
        secret_of(payload)

    assert "ab" not in caught.value.message.replace("line break", "")


def test_an_error_names_the_reference():
    with pytest.raises(SecretNotFound) as caught, naming(SecretRef("sops", "a/b.yaml", "k")):
        raise SecretNotFound("the file has no such key", hint="h")

    assert caught.value.message == "sops:a/b.yaml#k: the file has no such key"
    assert caught.value.hint == "h"


def test_a_value_put_where_a_name_belongs_is_not_repeated():
    with pytest.raises(SecretRejected) as caught, naming(SecretRef("env", "mx0vglLITERALVALUE")):
        raise SecretRejected("no")

    assert caught.value.message == "env:…: no"
