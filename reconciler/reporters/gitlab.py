"""GitLab code quality: a list of problems that the merge request shows beside the changed lines."""

from __future__ import annotations

from reconciler.kit.json_text import json_text
from reconciler.model.finding import digest
from reconciler.model.format import Format, Style
from reconciler.model.report import Failure, Report
from reconciler.prose.notices import Notice, notices
from reconciler.prose.words import relative, said
from reconciler.values.severity import Severity

FORMAT = Format(
    "gitlab",
    "a code quality report, as GitLab shows it in a merge request",
    ".gitlab.json",
    "application/json",
    page="""\
Write it to a file and declare that as the report of the job:

  script:
    - reconcile validate -o text -o gitlab=gl-code-quality-report.json
  artifacts:
    when: always
    reports: {codequality: gl-code-quality-report.json}

Fingerprints stay when lines move, so GitLab tells new problems from old ones. Each entry must name a file; what stands
in no manifest is placed at reconciler.yaml.
""",
)

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format names the fields and the five severities;
# last verified 2026-11-22.
_SEVERITIES = {Severity.DENY: "critical", Severity.WARN: "minor", Severity.INFO: "info"}
_URGENT = "blocker"
_NOWHERE = "reconciler.yaml"

Json = dict[str, object]


def render(report: Report, style: Style) -> str:
    """Write everything that is wrong as GitLab reads it."""
    return json_text([*map(_failure, report.failures), *map(_notice, notices(report, once=True))])


def _notice(one: Notice) -> Json:
    place = one.location
    return {
        "description": f"{one.message} (hint: {one.remedy})" if one.remedy else one.message,
        "check_name": one.rule,
        "fingerprint": one.fingerprint,
        "severity": _URGENT if one.is_urgent else _SEVERITIES[one.severity],
        "location": {
            "path": relative(place.file) if place and place.file else _NOWHERE,
            "lines": {"begin": max(place.line, 1) if place else 1},
        },
    }


def _failure(one: Failure) -> Json:
    return {
        "description": f"{said(one.message)} (hint: {said(one.hint)})" if one.hint else said(one.message),
        "check_name": "run-failed",
        "fingerprint": digest("failure/v1", one.exit_code, one.message),
        "severity": "critical",
        "location": {"path": _NOWHERE, "lines": {"begin": 1}},
    }
