from __future__ import annotations

import pickle
import stat

import pytest

from reconciler.errors import StoreError
from reconciler.kit.keyfile import HostKey, hkdf, open_key


def snapshot(folder) -> list[tuple[str, int]]:
    return [(str(each), each.lstat().st_mtime_ns) for each in [folder, *folder.rglob("*")]]


# RFC 5869, appendix A, test cases 1 to 3. https://www.rfc-editor.org/rfc/rfc5869, last verified 2026-11-22.
@pytest.mark.parametrize(
    ("material", "salt", "info", "length", "expected"),
    [
        (
            "0b" * 22,
            "000102030405060708090a0b0c",
            "f0f1f2f3f4f5f6f7f8f9",
            42,
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            bytes(range(0x50)).hex(),
            bytes(range(0x60, 0xB0)).hex(),
            bytes(range(0xB0, 0x100)).hex(),
            82,
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
            "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
            "cc30c58179ec3e87c14c01d5c1f3434f1d87",
        ),
        (
            "0b" * 22,
            "",
            "",
            42,
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ],
)
def test_keys_are_derived_as_the_standard_says(material, salt, info, length, expected):
    derived = hkdf(bytes.fromhex(material), salt=bytes.fromhex(salt), info=bytes.fromhex(info), length=length)

    assert derived.hex() == expected


def test_each_purpose_has_a_key_of_its_own():
    key = HostKey(bytes(32))

    assert len({key.derive("a"), key.derive("b"), HostKey(bytes([1] * 32)).derive("a")}) == 3
    assert key.derive("a") == HostKey(bytes(32)).derive("a")
    assert len(key.derive("a")) == 32


def test_a_seal_is_the_keys_own_and_the_texts_own():
    key = HostKey(bytes(32))

    assert len({key.seal("a"), key.seal("b"), HostKey(bytes([1] * 32)).seal("a")}) == 3
    assert key.seal("a") == HostKey(bytes(32)).seal("a")
    assert (key.is_passing, HostKey.ephemeral().is_passing) == (False, True)


def test_the_first_write_makes_a_private_key_and_the_next_one_finds_it(tmp_path):
    path = tmp_path / ".reconciler" / "key"

    first, second = open_key(path, read_only=False), open_key(path, read_only=True)

    assert first.derive("a") == second.derive("a")
    assert (len(path.read_bytes()), stat.S_IMODE(path.stat().st_mode)) == (32, 0o600)


def test_reading_makes_no_key_and_each_passing_key_is_another(tmp_path):
    before = snapshot(tmp_path)

    one, two = (open_key(tmp_path / "key", read_only=True) for _ in range(2))

    assert one.derive("a") != two.derive("a")
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("read_only", [True, False])
def test_a_key_that_is_gone_is_not_replaced_while_a_database_needs_it(tmp_path, read_only):
    database = tmp_path / "platform.db"
    database.touch()

    with pytest.raises(StoreError, match="the key file is gone") as refusal:
        open_key(tmp_path / "key", read_only=read_only, needed_by=[database])

    assert "restore" in refusal.value.hint
    assert not (tmp_path / "key").exists()


def test_a_key_file_of_another_length_is_refused(tmp_path):
    (tmp_path / "key").write_bytes(b"short")
    (tmp_path / "key").chmod(0o600)

    with pytest.raises(StoreError, match="is not a key file of 32 bytes"):
        open_key(tmp_path / "key", read_only=False)


def test_a_key_file_that_others_may_read_is_refused(tmp_path):
    (tmp_path / "key").write_bytes(bytes(32))
    (tmp_path / "key").chmod(0o644)

    with pytest.raises(StoreError, match="others may read"):
        open_key(tmp_path / "key", read_only=True)


def test_a_key_shows_nothing_of_itself():
    key = HostKey(b"k" * 32)

    assert "kkk" not in repr(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_fingerprints_of_one_host_are_equal_and_of_two_are_not():
    one, two = HostKey(bytes(32)), HostKey(bytes([1] * 32))

    assert one.fingerprinter().of(["a"]) == HostKey(bytes(32)).fingerprinter().of(["a"])
    assert one.fingerprinter().of(["a"]) != two.fingerprinter().of(["a"])
