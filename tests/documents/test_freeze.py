"""A freeze window is written in words that a schema can check, and begins some day on a clock that exists."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from reconciler.documents.policy import Policy
from reconciler.documents.schema import schema
from reconciler.kit.cron import parse
from reconciler.kit.duration import duration

WEEKEND = {"cron": "0 22 * * FRI", "duration": "56h", "timeZone": "Europe/Berlin"}


def policy(**windows) -> dict:
    spec = {"rules": {}, "freeze": windows}
    return {"apiVersion": "reconciler/v1", "kind": "Policy", "metadata": {"name": "a"}, "spec": spec}


def test_a_window_is_read_and_its_clock_is_utc_by_default(known):
    read = Policy.model_validate(policy(weekend=WEEKEND, night={"cron": "0 2 * * *", "duration": "90m"}), context=known)

    assert read.spec.freeze["weekend"].time_zone == "Europe/Berlin"
    assert read.spec.freeze["night"].time_zone == "UTC"
    assert read.model_dump(mode="json", by_alias=True)["spec"]["freeze"]["weekend"] == WEEKEND


GOOD = ["* * * * *", "*/5 0-6 1,15 JAN-MAR MON-FRI", "05 08 01 01 7", "0-59/10 22-6 * * FRI-MON"]


@pytest.mark.parametrize("cron", GOOD)
def test_what_the_shape_lets_pass_can_be_read(known, cron):
    assert Draft202012Validator(schema("policy", known)).is_valid(policy(a={**WEEKEND, "cron": cron}))
    assert Policy.model_validate(policy(a={**WEEKEND, "cron": cron}), context=known)
    assert parse(cron)


BROKEN = [
    {"cron": "@weekly"},
    {"cron": "0 22 * * FRI\n"},
    {"cron": "0 22 * * fri"},
    {"cron": "5/2 * * * *"},
    {"cron": "*/0 * * * *"},
    {"cron": "0  22 * * *"},
    {"cron": "0 24 * * *"},
    {"cron": 5},
    {"duration": "0h"},
    {"duration": "56"},
    {"duration": "1h30m"},
    {"duration": "1000d"},
    {"timeZone": "europe/berlin"},
    {"timeZone": "../UTC"},
    {"timeZone": "/UTC"},
    {"minutes": 1},
]


@pytest.mark.parametrize("wrong", BROKEN, ids=str)
def test_what_has_another_shape_is_refused_by_loader_and_schema_alike(known, wrong):
    written = policy(weekend={**WEEKEND, **wrong})

    assert not Draft202012Validator(schema("policy", known)).is_valid(written)
    with pytest.raises(ValidationError):
        Policy.model_validate(written, context=known)


@pytest.mark.parametrize(
    ("wrong", "code"), [({"timeZone": "Europe/Atlantis"}, "unknown_time_zone"), ({"cron": "0 0 31 2 *"}, "cron_never")]
)
def test_what_only_a_calendar_or_the_machine_can_tell_is_refused_by_the_loader(known, wrong, code):
    with pytest.raises(ValidationError) as refusal:
        Policy.model_validate(policy(weekend={**WEEKEND, **wrong}), context=known)

    assert [error["type"] for error in refusal.value.errors()] == [code]


@pytest.mark.parametrize("missing", ["cron", "duration"])
def test_a_window_says_when_and_how_long(known, missing):
    window = {name: value for name, value in WEEKEND.items() if name != missing}

    with pytest.raises(ValidationError):
        Policy.model_validate(policy(weekend=window), context=known)


@pytest.mark.parametrize("text", ["1m", "99999m", "9999h", "999d"])
def test_every_length_that_can_be_written_can_be_read(text):
    assert duration(text).total_seconds() > 0
