"""What the tests of the loop are built from; they run this file to have it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter

from reconciler.documents.connection import Connection
from reconciler.documents.credentials import CredentialRefs
from reconciler.documents.known import ExchangeTraits, Known
from reconciler.model.probe import Check, CheckState, Diagnosis, ProbeResult
from reconciler.values.rights import Evidence, Proof, Right, Rights, Verdict

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
_REFS = {"apiKey": {"env": "RECONCILE_SECRET_A"}, "secret": {"env": "RECONCILE_SECRET_B"}}
_PASSED = dict.fromkeys(Check, CheckState.PASS)


def result(diagnosis: Diagnosis | None = None, *, at: datetime = NOON, name: str = "main", **more) -> ProbeResult:
    """Return a result as a prober gives it for each diagnosis."""
    verdict = Verdict.GRANTED if diagnosis is Diagnosis.WITHDRAWAL_ENABLED else Verdict.DENIED
    rights = Rights({Right.WITHDRAW: Proof(verdict, "", Evidence("GET /rights", 200, at, "0" * 64))})
    proven = {"rights": rights, "proven_at": at, "ip_allowlist": ("203.0.113.10",)}
    by_diagnosis = {
        None: {"checks": _PASSED, **proven},
        Diagnosis.WITHDRAWAL_ENABLED: {"checks": {**_PASSED, Check.PERMISSIONS: CheckState.FAIL}, **proven},
        Diagnosis.NO_TRADE_PERMISSION: {"checks": {**_PASSED, Check.PERMISSIONS: CheckState.FAIL}, **proven},
        Diagnosis.UNVERIFIED: {"checks": {**_PASSED, Check.PERMISSIONS: CheckState.UNKNOWN}},
        Diagnosis.INVALID_KEY: {"checks": {**dict.fromkeys(Check, CheckState.SKIPPED), Check.KEY: CheckState.FAIL}},
        Diagnosis.IP_NOT_ALLOWED: {"checks": {**dict.fromkeys(Check, CheckState.SKIPPED), Check.KEY: CheckState.FAIL}},
        Diagnosis.EXCHANGE_UNAVAILABLE: {"checks": dict.fromkeys(Check, CheckState.UNKNOWN)},
    }
    return ProbeResult(name, "mexc", diagnosis, "", at, **{**by_diagnosis[diagnosis], **more})


def after(**span: float) -> datetime:
    """Return a moment so long after noon."""
    return NOON + timedelta(**span)


def connection(name: str = "main", **spec) -> Connection:
    """Return a connection's document."""
    traits = ExchangeTraits("MEXC", False, frozenset({"spot"}), False)
    document = {
        "apiVersion": "reconciler/v1",
        "kind": "Connection",
        "metadata": {"name": name},
        "spec": {"exchange": "mexc", "markets": ["spot"], "credentials": _REFS, **spec},
    }
    return Connection.model_validate(document, context=Known({"mexc": traits}, {"env": False}, {}))


def references(refs: dict) -> CredentialRefs:
    """Return references to secrets, as a connection has them."""
    known = Known({}, {"sops": True, "age": False, "env": False}, {})
    return TypeAdapter(CredentialRefs).validate_python(refs, context=known)
