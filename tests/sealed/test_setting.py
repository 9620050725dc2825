"""Putting one secret into an encrypted file."""

from __future__ import annotations

import stat

import pytest

from reconciler.errors import GuardRefused, SecretLocked, SecretRejected, UsageError
from reconciler.sealed import agefile, reading
from reconciler.sealed.setting import Setting, put
from reconciler.values.secret import Secret

from .conftest import NOON


@pytest.fixture
def root(tmp_path):
    (tmp_path / "repository" / "connections.d").mkdir(parents=True)
    return tmp_path / "repository"


@pytest.fixture
def set_(root, tmp_path, alice):
    """Sets a value in a file below the repository, in the name of Alice."""

    def set_(name, key, value="new value", recipients=(), **environ):
        given = Setting(root / name, key, recipients, {"SOPS_AGE_KEY": alice.private, **environ}, tmp_path)
        return put(given, lambda: Secret(value), NOON)

    return set_


def opened(file, person, format_name="yaml"):
    return reading.open_file(file.read_bytes(), format_name, person.stages)


def test_a_new_file_is_made_with_its_folders_for_ones_own_identity(root, set_, alice):
    told = set_("connections.d/secrets/a.sops.yaml", "main.api_key")

    file = root / "connections.d/secrets/a.sops.yaml"
    assert opened(file, alice).secret("main.api_key") == b"new value"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert alice.public in told
    assert "new value" not in told


def test_a_second_value_joins_the_first(root, set_, alice):
    set_("a.sops.yaml", "main.api_key", "one")
    set_("a.sops.yaml", "main.secret", "two")

    assert [leaf.value for leaf in opened(root / "a.sops.yaml", alice).leaves] == ["one", "two"]


@pytest.mark.parametrize(
    ("name", "key", "format_name"),
    [("a.json", "x.y", "json"), ("a.env", "X.Y", "dotenv"), ("a.ini", "s.k.l", "ini"), ("a.pem", "data", "binary")],
)
def test_every_format_can_be_made_and_changed(root, set_, alice, name, key, format_name):
    set_(name, key, "one")
    set_(name, key, "two")

    assert opened(root / name, alice, format_name).secret(key) == b"two"


def test_an_age_file_holds_the_value_alone(root, set_, alice):
    set_("a.age", None, "one")
    set_("a.age", None, "two")

    assert agefile.decrypt((root / "a.age").read_bytes(), alice.stages[0]) == b"two"


def test_recipients_go_before_the_environment_and_that_before_the_configuration(root, set_, alice, bob):
    (root / ".sops.yaml").write_text(f"creation_rules: [{{age: {alice.public}}}]")

    set_("1.yaml", "a", recipients=[bob.public], SOPS_AGE_RECIPIENTS=alice.public)
    set_("2.yaml", "a", SOPS_AGE_RECIPIENTS=bob.public)
    set_("3.yaml", "a")

    named = [
        reading.read_metadata(reading.parse((root / f).read_bytes(), "yaml").metadata).recipients
        for f in ("1.yaml", "2.yaml", "3.yaml")
    ]
    assert named == [(bob.public,), (bob.public,), (alice.public,)]


def test_nobody_is_asked_for_a_value_that_could_not_be_written(root, tmp_path, bob, set_):
    set_("a.yaml", "a")

    def ask():
        pytest.fail("asked in vain")

    for key, environ in (("a", {"SOPS_AGE_KEY": bob.private}), ("a.", {}), (None, {})):
        with pytest.raises((SecretLocked, UsageError)):
            put(Setting(root / "a.yaml", key, (), environ, tmp_path), ask, NOON)


@pytest.mark.parametrize(
    ("name", "key", "recipients", "reason"),
    [
        ("a.age", "k", (), "takes no KEY"),
        ("a.yaml", None, (), "name the KEY"),
        ("a.yaml", "a..b", (), "joined by dots"),
        ("a.yaml", "a:b", (), "joined by dots"),
        ("a.yaml", "a.b ", (), "joined by dots"),
        ("a.yaml", "sops.mac", (), "metadata"),
        ("a.pem", "key", (), "KEY data"),
        ("a.yaml", "k", ("age1junk",), "no recipient"),
    ],
)
def test_a_wrong_use_is_told_and_nothing_is_made(root, set_, name, key, recipients, reason):
    with pytest.raises(UsageError, match=reason):
        set_(name, key, recipients=recipients)

    assert not (root / name).exists()


def test_without_any_recipient_it_says_how_to_get_one(root, tmp_path):
    with pytest.raises(UsageError, match="nobody to encrypt for") as caught:
        put(Setting(root / "a.yaml", "k", (), {}, tmp_path), lambda: Secret("x"), NOON)

    assert "keygen" in caught.value.hint


def test_recipients_of_an_existing_file_are_not_changed_here(set_, bob):
    set_("a.yaml", "k")

    with pytest.raises(UsageError, match="when a file is made"):
        set_("a.yaml", "k", recipients=[bob.public])


def test_a_file_with_a_recipient_that_no_rule_names_is_not_written(root, set_, alice, bob):
    set_("a.yaml", "k", recipients=[alice.public, bob.public])
    before = (root / "a.yaml").read_bytes()
    (root / ".sops.yaml").write_text(f"creation_rules: [{{age: {alice.public}}}]")

    with pytest.raises(SecretRejected, match="no rule"):
        set_("a.yaml", "k")

    assert (root / "a.yaml").read_bytes() == before


def test_nothing_is_encrypted_for_the_public_demo_identity(root, set_, bob):
    (root / "connections.d" / "demo.agekey").write_text(bob.private)

    with pytest.raises(GuardRefused, match="public demo identity"):
        set_("a.yaml", "k", recipients=[bob.public])


def test_a_link_is_not_written_through(root, set_, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    (root / "a.yaml").symlink_to(tmp_path / "target.yaml")

    for name in ("a.yaml", "linked/b.yaml", "linked/deep/c.yaml"):
        with pytest.raises(SecretRejected, match="symbolic link"):
            set_(name, "k")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_folder_is_no_secret_file(root, set_):
    (root / "a.yaml").mkdir()

    with pytest.raises(SecretRejected, match="regular file"):
        set_("a.yaml", "k")


def test_a_file_that_was_tampered_with_stays_as_it_is(root, set_):
    set_("a.yaml", "k", "one")
    broken = (root / "a.yaml").read_bytes().replace(b"\nsops:", b'\nx_unencrypted: "y"\nsops:')
    (root / "a.yaml").write_bytes(broken)

    with pytest.raises(SecretRejected, match="MAC"):
        set_("a.yaml", "k", "two")

    assert (root / "a.yaml").read_bytes() == broken


def test_key_groups_are_not_for_age_files(root, set_, alice, bob):
    groups = f"key_groups: [{{age: [{alice.public}]}}, {{age: [{bob.public}]}}]"
    (root / ".sops.yaml").write_text(f"creation_rules: [{{{groups}}}]")

    with pytest.raises(UsageError, match="key groups"):
        set_("a.age", None)


@pytest.mark.parametrize("rule", ["encrypted_regex: ^password$", "encrypted_comment_regex: secret"])
def test_a_rule_that_would_leave_the_value_in_clear_is_refused(rule, root, set_, alice):
    (root / ".sops.yaml").write_text(f"creation_rules:\n  - age: {alice.public}\n    {rule}\n")

    with pytest.raises(SecretRejected, match="would stand in clear"):
        set_("connections.d/secrets/a.sops.yaml", "main.api_key")

    assert not (root / "connections.d" / "secrets").exists()
