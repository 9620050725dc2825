"""The sentences of a test: what is wrong with a key, and the way out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reconciler.kit import networks
from reconciler.kit.clock import iso
from reconciler.model.exchange import Purpose
from reconciler.model.probe import Diagnosis
from reconciler.probing.classify import Fault

_ASKED = {
    Purpose.KEY_INFO: "the key's rights",
    Purpose.LISTING: "the key's rights",
    Purpose.BALANCE: "the balance",
    Purpose.STATUS: "open orders and positions",
}


# How many addresses a message names before it counts the rest.
_NAMED = 3


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


def of_fault(title: str, fault: Fault, declared: Sequence[str] = (), egress: Sequence[str] = ()) -> Told:
    """Word a failed request by its diagnosis.

    `declared` is the allowlist of the manifest, `egress` where reconciler.yaml says this host goes out from.
    """
    why, asked = clause(fault), _ASKED.get(fault.purpose, "the key")
    if fault.diagnosis is Diagnosis.INVALID_KEY:
        return invalid(title, why)
    if fault.diagnosis is Diagnosis.IP_NOT_ALLOWED:
        return address(title, fault, declared, egress)
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


def address(title: str, fault: Fault, declared: Sequence[str], egress: Sequence[str]) -> Told:
    """Word a refused address: which of what was seen, declared and configured disagree, and what to add where."""
    why, home = clause(fault), _some(egress)
    seen = f", seen as {fault.egress}," if fault.egress else ""
    message = f"{title} refuses this host's address{seen} for this key: {why}"
    at = f"to the key's allowlist at {title}"
    if fault.egress is None and not egress:
        return Told(message, f"add the public address of this host {at}{_beside(declared, ())}")
    if fault.egress is None:
        return Told(
            f"{message}; by egress.addresses in reconciler.yaml the address is likely {home}",
            f"add {home} {at}{_beside(declared, egress)}; if it is there, this host goes out from elsewhere",
        )
    if not egress or _covers(egress, [fault.egress]):
        return Told(message, f"add {fault.egress} {at}{_beside(declared, [fault.egress])}")
    return Told(
        f"{message}; reconciler.yaml says that it goes out from {home}, so something else routes it, or that is old",
        f"have this host go out from {home} again; or add {fault.egress} to egress.addresses and {at}"
        f"{_beside(declared, [fault.egress])}",
    )


def _beside(declared: Sequence[str], addresses: Sequence[str]) -> str:
    """Say whether the manifest, too, has to be changed."""
    if addresses and _covers(declared, addresses):
        return "; spec.ipAllowlist lists it already"
    return " and to spec.ipAllowlist" if addresses else ""


def _covers(listed: Sequence[str], addresses: Sequence[str]) -> bool:
    return not networks.compare(listed, addresses).extra


def _some(addresses: Sequence[str]) -> str:
    rest = len(addresses) - _NAMED
    return " or ".join(addresses[:_NAMED]) + (f" or one of {rest} more" if rest > 0 else "")


def _away(title: str, fault: Fault, why: str, asked: str) -> Told:
    if fault.is_clock:
        return Told(
            f"{title} refuses the time of the request, after it was corrected: {why}",
            "set this host's clock by NTP; the key was not judged, and the next run tests it again",
        )
    if fault.until is not None:
        until = iso(fault.until)
        return Told(
            f"{title} did not tell {asked}: {why}; it is not asked before {until}",
            f"wait until {until}, then test it again; other programs at this address count as well",
        )
    return Told(
        f"{title} did not tell {asked}: {why}",
        "wait, the next run tests it again; if it stays so: reconcile doctor --online",
    )
