"""`egress-rights`: no key may move value by the side doors, or open one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from reconciler.documents.known import RuleTraits
from reconciler.documents.policy import Setting
from reconciler.model.finding import Finding
from reconciler.model.rule import SWITCH, Fleet, Rule, Subject, finding
from reconciler.values.rights import Right, Verdict
from reconciler.values.severity import Severity

_ID = "egress-rights"
_PLACE = ("spec", "credentials")
_MEANING = {
    Right.TRANSFER: "move funds between own accounts",
    Right.CONVERT_PAY: "pay or convert (P2P, pay, card, fiat)",
    Right.MANAGE_KEYS: "make and change API keys",
    Right.ADDRESS_BOOK: "change the withdrawal addresses",
}
_PAGE = """\
Value leaves an account not only by withdrawal. A key that may transfer moves funds to an account with weaker keys;
one that may pay or convert spends them; one that may manage keys makes itself a better key; one that may edit the
address book prepares a withdrawal. No strategy needs any of these.

Levels: deny (holds where no policy says otherwise), warn, off. Withdrawal itself has its own rule, no-withdraw.

Reported: transfer, convert_pay, manage_keys or address_book is granted, one finding each. Those that the exchange
does not let us prove either way are told together, as information: not proven is not the same as denied. So are
those that come with trading itself at an exchange, such as moving funds within one's own account at OKX and HTX:
nobody can clear them, and withdrawal, which would make use of them, is ruled out by its own rule.

To meet it: clear the right for this key at the exchange.
"""


def _check(subject: Subject, fleet: Fleet, setting: Setting, now: datetime) -> Iterator[Finding]:
    probe = subject.probe
    if setting.level is None or probe is None:
        return
    title = fleet.title(probe.exchange)
    for right, meaning in _MEANING.items():
        if probe.rights.verdict(right) is not Verdict.GRANTED:
            continue
        if fleet.comes_with_trading(right, probe.exchange) and "trade" in subject.connection.document.spec.permissions:
            yield finding(
                subject.connection,
                _ID,
                Severity.INFO,
                f"a key may {meaning} wherever it may trade at {title}: {right} cannot be taken away alone",
                *_PLACE,
                about=f"{right} comes with trading",
                remedy="give the strategy a sub-account of its own, so that there is nothing beside it to move",
            )
        else:
            yield finding(
                subject.connection,
                _ID,
                setting.level,
                f"the key of {subject.name} may {meaning}: the right {right} is granted",
                *_PLACE,
                about=right,
                remedy=f"clear the right for this key at {title}, then run: reconcile test --only {subject.name}",
            )
    open_rights = [right for right in _MEANING if probe.rights.verdict(right) is Verdict.UNKNOWN]
    # Where no right at all is proven, the diagnosis and no-withdraw say so already.
    if open_rights and len(open_rights) < len(_MEANING):
        yield finding(
            subject.connection,
            _ID,
            Severity.INFO,
            f"{title} does not show whether a key may use {', '.join(open_rights)}: neither granted nor denied",
            *_PLACE,
            about=f"open: {', '.join(open_rights)}",
            remedy=f"look them up at {title} by hand",
        )


RULE = Rule(
    id=_ID,
    summary="No key may transfer, pay, manage keys or edit the address book.",
    page=_PAGE,
    traits=RuleTraits(levels=SWITCH, default="deny"),
    check=_check,
    asks_exchange=True,
)
