"""References into SOPS files."""

from __future__ import annotations

import logging

import pyrage
import pytest

from reconciler.errors import SecretLocked, SecretNotFound, SecretRejected
from reconciler.secrets import sops

from .conftest import ref

TREE = {"main": {"api_key": "the-api-key", "secret": "the-secret"}, "note_unencrypted": "x"}


@pytest.mark.parametrize(
    ("name", "format_name", "tree", "key"),
    [
        ("a.sops.yaml", "yaml", TREE, "main.api_key"),
        ("a.json", "json", TREE, "main.api_key"),
        ("a.env", "dotenv", {"API_KEY": "the-api-key"}, "API_KEY"),
        ("a.ini", "ini", {"main": {"api_key": "the-api-key"}}, "main.api_key"),
        ("a.txt", "binary", {"data": "the-api-key\n"}, "data"),
    ],
)
def test_a_value_is_opened_from_every_format(repository, environ, tmp_path, name, format_name, tree, key):
    repository.sops(name, tree, format_name)

    secret = sops.provider(environ, tmp_path).open(ref("sops", name, key), repository.place)

    assert secret.reveal() == "the-api-key"


def test_a_hundred_values_of_one_file_cost_one_unwrap(repository, environ, tmp_path, monkeypatch):
    repository.sops("a.yaml", {f"k{number}": f"value-{number}" for number in range(100)})
    unwrapped = []
    decrypt = pyrage.decrypt
    monkeypatch.setattr(pyrage, "decrypt", lambda *given: unwrapped.append(1) or decrypt(*given))
    provider = sops.provider(environ, tmp_path)

    opened = [provider.open(ref("sops", "a.yaml", f"k{n}"), repository.place).reveal() for n in range(100)]

    assert opened == [f"value-{number}" for number in range(100)]
    assert len(unwrapped) == 1


@pytest.mark.parametrize(
    ("locator", "key", "kind", "told"),
    [
        ("a.yaml", "main.api-key", SecretNotFound, 'did you mean "main.api_key"?'),
        ("b.yaml", "main.api_key", SecretNotFound, 'did you mean "a.yaml"?'),
        ("a.yaml", "note_unencrypted", SecretRejected, "in clear"),
        ("../../outside.yaml", "k", SecretRejected, "leaves the repository"),
    ],
)
def test_a_failure_names_the_reference_and_never_a_value(repository, environ, tmp_path, locator, key, kind, told):
    repository.sops("a.yaml", TREE)

    with pytest.raises(kind) as caught:
        sops.provider(environ, tmp_path).open(ref("sops", locator, key), repository.place)

    text = caught.value.message + caught.value.hint
    assert caught.value.message.startswith(f"sops:{locator}#{key}: ")
    assert told in text
    assert not any(value in text for value in ("the-api-key", "the-secret"))


def test_a_locked_file_names_its_recipients_and_where_identities_are_looked_for(repository, tmp_path):
    repository.sops("a.yaml", TREE)

    with pytest.raises(SecretLocked) as caught:
        sops.provider({}, tmp_path).open(ref("sops", "a.yaml", "main.api_key"), repository.place)

    assert repository.public in caught.value.message
    assert str(tmp_path / ".config/sops/age/keys.txt") in caught.value.message


def test_a_post_quantum_identity_is_told_as_what_it_is(repository, tmp_path):
    repository.sops("a.yaml", TREE)

    with pytest.raises(SecretLocked, match="post-quantum"):
        sops.provider({"SOPS_AGE_KEY": "AGE-SECRET-KEY-PQ-1ABC"}, tmp_path).open(
            ref("sops", "a.yaml", "main.api_key"), repository.place
        )


def test_what_is_odd_about_a_file_is_logged(repository, environ, tmp_path, caplog):
    repository.sops("a.yaml", TREE)
    file = repository.root / "connections.d" / "a.yaml"
    file.write_text("# a comment in clear\n" + file.read_text())

    with caplog.at_level(logging.WARNING):
        sops.provider(environ, tmp_path).open(ref("sops", "a.yaml", "main.api_key"), repository.place)

    assert "line 1: a comment in clear" in caplog.text
    assert "the-api-key" not in caplog.text
