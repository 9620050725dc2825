"""`one-key-per-strategy`: one key serves one strategy, so that either can be stopped without the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from reconciler.documents.known import RuleTraits
from reconciler.documents.policy import Setting
from reconciler.model.finding import Finding
from reconciler.model.rule import SWITCH, Fleet, Rule, Subject, finding
from reconciler.values.severity import Severity

_ID = "one-key-per-strategy"
# How many other connections a message names before it counts the rest.
_NAMED = 3
_PAGE = """\
When two strategies share a key, neither can be stopped, limited or blamed alone: withdrawing the key of one stops
the other, and their orders cannot be told apart. Each strategy gets its own key, best on its own sub-account.

Levels: deny (holds where no policy says otherwise), warn, off.

Reported: one key under two connection names (by keyed fingerprint once the secrets are open; by the reference
itself in validate, where two manifests name the same secret); two enabled bindings of different strategies on one
connection. Several bindings of one strategy on one connection are fine, and so are disabled bindings.

To meet it: make a key for each strategy at the exchange, a connection for each key, and point the binding at it.
"""


def _check(subject: Subject, fleet: Fleet, setting: Setting, now: datetime) -> Iterator[Finding]:
    if setting.level is None:
        return
    yield from _shared_key(subject, fleet, setting.level)
    yield from _shared_connection(subject, setting.level)


def _shared_key(subject: Subject, fleet: Fleet, level: Severity) -> Iterator[Finding]:
    sharing = fleet.by_fingerprint.get(subject.fingerprint, ()) if subject.fingerprint else ()
    how = "is the key of"
    if len(sharing) < 2:
        sharing, how = fleet.by_reference.get(subject.key_reference, ()), "is named by the same reference as that of"
    if len(sharing) < 2:
        return
    others = _others(subject, sharing)
    yield finding(
        subject.connection,
        _ID,
        level,
        f"the key of {subject.name} {how} {others} too",
        "spec",
        "credentials",
        about=f"shared with {others}",
        remedy="make a key of its own for each connection, or declare the key once and bind to that connection",
    )


def _others(subject: Subject, sharing: Sequence[Subject]) -> str:
    # A slice, not the whole group: thousands of connections on one key would each go through all the others.
    names = [other.name for other in sharing[: _NAMED + 1] if other is not subject][:_NAMED]
    rest = len(sharing) - 1 - len(names)
    return ", ".join(names) + (f" and {rest} more" if rest > 0 else "")


def _shared_connection(subject: Subject, level: Severity) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for binding in subject.enabled:
        first.setdefault(binding.document.spec.strategy, binding.name)
    if len(first) < 2:
        return
    for binding in subject.enabled:
        strategy = binding.document.spec.strategy
        other = next(name for name in first if name != strategy)
        yield finding(
            binding,
            _ID,
            level,
            f"{subject.name} serves the strategy {strategy} here and {other} in the binding {first[other]}",
            "spec",
            "connection",
            about=f"{strategy} beside {other}",
            remedy="give each strategy a connection with a key of its own, or disable one of the bindings",
        )


RULE = Rule(
    id=_ID,
    summary="One key serves one strategy and stands behind one connection.",
    page=_PAGE,
    traits=RuleTraits(levels=SWITCH, default="deny"),
    check=_check,
    asks_exchange=True,
)
