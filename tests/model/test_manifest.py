from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from reconciler.model.finding import Finding
from reconciler.model.manifest import Manifests, Placed, by_name
from reconciler.values.location import Location
from reconciler.values.severity import Severity


def placed(name: str) -> Placed:
    return Placed(SimpleNamespace(metadata=SimpleNamespace(name=name)), SimpleNamespace(file="a.yaml"))


def test_documents_are_found_by_name_and_counted_over_all_kinds():
    manifests = Manifests(
        Path(), connections=(placed("a"), placed("b")), bindings=(placed("a"),), policies=(placed("p"),)
    )

    assert manifests.count == 4
    assert by_name(manifests.connections)["b"] is manifests.connections[1]


def test_any_finding_makes_manifests_invalid():
    finding = Finding("unknown-field", Severity.DENY, "no", Location("a.yaml"))

    assert Manifests(Path()).is_valid
    assert not Manifests(Path(), findings=(finding,)).is_valid
