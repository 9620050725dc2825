"""Making an identity."""

from __future__ import annotations

import stat
from datetime import UTC, datetime

import pytest

from reconciler.errors import GuardRefused
from reconciler.sealed import keyfile
from reconciler.sealed.keygen import make_identity

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_identity_is_for_its_owner_alone_and_has_the_recipient_that_is_returned(tmp_path):
    file = tmp_path / "sops" / "age" / "keys.txt"

    public = make_identity(file, NOON)

    identities, failures = keyfile.read(file.read_bytes())
    assert ([one.recipient for one in identities], failures) == ([public], [])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_an_existing_identity_is_never_replaced(tmp_path):
    file = tmp_path / "keys.txt"
    make_identity(file, NOON)
    before = file.read_bytes()

    with pytest.raises(GuardRefused, match="exists already"):
        make_identity(file, NOON)

    assert file.read_bytes() == before


def test_appending_keeps_the_identities_before(tmp_path):
    file = tmp_path / "keys.txt"
    file.write_text("# mine, without a line break at the end")

    publics = [make_identity(file, NOON, append=True) for _ in range(2)]

    assert [one.recipient for one in keyfile.read(file.read_bytes())[0]] == publics
    assert file.read_text().startswith("# mine")


def test_nothing_is_appended_to_a_protected_file(tmp_path):
    file = tmp_path / "keys.txt"
    file.write_bytes(b"age-encryption.org/v1\n-> scrypt ")

    with pytest.raises(GuardRefused, match="passphrase"):
        make_identity(file, NOON, append=True)


def test_an_identity_is_not_made_inside_a_repository(tmp_path):
    (tmp_path / ".git").mkdir()

    with pytest.raises(GuardRefused, match="repository"):
        make_identity(tmp_path / "deep" / "keys.txt", NOON)


def test_a_link_into_a_repository_does_not_lead_there(tmp_path):
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "repository")

    with pytest.raises(GuardRefused, match="repository"):
        make_identity(tmp_path / "link" / "keys.txt", NOON)
