"""`no-withdraw`: no key may withdraw. It has no switch, and what is not proven is never called safe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from reconciler.documents.known import RuleTraits
from reconciler.documents.policy import Setting
from reconciler.kit.clock import iso
from reconciler.model.finding import Finding
from reconciler.model.probe import CheckState, Diagnosis, ProbeResult
from reconciler.model.rule import Fleet, Rule, Subject, finding
from reconciler.values.rights import NOT_ASKED, Proof, Right, Verdict
from reconciler.values.severity import Severity

_ID = "no-withdraw"
_PLACE = ("spec", "credentials")
_PAGE = """\
A key that may withdraw can empty the account, whoever holds it. No connection may use one: it is Blocked, its
bindings are suspended, and the run ends with exit code 5.

The rule has no switch. No policy, flag, environment variable or waiver turns it off, and a policy that names it
is invalid.

What is judged is the proof, not the promise: the answer of the exchange that showed the right. When the exchange
cannot be reached, the last proof about the same key stands. When the right could not be proven either way, the
connection is warned of and never called safe; the finding says what to do to have it proven.

To meet it: clear "Withdraw" for this key at the exchange, or make a new key without it and put that into the
secret file. Then run: reconcile test --only NAME
"""


def _check(subject: Subject, fleet: Fleet, setting: Setting, now: datetime) -> Iterator[Finding]:
    probe = subject.probe
    if probe is None:
        return
    proof = probe.rights.of(Right.WITHDRAW)
    if proof.verdict is Verdict.GRANTED or probe.diagnosis is Diagnosis.WITHDRAWAL_ENABLED:
        shown = f", shown by {proof.evidence.request} at {iso(proof.evidence.at)}" if proof.evidence else ""
        yield finding(
            subject.connection,
            _ID,
            Severity.DENY,
            f"the key of {subject.name} may withdraw{shown}",
            *_PLACE,
            about="granted",
            remedy=f'clear "Withdraw" for this key at {fleet.title(probe.exchange)} or replace the key, '
            f"then run: reconcile test --only {subject.name}",
        )
    elif proof.verdict is Verdict.UNKNOWN:
        yield finding(
            subject.connection,
            _ID,
            Severity.WARN,
            f"whether the key of {subject.name} may withdraw is not proven: {_why(proof, probe)}",
            *_PLACE,
            about="not proven",
            remedy=_how_to_prove(subject.name, probe, fleet.title(probe.exchange)),
        )


def _why(proof: Proof, probe: ProbeResult) -> str:
    if _is_untested(probe):
        # The finding about its secrets stands beside this one, and says why.
        return "the key was not tested"
    # Where the question was never put, the message says what kept it from being put.
    return probe.message if proof == NOT_ASKED or not proof.why else proof.why


def _is_untested(probe: ProbeResult) -> bool:
    return bool(probe.checks) and all(state is CheckState.SKIPPED for state in probe.checks.values())


def _how_to_prove(name: str, probe: ProbeResult, title: str) -> str:
    again = f"then run: reconcile test --only {name}"
    if _is_untested(probe):
        return f"have its secrets open, {again}"
    if probe.diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE:
        return f"wait until {title} answers, {again}"
    if probe.diagnosis is None or not probe.remedy:
        return f"let the key read its own rights at {title}, {again}"
    return f"{probe.remedy}, {again}"


RULE = Rule(
    id=_ID,
    summary="No key may withdraw; what is not proven is never called safe.",
    page=_PAGE,
    traits=RuleTraits(levels={"deny": Severity.DENY}, default="deny"),
    check=_check,
    is_fixed=True,
    asks_exchange=True,
    fits_baseline=False,
)
