"""Opening with the right identities: once a file, never the public one for a live connection."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretLocked, SecretNotFound, SecretRejected
from reconciler.model.ports import Place
from reconciler.sealed import agefile
from reconciler.sealed.opener import Opener


@pytest.fixture
def root(tmp_path, bob):
    folder = tmp_path / "repository"
    (folder / "connections.d").mkdir(parents=True)
    (folder / "connections.d" / "demo.agekey").write_text(f"# public\n{bob.private}\n")
    return folder


@pytest.fixture
def write(root):
    def write(name, *people):
        (root / "connections.d" / name).write_bytes(agefile.encrypt(b"x", [person.public for person in people]))

    return write


def live(root):
    return Place(root / "connections.d", root)


def simulated(root):
    return Place(root / "connections.d", root, simulated=True)


class Counting:
    """Decrypts an age file, and counts how often."""

    def __init__(self):
        self.done = 0

    def __call__(self, data, stages):
        for identities in stages:
            plain = agefile.decrypt(data, identities)
            if plain is not None:
                self.done += 1
                return plain
        raise SecretLocked("no identity at hand opens it")


def test_a_file_is_opened_once_however_often_it_is_used(root, write, alice, tmp_path):
    write("a.age", alice)
    opener, decrypt = Opener({"SOPS_AGE_KEY": alice.private}, tmp_path), Counting()

    assert [opener.open("a.age", live(root), decrypt) for _ in range(100)] == [b"x"] * 100
    assert decrypt.done == 1


def test_a_file_that_changed_is_opened_again(root, write, alice, tmp_path):
    write("a.age", alice)
    opener, decrypt = Opener({"SOPS_AGE_KEY": alice.private}, tmp_path), Counting()
    opener.open("a.age", live(root), decrypt)

    (root / "connections.d" / "a.age").write_bytes(agefile.encrypt(b"longer", [alice.public]))

    assert opener.open("a.age", live(root), decrypt) == b"longer"


def test_the_demo_identity_opens_for_the_simulator_without_any_other(root, write, bob, tmp_path):
    write("a.age", bob)

    environ = {"SOPS_AGE_KEY_CMD": f"touch {tmp_path / 'ran'}"}
    assert Opener(environ, tmp_path).open("a.age", simulated(root), Counting()) == b"x"
    assert not (tmp_path / "ran").exists()


def test_what_the_demo_identity_opened_does_not_serve_a_live_connection(root, write, bob, tmp_path):
    write("a.age", bob)
    opener, decrypt = Opener({}, tmp_path), Counting()
    opener.open("a.age", simulated(root), decrypt)

    with pytest.raises(SecretRejected, match="public demo identity"):
        opener.open("a.age", live(root), decrypt)


def test_a_live_file_that_the_demo_identity_opens_too_is_refused(root, write, alice, bob, tmp_path):
    write("a.age", alice, bob)

    with pytest.raises(SecretRejected, match="public demo identity"):
        Opener({"SOPS_AGE_KEY": alice.private}, tmp_path).open("a.age", live(root), Counting())


def test_an_own_identity_opens_for_the_simulator_too(root, write, alice, tmp_path):
    write("a.age", alice)

    assert Opener({"SOPS_AGE_KEY": alice.private}, tmp_path).open("a.age", simulated(root), Counting()) == b"x"


@pytest.mark.parametrize("by_link", [False, True])
def test_an_identity_inside_the_repository_is_never_used(root, write, alice, tmp_path, by_link):
    write("a.age", alice)
    inside = root / "keys.txt"
    inside.write_text(alice.private)
    named = inside
    if by_link:
        named = tmp_path / "link.txt"
        named.symlink_to(inside)

    with pytest.raises(SecretLocked, match="inside the repository, so never used"):
        Opener({"SOPS_AGE_KEY_FILE": str(named)}, tmp_path).open("a.age", live(root), Counting())


def test_a_locked_file_says_where_was_looked_and_what_to_do(root, write, alice, tmp_path):
    write("a.age", alice)

    with pytest.raises(SecretLocked) as caught:
        Opener({}, tmp_path).open("a.age", live(root), Counting())

    assert "keys.txt): absent" in caught.value.message
    assert "reconcile secrets keygen" in caught.value.hint


def test_who_has_an_identity_is_told_which_public_key_to_have_added(root, write, alice, bob, tmp_path):
    write("a.age", alice)

    with pytest.raises(SecretLocked) as caught:
        Opener({"SOPS_AGE_KEY": bob.private}, tmp_path).open("a.age", live(root), Counting())

    assert caught.value.hint.startswith(f"your public key is {bob.public}; have it added as a recipient")


def test_who_has_an_identity_that_cannot_be_read_is_not_told_to_make_one(root, write, alice, tmp_path):
    write("a.age", alice)
    (tmp_path / "keys.txt").write_text("AGE-PLUGIN-X\n")

    with pytest.raises(SecretLocked) as caught:
        Opener({"SOPS_AGE_KEY_FILE": str(tmp_path / "keys.txt")}, tmp_path).open("a.age", live(root), Counting())

    assert caught.value.hint.startswith("have an identity of yours be read: SOPS_AGE_KEY_FILE")
    assert "keygen" not in caught.value.hint


def test_an_error_is_remembered_as_well(root, write, alice, tmp_path):
    write("a.age", alice)
    opener, calls = Opener({}, tmp_path), []

    def broken(data, stages):
        calls.append(data)
        raise SecretRejected("broken")

    for _ in range(3):
        with pytest.raises(SecretRejected, match="broken"):
            opener.open("a.age", simulated(root), broken)
    assert len(calls) == 1


def test_a_missing_file_is_told(root, tmp_path):
    with pytest.raises(SecretNotFound):
        Opener({}, tmp_path).open("none.age", live(root), Counting())
