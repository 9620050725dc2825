"""References become credentials, and each one that does not open is told at its own place."""

from pathlib import Path

import pytest

from reconciler.engine.resolve import RULE, resolve
from reconciler.errors import SecretLocked, SecretNotFound, SecretRejected
from reconciler.values.secret import Secret


class Shelf:
    """A provider over a plain mapping from key to value."""

    def __init__(self, values):
        self.values, self.places, self.reason, self.error = values, [], "", None

    def open(self, ref, place):
        self.places.append(place)
        if self.error:
            raise self.error
        if ref.key not in self.values:
            told = f"{ref}: {self.reason}" if self.reason else f"{ref} does not open"
            raise SecretLocked(told, hint="bring the identity")
        return Secret(self.values[ref.key])


@pytest.fixture
def shelf():
    return Shelf({"main.api_key": "key-0001", "main.secret": "secret-0001", "main.passphrase": "phrase-0001"})


def opened(connections, shelf, **needs):
    return resolve(connections, {"sops": shelf}, root=Path("/repo"), needs_passphrase=needs)


def test_the_passphrase_is_opened_only_where_the_exchange_wants_one(build, shelf):
    without = opened([build.connection()], shelf, mexc=False).credentials["main"]
    with_one = opened([build.connection()], shelf, mexc=True).credentials["main"]

    assert without.passphrase is None
    assert with_one.passphrase == Secret("phrase-0001")
    assert with_one.api_key == Secret("key-0001")


def test_a_connection_with_one_closed_secret_has_no_credentials_and_the_others_have(build, shelf):
    del shelf.values["main.secret"]
    shelf.values |= {"other.api_key": "key-0002", "other.secret": "secret-0002"}
    other = build.connection("other", credentials={"sops": "secrets/a.sops.yaml", "key": "other"})

    resolved = opened([build.connection(), other], shelf, mexc=False)

    assert list(resolved.credentials) == ["other"]
    assert [(one.rule, one.name, one.remedy) for one in resolved.findings] == [(RULE, "main", "bring the identity")]


def test_one_cause_that_closes_several_references_is_told_once(build, shelf):
    shelf.values.clear()
    shelf.reason = "no identity at hand opens it"

    (told,) = opened([build.connection()], shelf, mexc=False).findings

    first, second = (f"sops:secrets/a.sops.yaml#main.{name}" for name in ("api_key", "secret"))
    assert told.message == f"{first} and {second}: no identity at hand opens it"


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (
            SecretNotFound("no"),
            "put it there with: reconcile secrets set connections.d/secrets/a.sops.yaml main.api_key",
        ),
        (
            SecretNotFound("no", hint='did you mean "b"?'),
            'did you mean "b"? Or put it there with: '
            "reconcile secrets set connections.d/secrets/a.sops.yaml main.api_key",
        ),
        (
            SecretRejected("no"),
            "restore connections.d/secrets/a.sops.yaml as it was, or write a new one with: reconcile secrets set",
        ),
        (SecretRejected("no", hint="this"), "this"),
    ],
)
def test_a_secret_that_is_missing_or_damaged_is_told_with_the_command_that_puts_it_there(build, shelf, error, remedy):
    shelf.error = error

    told = opened([build.connection()], shelf, mexc=False).findings[0]

    assert told.remedy == remedy


def test_a_value_that_stands_where_its_name_belongs_is_in_no_remedy(build, shelf):
    literal = "6563f1a2b3c4d5e6f7a8b9c0"
    shelf.error = SecretNotFound("no")
    connections = [
        build.connection(credentials={"sops": "secrets/a.sops.yaml", "key": literal}),
        build.connection("other", credentials={"sops": literal, "key": "main"}),
    ]

    findings = opened(connections, shelf, mexc=False).findings

    assert len(findings) == 2
    assert literal not in str(findings)


def test_references_are_followed_from_the_folder_of_their_manifest(build, shelf):
    opened([build.connection(environment="simulator")], shelf, mexc=False)

    assert {(one.folder, one.root, one.simulated) for one in shelf.places} == {
        (Path("/repo/connections.d"), Path("/repo"), True)
    }
