"""SARIF 2.1.0: results with places, rules with their pages, for code scanning and every viewer of that standard."""

from __future__ import annotations

import posixpath
import re
import string
from collections.abc import Mapping, Sequence

from reconciler.kit.clock import iso
from reconciler.kit.json_text import json_text
from reconciler.kit.redact import redact
from reconciler.model.format import Format, RuleText, Style
from reconciler.model.report import Failure, Report
from reconciler.prose.notices import Notice, notices
from reconciler.prose.words import number, said
from reconciler.values.location import Location
from reconciler.values.severity import Severity

FORMAT = Format(
    "sarif",
    "SARIF 2.1.0, for code scanning: stable alerts, each with the page of its rule",
    ".sarif",
    "application/sarif+json",
    page="""\
Write it to a file and upload that, on GitHub for example:

  - run: reconcile validate -o text -o sarif=reconcile.sarif
  - if: always()
    uses: github/codeql-action/upload-sarif@v3
    with: {sarif_file: reconcile.sarif}

Findings, diagnoses, drift and changes that were held or failed are results; what stopped the run is a notification of
the invocation. An alert stays the same when its line moves: the fingerprint is made of rule, kind, name and field. Each
command is a category of its own, so a validation does not close what a test has found. Code scanning refuses a whole
file when one result has no file, so what stands in no manifest is placed at reconciler.yaml.
""",
    tells_rules=True,
)

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.DENY: "error", Severity.WARN: "warning", Severity.INFO: "note"}
# Code scanning takes a run with up to this many results, and none of one with more:
# https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit, last
# verified 2026-11-22.
MOST = 25_000
_ROOT = "%SRCROOT%"
_NOWHERE = Location("reconciler.yaml")
# https://www.rfc-editor.org/rfc/rfc3986#section-2.3, and the slash between folders; last verified 2026-11-22.
_UNRESERVED = {ord(one): one for one in string.ascii_letters + string.digits + "-._~/"}
_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_HOW_BAD = {Severity.DENY: "8.0", Severity.WARN: "5.0", Severity.INFO: "2.0"}

Json = dict[str, object]


def render(report: Report, style: Style) -> str:
    """Write one run with all its results."""
    told = notices(report, with_excused=True)
    rules = _rules(style.about.rules, told)
    places = {one: at for at, one in enumerate(rules)}
    run: Json = {
        "tool": {"driver": _driver(style.about.version, rules)},
        "automationDetails": {"id": f"reconcile/{report.command}/"},
        "invocations": [_invocation(report, style, left_out=len(told) - MOST)],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the folder that reconcile ran in"}}},
        "results": [_result(one, places[one.rule]) for one in told[:MOST]],
    }
    if report.revision:
        run["properties"] = {"revision": report.revision}
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rules(known: Mapping[str, RuleText], told: Sequence[Notice]) -> dict[str, RuleText]:
    # What nobody described is still a rule: a result must point at one.
    found = {one.rule: RuleText(one.rule, "", one.severity, "other") for one in told if one.rule not in known}
    return dict(sorted({**known, **found}.items()))


def _driver(version: str, rules: Mapping[str, RuleText]) -> Json:
    driver: Json = {"name": "reconcile", "rules": [_rule(word, text) for word, text in rules.items()]}
    return {**driver, "version": version, "semanticVersion": version} if version else driver


def _rule(word: str, text: RuleText) -> Json:
    described: Json = {
        "id": word,
        "name": "".join(part.capitalize() for part in word.split("-")),
        "shortDescription": {"text": text.summary},
        "fullDescription": {"text": text.summary},
        "help": {"text": f"{text.page.strip()}\n\nreconcile explain {word}" if text.page.strip() else text.summary},
        "defaultConfiguration": {"level": _LEVELS[text.severity]},
        "properties": {
            "tags": ["security", text.group],
            "precision": "very-high",
            "security-severity": _HOW_BAD[text.severity],
        },
    }
    return described


def _invocation(report: Report, style: Style, *, left_out: int) -> Json:
    told = [_notification(one) for one in report.failures]
    if left_out > 0:
        text = f"{number(left_out, 'more result')} left out: code scanning takes {MOST:,} at most"
        told.append({"level": "warning", "message": {"text": text}})
    invocation: Json = {
        "executionSuccessful": not report.failures,
        "startTimeUtc": iso(report.started_at),
        "endTimeUtc": iso(report.finished_at),
        "toolExecutionNotifications": told,
    }
    return invocation if style.about.exit_code is None else {**invocation, "exitCode": style.about.exit_code}


def _notification(one: Failure) -> Json:
    told = f"{said(one.message)}; hint: {said(one.hint)}" if one.hint else said(one.message)
    return {"level": "error", "message": {"text": _plain(told)}, "properties": {"exitCode": one.exit_code}}


def _result(one: Notice, rule: int) -> Json:
    told = f"{one.message}\nhint: {one.remedy}" if one.remedy else one.message
    location: Json = {"physicalLocation": _place(one.location or _NOWHERE)}
    if one.kind and one.name:
        name = said(one.name)
        location["logicalLocations"] = [{"name": name, "fullyQualifiedName": f"{one.kind}/{name}", "kind": "resource"}]
    # Viewers and code scanning close what is suppressed, and keep why.
    excused: Json = {"suppressions": [{"kind": "external", "justification": _plain(one.excuse)}]} if one.excuse else {}
    return {
        **excused,
        "ruleId": one.rule,
        "ruleIndex": rule,
        "level": _LEVELS[one.severity],
        "message": {"text": _plain(told)},
        "locations": [location],
        # The second is the one by which GitHub knows an alert again; made by others from the text of the line.
        "partialFingerprints": {
            "reconcileFingerprint/v1": one.fingerprint,
            "primaryLocationLineHash": f"{one.fingerprint}:1",
        },
    }


def _place(location: Location) -> Json:
    file = redact(location.file) or _NOWHERE.file
    path = posixpath.normpath(file)
    uri = "".join(_UNRESERVED.get(byte) or f"%{byte:02X}" for byte in path.encode(errors="backslashreplace"))
    artifact: Json = {"uri": f"file://{uri}"} if path.startswith("/") else {"uri": uri, "uriBaseId": _ROOT}
    region = {"startLine": location.line, "startColumn": max(location.column, 1)}
    # A file that is not read line by line begins somewhere too: viewers want a line.
    return {"artifactLocation": artifact, "region": region if location.line else {"startLine": 1}}


def _plain(text: str) -> str:
    # `[text](target)` is a link and `{0}` a placeholder in every message; neither is ever meant. See 3.11.5 and 3.11.6,
    # https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, last verified 2026-11-22.
    return _PLACEHOLDER.sub(r"{{\1}}", text.replace("](", "] ("))
