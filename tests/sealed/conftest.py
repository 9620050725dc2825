"""Identities and files that the tests of encrypted files share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pyrage
import pytest

from reconciler.sealed.writing import Sealing, new_file

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """Somebody with an identity."""

    key: object
    private: str
    public: str

    @property
    def stages(self):
        return [[self.key]]


def person() -> Person:
    key = pyrage.x25519.Identity.generate()
    return Person(key, str(key), str(key.to_public()))


@pytest.fixture
def alice() -> Person:
    return person()


@pytest.fixture
def bob() -> Person:
    return person()


@pytest.fixture
def sealed(alice):
    """Makes a SOPS file for Alice."""

    def make(tree, format_name="yaml", **options):
        return new_file([tree], format_name, Sealing(**{"groups": [[alice.public]], **options}), NOON)

    return make
