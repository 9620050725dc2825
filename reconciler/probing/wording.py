"""The sentences of a test: what is wrong with a key, and the way out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reconciler.kit import networks
from reconciler.model.exchange import Purpose
from reconciler.model.probe import Diagnosis
from reconciler.probing.classify import Fault

_ASKED = {
    Purpose.KEY_INFO: "the key's rights",
    Purpose.BALANCE: "the balance",
    Purpose.STATUS: "open orders and positions",
}


class Told(NamedTuple):
    """A message and its remedy."""

    message: str
    remedy: str = ""


FINE = Told("key, permissions, balance and status are fine")


def clause(fault: Fault) -> str:
    """Return what happened, with the exchange's own code where it gave one."""
    return f"{fault.when} (code {fault.code})" if fault.code and fault.code not in fault.when else fault.when


def withdrawal(title: str, why: str) -> Told:
    """Word the one thing that must not be."""
    return Told(
        f"the key can move value out of the account: {why}",
        f"remove the withdrawal right from this key at {title}, or replace the key; its bindings stay suspended",
    )


def invalid(title: str, why: str) -> Told:
    """Word a key that is not accepted."""
    return Told(f"{title} does not accept the key: {why}", f"copy its values again, or create a new key at {title}")


def missing(title: str, words: str, why: str) -> Told:
    """Word a declared right that is proven missing."""
    return Told(f"the key may not {words}: {why}", f"let this key {words} at {title}; keep withdrawal disabled")


def unproven(title: str, what: str, why: str, remedy: str = "") -> Told:
    """Word a right that policy needs proven and that could not be; `remedy` stands where the usual one is of no use."""
    usual = (
        f"look at the key's permissions at {title}; a key with documented permissions only is proven at the next test"
    )
    return Told(f"it could not be proven {what}: {why}", remedy or usual)


def of_fault(title: str, fault: Fault, declared: Sequence[str] = ()) -> Told:
    """Word a failed request by its diagnosis; `declared` is the allowlist of the manifest."""
    why, asked = clause(fault), _ASKED.get(fault.purpose, "the key")
    if fault.diagnosis is Diagnosis.INVALID_KEY:
        return invalid(title, why)
    if fault.diagnosis is Diagnosis.IP_NOT_ALLOWED:
        return address(title, fault, declared)
    if fault.diagnosis is Diagnosis.NO_TRADE_PERMISSION:
        return Told(
            f"{title} does not show this key {asked}: {why}",
            f"give this key the missing right at {title}; keep withdrawal disabled",
        )
    if fault.diagnosis is Diagnosis.UNVERIFIED:
        return Told(
            f"{asked} could not be read: {why}", f"let this key read its own account at {title}, then test it again"
        )
    return _away(title, fault, why, asked)


def address(title: str, fault: Fault, declared: Sequence[str]) -> Told:
    """Word a refused address: name it where the exchange told it, and say whether the manifest lists it."""
    seen = f", seen as {fault.egress}," if fault.egress else ""
    message = f"{title} refuses this host's address{seen} for this key: {clause(fault)}"
    if fault.egress is None:
        return Told(message, f"add the public address of this host to the key's allowlist at {title}")
    is_listed = not networks.compare(declared, [fault.egress]).extra
    beside = "; spec.ipAllowlist lists it already" if is_listed else " and to spec.ipAllowlist"
    return Told(message, f"add {fault.egress} to the key's allowlist at {title}{beside}")


def _away(title: str, fault: Fault, why: str, asked: str) -> Told:
    if fault.is_clock:
        return Told(
            f"{title} refuses the time of the request, after it was corrected: {why}",
            "set this host's clock by NTP; the key was not judged, and the next run tests it again",
        )
    return Told(
        f"{title} did not tell {asked}: {why}",
        "wait, the next run tests it again; if it stays so: reconcile doctor --online",
    )
