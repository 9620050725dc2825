from __future__ import annotations

import json
import runpy
from copy import deepcopy
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.model.format import Style
from reconciler.model.report_schema import report_schema
from reconciler.reporters.json import render

ROOT = Path(__file__).parents[2]
CASES = runpy.run_path(str(ROOT / "tests" / "reporters" / "cases.py"))["CASES"]
VALIDATOR = Draft202012Validator(report_schema())


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(report_schema())


def test_the_checked_in_schema_is_the_generated_one():
    stored = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))

    assert stored == report_schema(), "run: make schemas"


@pytest.mark.parametrize("case", CASES)
def test_every_report_meets_the_schema(case):
    told = json.loads(render(CASES[case], Style()))

    assert [error.message for error in VALIDATOR.iter_errors(told)] == []


def test_no_object_may_hold_a_field_that_is_not_described():
    def objects(node):
        if isinstance(node, dict):
            if node.get("type") == "object":
                yield node
            for value in node.values():
                yield from objects(value)
        elif isinstance(node, list):
            for value in node:
                yield from objects(value)

    assert all(node.get("additionalProperties") is False for node in objects(report_schema()))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told["connections"][0].update(maskedKey="mx0v-a-whole-key"),
        lambda told: told["connections"][0].update(status="Fine"),
        lambda told: told["connections"][0]["rights"].pop("withdraw"),
        lambda told: told.update(apiKey="x"),
        lambda told: told.update(startedAt="yesterday"),
        lambda told: told["summary"].update(create=-1),
    ],
    ids=["whole key", "unknown status", "missing right", "extra field", "no moment", "negative count"],
)
def test_a_spoiled_report_is_refused(spoil):
    told = json.loads(render(CASES["drift"], Style()))
    spoiled = deepcopy(told)

    spoil(spoiled)

    assert VALIDATOR.is_valid(told)
    assert not VALIDATOR.is_valid(spoiled)
