"""Every other exchange that ccxt knows: whether a key works there, and not what it may do.

A balance that comes shows that the key reads. Nothing else is known of it, and nothing is taken for granted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.documents.known import ExchangeTraits
from reconciler.model.directory import Listed
from reconciler.model.exchange import Asked, Exchange, KeyInfo, Purpose, Reading, Request, Source, Unprovable
from reconciler.model.limits import Limit
from reconciler.values.rights import Right, Verdict

VERIFIED = "2026-11-22"
# The unified calls, what they return, and which class has which of them.
MANUAL = Source("https://docs.ccxt.com/#/README?id=unified-api", VERIFIED)
# The calls as ccxt's own description of a class names them, and as they are called.
_CALLS = {"fetchPositions": "fetch_positions", "fetchOpenOrders": "fetch_open_orders"}
_KINDS = {"spot": "spot", "margin": "margin", "futures": "swap"}
_POOL = "ccxt"
# A call may take more than one request, and what ccxt says of a pace is at times of no use.
_WEIGHT, _BURST, _LEAST_PAUSE_MS = 2, 10, 20


def generic(id: str, listed: Listed) -> Exchange:
    """Make an exchange of what ccxt says of a class."""
    title = listed.title
    return Exchange(
        id=id,
        ccxt_class=id,
        traits=ExchangeTraits(
            title,
            needs_passphrase=listed.needs_passphrase,
            markets=frozenset(listed.markets),
            has_testnet=False,
            is_simulated=False,
        ),
        requests=tuple(_requests(id, listed)),
        errors=(),
        read_key_info=lambda bodies, asked: read_key_info(bodies, asked, title),
        read_time=read_time,
        code_of=lambda _: None,
        egress_of=lambda _: None,
        source=MANUAL,
        limits=(Limit(_POOL, _BURST, _BURST * max(listed.pause_ms, _LEAST_PAUSE_MS) / 1000, MANUAL),),
        unprovable=tuple(
            Unprovable(right, verdict, _why(title), _remedy(title), MANUAL)
            for right in Right
            for verdict in (Verdict.GRANTED, Verdict.DENIED)
            if (right, verdict) != (Right.READ, Verdict.GRANTED)
        ),
        is_unified=True,
    )


def _requests(id: str, listed: Listed) -> Sequence[Request]:
    time = "fetch_time" if "fetchTime" in listed.calls else "load_markets"
    asked = [_call(id, Purpose.TIME, time, signed=False)]
    for market in listed.markets:
        asked.append(_call(id, Purpose.BALANCE, "fetch_balance", market, tells=frozenset({Purpose.KEY_INFO})))
        preferred = ("fetchPositions", "fetchOpenOrders") if market == "futures" else ("fetchOpenOrders",)
        call = next((_CALLS[name] for name in preferred if name in listed.calls), None)
        if call is not None:
            asked.append(_call(id, Purpose.STATUS, call, market))
    return asked


def _call(
    id: str,
    purpose: Purpose,
    call: str,
    market: str = "",
    *,
    signed: bool = True,
    tells: frozenset[Purpose] = frozenset(),
) -> Request:
    return Request(
        purpose,
        call,
        # Nobody here knows the hosts, but each exchange has some of its own.
        host=id,
        path=call,
        source=MANUAL,
        method="ccxt",
        signed=signed,
        params={"type": _KINDS[market]} if market else {},
        markets=frozenset({market} if market else ()),
        pool=_POOL,
        weight=_WEIGHT,
        expects=_EXPECTED[purpose],
        tells=tells,
    )


def read_key_info(bodies: Sequence[object], asked: Asked, title: str) -> KeyInfo:
    """Read balances, as ccxt makes them of whatever the exchange answers: a key that gets one may read."""
    rights = {right: Reading(Verdict.UNKNOWN, _why(title), _remedy(title)) for right in Right}
    if any(holds_balance(body) for body in bodies):
        rights[Right.READ] = Reading(Verdict.GRANTED, "the key could read a balance")
    return KeyInfo(rights)


def _why(title: str) -> str:
    return f"reconcile has no facts on what keys of {title} may do, and its answers to ccxt do not tell"


def _remedy(title: str) -> str:
    return (
        f"look on {title}'s own page of API keys that withdrawal is not ticked for this key; it stays unproven until "
        f"{title} has a file of its own, and those that have one are listed by: reconcile explain exchanges"
    )


def holds_balance(made: object) -> bool:
    """Tell whether a balance names a currency and how much of it there is."""
    total = made.get("total") if isinstance(made, Mapping) else None
    amounts = total.values() if isinstance(total, Mapping) else ()
    return any(isinstance(amount, int | float) and not isinstance(amount, bool) for amount in amounts)


def read_time(made: object) -> int | None:
    """Return the server's time in milliseconds, None when ccxt did not find it."""
    return made if isinstance(made, int) and not isinstance(made, bool) and 10**12 < made < 10**13 else None


_EXPECTED = {
    Purpose.TIME: lambda _: True,
    Purpose.BALANCE: holds_balance,
    Purpose.STATUS: lambda made: isinstance(made, list),
}
