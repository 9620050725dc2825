"""Identity files."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.errors import SecretLocked
from reconciler.sealed import keyfile

VECTORS = Path(__file__).parent / "vectors"


def test_every_identity_of_a_file_is_read_with_its_recipient(alice, bob):
    text = f"# a comment\n\n{alice.private}\n  {bob.private}\r\n"

    identities, failures = keyfile.read(text.encode())

    assert [identity.recipient for identity in identities] == [alice.public, bob.public]
    assert failures == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("AGE-SECRET-KEY-PQ-1ABCDEF", "post-quantum"),
        ("AGE-PLUGIN-YUBIKEY-1ABCDEF", "plugin"),
        ("AGE-SECRET-KEY-1DAMAGED", "damaged"),
        ("hunter2-hunter2", "no age identity"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_line_and_never_repeated(line, reason):
    identities, failures = keyfile.read(f"# x\n{line}\n".encode())

    assert identities == []
    assert len(failures) == 1
    assert failures[0].startswith("line 2 ")
    assert reason in failures[0]
    assert line not in failures[0]


def test_an_empty_file_is_told():
    assert keyfile.read(b"# nothing\n") == ([], ["empty"])


def test_an_identity_never_shows_itself(alice):
    identities, _ = keyfile.read(alice.private.encode())

    assert alice.private not in repr(identities)


@pytest.mark.parametrize("name", ["made/ssh_ed.key", "made/ssh_rsa.key"])
def test_an_ssh_key_is_an_identity(name):
    identities, failures = keyfile.read((VECTORS / name).read_bytes())

    assert (len(identities), failures) == (1, [])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHI=\n", "passphrase"),
        (b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n", "passphrase"),
        (b"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIA==\n-----END EC PRIVATE KEY-----\n", "no ssh-ed25519"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\n!!\n", "no ssh-ed25519"),
    ],
)
def test_an_ssh_key_that_cannot_be_used_says_why(data, reason):
    identities, failures = keyfile.read(data)

    assert identities == []
    assert reason in failures[0]


def test_a_protected_key_file_opens_with_its_passphrase_alone():
    data = (VECTORS / "sops/identity-file-passphrase.age").read_bytes()

    identities, _ = keyfile.read(keyfile.unlocked(data, "passphrase"))

    assert keyfile.is_protected(data)
    assert len(identities) == 1
    with pytest.raises(SecretLocked):
        keyfile.unlocked(data, "other")
