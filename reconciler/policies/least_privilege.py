"""`least-privilege`: a key may trade where its connection is declared to, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from reconciler.documents.known import RuleTraits
from reconciler.documents.policy import Setting
from reconciler.model.finding import Finding
from reconciler.model.rule import SWITCH, Fleet, Rule, Subject, finding
from reconciler.values.rights import Right, Verdict
from reconciler.values.severity import Severity

_ID = "least-privilege"
_MARKETS = {"spot": Right.TRADE_SPOT, "margin": Right.TRADE_MARGIN, "futures": Right.TRADE_FUTURES}
_PAGE = """\
A right that nobody uses is only of use to somebody else. A key should hold the trading rights its connection is
declared for, and no more.

Levels: deny, warn (holds where no policy says otherwise), off.

Reported: the exchange grants trading on a market that spec.markets does not name, or any trading at all where
spec.permissions does not hold trade. Told as information: a declared market that no enabled binding uses.

Rights that move value have rules of their own: no-withdraw and egress-rights.

To meet it: clear the right for this key at the exchange, or declare the market if a strategy is to use it.
"""


def _check(subject: Subject, fleet: Fleet, setting: Setting, now: datetime) -> Iterator[Finding]:
    if setting.level is None:
        return
    yield from _unneeded_rights(subject, fleet, setting.level)
    yield from _unused_markets(subject)


def _unneeded_rights(subject: Subject, fleet: Fleet, level: Severity) -> Iterator[Finding]:
    if subject.probe is None:
        return
    spec = subject.connection.document.spec
    trades = "trade" in spec.permissions
    for market, right in _MARKETS.items():
        if subject.probe.rights.verdict(right) is not Verdict.GRANTED or (trades and market in spec.markets):
            continue
        declared = f"only {', '.join(spec.markets)} is declared" if trades else "only reading is declared"
        yield finding(
            subject.connection,
            _ID,
            level,
            f"the key of {subject.name} may trade on {market}, but {declared}",
            "spec",
            "markets" if trades else "permissions",
            about=right,
            remedy=f"clear the right {right} for this key at {fleet.title(spec.exchange)}, or declare what needs it",
        )


def _unused_markets(subject: Subject) -> Iterator[Finding]:
    used = {binding.document.spec.market for binding in subject.enabled}
    # A connection without any binding has a rule of its own.
    if not used:
        return
    for at, market in enumerate(subject.connection.document.spec.markets):
        if market not in used:
            yield finding(
                subject.connection,
                _ID,
                Severity.INFO,
                f"{subject.name} declares {market}, which no enabled binding uses",
                "spec",
                "markets",
                at,
                about=market,
                remedy=f"take {market} out of spec.markets and clear the right at the exchange",
            )


RULE = Rule(
    id=_ID,
    summary="A key holds no trading right that its connection does not declare.",
    page=_PAGE,
    traits=RuleTraits(levels=SWITCH, default="warn"),
    check=_check,
    asks_exchange=True,
)
