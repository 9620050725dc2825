import pytest

from reconciler.errors import SecretRejected
from reconciler.sealed.outline import outline


def line_of(data: bytes, start: bytes) -> bytes:
    return next(line for line in data.splitlines() if line.lstrip().startswith(start))


def without(data: bytes, start: bytes) -> bytes:
    return data.replace(line_of(data, start) + b"\n", b"")


def flaws(data: bytes, form: str = "yaml") -> list[tuple[str, str, int]]:
    return [(flaw.message, flaw.key, flaw.line) for flaw in outline(data, form).flaws]


def test_the_outline_needs_no_identity(sealed):
    found = outline(sealed({"main": {"api_key": "abc"}, "note_unencrypted": "x", "nothing": None}), "yaml")

    assert {name: (leaf.is_selected, leaf.is_encrypted) for name, leaf in found.leaves.items()} == {
        "main.api_key": (True, True),
        "note_unencrypted": (False, False),
    }
    assert found.flaws == ()


def test_who_can_open_a_file_is_read_from_its_metadata(sealed, alice):
    found = outline(sealed({"a": "b"}), "yaml")

    assert found.recipients == (alice.public,)


def test_a_value_written_anew_has_another_digest(sealed):
    one, two = (outline(sealed({"a": "same"}), "yaml").leaves["a"].digest for _ in range(2))

    assert one != two


def test_a_value_that_was_put_in_clear_by_hand_is_a_flaw_at_its_place(sealed):
    data = sealed({"a": "b", "c": "d"})
    data = data.replace(line_of(data, b"a:"), b"a: in-clear")

    found = outline(data, "yaml")

    assert found.leaves["a"].is_selected
    assert not found.leaves["a"].is_encrypted
    assert [(flaw.message, flaw.key, flaw.line, flaw.column) for flaw in found.flaws] == [
        ("the value stands in clear", "a", 1, 4)
    ]
    assert "in-clear" not in repr(found.flaws)


@pytest.mark.parametrize("clear", [b"5", b"true", b"2026-01-01", b"{b: x}"])
def test_a_clear_value_is_one_whatever_its_type(clear, sealed):
    data = sealed({"a": "b"})

    assert [message for message, _, _ in flaws(data.replace(line_of(data, b"a:"), b"a: " + clear))] == [
        "the value stands in clear"
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text + b"x", "is not exactly one ENC[...] text"),
        (lambda text: text.replace(b"iv:", b"iv:!"), "is not valid base64"),
        (lambda text: text.replace(b"type:str", b"type:cat"), "a type that no reader knows"),
        (lambda text: text.partition(b",tag:")[0] + b",tag:AAAA,type:str]", "tag of the wrong length"),
    ],
)
def test_a_value_that_no_key_could_open_is_a_flaw(change, told, sealed):
    data = sealed({"a": "b"})
    text = line_of(data, b"a:").removeprefix(b"a: ")

    (flaw,) = outline(data.replace(text, change(text), 1), "yaml").flaws

    assert told in flaw.message
    assert flaw.key == "a"


def test_a_missing_mac_hides_nothing_else(sealed):
    data = without(sealed({"a": "b"}), b"mac:")

    assert [message for message, _, _ in flaws(data.replace(line_of(data, b"a:"), b"a: clear"))] == [
        "the file has no MAC, so nothing in it can be trusted",
        "the value stands in clear",
    ]


def test_a_mac_that_is_no_encrypted_text_is_a_flaw(sealed):
    data = sealed({"a": "b"})

    (flaw,) = outline(data.replace(line_of(data, b"mac:"), b"    mac: abc"), "yaml").flaws

    assert "the MAC of the file is not exactly one" in flaw.message


def test_broken_metadata_is_a_flaw_beside_the_values(sealed):
    data = without(sealed({"a": "b"}), b"lastmodified:")

    assert [message for message, _, _ in flaws(data.replace(line_of(data, b"a:"), b"a: clear"))] == [
        "the file does not say when it was last modified, which its MAC depends on",
        "the value stands in clear",
    ]


def test_without_a_rule_of_selection_values_are_not_judged(sealed):
    data = sealed({"a": "b"}).replace(b"    unencrypted_suffix:", b"    encrypted_suffix: x\n    unencrypted_suffix:")

    found = outline(data, "yaml")

    assert found.leaves == {}
    assert [flaw.about for flaw in found.flaws] == ["metadata"]


def test_an_encrypted_value_that_the_rule_leaves_clear_is_odd(sealed):
    data = sealed({"a": "b"})

    (flaw,) = outline(data.replace(b"a:", b"a_unencrypted:", 1), "yaml").flaws

    assert flaw.is_mild
    assert "leaves it clear" in flaw.message


def test_a_comment_in_clear_is_odd_and_has_its_line(sealed):
    (flaw,) = outline(b"# note\n" + sealed({"a": "b"}), "yaml").flaws

    assert (flaw.is_mild, flaw.line) == (True, 1)


def test_two_values_of_one_dotted_key_are_ambiguous(sealed):
    found = outline(sealed({"a": {"b": "x"}, "a.b": "y", "c": "z", "d:e": "f"}), "yaml")

    assert {key: leaf.is_ambiguous for key, leaf in found.leaves.items()} == {"a.b": True, "c": False, "d:e": True}


def test_a_file_that_is_not_encrypted_is_told_from_a_broken_one():
    with pytest.raises(SecretRejected, match="not encrypted by SOPS"):
        outline(b"a: b\n", "yaml")
