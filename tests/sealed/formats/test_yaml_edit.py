"""Changing a YAML file in its own text."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretRejected
from reconciler.sealed.formats import yaml
from reconciler.sealed.formats.yaml_edit import plain_comments, replaced

FILE = """\
# about this file
main:  # the main account
    key: old   # why
    block: |
        one
        two

    # about the next
    list: [a, b]
other: {flow: x}
nothing:
sops:
    mac: m
"""


def edited(path, new="NEW", text=FILE):
    return replaced(text.encode(), [(path, new)]).decode()


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (["main", "key"], "key: old   # why", "key: NEW   # why"),
        (["main", "block"], "block: |\n        one\n        two\n\n", "block: NEW\n\n"),
        (["other", "flow"], "{flow: x}", "{flow: NEW}"),
        (["nothing"], "nothing:\n", "nothing: NEW\n"),
        (["sops", "mac"], "mac: m", "mac: NEW"),
        (["added"], "nothing:\nsops:", "nothing:\nadded: NEW\nsops:"),
        (["a", "y"], "nothing:\nsops:", 'nothing:\na:\n    "y": NEW\nsops:'),
        (["main", "added"], "list: [a, b]\n", "list: [a, b]\n    added: NEW\n"),
    ],
)
def test_only_the_place_of_the_value_changes(path, old, new):
    assert edited(path) == FILE.replace(old, new)


def test_what_stands_before_the_next_key_stays_with_it():
    text = "a:\n    b: 1\n\n# about c\nc: 2\nsops: {}\n"

    assert edited(["a", "new"], text=text) == "a:\n    b: 1\n    new: NEW\n\n# about c\nc: 2\nsops: {}\n"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (["main"], "a map or a list"),
        (["main", "list"], "a map or a list"),
        (["main", "key", "x"], "a value, not a map"),
        (["other", "new"], "no place"),
    ],
)
def test_a_place_that_does_not_fit_is_refused(path, reason):
    with pytest.raises(SecretRejected, match=reason):
        edited(path)


def test_letters_of_any_width_are_counted_right():
    assert edited(["b"], text="ü: é\nb: old\n") == "ü: é\nb: NEW\n"


def test_a_nested_key_at_the_end_of_the_file_has_no_safe_place():
    with pytest.raises(SecretRejected, match="no place"):
        edited(["a", "new"], text="sops: {}\na:\n    b: 1\n")


def test_comments_in_clear_are_found_and_content_is_not_taken_for_one():
    text = "# one\na: |\n  # content\n  text\n#ENC[x]\nb:\n  # two\n  - c\nd: 'x\n\n  # quoted'\n"

    assert yaml.read(text.encode())
    assert plain_comments(text.encode()) == [1, 7]
