"""JUnit XML, judged by the schema Jenkins reads by, and by a library that others read it with."""

from __future__ import annotations

import io
import runpy
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from junitparser import JUnitXml

from reconciler.model.format import Style
from reconciler.reporters.junit import render

HERE = Path(__file__).parent
NOUNS = runpy.run_path(str(HERE / "cases.py"))
CASES, STYLE = NOUNS["CASES"], NOUNS["STYLE"]


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(HERE / "foreign" / "junit-10.xsd"))


def parsed(report, style=STYLE) -> JUnitXml:
    return JUnitXml.fromstring(render(report, style).encode())


def cases_of(report, suite: str) -> dict[tuple[str, str], object]:
    found = [one for one in parsed(report) if one.name == suite]
    return {(case.classname, case.name): case for one in found for case in one}


def verdict(case) -> str:
    return case.result[0]._tag if case.result else ""


@pytest.mark.parametrize("case", CASES)
def test_every_report_meets_the_schema(case, schema):
    text = render(CASES[case], STYLE)

    assert [error.reason for error in schema.iter_errors(io.StringIO(text))] == []


def test_texts_of_any_length_meet_it_too(schema):
    assert schema.is_valid(io.StringIO(render(NOUNS["tried_on_everybody"](NOUNS["LONG"]), STYLE)))


@pytest.mark.parametrize("case", CASES)
def test_the_counts_are_those_that_another_library_counts(case):
    read = parsed(CASES[case])
    written = ElementTree.fromstring(render(CASES[case], STYLE))
    told = {name: int(written.get(name)) for name in ("tests", "failures", "errors")}

    read.update_statistics()

    assert {"tests": read.tests, "failures": read.failures, "errors": read.errors} == told


def test_each_tested_connection_has_its_four_checks():
    told = cases_of(CASES["everything-failing"], "connections")

    names = {name for owner, name in told if owner == "mexc-spot-main"}
    assert names == {"key", "permissions", "balance", "status"}
    assert verdict(told["mexc-spot-main", "key"]) == "failure"
    assert told["mexc-spot-main", "key"].result[0].type == "invalid-key"
    assert "reconcile secrets set" in told["mexc-spot-main", "key"].result[0].text
    assert verdict(told["mexc-spot-main", "balance"]) == "skipped"


def test_what_could_not_be_found_out_is_an_error_and_never_a_pass():
    told = cases_of(CASES["everything-failing"], "connections")

    for owner in ("kucoin-futures-conservative", "bingx-probe"):
        verdicts = {verdict(case) for (name, _), case in told.items() if name == owner}
        assert "error" in verdicts
        assert "failure" not in verdicts


def test_a_connection_that_no_check_explains_does_not_pass_for_fine():
    from dataclasses import replace

    skipped = dict.fromkeys(NOUNS["UNVERIFIED"].result.checks, NOUNS["SKIPPED"])
    closed = replace(NOUNS["UNVERIFIED"], result=replace(NOUNS["UNVERIFIED"].result, checks=skipped))

    told = cases_of(NOUNS["report"]("test", connections=(closed,)), "connections")

    assert verdict(told["bingx-probe", "connection"]) == "error"


def test_offline_no_check_is_called_made_or_skipped():
    assert cases_of(NOUNS["report"]("validate", connections=NOUNS["FOUR"]), "connections") == {}


def test_every_known_rule_is_a_case_and_only_errors_fail_it():
    told = cases_of(CASES["blocked-and-suspended"], "rules")

    assert set(told) == {("rules", "ip-allowlist"), ("rules", "no-withdraw")}
    assert verdict(told["rules", "no-withdraw"]) == "failure"
    assert "connections.d/kucoin.yaml:4:9" in told["rules", "no-withdraw"].result[0].text
    assert verdict(told["rules", "ip-allowlist"]) == ""
    assert "connections.d/mexc.yaml:12:3" in told["rules", "ip-allowlist"].system_out


def test_drift_fails_where_it_is_an_incident():
    told = cases_of(CASES["drift"], "drift")

    assert verdict(told["Connection", "kucoin-futures-conservative"]) == "failure"
    assert verdict(told["StrategyBinding", "btc-eth-new-groups"]) == ""


def test_changes_pass_when_they_are_done_and_are_skipped_when_held():
    told = cases_of(CASES["applied"], "changes")

    assert verdict(told["Connection", "create mexc-spot-main"]) == ""
    assert verdict(told["StrategyBinding", "update btc-eth-new-groups"]) == "failure"
    assert verdict(told["Connection", "replace kucoin-futures-conservative"]) == "skipped"
    assert "Withdrawal enabled" in told["Connection", "replace kucoin-futures-conservative"].result[0].message
    assert told["Connection", "delete bybit-old"].result[0].message == "not tried"


def test_a_plan_shows_only_what_is_held():
    assert [name for _, name in cases_of(CASES["blocked-and-suspended"], "changes")] == [
        "replace kucoin-futures-conservative"
    ]


def test_what_stopped_the_run_is_an_error():
    told = cases_of(CASES["stopped"], "run")

    assert verdict(told["reconcile", "run"]) == "error"
    assert "12 of 20" in told["reconcile", "run"].result[0].message


def test_hostile_texts_arrive_as_they_are_shown():
    told = cases_of(CASES["forged"], "connections")

    assert any("<script>alert(1)</script>" in owner for owner, _ in told)
    assert any("]]> &amp; {0}" in owner and "<U+FFFE>" in owner for owner, _ in told)


def test_without_descriptions_the_rules_that_found_something_are_told():
    read = parsed(CASES["one-finding"], Style())

    assert [case.name for suite in read for case in suite] == ["ip-allowlist"]
