"""SARIF, judged by the schema of the standard, and by what GitHub's code scanning asks beyond it."""

from __future__ import annotations

import hashlib
import json
import re
import runpy
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from reconciler.model.finding import Finding
from reconciler.model.format import Style
from reconciler.reporters import sarif
from reconciler.reporters.sarif import render
from reconciler.values.location import Location
from reconciler.values.severity import Severity

HERE = Path(__file__).parent
NOUNS = runpy.run_path(str(HERE / "cases.py"))
CASES, STYLE = NOUNS["CASES"], NOUNS["STYLE"]
SCHEMA = json.loads((HERE / "foreign" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER)


def run_of(report, style=STYLE) -> dict:
    return json.loads(render(report, style))["runs"][0]


def test_what_others_publish_is_kept_as_it_is():
    origin = (HERE / "foreign" / "ORIGIN.md").read_text(encoding="utf-8")

    for file in ("sarif-schema-2.1.0.json", "junit-10.xsd"):
        assert hashlib.sha256((HERE / "foreign" / file).read_bytes()).hexdigest() in origin


@pytest.mark.parametrize("case", CASES)
def test_every_report_meets_the_schema_of_the_standard(case):
    log = json.loads(render(CASES[case], STYLE))

    assert [f"{list(error.absolute_path)}: {error.message}" for error in VALIDATOR.iter_errors(log)] == []


def test_texts_of_any_length_meet_it_too():
    log = json.loads(render(NOUNS["tried_on_everybody"](NOUNS["LONG"]), STYLE))

    assert VALIDATOR.is_valid(log)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda run: run["results"][0].update(level="deny"),
        lambda run: run["results"][0]["locations"][0]["physicalLocation"]["region"].update(startLine=0),
        lambda run: run["results"][0].pop("message"),
        lambda run: run.update(surprise=1),
    ],
    ids=["level", "line", "message", "field"],
)
def test_the_schema_refuses_what_is_spoiled(spoil):
    log = json.loads(render(CASES["drift"], STYLE))

    spoil(log["runs"][0])

    assert not VALIDATOR.is_valid(log)


@pytest.mark.parametrize("case", CASES)
def test_code_scanning_finds_all_it_asks_for_in_every_result(case):
    run = run_of(CASES[case])
    rules = run["tool"]["driver"]["rules"]

    assert len({result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]}) == len(
        run["results"]
    )
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", place["artifactLocation"]["uri"])
        assert place["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        assert place["region"]["startLine"] >= 1


def test_rules_are_described_whether_or_not_they_found_anything():
    rules = {rule["id"]: rule for rule in run_of(CASES["valid"])["tool"]["driver"]["rules"]}

    assert rules["no-withdraw"]["defaultConfiguration"] == {"level": "error"}
    assert rules["no-withdraw"]["shortDescription"]["text"] == "No key may withdraw."
    assert "clear the right" in rules["no-withdraw"]["help"]["text"]
    assert "helpUri" not in rules["no-withdraw"]
    assert rules["ip-allowlist"]["defaultConfiguration"] == {"level": "warning"}


def test_diagnoses_drift_held_changes_and_failed_ones_are_results_beside_the_findings():
    told = {result["ruleId"]: result for result in run_of(CASES["blocked-and-suspended"])["results"]}

    assert set(told) == {"drift", "no-withdraw", "withdrawal-enabled", "ip-allowlist", "change-held"}
    assert [told[word]["level"] for word in ("withdrawal-enabled", "ip-allowlist", "change-held")] == [
        "error",
        "warning",
        "note",
    ]
    place = told["withdrawal-enabled"]["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "connections.d/kucoin.yaml"
    assert place["physicalLocation"]["region"] == {"startLine": 4, "startColumn": 9}
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "Connection/kucoin-futures-conservative"
    assert "change-failed" in {result["ruleId"] for result in run_of(CASES["applied"])["results"]}


def test_the_invocation_tells_how_the_run_ended_and_what_stopped_it():
    stopped = run_of(CASES["stopped"])["invocations"][0]

    assert (stopped["executionSuccessful"], stopped["exitCode"]) == (False, 5)
    assert "12 of 20" in stopped["toolExecutionNotifications"][0]["message"]["text"]
    assert run_of(CASES["drift"])["invocations"][0]["executionSuccessful"] is True
    assert "exitCode" not in run_of(CASES["drift"], Style())["invocations"][0]


def test_each_command_is_a_category_of_its_own():
    assert run_of(CASES["valid"])["automationDetails"]["id"] == "reconcile/validate/"
    assert run_of(CASES["drift"])["automationDetails"]["id"] == "reconcile/drift/"


def test_an_alert_stays_when_its_line_moves():
    moved = replace(NOUNS["NO_WITHDRAW"], location=Location("connections.d/kucoin.yaml", 90, 1))

    here, there = (
        run_of(NOUNS["report"]("test", findings=(one,)))["results"][0] for one in (NOUNS["NO_WITHDRAW"], moved)
    )

    assert here["partialFingerprints"] == there["partialFingerprints"]
    assert here["locations"] != there["locations"]


def test_no_message_is_a_link_or_a_placeholder():
    texts = [result["message"]["text"] for result in run_of(CASES["forged"])["results"]]

    assert not [text for text in texts if re.search(r"\]\(", text)]
    assert not [text for text in texts if re.search(r"(?<!\{)\{\d+\}(?!\})", text)]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("./connections.d/a.yaml", "connections.d/a.yaml"),
        ("a b#c%d:e.yaml", "a%20b%23c%25d%3Ae.yaml"),
        ("שלום.yaml", "%D7%A9%D7%9C%D7%95%D7%9D.yaml"),
        ("lone\udc80.yaml", "lone%5Cudc80.yaml"),
    ],
)
def test_a_file_is_named_by_a_relative_uri(file, uri):
    finding = replace(NOUNS["NO_WITHDRAW"], location=Location(file, 1, 1))

    place = run_of(NOUNS["report"]("validate", findings=(finding,)))["results"][0]["locations"][0]["physicalLocation"]

    assert place["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_a_file_elsewhere_is_named_whole():
    finding = replace(NOUNS["NO_WITHDRAW"], location=Location("/etc/keys/a.yaml"))

    place = run_of(NOUNS["report"]("validate", findings=(finding,)))["results"][0]["locations"][0]["physicalLocation"]

    assert place == {"artifactLocation": {"uri": "file:///etc/keys/a.yaml"}, "region": {"startLine": 1}}


def test_no_run_has_more_results_than_code_scanning_takes(monkeypatch):
    monkeypatch.setattr(sarif, "MOST", 3)
    worst = Finding("yaml", Severity.DENY, "m", Location("z.yaml", 9, 9))
    report = replace(CASES["five-hundred-findings"], findings=(*CASES["five-hundred-findings"].findings, worst))

    run = run_of(report)

    assert len(run["results"]) == 3
    assert run["results"][0]["ruleId"] == "yaml"
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith("498 more results")
