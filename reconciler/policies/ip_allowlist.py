"""`ip-allowlist`: a key works from declared addresses only, at the exchange as in the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from reconciler.documents.known import RuleTraits
from reconciler.documents.policy import Setting
from reconciler.kit import networks
from reconciler.model.finding import Finding
from reconciler.model.rule import SWITCH, Fleet, Rule, Subject, finding
from reconciler.values.severity import Severity

_ID = "ip-allowlist"
_PLACE = ("spec", "ipAllowlist")
_LEVELS = {"require": Severity.DENY, "recommend": Severity.WARN, **SWITCH}
# How many addresses a message names before it counts the rest.
_NAMED = 3
_PAGE = """\
A stolen key is of little use to somebody whose address the exchange refuses. A connection declares the addresses
its key may be used from, and the exchange must hold the same list.

Levels: require (a finding denies), recommend (a finding warns; this holds where no policy says otherwise), off;
deny, warn and info mean what they mean everywhere.

Reported from the manifest alone: no address is declared; a network is so wide that it limits nobody (/8 or wider,
/32 or wider for IPv6); an egress address of reconciler.yaml is not in the list, so the key cannot work from here.

Reported from the answer of the exchange: it holds no list, it allows an address that is not declared, or it lacks
one that is, or one that reconciler.yaml says requests come from. Entries shown with hidden digits (203.**.113) are
compared by their visible ones, which is told as information. Where the exchange does not reveal its list, that is
told too, one degree milder than the level: the list is then your word, not a proof.

To meet it: declare the addresses under spec.ipAllowlist and set the very same ones for the key at the exchange.
"""


def _check(subject: Subject, fleet: Fleet, setting: Setting, now: datetime) -> Iterator[Finding]:
    if setting.level is None:
        return
    declared = subject.connection.document.spec.ip_allowlist
    if declared:
        yield from _entries(subject, declared, setting.level)
        yield from _egress(subject, fleet, declared, setting.level)
    else:
        yield from _nothing_declared(subject, setting.level)
    yield from _shown(subject, fleet, declared, setting.level)


def _nothing_declared(subject: Subject, level: Severity) -> Iterator[Finding]:
    shown = subject.probe.ip_allowlist if subject.probe else None
    known = f"; the exchange holds {_named(shown)}" if shown else ""
    yield finding(
        subject.connection,
        _ID,
        level,
        f"no address is declared from which the key may be used{known}",
        *_PLACE,
        remedy="list the addresses under spec.ipAllowlist and set the same ones for the key at the exchange",
    )


def _entries(subject: Subject, declared: tuple[str, ...], level: Severity) -> Iterator[Finding]:
    for at, text in enumerate(declared):
        network = networks.parse(text)
        if network is not None and networks.is_wide(network):
            message, remedy = f"{text} is so wide that it limits nobody", "name the addresses that requests come from"
            yield finding(subject.connection, _ID, level, message, *_PLACE, at, remedy=remedy, about=f"wide {text}")


def _egress(subject: Subject, fleet: Fleet, declared: tuple[str, ...], level: Severity) -> Iterator[Finding]:
    if not fleet.egress_addresses:
        return
    inside = networks.Coverage(network for text in declared if (network := networks.parse(text)) is not None)
    outside = [
        text
        for text in fleet.egress_addresses
        if (network := networks.parse(text)) is not None and not inside.covers(network)
    ]
    if outside:
        yield finding(
            subject.connection,
            _ID,
            level,
            f"requests come from {_named(outside)}, which is not in the declared list: the key cannot work from here",
            *_PLACE,
            about=_fact("egress", outside),
            remedy="add the address to spec.ipAllowlist and at the exchange, or correct egress in reconciler.yaml",
        )


def _shown(subject: Subject, fleet: Fleet, declared: tuple[str, ...], level: Severity) -> Iterator[Finding]:
    probe, title = subject.probe, fleet.title(subject.connection.document.spec.exchange)
    # Without a proof nothing was learned about this key: the diagnosis says so already.
    if probe is None or (probe.proven_at is None and probe.ip_allowlist is None):
        return
    if probe.ip_allowlist is None:
        severity = Severity.WARN if level is Severity.DENY else Severity.INFO
        message = f"{title} does not reveal which addresses it accepts for this key: the declared list is not proven"
        remedy = f"look up the list of this key at {title} by hand"
        yield finding(subject.connection, _ID, severity, message, *_PLACE, remedy=remedy, about="not revealed")
    elif not probe.ip_allowlist:
        message = f"{title} holds no allowlist for this key: it works from any address"
        remedy = f"set {_named(declared) if declared else 'the addresses of your hosts'} for this key at {title}"
        yield finding(subject.connection, _ID, level, message, *_PLACE, remedy=remedy, about="no list")
    elif declared:
        yield from _differences(subject, title, networks.compare(declared, probe.ip_allowlist), level)
    elif lacking := networks.compare(fleet.egress_addresses, probe.ip_allowlist).missing:
        message = f"{title} does not accept {_named(lacking)} for this key, where requests come from by reconciler.yaml"
        remedy = f"add the address at {title}, or correct egress in reconciler.yaml"
        about = _fact("egress", lacking)
        yield finding(subject.connection, _ID, level, message, *_PLACE, remedy=remedy, about=about)


def _differences(subject: Subject, title: str, difference: networks.Difference, level: Severity) -> Iterator[Finding]:
    if difference.extra:
        message = f"{title} accepts {_named(difference.extra)} for this key, which is not declared"
        remedy = f"remove the address at {title}, or declare it under spec.ipAllowlist"
        about = _fact("extra", difference.extra)
        yield finding(subject.connection, _ID, level, message, *_PLACE, remedy=remedy, about=about)
    if difference.missing:
        message = f"{title} does not accept {_named(difference.missing)} for this key, though it is declared"
        remedy = f"add the address at {title}, or take it out of spec.ipAllowlist"
        about = _fact("missing", difference.missing)
        yield finding(subject.connection, _ID, level, message, *_PLACE, remedy=remedy, about=about)
    if difference.masked:
        message = f"{title} hides digits of {_named(difference.masked)}: it fits the declared list, without proof"
        remedy = f"look up the list of this key at {title} by hand"
        yield finding(subject.connection, _ID, Severity.INFO, message, *_PLACE, remedy=remedy, about="masked")


def _fact(word: str, entries: Iterable[str]) -> str:
    # Whoever accepts one address accepts no other that comes later.
    return " ".join([word, *sorted(entries)])


def _named(entries: tuple[str, ...] | list[str]) -> str:
    rest = len(entries) - _NAMED
    return ", ".join(entries[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


RULE = Rule(
    id=_ID,
    summary="A key is used from declared addresses only, and the exchange holds the same list.",
    page=_PAGE,
    traits=RuleTraits(levels=_LEVELS, default="recommend"),
    check=_check,
    asks_exchange=True,
)
