"""OKX, spot, margin and futures in one account: what its key info says, what its error codes mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from reconciler.documents.known import ExchangeTraits
from reconciler.model.exchange import (
    Asked,
    ErrorRow,
    Exchange,
    KeyInfo,
    Purpose,
    Reading,
    Request,
    Source,
    told_code,
)
from reconciler.model.limits import Limit, Per, Rest
from reconciler.model.permissions import Permission, read_words, shown, split, unreadable
from reconciler.model.probe import Account, Diagnosis
from reconciler.values.rights import Right, Verdict

VERIFIED = "2026-11-22"
_PAGE = "https://www.okx.com/docs-v5/en/"
DOCS = Source(f"{_PAGE}#overview-rest-authentication", VERIFIED)
KEY_INFO = Source(f"{_PAGE}#trading-account-rest-api-get-account-configuration", VERIFIED)
KEY_RIGHTS = Source(f"{_PAGE}#overview-generating-an-api-key", VERIFIED)
SUB_ACCOUNT = Source(f"{_PAGE}#sub-account-rest-api", VERIFIED)
BALANCE = Source(f"{_PAGE}#trading-account-rest-api-get-balance", VERIFIED)
POSITIONS = Source(f"{_PAGE}#trading-account-rest-api-get-positions", VERIFIED)
ORDERS = Source(f"{_PAGE}#order-book-trading-trade-get-order-list", VERIFIED)
TIME = Source(f"{_PAGE}#public-data-rest-api-get-system-time", VERIFIED)
ERRORS = Source(f"{_PAGE}#error-code", VERIFIED)
SEEN = replace(ERRORS, doubt="the HTTP status of 50119 and 50120: the table says 200, and 401 was seen")
UNLISTED = replace(ERRORS, doubt="the code 50124, which no table that was seen lists")

_TRADING = frozenset({Right.TRADE_SPOT, Right.TRADE_MARGIN, Right.TRADE_FUTURES, Right.TRANSFER})
_PERMISSIONS = (
    Permission("read_only", "read accounts and orders", KEY_INFO, frozenset({Right.READ})),
    # The answers about keys of sub-accounts spell it so in one place.
    Permission("read", "read, in another spelling", SUB_ACCOUNT, frozenset({Right.READ})),
    # One word for orders, for moving funds between own accounts, and for settings; there is none for each of them.
    Permission("trade", "trade, transfer between own accounts and change settings", KEY_RIGHTS, _TRADING),
    Permission("withdraw", "withdraw", KEY_RIGHTS, frozenset({Right.WITHDRAW})),
)
PERMISSIONS = {permission.word: permission for permission in _PERMISSIONS}
BEYOND = {
    Right.CONVERT_PAY: "OKX documents no permission word for P2P, card or pay",
    # https://www.okx.com/docs-v5/en/#sub-account-rest-api asks for Trade and bound addresses; 2026-11-22.
    Right.MANAGE_KEYS: "by its documentation a main account's key that may trade can create keys of sub-accounts",
    Right.ADDRESS_BOOK: "OKX documents no permission word for the address book",
}
_UNBOUND = "OKX ends keys that may trade or withdraw and have no address list after 14 days without use"


def read_key_info(bodies: Sequence[object], asked: Asked) -> KeyInfo:
    """Read the answer of `GET /api/v5/account/config`, which is always about the key that signed the request."""
    data = _first(bodies[0])
    if data is None:
        return KeyInfo(unreadable('the answer has no "data" with one entry'))
    account = _account(data)
    words = split(data.get("perm"))
    if not words:
        return KeyInfo(unreadable('the answer has no readable "perm"'), account=account)
    read = read_words(words, PERMISSIONS, BEYOND)
    rights = {**read.rights, **_in_this_mode(data, read.rights)}
    if says := [word for word in words if "withdraw" in word.casefold()]:
        rights[Right.WITHDRAW] = Reading(Verdict.GRANTED, f"the key has {shown(says)}")
    # It is answered to keys that may read, so whatever its words are, this one may.
    rights[Right.READ] = Reading(Verdict.GRANTED, "the key could read the settings of its account")
    addresses = _addresses(data.get("ip"))
    is_at_risk = Verdict.GRANTED in {rights[Right.TRADE_SPOT].verdict, rights[Right.WITHDRAW].verdict}
    ends = (_UNBOUND,) if addresses == () and is_at_risk else ()
    return KeyInfo(rights=rights, ip_allowlist=addresses, account=account, notes=(*read.notes, *ends))


def _first(body: object) -> dict[str, object] | None:
    data = body.get("data") if isinstance(body, dict) else None
    return data[0] if isinstance(data, list) and len(data) == 1 and isinstance(data[0], dict) else None


def _in_this_mode(data: Mapping[str, object], told: Mapping[Right, Reading]) -> dict[Right, Reading]:
    """Narrow the trading rights to what the mode of the account leaves of them.

    1 is spot mode, 2 futures, 3 multi-currency margin, 4 portfolio margin; last verified 2026-11-22.
    """
    if told[Right.TRADE_FUTURES].verdict is not Verdict.GRANTED:
        return {}
    mode, borrows = data.get("acctLv"), data.get("enableSpotBorrow")
    if mode in ("2", "3", "4"):
        return {}
    if mode != "1":
        unknown = Reading(Verdict.UNKNOWN, f"the mode of the account is not documented: {shown([str(mode)])}")
        return {Right.TRADE_FUTURES: unknown, Right.TRADE_MARGIN: unknown}
    futures = Reading(Verdict.DENIED, "the account is in spot mode, which has no derivatives")
    if borrows in (True, "true"):
        return {Right.TRADE_FUTURES: futures}
    if borrows in (False, "false"):
        margin = Reading(Verdict.DENIED, "the account is in spot mode without borrowing")
    else:
        margin = Reading(Verdict.UNKNOWN, "the account is in spot mode, and the answer does not tell if it may borrow")
    return {Right.TRADE_FUTURES: futures, Right.TRADE_MARGIN: margin}


def _account(data: Mapping[str, object]) -> Account:
    uid, main, label = (_text(data.get(name)) for name in ("uid", "mainUid", "label"))
    return Account(uid=uid, is_subaccount=uid != main if uid and main else None, label=label)


def _text(field: object) -> str | None:
    return field if isinstance(field, str) and field else None


def _addresses(field: object) -> tuple[str, ...] | None:
    # Addresses and networks of both families; "" when the key is not bound to any: last verified 2026-11-22.
    return split(field) if isinstance(field, str) else None


def read_time(body: object) -> int | None:
    """Return the server's time in milliseconds, None when the answer does not tell it."""
    time = (_first(body) or {}).get("ts")
    return int(time) if isinstance(time, str) and re.fullmatch("[0-9]{10,16}", time) else None


def code_of(body: object) -> str | None:
    """Return OKX's own error code; every answer carries one, 0 when nothing is wrong."""
    return told_code(body, success="0")


def egress_of(text: str) -> str | None:
    """Return the caller's address as OKX saw it, which its refusal names."""
    found = re.search(r"\bIP:? +\[?([0-9a-fA-F.:]{3,45})\]? ", text)
    return found[1] if found else None


def _is_list_answer(body: object) -> bool:
    return isinstance(body, dict) and str(body.get("code")) == "0" and isinstance(body.get("data"), list)


def _has_one_entry(body: object) -> bool:
    return _is_list_answer(body) and _first(body) is not None


_HOST = "www.okx.com"
_MARKETS = ("spot", "margin", "futures")
_SPOT, _FUTURES = frozenset({"spot", "margin"}), frozenset({"futures"})


def _signed(
    purpose: Purpose,
    call: str,
    path: str,
    source: Source,
    pool: str,
    markets: frozenset[str],
    expects: Callable[[object], bool] = _is_list_answer,
) -> Request:
    return Request(purpose, call, _HOST, f"/api/v5/{path}", source, markets=markets, pool=pool, expects=expects)


REQUESTS = (
    Request(
        Purpose.TIME,
        "publicGetPublicTime",
        _HOST,
        "/api/v5/public/time",
        TIME,
        signed=False,
        pool="public/time",
        expects=lambda body: read_time(body) is not None,
    ),
    Request(
        Purpose.KEY_INFO,
        "privateGetAccountConfig",
        _HOST,
        "/api/v5/account/config",
        KEY_INFO,
        pool="account/config",
    ),
    # All markets trade from one account, so one request speaks for whichever were declared.
    *(
        _signed(
            Purpose.BALANCE,
            "privateGetAccountBalance",
            "account/balance",
            BALANCE,
            "account/balance",
            frozenset(markets),
            _has_one_entry,
        )
        for size in (3, 2, 1)
        for markets in combinations(_MARKETS, size)
    ),
    _signed(
        Purpose.STATUS, "privateGetTradeOrdersPending", "trade/orders-pending", ORDERS, "trade/orders-pending", _SPOT
    ),
    _signed(
        Purpose.STATUS, "privateGetAccountPositions", "account/positions", POSITIONS, "account/positions", _FUTURES
    ),
)
# Private endpoints are counted for each user, each by itself; public ones by address.
LIMITS = (
    # No page tells the limit of the time; this one is what others use. Last verified 2026-11-22.
    Limit("public/time", 10, 2, TIME),
    Limit("account/config", 5, 2, KEY_INFO, Per.ACCOUNT),
    Limit("account/balance", 10, 2, BALANCE, Per.ACCOUNT),
    Limit("account/positions", 10, 2, POSITIONS, Per.ACCOUNT),
    Limit("trade/orders-pending", 60, 2, ORDERS, Per.ACCOUNT),
)
# No header tells when to come back; the windows are of two seconds.
RESTS = (
    *(Rest(Per.ACCOUNT, 2, DOCS, code=code) for code in ("50011", "50040", "50061")),
    Rest(Per.ADDRESS, 2, DOCS, status=429),
)

_ASKED_FOR_MARKET = frozenset({Purpose.BALANCE, Purpose.STATUS})
_INVALID, _IP, _TRADE = Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED, Diagnosis.NO_TRADE_PERMISSION
_AWAY, _UNPROVEN = Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.UNVERIFIED
_ELSEWHERE = (
    "the key does not exist, or belongs to another of OKX's sites: okx.com, my.okx.com and okx.us share no keys"
)


def _row(
    code: str, diagnosis: Diagnosis, when: str, *http: int, is_clock: bool = False, source: Source = ERRORS
) -> ErrorRow:
    return ErrorRow(code, diagnosis, when, http, source, is_clock=is_clock)


def _no_right(code: str, *http: int, source: Source = ERRORS) -> tuple[ErrorRow, ErrorRow]:
    row = _row(code, _UNPROVEN, "the key lacks the right for this", *http, source=source)
    return replace(row, diagnosis=_TRADE, purposes=_ASKED_FOR_MARKET), row


ERROR_ROWS = (
    _row("50119", _INVALID, _ELSEWHERE, 401, 200, source=SEEN),
    _row("50111", _INVALID, "the key is not valid", 401),
    _row("50113", _INVALID, "the signature is wrong: the secret does not belong to the key", 401),
    _row("50105", _INVALID, "the passphrase is wrong", 401),
    _row("50103", _INVALID, "the header with the key is missing", 401),
    _row("50104", _INVALID, "the header with the passphrase is missing", 401),
    _row("50106", _INVALID, "the header with the signature is missing", 401),
    _row("50107", _INVALID, "the header with the timestamp is missing", 401),
    _row("50101", _INVALID, "the key belongs to the other environment, demo or live", 401),
    _row("50114", _INVALID, "the authorization is not valid", 401),
    _row("50100", _INVALID, "the key is frozen", 400),
    _row("50007", _INVALID, "the account is blocked", 200),
    _row("50008", _INVALID, "the account does not exist", 200),
    _row("50012", _INVALID, "the account is in no valid state", 200),
    _row("50110", _IP, "the address is not on the key's list", 401),
    _row("50035", _IP, "this is for keys with an address list, and the key has none", 403),
    _row("50118", _IP, "the key belongs to a broker's app, whose addresses are not on its list", 200),
    *_no_right("50120", 401, 200, source=SEEN),
    *_no_right("50030", 200),
    _row("50124", _TRADE, "the key may not trade on this market", 200, source=UNLISTED),
    _row("50027", _TRADE, "the account is restricted from trading", 200),
    _row("50029", _TRADE, "the account is restricted by risk control", 200),
    *(
        _row(code, _TRADE, "the account is frozen by a liquidation or deleveraging", 200)
        for code in ("50009", "50019", "50022")
    ),
    *(_row(code, _TRADE, "trading is restricted by the rules of a country", 200) for code in ("50051", "50052")),
    *(_row(code, _TRADE, "OKX waits for the holder to be verified on its site", 200) for code in ("50059", "50060")),
    _row("50041", _UNPROVEN, "the account is not on OKX's list for this", 200),
    _row("50121", _AWAY, "the exchange does not serve the place of this address", 200),
    _row("50102", _AWAY, "the timestamp is off by more than 30 s", 401, is_clock=True),
    _row("50112", _AWAY, "the timestamp is malformed", 401),
    _row("50011", _AWAY, "too many requests", 429, 200),
    _row("50061", _AWAY, "too many orders", 200),
    _row("50040", _AWAY, "too many operations", 200),
    _row("50001", _AWAY, "the service is not available", 503),
    _row("50013", _AWAY, "the exchange is busy", 429),
    _row("50026", _AWAY, "the exchange has an internal error", 500),
    _row("50004", _AWAY, "the endpoint timed out", 400),
    _row("50005", _AWAY, "the endpoint is offline", 410),
    *(_row(code, _AWAY, "the feature is not available at present", 200) for code in ("50046", "50062")),
    *(_row(code, _AWAY, "the host is none of the exchange's", 401) for code in ("50108", "50109")),
    _row("404", _AWAY, "the endpoint is not there", 404),
)

EXCHANGE = Exchange(
    id="okx",
    ccxt_class="okx",
    traits=ExchangeTraits("OKX", needs_passphrase=True, markets=frozenset(_MARKETS), has_testnet=False),
    requests=REQUESTS,
    errors=ERROR_ROWS,
    read_key_info=read_key_info,
    read_time=read_time,
    code_of=code_of,
    egress_of=egress_of,
    source=DOCS,
    limits=LIMITS,
    permissions=_PERMISSIONS,
    rests=RESTS,
    inseparable=frozenset({Right.TRANSFER}),
)
# Each site has accounts of its own, and the key of one is unknown to the others: last verified 2026-11-22.
_EEA = Source("https://my.okx.com/docs-v5/en/#overview", VERIFIED)
_US = Source("https://app.okx.com/docs-v5/en/#overview", VERIFIED)
VARIANTS = (
    EXCHANGE.variant("myokx", "OKX EEA", _EEA, markets=frozenset({"spot", "futures"}), hosts={_HOST: "eea.okx.com"}),
    EXCHANGE.variant("okxus", "OKX US", _US, markets=frozenset({"spot"}), hosts={_HOST: "us.okx.com"}),
)
