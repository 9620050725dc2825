from __future__ import annotations

import pytest

from reconciler.documents.binding import StrategyBinding
from reconciler.documents.config import Config
from reconciler.documents.connection import Connection
from reconciler.manifests.fields import fields_at


@pytest.mark.parametrize(
    ("model", "path", "fields"),
    [
        (Connection, (), ["apiVersion", "kind", "metadata", "spec"]),
        (Connection, ("metadata",), ["name", "labels", "movedFrom"]),
        (Connection, ("spec", "rotation"), ["createdAt", "maxAgeDays"]),
        (StrategyBinding, ("spec", "averaging"), ["maxOrders", "stepPercent", "volumeMultiplier"]),
        (Config, ("exchanges", "mexc"), ["baseUrl"]),
        (Connection, ("metadata", "labels"), []),
        (Connection, ("spec", "markets", 0), []),
    ],
)
def test_the_fields_of_a_place_are_those_of_its_model(model, path, fields):
    assert list(fields_at(model, path)) == fields
