"""JSON for programs: every fact of the report, in one stable shape that has a schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from reconciler.kit.clock import iso
from reconciler.kit.json_text import json_text
from reconciler.kit.redact import redact
from reconciler.model.comparison import Comparison, Difference, Direction
from reconciler.model.drift import Drift
from reconciler.model.finding import Finding, Waived, fingerprinted
from reconciler.model.format import Format, Style
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Change
from reconciler.model.probe import Account, Check, CheckState
from reconciler.model.report import ConnectionReport, Report
from reconciler.model.report_schema import VERSION
from reconciler.model.watched import Watched
from reconciler.values.rights import Evidence, Proof, Right, Rights
from reconciler.values.severity import Severity

FORMAT = Format(
    "json",
    "every fact of the report, as schemas/report.schema.json describes it",
    ".json",
    "application/json",
    page="""\
For programs: nothing is shortened, every right has its evidence, every finding its fingerprint. It is written whatever
the exit code. Fields are added and never taken away; the word of the schema would change first.
""",
)

Json = dict[str, object]


def render(report: Report, style: Style) -> str:
    """Write a report for a program; how a terminal looks does not matter to it."""
    return json_text(document(report))


def document(report: Report) -> Json:
    """Return the report as the JSON value that the schema describes."""
    return {
        "schema": VERSION,
        "command": report.command,
        "startedAt": iso(report.started_at),
        "finishedAt": iso(report.finished_at),
        "asOf": _moment(report.as_of),
        "revision": report.revision,
        "valid": report.is_valid,
        "documents": report.documents,
        "summary": _summary(report),
        "connections": [_connection(one) for one in report.connections],
        "changes": [_change(change) for change in report.changes],
        "outcomes": None if report.outcomes is None else [_outcome(outcome) for outcome in report.outcomes],
        "drift": [_drift(one) for one in report.drift],
        "findings": [_finding(*one) for one in fingerprinted(report.findings)],
        "unmanaged": [{"kind": kind, "name": name} for kind, name in report.unmanaged],
        "comparison": None if report.comparison is None else _comparison(report.comparison),
        "failures": [
            {"message": redact(one.message), "hint": redact(one.hint), "exitCode": one.exit_code}
            for one in report.failures
        ],
    }


def _summary(report: Report) -> Json:
    severities = [finding.severity for finding in report.findings if finding.counts]
    return {
        **{action.value: report.count(action) for action in Action},
        "unchanged": report.unchanged,
        "held": sum(change.held is not None for change in report.changes),
        "pending": len(report.pending),
        "drift": len(report.drift),
        "findings": {severity.value: severities.count(severity) for severity in Severity},
        "waived": sum(finding.waived is not None for finding in report.findings),
        "inBaseline": sum(finding.in_baseline and finding.waived is None for finding in report.findings),
        "status": {status.value: count for status, count in report.statuses.items()},
    }


def _connection(one: ConnectionReport) -> Json:
    result = one.result
    checks = result.checks if result else {}
    return {
        "name": one.name,
        "displayName": one.display_name,
        "exchange": one.exchange,
        "environment": one.environment,
        "markets": list(one.markets),
        "status": one.status,
        "diagnosis": one.diagnosis,
        "message": redact(one.message),
        "remedy": redact(one.remedy),
        "maskedKey": _masked(one.masked_key),
        "checks": {check.value: checks.get(check, CheckState.SKIPPED) for check in Check},
        "rights": _rights(result.rights if result else Rights()),
        "ipAllowlist": None if result is None or result.ip_allowlist is None else list(result.ip_allowlist),
        "expiresAt": _moment(result.expires_at if result else None),
        "account": asdict(result.account if result else Account(), dict_factory=_account),
        "egressSeen": result.egress_seen if result else None,
        "requests": result.requests if result else 0,
        "testedAt": _moment(result.tested_at if result else None),
        "provenAt": _moment(result.proven_at if result else None),
        "notes": [redact(note) for note in result.notes] if result else [],
        "watch": None if one.watched is None else _watch(one.watched),
    }


def _watch(one: Watched) -> Json:
    return {
        "conditions": [
            {
                "type": each.kind,
                "status": each.truth,
                "reason": each.reason,
                "message": redact(each.message),
                "since": iso(each.since),
                "provenAt": _moment(each.proven_at),
            }
            for each in one.conditions
        ],
        "nextTestAt": _moment(one.next_at),
        "failures": one.failures,
        "quarantinedSince": _moment(one.quarantine.since if one.quarantine else None),
    }


def _account(fields: list[tuple[str, object]]) -> Json:
    return {"isSubaccount" if name == "is_subaccount" else name: value for name, value in fields}


def _rights(rights: Rights) -> Mapping[str, Json]:
    return {right.value: _proof(rights.of(right)) for right in Right}


def _proof(proof: Proof) -> Json:
    return {"verdict": proof.verdict, "why": redact(proof.why), "evidence": _evidence(proof.evidence)}


def _evidence(evidence: Evidence | None) -> Json | None:
    if evidence is None:
        return None
    return {
        "request": redact(evidence.request),
        "httpStatus": evidence.http_status,
        "at": iso(evidence.at),
        "sha256": evidence.sha256,
    }


def _change(change: Change) -> Json:
    return {
        "action": change.action,
        "kind": change.kind,
        "name": change.name,
        "fields": [{"path": field.path, "from": field.before, "to": field.after} for field in change.fields],
        "reason": redact(change.reason),
        "held": None if change.held is None else redact(change.held),
    }


def _outcome(outcome: Outcome) -> Json:
    change = outcome.change
    error = None if outcome.error is None else redact(outcome.error)
    return {"action": change.action, "kind": change.kind, "name": change.name, "done": outcome.done, "error": error}


def _drift(one: Drift) -> Json:
    return {
        "kind": one.kind,
        "name": one.name,
        "source": one.source,
        "path": one.path,
        "desired": one.desired,
        "actual": one.actual,
        "severity": one.severity,
    }


def _finding(one: Finding, fingerprint: str) -> Json:
    return {
        "rule": one.rule,
        "severity": one.severity,
        "fingerprint": fingerprint,
        "kind": one.kind,
        "name": one.name,
        "file": one.location.file,
        "line": one.location.line,
        "column": one.location.column,
        "message": redact(one.message),
        "remedy": redact(one.remedy),
        "waived": None if one.waived is None else _waived(one.waived),
        "inBaseline": one.in_baseline,
    }


def _waived(waived: Waived) -> Json:
    return {
        "waiver": waived.waiver,
        "owner": redact(waived.owner),
        "reason": redact(waived.reason),
        "until": waived.until,
    }


def _comparison(compared: Comparison) -> Json:
    return {
        "base": redact(compared.base),
        "head": redact(compared.head),
        "summary": {direction.value: compared.count(direction) for direction in Direction},
        "differences": [_difference(one) for one in compared.differences],
        "unread": [_finding(one, fingerprint) for one, fingerprint in fingerprinted(compared.unread)],
    }


def _difference(one: Difference) -> Json:
    return {
        "step": one.step,
        "kind": one.kind,
        "name": one.name,
        "movedFrom": one.moved_from,
        "direction": one.direction,
        "file": one.location.file,
        "line": one.location.line,
        "parts": [
            {
                "path": part.path,
                "from": part.before,
                "to": part.after,
                "direction": part.direction,
                "why": redact(part.why),
            }
            for part in one.parts
        ],
    }


def _moment(when: datetime | None) -> str | None:
    return None if when is None else iso(when)


def _masked(key: str | None) -> str | None:
    # Whoever made the report should have masked the key; should one ever arrive whole, it stops here.
    if key is None:
        return None
    first, dots, last = key.partition("…")
    return key if dots and len(first) <= 4 and len(last) <= 4 else "…"
