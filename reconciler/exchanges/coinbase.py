"""Coinbase (Advanced Trade), spot and US futures: one flag for every transfer, one bare refusal for every bad key."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from reconciler.documents.known import ExchangeTraits
from reconciler.model.exchange import (
    Asked,
    ErrorRow,
    Exchange,
    KeyInfo,
    PrivateKey,
    Purpose,
    Reading,
    Request,
    Source,
)
from reconciler.model.limits import Gauge, Limit, Per, Rest
from reconciler.model.permissions import Permission, any_of, flags_of, says_withdraw, shown, unreadable
from reconciler.model.probe import Account, Diagnosis
from reconciler.values.rights import Right, Verdict

VERIFIED = "2026-11-22"
_API = "https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/"
DOCS = Source("https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/api-reference", VERIFIED)
KEY_INFO = Source(f"{_API}data-api/get-api-key-permissions", VERIFIED)
SIGNING = Source(
    "https://docs.cdp.coinbase.com/coinbase-app/authentication-authorization/api-key-authentication", VERIFIED
)
ASKED = replace(KEY_INFO, doubt="which right a key takes to ask for its own")
CURVES = replace(SIGNING, doubt="whether Ed25519 keys are taken, of which its pages say both")
FOREIGN = replace(SIGNING, doubt="that an address which is not on the list is refused by a bare HTTP 401")
OUTAGES = replace(DOCS, doubt="how limits and outages are worded, and by which HTTP status")
LEGACY = Source("https://docs.cdp.coinbase.com/coinbase-app/authentication-authorization/legacy-keys", VERIFIED)
SCOPES = Source("https://github.com/coinbase/coinbase-advanced-py/issues/125", VERIFIED)
# Good tokens are refused at times: https://github.com/coinbase/coinbase-advanced-py/issues/132 and /60.
SPURIOUS = Source("https://github.com/coinbase/coinbase-advanced-py/issues/132", VERIFIED)
LEGACY_WORDS = Source("https://github.com/home-assistant/core/issues/26184", VERIFIED)


def _flag(word: str, meaning: str, *grants: Right) -> Permission:
    return Permission(word, meaning, KEY_INFO, frozenset(grants))


_FLAGS = (
    _flag("can_view", "read accounts and orders", Right.READ),
    _flag("can_trade", "place and cancel orders, on futures where the account has them", Right.TRADE_SPOT),
    # One flag for sends to anybody and for moves between own portfolios; it cannot be split.
    _flag("can_transfer", "withdraw, send and move between portfolios", Right.WITHDRAW, Right.TRANSFER),
    _flag("can_receive", "have payments sent in"),
)
FLAGS = {flag.word: flag for flag in _FLAGS}
BEYOND = {
    Right.TRADE_MARGIN: "Coinbase has no right to trade on margin",
    Right.CONVERT_PAY: "can_trade converts as well, and Coinbase documents no flag for paying",
    Right.MANAGE_KEYS: "Coinbase documents no flag for it; keys are made in its portal only",
    Right.ADDRESS_BOOK: "Coinbase documents no flag for the address book",
}


def read_key_info(bodies: Sequence[object], asked: Asked) -> KeyInfo:
    """Read `key_permissions`, which is about the key that signed; a futures balance after it shows who has futures."""
    body = bodies[0]
    if not isinstance(body, dict) or not FLAGS.keys() & body.keys():
        return KeyInfo(unreadable("the answer has none of the documented flags"))
    flags = flags_of(body)
    switches = [name for name, is_on in flags.items() if is_on and name not in FLAGS]
    rights = {right: Reading(Verdict.UNKNOWN, why) for right, why in BEYOND.items()}
    for right in (Right.READ, Right.TRADE_SPOT, Right.WITHDRAW, Right.TRANSFER):
        rights[right] = any_of(flags, *(flag.word for flag in _FLAGS if right in flag.grants))
    has_futures = body.get("portfolio_type") == "INTX" or any(_has("balance_summary", one, dict) for one in bodies[1:])
    rights[Right.TRADE_FUTURES] = _futures(rights[Right.TRADE_SPOT], has_futures=has_futures)
    # can_receive came later than the others: what a new flag lets out, can_transfer may no longer stand for.
    unclear = [name for name, is_on in flags.items() if is_on is None and says_withdraw(name)]
    if rights[Right.WITHDRAW].verdict is Verdict.DENIED and (open_ones := [*switches, *unclear]):
        rights[Right.WITHDRAW] = Reading(Verdict.UNKNOWN, f"what {shown(open_ones)} allows is not documented")
    if withdrawing := [name for name in switches if says_withdraw(name)]:
        rights[Right.WITHDRAW] = Reading(Verdict.GRANTED, f"{shown(withdrawing)} is undocumented and says withdraw")
    portfolio = body.get("portfolio_uuid")
    account = Account(uid=portfolio if isinstance(portfolio, str) and portfolio else None)
    # Which addresses a key is bound to shows in the portal and in no answer: never an empty list.
    return KeyInfo(rights, account=account, notes=tuple(f"undocumented permission {shown([one])}" for one in switches))


def _futures(orders: Reading, *, has_futures: bool) -> Reading:
    if orders.verdict is not Verdict.GRANTED or has_futures:
        return orders
    return Reading(
        Verdict.UNKNOWN,
        "can_trade does not tell whether the account may trade futures",
        "declare the market futures: the futures balance, which is asked for then, tells it",
    )


def misfit(secret: str) -> str | None:
    """Say why a secret that is no PEM cannot sign; what is left is Ed25519, in base64: the seed, or both halves."""
    try:
        size = len(base64.b64decode(secret, validate=True)) if secret.endswith("=") else 0
    except (binascii.Error, ValueError):
        size = 0
    if size in (32, 64):
        return None
    # https://docs.cdp.coinbase.com/coinbase-app/authentication-authorization/legacy-keys, last verified 2026-11-22.
    return (
        "the secret is neither a PEM nor an Ed25519 key in base64, whole and without spaces; if it belongs to a legacy "
        "key, Coinbase ended all of those in February 2025"
    )


def read_time(body: object) -> int | None:
    """Return the server's time in milliseconds, None when the answer does not tell it."""
    time = body.get("epochMillis") if isinstance(body, dict) else None
    return int(time) if isinstance(time, str) and time.isascii() and time.isdecimal() and len(time) < 16 else None


def code_of(body: object) -> str | None:
    """Return Coinbase's own error code: `error`, the first `id` in `errors`, or the one word of a bare refusal."""
    if isinstance(body, str):
        return "Unauthorized" if body.strip().casefold() == "unauthorized" else None
    if not isinstance(body, dict):
        return None
    listed = body.get("errors")
    first = listed[0] if isinstance(listed, list) and listed else None
    code = first.get("id") if isinstance(first, dict) else body.get("error")
    return code if isinstance(code, str) and code else None


def _has(name: str, body: object, kind: type) -> bool:
    return isinstance(body, dict) and isinstance(body.get(name), kind)


def _with(name: str, kind: type) -> Callable[[object], bool]:
    return lambda body: _has(name, body, kind)


_HOST, _BASE = "api.coinbase.com", "/api/v3/brokerage/"
_SPOT, _FUTURES = frozenset({"spot"}), frozenset({"futures"})


def _signed(
    purpose: Purpose,
    call: str,
    path: str,
    page: str,
    markets: frozenset[str],
    expects: Callable[[object], bool],
    tells: frozenset[Purpose] = frozenset(),
    params: Mapping[str, str] | None = None,
) -> Request:
    return Request(
        purpose,
        f"v3PrivateGetBrokerage{call}",
        _HOST,
        f"{_BASE}{path}",
        Source(f"{_API}{page}", VERIFIED),
        params=params or {},
        markets=markets,
        pool="private",
        expects=expects,
        tells=tells,
    )


_OPEN = {"order_status": "OPEN"}
_AND_KEY_INFO = frozenset({Purpose.KEY_INFO})
_BALANCE, _STATUS = Purpose.BALANCE, Purpose.STATUS
REQUESTS = (
    Request(Purpose.TIME, "v3PublicGetBrokerageTime", _HOST, f"{_BASE}time", DOCS, signed=False, pool="public"),
    Request(
        Purpose.KEY_INFO,
        "v3PrivateGetBrokerageKeyPermissions",
        _HOST,
        f"{_BASE}key_permissions",
        ASKED,
        pool="private",
    ),
    _signed(
        _BALANCE,
        "Accounts",
        "accounts",
        "accounts/list-accounts",
        _SPOT,
        _with("accounts", list),
        params={"limit": "250"},
    ),
    _signed(
        _BALANCE,
        "CfmBalanceSummary",
        "cfm/balance_summary",
        "futures/get-futures-balance-summary",
        _FUTURES,
        _with("balance_summary", dict),
        _AND_KEY_INFO,
    ),
    _signed(
        _STATUS,
        "OrdersHistoricalBatch",
        "orders/historical/batch",
        "orders/list-orders",
        _SPOT,
        _with("orders", list),
        params=_OPEN,
    ),
    _signed(
        _STATUS,
        "CfmPositions",
        "cfm/positions",
        "futures/list-futures-positions",
        _FUTURES,
        _with("positions", list),
    ),
)
LIMITS = (Limit("public", 10, 1, DOCS), Limit("private", 30, 1, DOCS, Per.ACCOUNT))
_RESET = "x-ratelimit-reset"
RESTS = (
    *(Rest(Per.ACCOUNT, 1, DOCS, code=code, header=_RESET) for code in ("rate_limit_exceeded", "RESOURCE_EXHAUSTED")),
    Rest(Per.ACCOUNT, 1, DOCS, status=429, header=_RESET),
)
GAUGES = (Gauge("x-ratelimit-remaining", Per.ACCOUNT, DOCS, is_left=True, reset=_RESET),)

_ASKED_FOR_MARKET = frozenset({Purpose.BALANCE, Purpose.STATUS})
_INVALID, _IP, _TRADE = Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED, Diagnosis.NO_TRADE_PERMISSION
_AWAY, _UNPROVEN = Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.UNVERIFIED
_ALIKE = "Coinbase gives one answer for all of these"
_BAD = f"the key is unknown or deleted, its secret another one, or this host's address not on its list; {_ALIKE}"
_UNLISTED = f"this host's address is not on the key's list; less likely, key or secret are wrong; {_ALIKE}"
_BARE, _LACKS = "Unauthorized", "the key lacks the right for this"


def _row(code: str, diagnosis: Diagnosis, when: str, http: int, text: str | None = None) -> ErrorRow:
    return ErrorRow(code, diagnosis, when, (http,), OUTAGES, text=text)


def _no_right(code: str, text: str | None = None) -> tuple[ErrorRow, ErrorRow]:
    return (
        ErrorRow(code, _TRADE, _LACKS, (403,), SCOPES, _ASKED_FOR_MARKET, text),
        ErrorRow(code, _UNPROVEN, _LACKS, (403,), SCOPES, text=text),
    )


ERROR_ROWS = (
    # A good token is refused now and then, and so is a late one: each is tried once more with another.
    ErrorRow(
        _BARE, _AWAY, "a key it had just accepted was refused", (401,), SPURIOUS, _ASKED_FOR_MARKET, is_clock=True
    ),
    ErrorRow(_BARE, _IP, _UNLISTED, (401,), FOREIGN, is_clock=True, is_outside=True),
    ErrorRow(_BARE, _INVALID, _BAD, (401,), CURVES, is_clock=True),
    ErrorRow(
        "PERMISSION_DENIED",
        _TRADE,
        "the account is not entitled to this product",
        (403,),
        DOCS,
        _ASKED_FOR_MARKET,
        r"(?i)correct permissions",
    ),
    *_no_right("PERMISSION_DENIED"),
    *_no_right("unknown", r"(?i)missing required scopes"),
    *_no_right("invalid_scope"),
    ErrorRow(
        "authentication_error",
        _IP,
        "the address is not on the key's list",
        (401,),
        LEGACY_WORDS,
        text=r"(?i)ip blocked",
    ),
    ErrorRow(
        "authentication_error",
        _AWAY,
        "the timestamp has expired",
        (401,),
        LEGACY,
        text=r"(?i)timestamp expired",
        is_clock=True,
    ),
    ErrorRow("authentication_error", _INVALID, "the key or its signature is not valid", (401,), LEGACY),
    _row("rate_limit_exceeded", _AWAY, "too many requests", 429),
    _row("RESOURCE_EXHAUSTED", _AWAY, "too many requests", 429),
    _row("INTERNAL", _AWAY, "the exchange has an internal error", 503),
    _row("UNAVAILABLE", _AWAY, "the service is not available", 503),
    _row("internal_server_error", _AWAY, "the exchange has an internal error", 500),
)

EXCHANGE = Exchange(
    id="coinbase",
    ccxt_class="coinbase",
    traits=ExchangeTraits("Coinbase", needs_passphrase=False, markets=_SPOT | _FUTURES, has_testnet=False),
    requests=REQUESTS,
    errors=ERROR_ROWS,
    read_key_info=read_key_info,
    read_time=read_time,
    code_of=code_of,
    egress_of=lambda _: None,
    source=DOCS,
    limits=LIMITS,
    permissions=_FLAGS,
    rests=RESTS,
    gauges=GAUGES,
    private_keys=frozenset({PrivateKey.ECDSA}),
    misfit=misfit,
)
