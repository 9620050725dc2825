import pytest

from reconciler.errors import SecretRejected
from reconciler.sealed.outline import outline


def test_the_outline_needs_no_identity(sealed):
    found = outline(sealed({"main": {"api_key": "abc"}, "note_unencrypted": "x", "nothing": None}), "yaml")

    assert {name: (leaf.is_selected, leaf.is_encrypted) for name, leaf in found.leaves.items()} == {
        "main.api_key": (True, True),
        "note_unencrypted": (False, False),
    }


def test_who_can_open_a_file_is_read_from_its_metadata(sealed, alice):
    found = outline(sealed({"a": "b"}), "yaml")

    assert found.recipients == (alice.public,)


def test_a_value_written_anew_has_another_digest(sealed):
    one, two = (outline(sealed({"a": "same"}), "yaml").leaves["a"].digest for _ in range(2))

    assert one != two


def test_a_value_that_was_put_in_clear_by_hand_shows(sealed):
    data = sealed({"a": "b", "c": "d"})
    first = next(line for line in data.splitlines() if line.startswith(b"a:"))

    found = outline(data.replace(first, b"a: in-clear"), "yaml")

    assert found.leaves["a"].is_selected
    assert not found.leaves["a"].is_encrypted
    assert found.leaves["c"].is_encrypted


def test_a_file_that_is_not_encrypted_is_told_from_a_broken_one():
    with pytest.raises(SecretRejected, match="not encrypted by SOPS"):
        outline(b"a: b\n", "yaml")
