"""The pages of the words a report uses: rights, verdicts, checks, statuses, diagnoses, actions, drift."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.cli.pages.page import Page, rows
from reconciler.model.drift import DriftSeverity, DriftSource
from reconciler.model.plan import Action
from reconciler.model.probe import Check, CheckState, Diagnosis, Status
from reconciler.values.rights import Right, Verdict
from reconciler.values.severity import Severity

RIGHTS: Mapping[Right, str] = {
    Right.READ: "See balances, orders and positions.",
    Right.TRADE_SPOT: "Place and cancel orders on the spot market.",
    Right.TRADE_MARGIN: "Borrow, and place and cancel orders on the margin market.",
    Right.TRADE_FUTURES: "Place and cancel orders on the futures market.",
    Right.TRANSFER: "Move funds between own accounts: sub-accounts, spot and futures wallets.",
    Right.WITHDRAW: "Send value out of the exchange. No key may: reconcile explain no-withdraw",
    Right.CONVERT_PAY: "Pay or convert outside of the order book: P2P, pay, card, fiat.",
    Right.MANAGE_KEYS: "Make, change or delete API keys, of its own account or of sub-accounts.",
    Right.ADDRESS_BOOK: "Change the addresses that withdrawals may go to.",
}
VERDICTS: Mapping[Verdict, str] = {
    Verdict.GRANTED: "The exchange's own answer shows that the key has the right.",
    Verdict.DENIED: "The exchange's own answer shows that the key does not have the right.",
    Verdict.UNKNOWN: "No answer shows it either way. It is never treated as safe.",
}
CHECKS: Mapping[Check, str] = {
    Check.KEY: "The exchange accepts the key and its signature.",
    Check.PERMISSIONS: "The declared rights are granted, and withdrawal is denied.",
    Check.BALANCE: "The balance of each declared market can be read.",
    Check.STATUS: "Open orders or positions can be read.",
}
CHECK_STATES: Mapping[CheckState, str] = {
    CheckState.PASS: "Proven by an answer of the exchange.",
    CheckState.FAIL: "Refuted by an answer of the exchange.",
    CheckState.UNKNOWN: "Asked, and the answer shows nothing.",
    CheckState.SKIPPED: "Not asked, since an earlier answer settled the matter.",
}
STATUSES: Mapping[Status, str] = {
    Status.ONLINE: "Key, permissions, balance and status checks all passed. Only now may bindings run.",
    Status.BLOCKED: "The key can move value out of the account. Its bindings are suspended at once.",
    Status.FAILED: "The exchange says no: see the diagnosis.",
    Status.UNAVAILABLE: "The exchange could not be asked. What was proven before stays, with its age.",
    Status.UNVERIFIED: "A right that must be proven could not be. It is not called safe.",
    Status.SUSPENDED: "The manifest declares a pause, with an end and a reason.",
    Status.PENDING: "Not tested yet.",
}
# What leads to a diagnosis, and the way out.
DIAGNOSES: Mapping[Diagnosis, tuple[str, str]] = {
    Diagnosis.INVALID_KEY: (
        "The key, its secret or its passphrase is wrong, or the key was deleted, frozen or has expired.",
        "Copy the values into the secret file again, or make a new key at the exchange.",
    ),
    Diagnosis.NO_TRADE_PERMISSION: (
        "The connection declares a right to trade that the key does not have.",
        "Enable it for the key at the exchange, and keep withdrawal disabled; or declare what the key is for.",
    ),
    Diagnosis.IP_NOT_ALLOWED: (
        "The exchange refuses the address that the request came from.",
        "Add the address, which the message names when the exchange told it, to the allowlist of the key.",
    ),
    Diagnosis.EXCHANGE_UNAVAILABLE: (
        "The network, a server error, maintenance, a rate limit, a clock that is off, a country block, a web firewall, "
        "or an answer of an unexpected shape. It says nothing about the key, and changes no verdict.",
        "Wait: the next run tests the key again. If it stays so: reconcile doctor --online checks the clock and the "
        "way there.",
    ),
    Diagnosis.WITHDRAWAL_ENABLED: (
        "An answer of the exchange shows that the key may withdraw. It stays so until another answer denies it.",
        "Clear the right at the exchange, or replace the key. The bindings stay suspended until then.",
    ),
    Diagnosis.UNVERIFIED: (
        "A right that policy needs proven could not be proven, in most cases withdrawal.",
        "Do what the finding says to have it proven: in most cases, let the key read its own rights.",
    ),
}
SEVERITIES: Mapping[Severity, str] = {
    Severity.DENY: "Holds the change and ends the run with exit code 5.",
    Severity.WARN: "Is told, and holds nothing.",
    Severity.INFO: "Is told for completeness.",
}
ACTIONS: Mapping[Action, str] = {
    Action.CREATE: "The object is declared and not on the platform.",
    Action.UPDATE: "A field differs.",
    Action.REPLACE: "The key behind a connection is another one.",
    Action.SUSPEND: "A binding must not run, for the reason given.",
    Action.RESUME: "The reason why a binding did not run is gone.",
    Action.DELETE: "The object was applied from these manifests and is declared no more.",
}
DRIFT: Mapping[DriftSource | DriftSeverity, str] = {
    DriftSource.PLATFORM: "Somebody changed the object on the platform after it was applied.",
    DriftSource.EXCHANGE: "The key has other rights or addresses at the exchange than when it was applied.",
    DriftSeverity.INCIDENT: "A right or an address was gained: somebody should look now.",
    DriftSeverity.INFO: "Something was lost or otherwise differs.",
}


def pages() -> Iterator[Page]:
    """Make a page for each word."""
    for right, meaning in RIGHTS.items():
        yield Page(right, "rights", meaning, _VERDICT_NOTE)
    for verdict, meaning in VERDICTS.items():
        yield Page(verdict, "verdicts", meaning, _EVIDENCE_NOTE)
    for check, meaning in CHECKS.items():
        states = rows((state.value, told) for state, told in CHECK_STATES.items())
        yield Page(f"{check}-check", "checks", meaning, states)
    for status, meaning in STATUSES.items():
        said = [diagnosis.value for diagnosis in Diagnosis if diagnosis.status is status]
        yield Page(status, "statuses", meaning, f"Diagnosis: {', '.join(said) or 'none'}")
    for diagnosis, (cause, remedy) in DIAGNOSES.items():
        yield Page(diagnosis, "diagnoses", cause, f"Status: {diagnosis.status}\n\nRemedy: {remedy}")
    for group, table in (("severities", SEVERITIES), ("actions", ACTIONS), ("drift", DRIFT)):
        for word, meaning in table.items():
            yield Page(word, group, meaning)


_VERDICT_NOTE = "What is known of a right is a verdict with its evidence, see: reconcile explain verdicts"
_EVIDENCE_NOTE = (
    "Every verdict but unknown rests on evidence: the request, the HTTP status, the time, and the "
    "SHA-256 of the answer."
)
