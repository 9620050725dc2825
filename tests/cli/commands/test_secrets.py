"""`reconcile secrets`: from nothing to a first encrypted secret."""

from __future__ import annotations

import errno
import os
import pty
import subprocess
import sys

import pytest
from click.testing import CliRunner

from reconciler.cli.commands.secrets import command
from reconciler.errors import GuardRefused, SecretRejected, UsageError
from reconciler.model.ports import Place
from reconciler.secrets import age, sops
from reconciler.values.secret import SecretRef

VALUE = "canary-value-1234567890"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path / "home"


def run(*arguments, value=VALUE):
    return CliRunner().invoke(command, [str(a) for a in arguments], input=value, catch_exceptions=True)


def test_from_nothing_to_a_secret_that_a_manifest_can_use(home, tmp_path):
    made = run("keygen")
    root = tmp_path / "repository"
    first = run("set", root / "secrets/a.sops.yaml", "main.api_key", value=VALUE + "\n")
    second = run("set", root / "secrets/b.age", value=VALUE)

    assert [one.exit_code for one in (made, first, second)] == [0, 0, 0]
    assert made.stdout.startswith("Public key: age1")
    place = Place(root, root)
    opened = [
        sops.provider(os.environ, home).open(SecretRef("sops", "secrets/a.sops.yaml", "main.api_key"), place),
        age.provider(os.environ, home).open(SecretRef("age", "secrets/b.age"), place),
    ]
    assert [secret.reveal() for secret in opened] == [VALUE, VALUE]
    assert VALUE not in made.output + first.output + second.output


def test_in_ones_home_folder_ones_own_identity_opens_what_is_there(home):
    run("keygen")

    assert [run("set", home / "a.yaml", "k").exit_code for _ in range(2)] == [0, 0]


def test_a_second_keygen_is_refused_and_append_adds_one(home):
    run("keygen")

    assert isinstance(run("keygen").exception, GuardRefused)
    assert run("keygen", "--append").exit_code == 0
    assert (home / ".config/sops/age/keys.txt").read_text().count("AGE-SECRET-KEY-") == 2


def test_the_identity_can_be_written_elsewhere_but_not_into_a_repository(home, tmp_path):
    (tmp_path / "repository" / ".git").mkdir(parents=True)

    assert run("keygen", "--output", tmp_path / "key").exit_code == 0
    assert isinstance(run("keygen", "--output", tmp_path / "repository" / "key").exception, GuardRefused)


def test_the_private_identity_is_never_printed(home):
    assert "AGE-SECRET-KEY-" not in run("keygen").output


@pytest.mark.parametrize(("value", "kind"), [("", SecretRejected), ("a\nb\n", SecretRejected), ("\0x", SecretRejected)])
def test_a_value_that_can_be_no_credential_is_refused_and_nothing_is_made(home, tmp_path, value, kind):
    run("keygen")

    assert isinstance(run("set", tmp_path / "a.yaml", "k", value=value).exception, kind)
    assert not (tmp_path / "a.yaml").exists()


def test_a_value_is_no_argument(home, tmp_path):
    result = run("set", tmp_path / "a.yaml", "k", VALUE)

    assert result.exit_code == 2
    assert not (tmp_path / "a.yaml").exists()


def test_without_an_identity_it_says_how_to_get_one(home, tmp_path):
    error = run("set", tmp_path / "a.yaml", "k").exception

    assert isinstance(error, UsageError)
    assert "keygen" in error.hint


def test_on_a_terminal_the_value_is_asked_for_twice_and_not_shown(home, tmp_path):
    run("keygen")
    leader, follower = pty.openpty()
    code = "from reconciler.cli.commands.secrets import command; command()"
    child = subprocess.Popen(
        [sys.executable, "-c", code, "set", str(tmp_path / "repository" / "a.age")],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    seen = b""
    # The blank after the colon comes once the terminal is silent; what is typed before that is thrown away.
    for prompt in (b"Value: ", b"Once more: "):
        while prompt not in seen:
            seen += os.read(leader, 1000)
        os.write(leader, VALUE.encode() + b"\n")
    ended = None
    try:
        while chunk := os.read(leader, 1000):
            seen += chunk
    except OSError as closed:
        # Linux tells the end of a terminal by an error.
        ended = closed.errno
    os.close(leader)

    assert (child.wait(timeout=30), ended) == (0, errno.EIO)
    assert b"Value" in seen
    assert VALUE.encode() not in seen
    place = Place(tmp_path / "repository", tmp_path / "repository")
    secret = age.provider(os.environ, home).open(SecretRef("age", "a.age"), place)
    assert secret.reveal() == VALUE
