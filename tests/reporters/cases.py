"""The reports that every format must tell well; read by path, since tests are no package."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from reconciler.model.drift import Drift, DriftSeverity, DriftSource
from reconciler.model.finding import Finding
from reconciler.model.format import About, RuleText, Style
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Change, FieldChange
from reconciler.model.probe import Account, Check, CheckState, Diagnosis, ProbeResult, Status
from reconciler.model.report import ConnectionReport, Failure, Report
from reconciler.model.state import Kind
from reconciler.values.location import Location
from reconciler.values.rights import Evidence, Proof, Right, Rights, Verdict
from reconciler.values.severity import Severity

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
REVISION = "3f2a9c1e5b7d4a60918273645f0e1d2c3b4a5968"
CANARY = "canary-7Qx-secret-value"
GRANTED, DENIED, UNKNOWN = Verdict.GRANTED, Verdict.DENIED, Verdict.UNKNOWN
PASS, FAIL, SKIPPED = CheckState.PASS, CheckState.FAIL, CheckState.SKIPPED


def proven(*granted: Right, unknown: tuple[Right, ...] = (), at: datetime = NOON) -> Rights:
    """All rights proven: these granted, those unknown, the others denied."""
    evidence = Evidence("GET /api/v3/apiKeyInfo", 200, at, "9f" * 32)
    proofs = {
        right: Proof(GRANTED if right in granted else DENIED, "listed by the exchange", evidence) for right in Right
    }
    proofs |= {right: Proof(UNKNOWN, "the exchange does not say") for right in unknown}
    return Rights(MappingProxyType(proofs))


def tested(name: str, exchange: str, diagnosis: Diagnosis | None, rights: Rights, **more: object) -> ProbeResult:
    """The result of a test at noon."""
    checks = {Check.KEY: PASS, Check.PERMISSIONS: FAIL if diagnosis else PASS, Check.BALANCE: PASS, Check.STATUS: PASS}
    facts = {"message": "", "tested_at": NOON, "proven_at": NOON, "requests": 3, "checks": checks, **more}
    return ProbeResult(name=name, exchange=exchange, diagnosis=diagnosis, rights=rights, **facts)


def connection(
    name: str,
    title: str,
    exchange: str,
    *markets: str,
    diagnosis: Diagnosis | None = None,
    status: Status | None = None,
    message: str = "",
    remedy: str = "",
    rights: Rights | None = None,
    environment: str = "live",
    **more: object,
) -> ConnectionReport:
    """One tested connection."""
    trading = {"spot": Right.TRADE_SPOT, "margin": Right.TRADE_MARGIN, "futures": Right.TRADE_FUTURES}
    known = rights or proven(Right.READ, *(trading[market] for market in markets))
    result = tested(name, exchange, diagnosis, known, message=message, remedy=remedy, **more)
    return ConnectionReport(
        name=name,
        display_name=title,
        exchange=exchange,
        environment=environment,
        markets=markets,
        status=status or result.status,
        diagnosis=diagnosis,
        message=message,
        remedy=remedy,
        masked_key="mx0v…3f2a",
        result=result,
    )


def report(command: str, **more: object) -> Report:
    """A run at noon that took 1.2 seconds."""
    facts = {"started_at": NOON, "finished_at": NOON + timedelta(seconds=1.2), "revision": REVISION, **more}
    return Report(command=command, **facts)


SPOT = connection("mexc-spot-main", "MEXC Spot Main", "mexc", "spot", account=Account("88120", False, "main"))
FUTURES = connection("kucoin-futures-conservative", "KuCoin Futures Conservative", "kucoin", "futures")
RECOVERY = connection("recovery-pro", "Recovery PRO Connection", "mexc", "spot", "futures", environment="simulator")
GROUPS = connection("btc-eth-new-groups", "BTC ETH New Groups", "kucoin", "futures", ip_allowlist=("203.0.113.10",))
FOUR = (SPOT, FUTURES, RECOVERY, GROUPS)

BLOCKED = connection(
    "kucoin-futures-conservative",
    "KuCoin Futures Conservative",
    "kucoin",
    "futures",
    diagnosis=Diagnosis.WITHDRAWAL_ENABLED,
    message="the key may withdraw: the exchange lists the right Withdrawal",
    remedy='clear "Withdrawal" for this key at KuCoin (API Management), or replace the key; then run: reconcile test',
    rights=proven(Right.READ, Right.TRADE_FUTURES, Right.WITHDRAW, Right.TRANSFER),
)
INVALID = connection(
    "mexc-spot-main",
    "MEXC Spot Main",
    "mexc",
    "spot",
    diagnosis=Diagnosis.INVALID_KEY,
    message="MEXC answers 10072: api key info invalid",
    remedy="create a new key at MEXC, or copy key and secret again with: reconcile secrets set",
    rights=Rights(),
    proven_at=None,
    checks={Check.KEY: FAIL, Check.PERMISSIONS: SKIPPED, Check.BALANCE: SKIPPED, Check.STATUS: SKIPPED},
)
DOWN = {
    "diagnosis": Diagnosis.EXCHANGE_UNAVAILABLE,
    "message": "kucoin did not answer within 10 s",
    "remedy": "wait: it is tested again by itself",
    "rights": proven(Right.READ, Right.TRADE_FUTURES, at=NOON - timedelta(hours=3)),
    "proven_at": NOON - timedelta(hours=3),
}
SUSPENDED = connection(
    "old-bybit", "Old Bybit", "bybit", "spot", status=Status.SUSPENDED, message="suspended until 2026-12-01: migration"
)
UNVERIFIED = connection(
    "bingx-probe",
    "BingX Probe",
    "bingx",
    "spot",
    diagnosis=Diagnosis.UNVERIFIED,
    message="whether the key may withdraw could not be proven",
    remedy="give the key the right Read, so that the exchange lists its rights",
    rights=proven(Right.READ, unknown=(Right.TRADE_SPOT, Right.WITHDRAW)),
    notes=("the exchange named a right nobody knows: SPOT_LEND_WRITE",),
)

CREATE = Change(
    Action.CREATE,
    Kind.CONNECTION,
    "mexc-spot-main",
    (
        FieldChange("spec.account", None, "main"),
        FieldChange("spec.exchange", None, "mexc"),
        FieldChange("spec.markets", None, ["spot"]),
    ),
)
BIND = Change(
    Action.CREATE,
    Kind.BINDING,
    "grid-btc",
    (FieldChange("spec.connection", None, "mexc-spot-main"), FieldChange("spec.strategy", None, "grid")),
)
UPDATE = Change(
    Action.UPDATE,
    Kind.BINDING,
    "btc-eth-new-groups",
    (
        FieldChange("spec.riskLevel", "balanced", "conservative"),
        FieldChange("spec.pairs", ["BTC/USDT:USDT"], ["BTC/USDT:USDT", "ETH/USDT:USDT"]),
        FieldChange("spec.marginLimit.amount", None, "500"),
    ),
)
HELD = Change(
    Action.REPLACE,
    Kind.CONNECTION,
    "kucoin-futures-conservative",
    (FieldChange("credentials", "key 4be1…", "key 90aa…"),),
    held="Withdrawal enabled: the new key may withdraw",
)
SUSPEND = Change(
    Action.SUSPEND, Kind.BINDING, "recovery-pro-eth", reason="its connection is Blocked: Withdrawal enabled"
)
RESUME = Change(Action.RESUME, Kind.BINDING, "grid-sol", reason="its connection is Online again")
DELETE = Change(Action.DELETE, Kind.CONNECTION, "bybit-old", reason="no manifest declares it any more")
PLAN = (CREATE, BIND, UPDATE, HELD, SUSPEND, RESUME, DELETE)

NO_WITHDRAW = Finding(
    "no-withdraw",
    Severity.DENY,
    "kucoin-futures-conservative may withdraw; no key may",
    Location("connections.d/kucoin.yaml", 4, 9),
    'clear "Withdrawal" for this key at the exchange, then run: reconcile test',
    "Connection",
    "kucoin-futures-conservative",
)
NO_ALLOWLIST = Finding(
    "ip-allowlist",
    Severity.WARN,
    "mexc-spot-main answers to every address",
    Location("connections.d/mexc.yaml", 12, 3),
    "name your addresses at the exchange and under spec.ipAllowlist",
    "Connection",
    "mexc-spot-main",
)
GAINED = Drift(
    Kind.CONNECTION,
    "kucoin-futures-conservative",
    DriftSource.EXCHANGE,
    "rights.withdraw",
    "denied",
    "granted",
    DriftSeverity.INCIDENT,
)
EDITED = Drift(
    Kind.BINDING, "btc-eth-new-groups", DriftSource.PLATFORM, "spec.averaging.maxOrders", 5, 9, DriftSeverity.INFO
)
INVALID_MANIFESTS = (
    Finding(
        "unknown-field",
        Severity.DENY,
        'there is no field "exchnage"',
        Location("connections.d/a.yaml", 7, 3),
        'did you mean "exchange"?',
        "Connection",
        "a",
    ),
    Finding(
        "no-withdraw",
        Severity.DENY,
        '"withdraw" is no permission: no key may withdraw',
        Location("connections.d/a.yaml", 9, 23),
        "remove it; the key itself must not have the right either",
        "Connection",
        "a",
    ),
    Finding(
        "yaml", Severity.DENY, "this is no YAML: a tab where blanks belong", Location("connections.d/b.yaml", 3, 1)
    ),
    Finding("encoding", Severity.DENY, "the file is not UTF-8", Location("connections.d/c.yaml"), "save it as UTF-8"),
)
three = runpy.run_path(str(Path(__file__).with_name("waived_case.py")))["three"]
COMPARED = runpy.run_path(str(Path(__file__).with_name("comparison_case.py")))["COMPARED"]
TEXTS = runpy.run_path(str(Path(__file__).with_name("hostile_texts.py")))
HOSTILE, FORGED, LONG = TEXTS["HOSTILE"], TEXTS["FORGED"], TEXTS["LONG"]


def _hostile() -> Report:
    one = connection(
        "hostile",
        HOSTILE,
        "kucoin",
        "futures",
        diagnosis=Diagnosis.IP_NOT_ALLOWED,
        message=HOSTILE,
        remedy=HOSTILE,
        notes=(HOSTILE,),
    )
    wide = connection("wide", "主要な接続 🚀🚀", "mexc", "spot")
    change = Change(
        Action.UPDATE,
        Kind.BINDING,
        "hostile",
        (FieldChange("spec.settings", {"a": HOSTILE}, HOSTILE),),
        HOSTILE,
        HOSTILE,
    )
    drift = Drift(Kind.BINDING, "hostile", DriftSource.PLATFORM, "spec.settings", HOSTILE, None, DriftSeverity.INFO)
    finding = Finding("naming", Severity.WARN, HOSTILE, Location("connections.d/a\nb.yaml", 1, 1), HOSTILE)
    return report(
        "dry-run",
        connections=(one, wide),
        changes=(change,),
        drift=(drift,),
        findings=(finding,),
        unmanaged=((Kind.CONNECTION, HOSTILE),),
        failures=(Failure(HOSTILE, HOSTILE, 1),),
    )


def tried_on_everybody(texts: tuple[str, ...]) -> Report:
    """Every trick in every text that somebody else may word, and mistakes that only their lines tell apart."""
    marks = tuple(
        Finding(
            "character", Severity.DENY, "this character cannot be seen", Location("connections.d/many.yaml", line, 3)
        )
        for line in (4, 12, 20)
    )
    findings = tuple(
        Finding(
            "naming",
            Severity.WARN if at % 2 else Severity.DENY,
            text,
            Location("connections.d/::error::,line=1,`|<b>##[x]@a.yaml", at + 1, 1),
            text,
            "Connection",
            text,
        )
        for at, text in enumerate(texts)
    )
    connections = tuple(
        connection(
            text, text, "kucoin", "futures", diagnosis=Diagnosis.INVALID_KEY, message=text, remedy=text, notes=(text,)
        )
        for text in texts
    )
    changes = tuple(
        Change(Action.UPDATE, Kind.BINDING, text, (FieldChange(text, text, {text: text}),), text, text)
        for text in texts
    )
    tried = tuple(Change(Action.DELETE, Kind.CONNECTION, text, reason=text) for text in texts)
    return report(
        "run",
        connections=connections,
        changes=(*changes, *tried),
        outcomes=tuple(Outcome(change, change.reason) for change in tried),
        drift=tuple(
            Drift(Kind.BINDING, text, DriftSource.PLATFORM, text, text, [text], DriftSeverity.INCIDENT)
            for text in texts
        ),
        findings=(*marks, *findings),
        unmanaged=tuple((Kind.CONNECTION, text) for text in texts),
        failures=tuple(Failure(text, text, 1) for text in texts),
    )


def _many_findings() -> Report:
    findings = tuple(
        Finding(
            "naming",
            Severity.WARN,
            f"connection-{n} has no displayName",
            Location(f"connections.d/{n:03}.yaml", 5, 3),
            "add one",
        )
        for n in range(500)
    )
    return report("validate", findings=findings, documents=500)


PLACES = {
    "Connection/kucoin-futures-conservative": Location("connections.d/kucoin.yaml", 4, 9),
    "StrategyBinding/btc-eth-new-groups": Location("connections.d/bindings.yaml", 30, 9),
}
# As a run tells of itself: what a format that describes rules is given.
ABOUT = About(
    "1.2.3",
    5,
    {
        "no-withdraw": RuleText(
            "No key may withdraw.", "It has no switch.\n\nTo meet it: clear the right.", Severity.DENY, "rule"
        ),
        "ip-allowlist": RuleText("A key is used from declared addresses only.", "", Severity.WARN, "rule"),
        "withdrawal-enabled": RuleText("The key may withdraw.", "Clear the right.", Severity.DENY, "diagnosis"),
    },
)
STYLE = Style(100, about=ABOUT)

CASES = {
    "compared": report("diff", comparison=COMPARED, documents=4),
    "nothing-to-do": report("run", connections=FOUR, unchanged=8, outcomes=()),
    "dry-run": report(
        "dry-run", connections=FOUR, changes=(CREATE, BIND, UPDATE), unchanged=5, findings=(NO_ALLOWLIST,)
    ),
    "valid": report("validate", documents=20),
    "invalid-manifests": report("dry-run", findings=INVALID_MANIFESTS, is_valid=False, documents=1),
    "everything-failing": report(
        "test",
        connections=(
            INVALID,
            connection("kucoin-futures-conservative", "KuCoin Futures Conservative", "kucoin", "futures", **DOWN),
            connection("btc-eth-new-groups", "BTC ETH New Groups", "kucoin", "futures", **DOWN),
            UNVERIFIED,
        ),
    ),
    "blocked-and-suspended": report(
        "dry-run",
        connections=(SPOT, BLOCKED, SUSPENDED, GROUPS),
        changes=PLAN,
        unchanged=2,
        findings=(NO_ALLOWLIST, NO_WITHDRAW),
        drift=(GAINED,),
        places=PLACES,
        unmanaged=((Kind.CONNECTION, "somebody-elses"), (Kind.BINDING, "by-hand")),
    ),
    "applied": report(
        "run",
        connections=FOUR,
        changes=PLAN,
        unchanged=2,
        outcomes=(
            Outcome(CREATE),
            Outcome(BIND),
            Outcome(UPDATE, "the platform answered 409: the binding was changed meanwhile"),
            Outcome(SUSPEND),
            Outcome(RESUME),
        ),
    ),
    "drift": report("drift", connections=(SPOT, BLOCKED), drift=(EDITED, GAINED), unchanged=6),
    "status": report(
        "status", connections=(SPOT, BLOCKED), drift=(GAINED,), finished_at=NOON + timedelta(hours=3), as_of=NOON
    ),
    "stopped": report(
        "run", failures=(Failure("12 of 20 objects would be deleted", "if that is meant: --allow-deletes 12", 6),)
    ),
    "five-hundred-findings": _many_findings(),
    "hostile": _hostile(),
    "one-finding": report("validate", findings=(NO_ALLOWLIST,), documents=20),
    "forged": tried_on_everybody(FORGED),
    "waived": report("validate", findings=three(NO_ALLOWLIST), documents=20),
}
