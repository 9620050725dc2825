"""Dotenv files."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretRejected
from reconciler.sealed.formats import dotenv
from reconciler.sealed.tree import Comment


def test_nothing_is_trimmed_or_unquoted():
    parsed = dotenv.read(b'# note\nA =\t1 \n\nB="q"\nC=x=y\\nz\r\nEMPTY=\n')

    data = {key: value for key, value in parsed.documents[0].items() if not isinstance(key, Comment)}
    assert data == {"A ": "\t1 ", "B": '"q"', "C": "x=y\nz\r", "EMPTY": ""}
    assert parsed.metadata is None


def test_comments_and_metadata_survive_rewriting():
    text = b"# note\nA=1\n#\nB=2\nsops_mac=m\nsops_age__list_0__map_enc=a\\nb\n"

    parsed = dotenv.read(text)

    assert parsed.metadata == {"mac": "m", "age": [{"enc": "a\nb"}]}
    assert dotenv.write(parsed.documents, parsed.metadata) == text


@pytest.mark.parametrize("text", ["A", "A=1\nA=2", "sops_mac=1\nsops_mac=2"])
def test_a_line_that_cannot_be_read_is_refused_by_its_number(text):
    with pytest.raises(SecretRejected, match="line"):
        dotenv.read(text.encode())


@pytest.mark.parametrize("tree", [{"a": 5}, {"#a": "x"}, {"a=b": "x"}, {"a": "back\\nslash"}, {"": "x"}, {"a": {}}])
def test_what_has_no_form_in_dotenv_is_refused(tree):
    with pytest.raises(SecretRejected, match="use YAML"):
        dotenv.write([tree], {})
