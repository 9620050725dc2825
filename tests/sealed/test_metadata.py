"""Metadata: what a file says of itself is checked before it is believed."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretRejected
from reconciler.sealed.metadata import Wrapped, new_fields, read_metadata
from reconciler.sealed.selection import Rule
from reconciler.sealed.tree import Stamp

AGE = [{"recipient": "age1x", "enc": "e"}]
GOOD = {"age": AGE, "lastmodified": "2026-11-22T12:00:00Z", "mac": "ENC[x]"}


def test_what_is_written_is_read_back():
    fields = new_fields([[Wrapped("a", "e")], [Wrapped("b", "f")]], 2, Rule("encrypted_regex", "^x"), mac_only=True)

    metadata = read_metadata({**fields, "lastmodified": "2026-11-22T12:00:00Z", "mac": "m"})

    assert metadata.recipients == ("a", "b")
    assert (metadata.threshold, metadata.rule, metadata.mac_only) == (2, Rule("encrypted_regex", "^x"), True)
    assert metadata.unknown == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"mac": ""}, "no MAC"),
        ({"mac": None}, "no MAC"),
        ({"age": []}, "no key"),
        ({"age": "x"}, "malformed"),
        ({"age": [{"recipient": "r"}]}, "malformed"),
        ({"age": [5]}, "malformed"),
        ({"age": [], "key_groups": [5]}, "key_groups"),
        ({"lastmodified": None}, "last modified"),
        ({"lastmodified": "yesterday"}, "last modified"),
        ({"mac_only_encrypted": "maybe"}, "mac_only_encrypted"),
        ({"shamir_threshold": "many"}, "shamir_threshold"),
        ({"age": [], "key_groups": [{"age": AGE}] * 2, "shamir_threshold": 1}, "does not fit"),
        ({"age": [], "key_groups": [{"age": AGE}] * 2, "shamir_threshold": 3}, "does not fit"),
        ({"encrypted_regex": "a", "encrypted_suffix": "b"}, "several"),
    ],
)
def test_metadata_that_misses_or_contradicts_something_is_refused(change, reason):
    with pytest.raises(SecretRejected, match=reason):
        read_metadata({**GOOD, **change})


@pytest.mark.parametrize("fields", [None, {}, [], "x"])
def test_a_file_without_metadata_is_none_of_sops(fields):
    with pytest.raises(SecretRejected, match="not encrypted by SOPS"):
        read_metadata(fields)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-22T12:00:00Z", "2026-11-22T12:00:00Z"),
        ("2026-11-22T12:00:00+00:00", "2026-11-22T12:00:00Z"),
        ("2026-11-22T12:00:00.5+01:00", "2026-11-22T12:00:00+01:00"),
        (Stamp("2026-11-22T12:00:00Z"), "2026-11-22T12:00:00Z"),
    ],
)
def test_the_time_is_normalised_as_the_mac_has_it(written, read):
    assert read_metadata({**GOOD, "lastmodified": written}).last_modified == read


def test_other_kinds_of_keys_and_unknown_fields_are_noted():
    metadata = read_metadata({**GOOD, "pgp": [{"fp": "x"}], "kms": [], "surprise": 1})

    assert metadata.others == ("pgp",)
    assert metadata.unknown == ("surprise",)


def test_with_one_group_a_threshold_means_nothing():
    assert len(read_metadata({**GOOD, "shamir_threshold": 0}).groups) == 1
