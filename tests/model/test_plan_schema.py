"""The schema of plans describes what is written, and nothing beside it."""

from __future__ import annotations

import json
import runpy
from copy import deepcopy
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.model.plan_file import document
from reconciler.model.plan_schema import plan_schema

ROOT = Path(__file__).parents[2]
PLAN = runpy.run_path(str(Path(__file__).parent / "test_plan_file.py"))["PLAN"]
VALIDATOR = Draft202012Validator(plan_schema())


def test_the_schema_is_a_schema_and_the_checked_in_one_is_it():
    Draft202012Validator.check_schema(plan_schema())

    assert json.loads((ROOT / "schemas" / "plan.schema.json").read_text(encoding="utf-8")) == plan_schema()


def test_a_plan_meets_the_schema():
    assert [error.message for error in VALIDATOR.iter_errors(document(PLAN))] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told.update(apiKey="x"),
        lambda told: told["keys"][0].update(maskedKey="mx0v-a-whole-key"),
        lambda told: told["keys"][0]["rights"].pop("withdraw"),
        lambda told: told["changes"][0].update(action="withdraw"),
        lambda told: told["permissions"].update(deletes=-1),
        lambda told: told.update(digest="short"),
        lambda told: told.pop("expiresAt"),
    ],
)
def test_what_no_plan_holds_does_not_meet_it(spoil):
    told = deepcopy(document(PLAN))

    spoil(told)

    assert list(VALIDATOR.iter_errors(told)) != []
