"""One encrypted value: bound to its place, read strictly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import SecretRejected
from reconciler.sealed.tree import Comment, Stamp
from reconciler.sealed.values import decrypt, encrypt, is_encrypted, place_of

KEY = bytes(range(32))
LEAVES = st.one_of(
    st.text(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.just(Stamp("2024-05-06T07:08:09.5Z")),
)


@given(LEAVES)
def test_what_was_encrypted_is_read_back_with_its_type(leaf):
    again = decrypt(encrypt(leaf, KEY, b"a:"), KEY, b"a:")

    assert again == leaf
    assert type(again) is type(leaf)


def test_bytes_that_are_no_text_stay_bytes():
    assert decrypt(encrypt(b"\xff\x00", KEY, b""), KEY, b"") == b"\xff\x00"


def test_each_encryption_has_a_fresh_nonce_of_32_bytes():
    first, second = encrypt("x", KEY, b""), encrypt("x", KEY, b"")

    assert first != second
    assert len(first.partition("iv:")[2].partition(",")[0]) == 44


def test_a_value_does_not_open_at_another_place_or_with_another_key():
    text = encrypt("x", KEY, b"a:")

    for key, place in ((KEY, b"b:"), (bytes(32), b"a:")):
        with pytest.raises(SecretRejected, match="changed, or moved"):
            decrypt(text, key, place)


def test_the_empty_string_is_never_encrypted():
    assert encrypt("", KEY, b"") == ""
    assert decrypt("", KEY, b"") == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "x",
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text.replace("type:str", "type:bytes"),
        lambda text: text.replace("type:str", "type:int"),
        lambda text: text.replace("type:str", "type:float"),
        lambda text: text.replace("type:str", "type:bool"),
        lambda text: text.replace("type:str", "type:time"),
        lambda text: text.replace("data:", "data:!"),
        lambda text: text.replace("AES256_GCM", "AES128_GCM"),
        lambda text: text.replace("tag:", "tag:AAAA"),
        lambda text: "plain",
        lambda text: 5,
    ],
)
def test_whatever_is_not_exactly_an_encrypted_value_of_its_type_is_refused(change):
    text = encrypt("word", KEY, b"")

    with pytest.raises(SecretRejected) as caught:
        decrypt(change(text), KEY, b"")

    assert "word" not in caught.value.message


def test_a_comment_is_read_as_a_comment():
    assert isinstance(decrypt(encrypt(Comment("c"), KEY, b"").replace("type:str", "type:comment"), KEY, b""), Comment)


def test_the_place_is_made_of_the_keys_alone():
    assert place_of(("a", 0, "b")) == b"a:b:"


def test_only_a_whole_encrypted_value_counts_as_one():
    text = encrypt("x", KEY, b"")

    assert [is_encrypted(one) for one in (text, text + "x", "", None)] == [True, False, False, False]
