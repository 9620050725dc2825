"""The data key: unwrapped with what is at hand, wrapped once for each recipient."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretLocked, SecretRejected
from reconciler.sealed import agefile, datakey
from reconciler.sealed.metadata import Group, Metadata, Wrapped
from reconciler.sealed.selection import Rule

KEY = bytes(range(32))


def metadata(groups, threshold=1, others=()) -> Metadata:
    made = tuple(Group(tuple(group), others) for group in groups)
    return Metadata(made, threshold, "2026-11-22T12:00:00Z", "m", False, Rule())


def test_any_recipient_of_a_group_opens_it(alice, bob):
    wrapped = datakey.wrap(KEY, [[alice.public, bob.public, alice.public]], 0)

    assert len(wrapped[0]) == 2
    for person in (alice, bob):
        assert datakey.unwrap(metadata(wrapped), person.stages) == KEY


def test_several_groups_need_as_many_as_the_threshold(alice, bob):
    wrapped = datakey.wrap(KEY, [[alice.public], [bob.public], [bob.public]], 2)

    assert datakey.unwrap(metadata(wrapped, 2), [[alice.key], [bob.key]]) == KEY
    with pytest.raises(SecretLocked, match="2 of 3 key groups and 1 open"):
        datakey.unwrap(metadata(wrapped, 2), alice.stages)


def test_later_stages_are_not_asked_for_when_the_earlier_ones_do(alice):
    def stages():
        yield [alice.key]
        pytest.fail("nobody needed this")

    assert datakey.unwrap(metadata(datakey.wrap(KEY, [[alice.public]], 0)), stages()) == KEY


def test_a_damaged_entry_does_not_keep_another_recipient_out(alice):
    wrapped = [Wrapped("x", "junk"), *datakey.wrap(KEY, [[alice.public]], 0)[0]]

    assert datakey.unwrap(metadata([wrapped]), alice.stages) == KEY


def test_when_every_entry_is_damaged_the_file_is_refused(alice):
    with pytest.raises(SecretRejected, match="age file"):
        datakey.unwrap(metadata([[Wrapped("x", "junk")]]), alice.stages)


def test_a_data_key_of_the_wrong_length_is_refused(alice):
    short = Wrapped(alice.public, agefile.encrypt(b"short", [alice.public]).decode())

    with pytest.raises(SecretRejected, match="length"):
        datakey.unwrap(metadata([[short]]), alice.stages)


def test_whom_a_locked_file_is_for_is_told(alice, bob):
    locked = metadata(datakey.wrap(KEY, [[alice.public]], 0), others=("pgp",))

    with pytest.raises(SecretLocked) as caught:
        datakey.unwrap(locked, bob.stages)

    assert alice.public in caught.value.message
    assert "pgp" in caught.value.message


def test_every_fresh_key_is_another_one():
    assert datakey.fresh() != datakey.fresh()
    assert len(datakey.fresh()) == datakey.KEY_BYTES
