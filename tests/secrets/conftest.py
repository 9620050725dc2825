"""A repository with encrypted files, for every kind of reference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from reconciler.model.ports import Place
from reconciler.sealed import agefile
from reconciler.sealed.writing import Sealing, new_file
from reconciler.values.secret import SecretRef

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Repository:
    """A repository, and the identity that opens its files."""

    root: Path
    private: str
    public: str

    @property
    def place(self) -> Place:
        return Place(self.root / "connections.d", self.root)

    def sops(self, name: str, tree, format_name: str = "yaml") -> None:
        sealing = Sealing([[self.public]])
        (self.root / "connections.d" / name).write_bytes(new_file([tree], format_name, sealing, NOON))

    def age(self, name: str, payload: bytes) -> None:
        (self.root / "connections.d" / name).write_bytes(agefile.encrypt(payload, [self.public]))


@pytest.fixture
def repository(tmp_path):
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "repository" / "connections.d").mkdir(parents=True)
    return Repository(tmp_path / "repository", str(key), str(key.to_public()))


@pytest.fixture
def environ(repository):
    return {"SOPS_AGE_KEY": repository.private}


def ref(scheme: str, locator: str, key: str | None = None) -> SecretRef:
    return SecretRef(scheme, locator, key)
