from __future__ import annotations

import pytest
import yaml

from reconciler.cli.pages import kinds
from reconciler.cli.pages.notes import EXAMPLES, NOTES
from reconciler.documents.schema import MODELS
from reconciler.wiring import known, rules

FIELDS = list(kinds.fields(known(), rules()))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.topic)
def test_every_field_says_what_it_is_for(field):
    assert field.summary.endswith(".")


def test_no_note_is_left_over_from_a_field_that_is_gone():
    assert set(NOTES) <= {f"{field.kind}.{field.path}" for field in FIELDS}


@pytest.mark.parametrize(
    "path",
    [
        "spec.displayName",
        "spec.credentials.passphrase",
        "spec.rotation.maxAgeDays",
        "spec.rules.key-age.maxDays",
        "spec.averaging.stepPercent",
        "exchanges.NAME.baseUrl",
        "strategies.NAME.settingsSchema",
        "egress.addresses",
    ],
)
def test_fields_are_found_however_deep_they_stand(path):
    assert path in {field.path for field in FIELDS}


DATED = ("Connection", "Waiver")


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_an_example_is_a_valid_document(kind):
    # Days of the calendar are text in manifests, and this reader makes dates of them.
    document = yaml.load(EXAMPLES[kind], yaml.BaseLoader) if kind in DATED else yaml.safe_load(EXAMPLES[kind])
    if kind == "Connection":
        document["spec"]["rotation"]["maxAgeDays"] = int(document["spec"]["rotation"]["maxAgeDays"])

    MODELS[kind.lower()].model_validate(document, context=known())


def test_every_kind_has_an_example():
    assert set(EXAMPLES) == {model.__name__ for model in MODELS.values()}


@pytest.mark.parametrize(
    ("topic", "takes"),
    [
        ("connection.spec.markets", "a list, each of it one of spot, margin, futures"),
        ("connection.spec.rotation.maxAgeDays", "a whole number from 1 to 3650"),
        ("strategybinding.spec.enabled", "true or false"),
        ("connection.spec.exchange", f"one of {', '.join(sorted(known().exchanges))}"),
        ("connection.apiVersion", "reconciler/v1"),
        ("policy.spec.rules.key-age", "one of deny, warn, info, off or a map"),
    ],
)
def test_a_field_says_what_it_takes(topic, takes):
    page = next(page for page in kinds.pages(known(), rules()) if page.topic == topic)

    assert " ".join(takes.split()) in " ".join(page.text.split())
