"""References to age files."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.errors import SecretLocked, SecretRejected
from reconciler.secrets import age

from .conftest import ref

PROTECTED = Path(__file__).parents[1] / "sealed/vectors/sops/identity-file-passphrase.age"


@pytest.mark.parametrize("payload", [b"the-secret", b"the-secret\n", b"the-secret\r\n"])
def test_the_whole_file_is_the_secret(repository, environ, tmp_path, payload):
    repository.age("a.age", payload)

    assert age.provider(environ, tmp_path).open(ref("age", "a.age"), repository.place).reveal() == "the-secret"


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"in clear", "not an age file"), (PROTECTED.read_bytes(), "passphrase"), (b"age-encryption.org/v1\n", "damaged")],
)
def test_what_is_no_whole_age_file_for_an_identity_is_refused(repository, environ, tmp_path, content, reason):
    (repository.root / "connections.d" / "a.age").write_bytes(content)

    with pytest.raises(SecretRejected, match=reason) as caught:
        age.provider(environ, tmp_path).open(ref("age", "a.age"), repository.place)

    assert caught.value.message.startswith("age:a.age: ")


def test_an_empty_secret_is_refused(repository, environ, tmp_path):
    repository.age("a.age", b"\n")

    with pytest.raises(SecretRejected, match="empty"):
        age.provider(environ, tmp_path).open(ref("age", "a.age"), repository.place)


def test_a_locked_file_says_where_was_looked(repository, tmp_path):
    repository.age("a.age", b"x")

    with pytest.raises(SecretLocked, match=r"looked at .*keys\.txt"):
        age.provider({}, tmp_path).open(ref("age", "a.age"), repository.place)
