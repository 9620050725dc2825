"""What every output format promises: one suite over all files in `reporters/`."""

from __future__ import annotations

import json
import os
import runpy
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from reconciler.kit import discover
from reconciler.model.format import Style
from reconciler.model.outcome import Outcome
from reconciler.model.report import Failure, Report
from reconciler.values.rights import Evidence, Proof, Rights, Verdict
from reconciler.values.secret import Secret

REPORTERS = Path(__file__).parents[1] / "reporters"
NOUNS = runpy.run_path(str(REPORTERS / "cases.py"))
CASES: dict[str, Report] = NOUNS["CASES"]
FORMATS = {word: discover.load("reconciler.reporters", word) for word in discover.names("reconciler.reporters")}
STYLES = [Style(60), Style(100), Style(200, colour=True)]

every_format = pytest.mark.parametrize("word", FORMATS)
every_case = pytest.mark.parametrize("case", CASES)
every_style = pytest.mark.parametrize("style", STYLES, ids=lambda style: f"{style.width}{'c' if style.colour else ''}")


@every_case
@every_format
def test_a_report_is_told_exactly_as_its_golden_file_has_it(word, case):
    golden = REPORTERS / "golden" / f"{case}{FORMATS[word].FORMAT.suffix}"

    told = FORMATS[word].render(CASES[case], NOUNS["STYLE"])

    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(told, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == told, "if this is meant: UPDATE_GOLDEN=1 pytest tests/contracts"


def test_every_golden_file_belongs_to_a_case_and_a_format():
    expected = {f"{case}{module.FORMAT.suffix}" for case in CASES for module in FORMATS.values()}

    assert {path.name for path in (REPORTERS / "golden").iterdir()} == expected


@every_format
def test_a_format_says_what_it_is(word):
    form = FORMATS[word].FORMAT

    assert form.id == word
    assert form.summary
    assert not form.summary.endswith(".")
    assert form.suffix.startswith(".")
    assert "/" in form.media_type


@every_style
@every_case
@every_format
def test_a_report_is_text_that_can_be_written_parsed_and_told_again(word, case, style):
    told = FORMATS[word].render(CASES[case], style)

    assert told == FORMATS[word].render(CASES[case], style)
    assert told.endswith("\n")
    assert not told.endswith("\n\n")
    assert told.encode("utf-8").decode("utf-8") == told
    if FORMATS[word].FORMAT.media_type.endswith("json"):
        json.loads(told)
    if FORMATS[word].FORMAT.media_type == "application/xml":
        ElementTree.fromstring(told)


@every_case
@every_format
def test_no_report_can_command_a_terminal(word, case):
    told = FORMATS[word].render(CASES[case], Style(100))

    assert [character for character in told if character < " " and character != "\n"] == []
    assert not set(told) & set("\x7f\x9b\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200b\ufeff")


@every_style
@every_case
@every_format
def test_no_report_can_command_a_ci_runner(word, case, style):
    told = FORMATS[word].render(CASES[case], style)

    commands = [command for line in told.splitlines() if (command := obeyed(line))]
    # Only the format that is made of commands has any, and only these three.
    assert {command for command, _ in commands} <= ({"error", "warning", "notice"} if word == "github" else set())
    assert not any("forged" in line for line in told.splitlines() if line.lstrip().startswith("::add-mask"))
    assert "##vso[" not in told


def test_the_runner_of_these_tests_obeys_what_the_real_one_does():
    assert obeyed("  ::error file=a.yaml,line=3::told") == ("error", "told")
    assert obeyed("text ##[add-matcher]a.json") == ("add-matcher", "a.json")
    assert obeyed("::ffff:203.0.113.10 and ::1") is None
    assert obeyed("a ::error::told") is None


# What the runner obeys, by its own code: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
# and the extensions that are registered there; last verified 2026-11-22.
_OBEYED = {
    *("add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "internal-set-repo-path"),
    *("notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning"),
}


def obeyed(line: str) -> tuple[str, str] | None:
    """Return the command of a line and its data, as the runner reads it; None where it is only text."""
    text = line.lstrip()
    info, end, data = text[2:].partition("::")
    if text.startswith("::") and end and info.split(" ")[0].lower() in _OBEYED:
        return info.split(" ")[0].lower(), data
    info, end, data = line.partition("##[")[2].partition("]")
    return (info.split(" ")[0].lower(), data) if end and info.split(" ")[0].lower() in _OBEYED else None


@every_style
@every_format
def test_no_report_holds_a_secret_whoever_put_it_there(word, style):
    leaky = _leaky(NOUNS["CANARY"])

    told = FORMATS[word].render(leaky, style)

    assert NOUNS["CANARY"] not in told
    assert "canary" not in told


def _leaky(secret: str) -> Report:
    Secret(secret)
    text = f"GET /x?key={secret} failed"
    case = CASES["blocked-and-suspended"]
    one = case.connections[1]
    proof = Proof(Verdict.UNKNOWN, text, Evidence(text, 400, NOUNS["NOON"], "0" * 64))
    result = replace(one.result, rights=Rights(dict.fromkeys(one.result.rights.proofs, proof)), notes=(text,))
    changes = tuple(replace(change, reason=text, held=text if change.held else None) for change in case.changes)
    return replace(
        case,
        connections=(replace(one, message=text, remedy=text, masked_key=secret, result=result),),
        changes=changes,
        outcomes=tuple(Outcome(change, text) for change in changes if change.held is None),
        findings=tuple(replace(finding, message=text, remedy=text) for finding in case.findings),
        failures=(Failure(text, text, 1),),
    )
