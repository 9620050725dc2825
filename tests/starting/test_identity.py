from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reconciler.errors import GuardRefused, SecretError, UsageError
from reconciler.sealed import agefile
from reconciler.sealed.keygen import make_identity
from reconciler.starting.identity import reader

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_an_identity_is_made_where_there_is_none(tmp_path):
    found = reader((), {}, tmp_path, NOON, root=tmp_path / "keys")

    assert found.made == tmp_path / ".config/sops/age/keys.txt"
    assert found.made.stat().st_mode & 0o777 == 0o600
    assert len(found.recipients) == 1
    assert found.recipients[0].startswith("age1")


def test_an_identity_that_is_there_is_used(tmp_path):
    public = make_identity(tmp_path / "my.txt", NOON)

    found = reader((), {"SOPS_AGE_KEY_FILE": str(tmp_path / "my.txt")}, tmp_path / "home", NOON, root=tmp_path / "keys")

    assert (found.recipients, found.made) == ((public,), None)
    assert not (tmp_path / "home").exists()


def test_others_may_read_beside_oneself(tmp_path):
    _, other = agefile.generate()
    own = reader((), {}, tmp_path, NOON, root=tmp_path / "keys").recipients

    assert reader((other, other, *own), {}, tmp_path, NOON, root=tmp_path / "keys").recipients == (other, *own)


def test_what_is_no_recipient_is_refused_before_anything_is_made(tmp_path):
    with pytest.raises((UsageError, SecretError)):
        reader(("age1nonsense",), {}, tmp_path, NOON, root=tmp_path / "keys")

    assert list(tmp_path.iterdir()) == []


def test_an_identity_behind_a_command_needs_its_public_key_named(tmp_path):
    _, public = agefile.generate()
    environ = {"SOPS_AGE_KEY_CMD": "false"}

    with pytest.raises(UsageError, match="public key is not known"):
        reader((), environ, tmp_path, NOON, root=tmp_path / "keys")
    assert reader((public,), environ, tmp_path, NOON, root=tmp_path / "keys").recipients == (public,)
    assert list(tmp_path.iterdir()) == []


def test_a_home_folder_in_git_gets_no_identity_into_it(tmp_path):
    (tmp_path / ".git").mkdir()

    with pytest.raises(GuardRefused, match="would lie in the repository") as refused:
        reader((), {}, tmp_path, NOON, root=tmp_path / "keys")

    assert "SOPS_AGE_KEY_FILE" in refused.value.hint


def test_a_repository_around_the_identity_is_refused(tmp_path):
    with pytest.raises(GuardRefused, match="would lie in the new repository"):
        reader((), {}, tmp_path, NOON, root=tmp_path)

    assert list(tmp_path.iterdir()) == []
