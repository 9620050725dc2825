from __future__ import annotations

from dataclasses import dataclass

import pytest

from reconciler.documents.connection import Connection
from reconciler.documents.known import ExchangeTraits, Known
from reconciler.model.manifest import Placed
from reconciler.model.rule import Fleet, Subject, finding
from reconciler.values.location import Location
from reconciler.values.severity import Severity

KNOWN = Known(
    {"mexc": ExchangeTraits("MEXC", False, frozenset({"spot"}), False)},
    {"sops": True, "age": False, "env": False, "file": False},
    {},
)


@dataclass(frozen=True)
class Spot:
    """A document's place: every field stands on the line of its path's length."""

    file: str

    def where(self, *path: str | int) -> Location:
        return Location(self.file, len(path), 1)


def subject(
    name: str, credentials: dict, file: str = "connections.d/a.yaml", fingerprint: str | None = None
) -> Subject:
    document = {
        "apiVersion": "reconciler/v1",
        "kind": "Connection",
        "metadata": {"name": name},
        "spec": {"exchange": "mexc", "markets": ["spot"], "credentials": credentials},
    }
    return Subject(Placed(Connection.model_validate(document, context=KNOWN), Spot(file)), fingerprint=fingerprint)


def each(ref: dict) -> dict:
    return {"apiKey": ref, "secret": {"age": "secrets/s.age"}}


def test_connections_that_share_a_key_are_found_by_its_fingerprint():
    fleet = Fleet(
        (subject("a", each({"env": "A"}), fingerprint="11"), subject("b", each({"env": "B"}), fingerprint="11"))
    )

    assert [one.name for one in fleet.by_fingerprint["11"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("one", "file", "other", "other_file", "same"),
    [
        ({"age": "secrets/k.age"}, "c/a.yaml", {"age": "../c/secrets/k.age"}, "d/b.yaml", True),
        ({"age": "secrets/k.age"}, "c/a.yaml", {"age": "secrets/k.age"}, "d/b.yaml", False),
        ({"env": "KEY"}, "c/a.yaml", {"env": "KEY"}, "d/b.yaml", True),
        ({"sops": "s.yaml", "key": "a"}, "c/a.yaml", {"sops": "s.yaml", "key": "b"}, "c/a.yaml", False),
        ({"file": "/run/k"}, "c/a.yaml", {"file": "/run/k"}, "d/b.yaml", True),
    ],
)
def test_a_key_is_known_by_the_secret_its_manifest_names(one, file, other, other_file, same):
    first, second = subject("a", each(one), file), subject("b", each(other), other_file)

    assert (first.key_reference == second.key_reference) is same
    assert len(Fleet((first, second)).by_reference) == (1 if same else 2)


def test_an_exchange_without_a_written_name_goes_by_its_id():
    assert Fleet(titles={"mexc": "MEXC"}).title("mexc") == "MEXC"
    assert Fleet().title("mexc") == "mexc"


def test_a_finding_names_its_document_and_stands_at_the_field():
    placed = subject("a", each({"env": "A"})).connection

    found = finding(placed, "some-rule", Severity.WARN, "a fact", "spec", "account", remedy="a way out")

    assert (found.kind, found.name, found.rule) == ("Connection", "a", "some-rule")
    assert found.location == Location("connections.d/a.yaml", 2, 1)
    assert (found.message, found.remedy) == ("a fact", "a way out")
