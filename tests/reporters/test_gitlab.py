"""The code quality report, judged by what GitLab documents of it."""

from __future__ import annotations

import json
import runpy
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.model.format import Style
from reconciler.reporters.gitlab import render
from reconciler.values.location import Location

NOUNS = runpy.run_path(str(Path(__file__).with_name("cases.py")))
CASES = NOUNS["CASES"]
# The fields that GitLab reads and requires, with its five severities:
# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format, last verified 2026-11-22. Its own check
# asks for less.
VALIDATOR = Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "pattern": "^(?!\\./|/)."},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
            },
        },
    }
)


def entries(report) -> list[dict]:
    return json.loads(render(report, Style()))


@pytest.mark.parametrize("case", CASES)
def test_every_report_has_what_gitlab_reads(case):
    assert [error.message for error in VALIDATOR.iter_errors(entries(CASES[case]))] == []


@pytest.mark.parametrize("case", CASES)
def test_no_two_entries_share_a_fingerprint(case):
    told = [entry["fingerprint"] for entry in entries(CASES[case])]

    assert len(set(told)) == len(told)


def test_texts_of_any_length_are_taken():
    assert VALIDATOR.is_valid(entries(NOUNS["tried_on_everybody"](NOUNS["LONG"])))


def test_nothing_wrong_is_an_empty_list():
    assert entries(CASES["valid"]) == []


def test_what_may_lose_value_stands_first_and_blocks():
    told = entries(CASES["blocked-and-suspended"])

    assert [(entry["check_name"], entry["severity"]) for entry in told] == [
        ("drift", "blocker"),
        ("withdrawal-enabled", "blocker"),
        ("ip-allowlist", "minor"),
        ("change-held", "info"),
    ]


def test_what_stopped_the_run_is_told():
    (entry,) = entries(CASES["stopped"])

    assert entry["check_name"] == "run-failed"
    assert "12 of 20" in entry["description"]


def test_a_path_is_relative():
    finding = replace(NOUNS["NO_WITHDRAW"], location=Location("./connections.d/../a.yaml"))

    (entry,) = entries(NOUNS["report"]("validate", findings=(finding,)))

    assert entry["location"] == {"path": "a.yaml", "lines": {"begin": 1}}
