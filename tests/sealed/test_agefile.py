"""The age format, with pyrage here and the age program there."""

from __future__ import annotations

import shutil
import subprocess
from binascii import a2b_base64
from pathlib import Path

import pyrage
import pytest

from reconciler.errors import SecretRejected, UsageError
from reconciler.sealed import agefile

VECTORS = Path(__file__).parent / "vectors"
AGE = shutil.which("age")
needs_age = pytest.mark.skipif(AGE is None, reason="the age program is not installed")


def test_what_was_encrypted_opens_for_each_recipient_and_nobody_else(alice, bob):
    data = agefile.encrypt(b"x", [alice.public])

    assert agefile.decrypt(data, [alice.key]) == b"x"
    assert agefile.decrypt(data, [bob.key]) is None
    assert agefile.decrypt(data, []) is None


def test_white_space_before_the_armor_is_no_hindrance(alice):
    assert agefile.decrypt(b" \n" + agefile.encrypt(b"x", [alice.public]), [alice.key]) == b"x"


def test_a_binary_file_opens_too(alice):
    assert agefile.decrypt(pyrage.encrypt(b"x", [alice.key.to_public()]), [alice.key]) == b"x"


@pytest.mark.parametrize("change", [lambda d: d[:-1] + bytes([d[-1] ^ 1]), lambda d: d[:60], lambda d: b"junk"])
def test_a_changed_file_is_refused(alice, change):
    with pytest.raises(SecretRejected):
        agefile.decrypt(change(pyrage.encrypt(b"x", [alice.key.to_public()])), [alice.key])


def test_a_file_under_a_passphrase_is_known_by_its_head(alice):
    locked = (VECTORS / "sops/identity-file-passphrase.age").read_bytes()
    binary = a2b_base64(b"".join(locked.split(b"\n")[1:-2]))

    assert [agefile.needs_passphrase(data) for data in (locked, b"\n" + locked, binary)] == [True] * 3
    assert not agefile.needs_passphrase(agefile.encrypt(b"x", [alice.public]))


@pytest.mark.parametrize("rest", [b"", b"\n", b"!" * 100, b"\n" + b"A" * 100, b"A"])
def test_a_broken_armor_is_no_file_under_a_passphrase(rest):
    assert not agefile.needs_passphrase(b"-----BEGIN AGE ENCRYPTED FILE-----" + rest)


@pytest.mark.parametrize(
    "text", ["age1pq1abc", "age1yubikey1qqq", "age1abc", "AGE-SECRET-KEY-1ABCDEFGHIJKL", "ssh-dss AAAA", ""]
)
def test_what_is_no_recipient_is_refused_without_being_repeated(text):
    with pytest.raises(UsageError) as caught:
        agefile.recipient_of(text)

    assert "ABCDEFGHIJKL" not in caught.value.message


def test_a_new_identity_has_its_recipient():
    private, public = agefile.generate()

    assert agefile.decrypt(agefile.encrypt(b"x", [public]), [pyrage.x25519.Identity.from_str(private)]) == b"x"


@needs_age
def test_the_age_program_opens_what_we_write(tmp_path, alice):
    (tmp_path / "key").write_text(alice.private + "\n")
    (tmp_path / "a.age").write_bytes(agefile.encrypt(b"value", [alice.public]))

    done = subprocess.run([AGE, "-d", "-i", tmp_path / "key", tmp_path / "a.age"], capture_output=True, check=True)

    assert done.stdout == b"value"


@needs_age
@pytest.mark.parametrize("flags", [[], ["-a"]])
def test_we_open_what_the_age_program_writes(alice, flags):
    done = subprocess.run([AGE, "-r", alice.public, *flags], input=b"value", capture_output=True, check=True)

    assert agefile.decrypt(done.stdout, [alice.key]) == b"value"


@needs_age
def test_the_age_program_opens_the_data_key_of_our_sops_files(tmp_path, alice, sealed):
    from reconciler.sealed import reading

    data = sealed({"a": "b"})
    opened = reading.open_file(data, "yaml", alice.stages)
    (tmp_path / "key").write_text(alice.private + "\n")
    enc = opened.metadata.groups[0].age[0].enc.encode()

    done = subprocess.run([AGE, "-d", "-i", tmp_path / "key"], input=enc, capture_output=True, check=True)

    assert done.stdout == opened.data_key
