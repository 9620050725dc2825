from __future__ import annotations

import json
import runpy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.model.format import Style
from reconciler.model.probe import Status
from reconciler.model.report import ConnectionReport, Report
from reconciler.model.report_schema import report_schema
from reconciler.model.watched import Condition, ConditionKind, Quarantine, Truth, Watched
from reconciler.reporters.json import document, render
from reconciler.values.rights import Right

NOUNS = runpy.run_path(str(Path(__file__).with_name("cases.py")))
CASES = NOUNS["CASES"]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def told(case: str) -> dict:
    return json.loads(render(CASES[case], Style()))


def test_the_shape_is_the_one_that_is_promised():
    report = told("blocked-and-suspended")

    assert report["schema"] == "reconciler/report/v1"
    assert report["summary"]["status"] == {"Online": 2, "Blocked": 1, "Suspended": 1}
    assert {key: report["summary"][key] for key in ("create", "update", "delete", "unchanged", "drift")} == {
        "create": 2,
        "update": 1,
        "delete": 1,
        "unchanged": 2,
        "drift": 1,
    }
    assert report["changes"][2]["fields"][0] == {"path": "spec.riskLevel", "from": "balanced", "to": "conservative"}
    assert report["drift"][0]["severity"] == "incident"
    assert report["findings"][0]["rule"] == "no-withdraw"
    assert (report["findings"][0]["line"], report["findings"][0]["column"]) == (4, 9)


def test_a_finding_is_known_by_its_fingerprint_wherever_its_line_moves():
    moved = replace(NOUNS["NO_WITHDRAW"], location=replace(NOUNS["NO_WITHDRAW"].location, line=90))

    here, there = (document(NOUNS["report"]("test", findings=(one,))) for one in (NOUNS["NO_WITHDRAW"], moved))

    assert here["findings"][0]["fingerprint"] == there["findings"][0]["fingerprint"]
    assert here["findings"][0]["line"] != there["findings"][0]["line"]


def test_every_right_is_listed_with_its_evidence():
    rights = told("drift")["connections"][1]["rights"]

    assert list(rights) == [right.value for right in Right]
    assert rights["withdraw"]["verdict"] == "granted"
    assert rights["withdraw"]["evidence"] == {
        "request": "GET /api/v3/apiKeyInfo",
        "httpStatus": 200,
        "at": "2026-11-22T12:00:00Z",
        "sha256": "9f" * 32,
    }


def test_a_key_that_was_not_tested_has_every_right_unknown():
    untested = replace(NOUNS["SPOT"], result=None, masked_key=None)

    one = document(NOUNS["report"]("run", connections=(untested,)))["connections"][0]

    assert {right["verdict"] for right in one["rights"].values()} == {"unknown"}
    assert set(one["checks"].values()) == {"skipped"}
    assert (one["maskedKey"], one["provenAt"], one["requests"]) == (None, None, 0)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("mx0v…3f2a", "mx0v…3f2a"),
        ("…", "…"),
        (None, None),
        ("mx0v-whole-key", "…"),
        ("mx0v-too-much…3f2a", "…"),
        ("", "…"),
    ],
)
def test_no_more_of_a_key_gets_out_than_its_ends(given, kept):
    one = replace(NOUNS["SPOT"], masked_key=given)

    assert document(NOUNS["report"]("run", connections=(one,)))["connections"][0]["maskedKey"] == kept


def test_a_run_that_applied_nothing_is_told_from_one_that_was_not_to_apply():
    assert told("dry-run")["outcomes"] is None
    assert told("nothing-to-do")["outcomes"] == []
    assert [one["done"] for one in told("applied")["outcomes"]] == [True, True, False, True, True]


def test_hostile_texts_arrive_unchanged_and_cannot_be_executed():
    raw = render(CASES["hostile"], Style())

    assert json.loads(raw)["findings"][0]["message"] == NOUNS["HOSTILE"]
    assert "\\u202e" in raw
    assert "\\u009b" in raw


def test_a_lone_surrogate_can_be_written():
    finding = replace(NOUNS["NO_WITHDRAW"], message="bad \ud800 text")

    render(NOUNS["report"]("run", findings=(finding,)), Style()).encode("utf-8")


def test_what_a_watcher_keeps_has_the_shape_that_is_published():
    condition = Condition(ConditionKind.KEY_VALID, Truth.FALSE, "InvalidKey", NOON, "deleted", NOON)
    kept = Watched("main", conditions=(condition,), next_at=NOON, quarantine=Quarantine("a", "b", NOON))
    line = ConnectionReport("main", "Main", "mexc", "live", ("spot",), Status.FAILED, watched=kept)

    told = document(Report("status", NOON, NOON, connections=(line,)))

    assert [error.message for error in Draft202012Validator(report_schema()).iter_errors(told)] == []
    assert told["connections"][0]["watch"]["conditions"][0]["status"] == "False"
