from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.state import Kind, ManagedObject

OBJECT = ManagedObject(Kind.CONNECTION, "a", {"spec.account": "main", "spec.markets": ["spot"]}, "f" * 32)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": Kind.BINDING},
        {"name": "b"},
        {"fields": {"spec.account": "other"}},
        {"fingerprint": None},
        {"suspended": "blocked"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_is_compared_changes_the_digest(change):
    assert replace(OBJECT, **change).digest != OBJECT.digest


def test_the_order_of_fields_does_not_matter():
    turned = replace(OBJECT, fields=dict(reversed(OBJECT.fields.items())))

    assert turned.digest == OBJECT.digest
    assert turned.id == (Kind.CONNECTION, "a")
