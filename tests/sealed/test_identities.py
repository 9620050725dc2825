"""Where identities come from, and when."""

from __future__ import annotations

import gc
import shlex
import sys
from pathlib import Path

import pyrage
import pytest

from reconciler.sealed.identities import Identities, config_file, shared

VECTORS = Path(__file__).parent / "vectors"
# Its passphrase is the word passphrase; a new one would cost a second of scrypt each.
PROTECTED = (VECTORS / "sops/identity-file-passphrase.age").read_bytes()


def recipients(found: Identities) -> list[list[str]]:
    return [[one.recipient for source in stage for one in source.identities] for stage in found.stages()]


def command(tmp_path, text: str, note: str = "ran") -> str:
    script = tmp_path / "print identity.py"
    script.write_text(f"open({str(tmp_path / note)!r}, 'a').write('x')\nprint({text!r})\n")
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}"


def test_all_sources_are_gathered_commands_last(tmp_path, alice, bob):
    third, fourth = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    (tmp_path / "keys.txt").write_text(alice.private)
    own = config_file({}, tmp_path)
    own.parent.mkdir(parents=True)
    own.write_text(str(third))
    environ = {
        "SOPS_AGE_KEY": bob.private,
        "SOPS_AGE_KEY_FILE": str(tmp_path / "keys.txt"),
        "SOPS_AGE_KEY_CMD": command(tmp_path, str(fourth)),
    }

    files, commands, people = recipients(Identities(environ, tmp_path))

    assert sorted(files) == sorted([alice.public, bob.public, str(third.to_public())])
    assert commands == [str(fourth.to_public())]
    assert people == []


def test_ssh_keys_are_found_in_the_home_folder_and_by_name(tmp_path):
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "id_ed25519").write_bytes((VECTORS / "made/ssh_ed.key").read_bytes())
    environ = {"SOPS_AGE_SSH_PRIVATE_KEY_FILE": str(VECTORS / "made/ssh_rsa.key")}

    files = next(Identities(environ, tmp_path).stages())

    assert sum(len(source.identities) for source in files) == 2


def test_in_the_variable_any_white_space_separates_identities(tmp_path, alice, bob):
    environ = {"SOPS_AGE_KEY": f"# two of them\n{alice.private} {bob.private}"}

    assert next(iter(recipients(Identities(environ, tmp_path)))) == [alice.public, bob.public]


def test_a_command_runs_only_when_needed_and_once(tmp_path, alice):
    found = Identities({"SOPS_AGE_KEY_CMD": command(tmp_path, alice.private)}, tmp_path)

    stages = found.stages()
    next(stages)
    assert not (tmp_path / "ran").exists()

    list(stages)
    list(found.stages())
    assert (tmp_path / "ran").read_text() == "x"


def test_providers_of_one_run_share_what_was_found_and_the_next_run_looks_anew(tmp_path, alice):
    environ = {"SOPS_AGE_KEY_CMD": command(tmp_path, alice.private), "PATH": "/bin"}
    first, second = shared(environ, tmp_path), shared(dict(environ), tmp_path)
    list(first.stages())
    list(second.stages())
    assert (tmp_path / "ran").read_text() == "x"

    del first, second
    gc.collect()
    list(shared(environ, tmp_path).stages())
    assert (tmp_path / "ran").read_text() == "xx"


@pytest.mark.parametrize("text", ["/does/not/exist", "false", '"', ""])
def test_a_command_that_fails_is_a_source_without_identities(tmp_path, text):
    found = Identities({"SOPS_AGE_KEY_CMD": text}, tmp_path)

    assert recipients(found) == [[], [], []]
    assert "SOPS_AGE_KEY_CMD" in found.where() or text == ""


def test_a_protected_key_file_is_opened_last_with_what_a_person_answers(tmp_path):
    own = config_file({}, tmp_path)
    own.parent.mkdir(parents=True)
    own.write_bytes(PROTECTED)
    questions = []

    found = Identities({}, tmp_path, ask=lambda question: questions.append(question) or "passphrase")

    assert [len(stage) for stage in recipients(found)] == [0, 0, 1]
    assert [len(stage) for stage in recipients(found)] == [0, 0, 1]
    assert len(questions) == 1
    assert str(own) in questions[0]


def test_where_nobody_is_there_to_be_asked_a_protected_key_file_says_so(tmp_path):
    own = config_file({}, tmp_path)
    own.parent.mkdir(parents=True)
    own.write_bytes(PROTECTED)
    found = Identities({}, tmp_path)

    assert recipients(found) == [[], [], []]
    assert "nobody is there to be asked" in found.where()


def test_a_wrong_passphrase_is_told_without_repeating_it(tmp_path):
    own = config_file({}, tmp_path)
    own.parent.mkdir(parents=True)
    own.write_bytes(PROTECTED)
    found = Identities({}, tmp_path, ask=lambda _: "wrong-guess")

    assert recipients(found) == [[], [], []]
    assert "does not open it" in found.where()
    assert "wrong-guess" not in found.where()


def test_where_says_what_was_found_at_each_place(tmp_path, alice):
    found = Identities({"SOPS_AGE_KEY": alice.private, "SOPS_AGE_KEY_FILE": "/does/not/exist"}, tmp_path)
    list(found.stages())

    assert "SOPS_AGE_KEY: 1 found" in found.where()
    assert "/does/not/exist): absent" in found.where()
    assert alice.private not in found.where()


@pytest.mark.parametrize(
    ("platform", "environ", "place"),
    [
        ("linux", {}, "/home/u/.config/sops/age/keys.txt"),
        ("linux", {"XDG_CONFIG_HOME": "/x"}, "/x/sops/age/keys.txt"),
        ("darwin", {}, "/home/u/Library/Application Support/sops/age/keys.txt"),
        ("win32", {"APPDATA": "/a"}, "/a/sops/age/keys.txt"),
    ],
)
def test_the_users_key_file_is_where_sops_has_it(platform, environ, place):
    assert str(config_file(environ, Path("/home/u"), platform)) == place


def test_ones_own_recipients_are_those_at_hand(tmp_path, alice):
    assert Identities({"SOPS_AGE_KEY": alice.private}, tmp_path).own_recipients() == [alice.public]
