from __future__ import annotations

from pathlib import Path

import pyrage
import pytest

from reconciler.doctor.identities import rows
from reconciler.doctor.row import State


@pytest.fixture
def identity() -> str:
    return str(pyrage.x25519.Identity.generate())


def key_file(home: Path, text: str, mode: int = 0o600) -> Path:
    path = home / ".config" / "sops" / "age" / "keys.txt"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def looked(home: Path, **environ: str) -> list[tuple[State, str]]:
    return [(row.state, row.fact) for row in rows(environ, home, home / "repository")]


def test_without_any_identity_a_way_to_make_one_is_told(tmp_path):
    (row,) = rows({}, tmp_path, tmp_path / "repository")

    assert row.state is State.WARN
    assert "reconcile secrets keygen" in row.fix


def test_a_private_key_file_is_fine_and_is_not_shown(tmp_path, identity):
    key_file(tmp_path, f"# mine\n{identity}\n")

    ((state, fact),) = looked(tmp_path)

    assert state is State.OK
    assert "1 identity" in fact
    assert identity not in fact


def test_a_key_file_that_others_can_read_fails(tmp_path, identity):
    key_file(tmp_path, identity, 0o644)

    ((state, fact),) = looked(tmp_path)

    assert (state, "read by others" in fact) == (State.FAIL, True)


def test_an_identity_inside_the_repository_fails(tmp_path, identity):
    path = tmp_path / "repository" / "keys.txt"
    path.parent.mkdir()
    path.write_text(identity)
    path.chmod(0o600)

    found = looked(tmp_path, SOPS_AGE_KEY_FILE=str(path))

    assert (State.FAIL, f"SOPS_AGE_KEY_FILE ({path}) lies inside the config repository") in found


def test_an_identity_in_the_environment_is_named_by_its_variable_alone(tmp_path, identity):
    assert looked(tmp_path, SOPS_AGE_KEY=identity) == [(State.OK, "SOPS_AGE_KEY holds 1 identity")]


def test_a_named_file_that_is_not_there_is_warned_of(tmp_path):
    found = looked(tmp_path, SOPS_AGE_KEY_FILE=str(tmp_path / "gone"))

    assert found[0] == (State.WARN, f"SOPS_AGE_KEY_FILE ({tmp_path / 'gone'}): absent")


def test_a_line_that_is_no_identity_is_warned_of_and_not_repeated(tmp_path, identity):
    key_file(tmp_path, f"{identity}\nAGE-SECRET-KEY-1CANARY\n")

    ((state, fact),) = looked(tmp_path)

    assert state is State.WARN
    assert "CANARY" not in fact


def test_a_command_is_named_and_not_run(tmp_path):
    witness = tmp_path / "ran"

    ((state, fact),) = looked(tmp_path, SOPS_AGE_KEY_CMD=f"touch {witness}")

    assert (state, "SOPS_AGE_KEY_CMD is set" in fact) == (State.OK, True)
    assert not witness.exists()


def test_a_key_file_under_a_passphrase_is_fine(tmp_path):
    key_file(tmp_path, "age-encryption.org/v1\n-> scrypt AAAA 18\n")

    ((state, fact),) = looked(tmp_path)

    assert (state, "under a passphrase" in fact) == (State.OK, True)


def test_an_ssh_key_that_is_of_no_use_here_is_no_fault(tmp_path):
    path = tmp_path / ".ssh" / "id_rsa"
    path.parent.mkdir()
    path.write_text("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n")
    path.chmod(0o600)

    assert looked(tmp_path)[0][0] is State.OK
