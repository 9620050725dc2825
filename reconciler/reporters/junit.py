"""JUnit XML: connections, rules, drift and changes as test cases, for every CI system that can show test results."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import chain

from reconciler.kit.terminal import harmless
from reconciler.model.format import Format, Style
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Change
from reconciler.model.probe import Check, CheckState, Diagnosis
from reconciler.model.report import ConnectionReport, Failure, Report
from reconciler.prose.notices import DIAGNOSED, DRIFTED, HELD, NOT_DONE, Notice, is_wrong, notices
from reconciler.prose.words import said
from reconciler.values.severity import Severity

FORMAT = Format(
    "junit",
    "JUnit XML: a test case for each check of a connection and for each rule",
    ".xml",
    "application/xml",
    page="""\
Write it to a file and declare that as a test report, in GitLab for example:

  script:
    - reconcile test -o text -o junit=reconcile.xml
  artifacts:
    when: always
    reports: {junit: reconcile.xml}

Suites: connections (the four checks of each that was tested), rules (one case each), drift, changes, run. A case fails
where something is proven wrong; it is in error where something could not be found out, and that is never a pass.
Warnings and notes do not fail a case: they stand in its output.
""",
    tells_rules=True,
)

# These never test a key: checks that nobody made are no cases.
_OFFLINE = frozenset({"validate", "diff"})
_UNKNOWN = frozenset({Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.UNVERIFIED})
_BAD = frozenset({"failure", "error"})
_VERDICTS = {
    CheckState.PASS: "",
    CheckState.FAIL: "failure",
    CheckState.UNKNOWN: "error",
    CheckState.SKIPPED: "skipped",
}
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


@dataclass(frozen=True, slots=True)
class _Case:
    """One test case; `verdict` is failure, error or skipped, empty for a pass."""

    group: str
    name: str
    verdict: str = ""
    type: str = ""
    message: str = ""
    details: str = ""
    output: str = ""


def render(report: Report, style: Style) -> str:
    """Write one suite for each part of the report that has cases."""
    told = notices(report)
    suites = {
        "connections": _connections(report),
        "rules": _rules(told, style),
        "drift": _of_rule(told, DRIFTED),
        "changes": _changes(report),
        "run": [_failed(report.command, one) for one in report.failures],
    }
    filled = {name: cases for name, cases in suites.items() if cases}
    everything = list(chain.from_iterable(filled.values()))
    seconds = max((report.finished_at - report.started_at).total_seconds(), 0)
    moment = report.started_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    facts = {"name": f"reconcile {report.command}", **_counts(everything), "time": f"{seconds:.3f}"}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites{_attributes(facts)}>",
        *(line for name, cases in filled.items() for line in _suite(name, cases, moment)),
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _failed(command: str, one: Failure) -> _Case:
    return _Case("reconcile", harmless(command), "error", "run-failed", said(one.message), said(one.hint))


def _connections(report: Report) -> list[_Case]:
    if report.command in _OFFLINE or not report.is_valid:
        return []
    return [case for one in report.connections for case in _connection(one)]


def _connection(one: ConnectionReport) -> list[_Case]:
    checks = one.result.checks if one.result else {}
    cases = [_check(one, check, checks.get(check, CheckState.SKIPPED)) for check in Check]
    if is_wrong(one) and not any(case.verdict in _BAD for case in cases):
        # No check shows it, such as a secret that did not open: it must not pass for fine.
        cases.append(_trouble(one, "connection", "error" if one.diagnosis in _UNKNOWN else "failure"))
    return cases


def _check(one: ConnectionReport, check: Check, state: CheckState) -> _Case:
    verdict = _VERDICTS[state]
    if verdict == "failure" and one.diagnosis in _UNKNOWN:
        verdict = "error"
    if verdict in _BAD:
        return _trouble(one, check, verdict)
    return _Case(harmless(one.name), check, verdict, message="an earlier answer settled it" if verdict else "")


def _trouble(one: ConnectionReport, name: str, verdict: str) -> _Case:
    cause = one.diagnosis.value if one.diagnosis else one.status.value
    kind = DIAGNOSED[one.diagnosis] if one.diagnosis else cause.lower()
    message = f"{cause}: {said(one.message)}" if one.message else cause
    return _Case(harmless(one.name), name, verdict, kind, message, said(one.remedy))


def _rules(told: Sequence[Notice], style: Style) -> list[_Case]:
    beside = {*DIAGNOSED.values(), DRIFTED, HELD, NOT_DONE}
    found: dict[str, list[Notice]] = {word: [] for word in style.about.rules if word not in beside}
    for one in told:
        if one.rule not in beside:
            found.setdefault(one.rule, []).append(one)
    return [_case("rules", word, found[word]) for word in sorted(found)]


def _case(group: str, name: str, told: Sequence[Notice]) -> _Case:
    bad = [one for one in told if one.severity is Severity.DENY]
    rest = "\n".join(_line(one) for one in told if one.severity is not Severity.DENY)
    if not bad:
        return _Case(group, name, output=rest)
    more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
    details = "\n".join(map(_line, bad))
    return _Case(group, name, "failure", bad[0].rule, bad[0].message + more, details, rest)


def _line(one: Notice) -> str:
    place = f"{said(str(one.location))}: " if one.location else ""
    return f"{place}{one.message}" + (f" (hint: {one.remedy})" if one.remedy else "")


def _of_rule(told: Sequence[Notice], rule: str) -> list[_Case]:
    objects: dict[tuple[str, str], list[Notice]] = {}
    for one in told:
        if one.rule == rule:
            objects.setdefault((one.kind or "", one.name or ""), []).append(one)
    return [_case(harmless(kind), harmless(name), of_one) for (kind, name), of_one in objects.items()]


def _changes(report: Report) -> list[_Case]:
    outcomes = {one.change.step: one for one in report.outcomes or ()}
    # What is only planned was not tried, so it has not passed; what is held is told all the same.
    shown = [one for one in report.changes if one.held is not None or report.outcomes is not None]
    return [_change(one, outcomes.get(one.step)) for one in shown]


def _change(change: Change, outcome: Outcome | None) -> _Case:
    group, name = str(change.kind), f"{change.action} {harmless(change.name)}"
    if change.held is not None:
        return _Case(group, name, "skipped", HELD, f"held: {said(change.held)}")
    if outcome is None:
        return _Case(group, name, "skipped", message="not tried")
    return _Case(group, name) if outcome.error is None else _Case(group, name, "failure", NOT_DONE, said(outcome.error))


def _suite(name: str, cases: Sequence[_Case], moment: str) -> Iterator[str]:
    yield f"  <testsuite{_attributes({'name': name, **_counts(cases, skipped=True), 'timestamp': moment})}>"
    for one in cases:
        yield from _testcase(one)
    yield "  </testsuite>"


def _counts(cases: Sequence[_Case], *, skipped: bool = False) -> dict[str, str]:
    counted = Counter(one.verdict for one in cases)
    counts = {"tests": len(cases), "failures": counted["failure"], "errors": counted["error"]}
    return {word: str(count) for word, count in (counts | ({"skipped": counted["skipped"]} if skipped else {})).items()}


def _testcase(one: _Case) -> Iterator[str]:
    head = f"    <testcase{_attributes({'classname': one.group, 'name': one.name})}"
    if not one.verdict and not one.output:
        yield f"{head}/>"
        return
    yield f"{head}>"
    if one.verdict:
        facts = {"type": one.type, "message": one.message}
        opening = f"      <{one.verdict}{_attributes({word: text for word, text in facts.items() if text})}"
        yield f"{opening}>{_escaped(one.details)}</{one.verdict}>" if one.details else f"{opening}/>"
    if one.output:
        yield f"      <system-out>{_escaped(one.output)}</system-out>"
    yield "    </testcase>"


def _attributes(facts: Mapping[str, str]) -> str:
    return "".join(f' {name}="{_escaped(text)}"' for name, text in facts.items())


def _escaped(text: str) -> str:
    # Control characters and what XML cannot hold were made visible where the text came in.
    return re.sub('[&<>"]', lambda one: _MARKUP[one[0]], text)
