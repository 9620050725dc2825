"""References to environment variables."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretNotFound, SecretRejected
from reconciler.secrets import env

from .conftest import ref

ENVIRON = {
    "RECONCILE_SECRET_A": "value-a",
    "RECONCILE_SECRET_EMPTY": "",
    "VAULT_KEY": "value-v",
    "SOPS_AGE_KEY": "value-i",
    "HOME": "/home/u",
}


def opened(name, place, **more):
    return env.provider({**ENVIRON, **more}, None).open(ref("env", name), place)


def test_a_variable_that_was_set_aside_is_read(repository):
    assert opened("RECONCILE_SECRET_A", repository.place).reveal() == "value-a"


def test_the_operator_can_allow_others(repository):
    assert opened("VAULT_KEY", repository.place, RECONCILE_ALLOW_ENV="FOO, VAULT_*").reveal() == "value-v"


@pytest.mark.parametrize(
    ("name", "allow"),
    [
        ("HOME", ""),
        ("VAULT_KEY", "FOO,vault_*"),
        ("SOPS_AGE_KEY", "*"),
        ("RECONCILE_SECRET_A\n", ""),
        ("RECONCILE_SECRET_=x", ""),
        ("mx0vglALITERALKEY", ""),
    ],
)
def test_any_other_variable_is_refused_whether_it_is_set_or_not(repository, name, allow):
    with pytest.raises(SecretRejected, match="only variables named") as caught:
        opened(name, repository.place, RECONCILE_ALLOW_ENV=allow)

    assert "ALITERALKEY" not in caught.value.message + caught.value.hint


def test_a_missing_variable_names_the_one_that_was_meant_among_the_allowed(repository):
    with pytest.raises(SecretNotFound) as caught:
        opened("RECONCILE_SECRET_B", repository.place)

    assert caught.value.hint == 'did you mean "RECONCILE_SECRET_A"?'


def test_an_empty_variable_is_refused(repository):
    with pytest.raises(SecretRejected, match="empty"):
        opened("RECONCILE_SECRET_EMPTY", repository.place)


def test_bytes_that_are_no_text_are_refused(repository):
    with pytest.raises(SecretRejected, match="UTF-8"):
        opened("RECONCILE_SECRET_A", repository.place, RECONCILE_SECRET_A="abc\udcff")
