"""Binance, spot, margin and USD-M futures: what its key info says, what its error codes mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

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
    Unprovable,
)
from reconciler.model.limits import Gauge, Limit, Per, Rest
from reconciler.model.permissions import Permission, all_of, any_of, flags_of, says_withdraw, shown, unreadable
from reconciler.model.probe import Account, Diagnosis
from reconciler.values.rights import Right, Verdict

VERIFIED = "2026-11-22"
SPOT = Source("https://developers.binance.com/docs/binance-spot-api-docs/rest-api", VERIFIED)
KEY_INFO = Source("https://developers.binance.com/docs/wallet/account/api-key-permission", VERIFIED)
MARGIN = Source("https://developers.binance.com/docs/margin_trading/account", VERIFIED)
FUTURES = Source("https://developers.binance.com/docs/derivatives/usds-margined-futures", VERIFIED)
COIN_FUTURES = Source("https://developers.binance.com/docs/derivatives/coin-margined-futures", VERIFIED)
ERRORS = Source("https://developers.binance.com/docs/binance-spot-api-docs/errors", VERIFIED)
FUTURES_ERRORS = Source("https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code", VERIFIED)
LIMIT = Source("https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits", VERIFIED)
SAPI_LIMIT = Source("https://developers.binance.com/docs/wallet/general-info", VERIFIED)
# What integrators met: an unknown key is -2008, so that -2015 is a known one.
OBSERVED = Source("https://github.com/ccxt/ccxt/issues/18653", VERIFIED, "how -2008 and -2015 divide unknown keys")
LAPSE = replace(KEY_INFO, doubt="after how many days tradingAuthorityExpirationTime lies: 30 or 90")


def _flag(word: str, meaning: str, *grants: Right) -> Permission:
    return Permission(word, meaning, KEY_INFO, frozenset(grants))


_FLAGS = (
    _flag("enableReading", "read accounts and orders", Right.READ),
    _flag("enableWithdrawals", "withdraw, also as gift cards", Right.WITHDRAW),
    _flag("enableInternalTransfer", "transfer between main account and sub-accounts", Right.TRANSFER),
    _flag("permitsUniversalTransfer", "transfer between all own accounts", Right.TRANSFER),
    _flag("enableMargin", "borrow, repay and transfer for margin, without orders"),
    _flag("enableSpotAndMarginTrading", "place and cancel spot orders, and margin orders where borrowing is enabled"),
    _flag("enableFutures", "trade futures", Right.TRADE_FUTURES),
    _flag("enableVanillaOptions", "trade options"),
    _flag("enablePortfolioMarginTrading", "trade margin and futures in a portfolio margin account"),
    _flag("enableFixApiTrade", "place and cancel spot orders by the FIX protocol"),
    _flag("enableFixReadOnly", "read by the FIX protocol"),
)
PERMISSIONS = {flag.word: flag for flag in _FLAGS}
_ORDERS, _BORROW = "enableSpotAndMarginTrading", "enableMargin"
_PORTFOLIO, _FIX = "enablePortfolioMarginTrading", "enableFixApiTrade"
BEYOND = {
    Right.CONVERT_PAY: "Binance documents no flag for convert, P2P, card or pay",
    # https://developers.binance.com/docs/sub_account/api-management, last verified 2026-11-22.
    Right.MANAGE_KEYS: "by its documentation a main account's key can create keys of sub-accounts, and no flag tells",
    Right.ADDRESS_BOOK: "Binance documents no flag for the address book",
}
_WITH_TRANSFERS = (_BORROW, "enableFutures", "enableVanillaOptions", _PORTFOLIO)
# Of permitsUniversalTransfer its page says that "each business's own transfer API rights are not affected" by it.
OWN_TRANSFERS = Unprovable(
    Right.TRANSFER,
    Verdict.DENIED,
    "by Binance's documentation a key for margin, futures or options transfers for these without a flag for transfers",
    "give the strategy a sub-account of its own, so that there is little beside it to move",
    KEY_INFO,
    beside=frozenset({Right.TRADE_MARGIN, Right.TRADE_FUTURES}),
)


def read_key_info(bodies: Sequence[object], asked: Asked) -> KeyInfo:
    """Read the answer of `GET /sapi/v1/account/apiRestrictions`, which is about the key that signed the request."""
    body = bodies[0]
    if not isinstance(body, dict) or not PERMISSIONS.keys() & body.keys():
        return KeyInfo(unreadable("the answer has none of the documented flags"))
    flags = flags_of(body)
    lapse = _moment(body.get("tradingAuthorityExpirationTime"))
    strange = [name for name, is_on in flags.items() if is_on and name not in (*PERMISSIONS, "ipRestrict")]
    rights = _rights(flags, strange, is_lapsed=lapse is not None and lapse <= asked.now)
    # What is neither true nor false may still stand for a yes.
    obscure = [name for name, is_on in flags.items() if is_on is None and body[name] and says_withdraw(name)]
    if obscure and rights[Right.WITHDRAW].verdict is Verdict.DENIED:
        rights[Right.WITHDRAW] = Reading(Verdict.UNKNOWN, f"what {shown(obscure)} allows is not documented")
    return KeyInfo(
        rights=rights,
        # The list itself is never told; without a restriction it is known to be empty.
        ip_allowlist=() if flags.get("ipRestrict") is False else None,
        expires_at=lapse if lapse is not None and lapse > asked.now else None,
        notes=(*(f"undocumented permission {shown([name])}" for name in strange), *_notes(flags, lapse)),
    )


def _rights(flags: Mapping[str, bool | None], strange: Sequence[str], *, is_lapsed: bool) -> dict[Right, Reading]:
    rights = {right: Reading(Verdict.UNKNOWN, why) for right, why in BEYOND.items()}
    for right in (Right.READ, Right.WITHDRAW, Right.TRANSFER):
        rights[right] = any_of(flags, *(flag.word for flag in _FLAGS if right in flag.grants))
    if rights[Right.TRANSFER].verdict is Verdict.DENIED and any(
        flags.get(name) is not False for name in _WITH_TRANSFERS
    ):
        rights[Right.TRANSFER] = OWN_TRANSFERS.reading
    rights[Right.TRADE_SPOT] = any_of(flags, _ORDERS, *([_FIX] if flags.get(_FIX) else []))
    rights[Right.TRADE_MARGIN] = _by_portfolio(flags, all_of(flags, _ORDERS, _BORROW))
    rights[Right.TRADE_FUTURES] = _by_portfolio(flags, any_of(flags, "enableFutures"))
    for right in (Right.TRADE_SPOT, Right.TRADE_MARGIN):
        if is_lapsed and rights[right].verdict is Verdict.GRANTED:
            rights[right] = Reading(Verdict.UNKNOWN, f"{_ORDERS} is there, but its time is over")
    if withdrawing := [name for name in strange if says_withdraw(name)]:
        rights[Right.WITHDRAW] = Reading(Verdict.GRANTED, f"{shown(withdrawing)} is undocumented and says withdraw")
    return rights


def _by_portfolio(flags: Mapping[str, bool | None], reading: Reading) -> Reading:
    if reading.verdict is Verdict.DENIED and flags.get(_PORTFOLIO):
        return Reading(Verdict.UNKNOWN, f"{_PORTFOLIO} may include it: {PERMISSIONS[_PORTFOLIO].meaning}")
    return reading


def _notes(flags: Mapping[str, bool | None], lapse: datetime | None) -> list[str]:
    notes = []
    if flags.get(_FIX) and flags.get(_ORDERS) is False:
        notes.append("the key may place orders by the FIX protocol only: those by REST are refused")
    if lapse is not None:
        # Only keys without an address list have it.
        notes.append(f"what ends on {lapse:%Y-%m-%d} is the right to trade spot and margin, not the key")
    if flags.get("ipRestrict"):
        notes.append("the key is bound to addresses, which Binance does not list")
    return notes


def _moment(field: object) -> datetime | None:
    if isinstance(field, bool) or not isinstance(field, int) or not 10**12 < field < 10**13:
        return None
    return datetime.fromtimestamp(field / 1000, UTC)


def read_time(body: object) -> int | None:
    """Return the server's time in milliseconds, None when the answer does not tell it."""
    time = body.get("serverTime") if isinstance(body, dict) else None
    return time if isinstance(time, int) and not isinstance(time, bool) else None


def read_account(body: object) -> Account:
    """Return whose key it is; the account's own canTrade and canWithdraw say nothing of the key and are not read."""
    uid = body.get("uid") if isinstance(body, dict) else None
    return Account(uid=str(uid)) if isinstance(uid, str | int) and not isinstance(uid, bool) else Account()


def code_of(body: object) -> str | None:
    """Return Binance's own error code, which always comes with a message; 200 reports a success."""
    code = body.get("code") if isinstance(body, dict) and "msg" in body else None
    return str(code) if isinstance(code, str | int) and str(code) != "200" else None


def egress_of(text: str) -> str | None:
    """Return the caller's address as Binance saw it, which its refusal may name at the end."""
    found = re.search(r"request ip:\s*([0-9a-fA-F.:]{3,45})", text)
    return found[1] if found else None


def _has(name: str, body: object) -> bool:
    return isinstance(body, dict) and isinstance(body.get(name), list)


def _is_list(body: object) -> bool:
    return isinstance(body, list)


_SPOT, _MARGIN, _FUTURES = frozenset({"spot"}), frozenset({"margin"}), frozenset({"futures"})
_HOST = "api.binance.com"
_HOSTS = {"fapi": "fapi.binance.com", "dapi": "dapi.binance.com"}


def _asked(
    purpose: Purpose, call: str, path: str, source: Source, markets: frozenset[str], weight: float, **params: str
) -> Request:
    pool = path.split("/")[1]
    named = {
        "/sapi/v1/margin/account": "userAssets",
        "/api/v3/account": "balances",
        "/fapi/v3/account": "assets",
        "/dapi/v1/account": "assets",
    }
    return Request(
        purpose,
        call,
        _HOSTS.get(pool, _HOST),
        path,
        source,
        params=params,
        markets=markets,
        pool=pool,
        weight=weight,
        expects=(lambda body: _has(named[path], body)) if path in named else _is_list,
        tells=frozenset({Purpose.ACCOUNT} if path == "/api/v3/account" else ()),
    )


_BALANCE, _STATUS = Purpose.BALANCE, Purpose.STATUS
_WALLET = "/sapi/v1/margin/account"
REQUESTS = (
    Request(Purpose.TIME, "publicGetTime", _HOST, "/api/v3/time", SPOT, signed=False, pool="api"),
    Request(
        Purpose.KEY_INFO,
        "sapiGetAccountApiRestrictions",
        _HOST,
        "/sapi/v1/account/apiRestrictions",
        LAPSE,
        pool="sapi",
    ),
    # Every account has a spot wallet, read by the same right; where both are declared, the margin one is looked at,
    # so that a third market fits into the budget.
    _asked(_BALANCE, "sapiGetMarginAccount", _WALLET, MARGIN, _SPOT | _MARGIN, 10),
    _asked(_BALANCE, "sapiGetMarginAccount", _WALLET, MARGIN, _MARGIN, 10),
    _asked(_BALANCE, "privateGetAccount", "/api/v3/account", SPOT, _SPOT, 20, omitZeroBalances="true"),
    _asked(_BALANCE, "fapiPrivateV3GetAccount", "/fapi/v3/account", FUTURES, _FUTURES, 5),
    _asked(_STATUS, "privateGetOpenOrders", "/api/v3/openOrders", SPOT, _SPOT, 6, symbol="BTCUSDT"),
    _asked(_STATUS, "sapiGetMarginOpenOrders", "/sapi/v1/margin/openOrders", MARGIN, _MARGIN, 10, symbol="BTCUSDT"),
    _asked(_STATUS, "fapiPrivateGetOpenOrders", "/fapi/v1/openOrders", FUTURES, _FUTURES, 1, symbol="BTCUSDT"),
    _asked(Purpose.SECOND_LOOK, "privateGetAccount", "/api/v3/account", SPOT, frozenset(), 20, omitZeroBalances="true"),
)
# Counted by address. On /sapi each endpoint has as much for itself; they are held together here, which is slower and
# never wrong.
LIMITS = (Limit("api", 6000, 60, LIMIT), Limit("sapi", 12000, 60, LIMIT), Limit("fapi", 2400, 60, FUTURES))
# Who goes on after a 429 is banned, for two minutes at first and up to three days; every request on the way counts.
RESTS = (
    Rest(Per.ADDRESS, 120, LIMIT, status=418, text=r"banned until (\d{13})"),
    Rest(Per.ADDRESS, 120, LIMIT, status=418),
    Rest(Per.ADDRESS, 60, LIMIT, code="-1003"),
    Rest(Per.ADDRESS, 60, LIMIT, status=429),
)
GAUGES = (
    Gauge("X-MBX-USED-WEIGHT-1M", Per.ADDRESS, LIMIT, pools=frozenset({"api", "fapi", "dapi"})),
    Gauge("X-SAPI-USED-IP-WEIGHT-1M", Per.ADDRESS, SAPI_LIMIT, pools=frozenset({"sapi"})),
)

_ASKED_FOR_MARKET = frozenset({Purpose.BALANCE, Purpose.STATUS})
_INVALID, _IP, _TRADE = Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED, Diagnosis.NO_TRADE_PERMISSION
_AWAY = Diagnosis.EXCHANGE_UNAVAILABLE
_GONE, _UNLISTED = "the key was disabled or deleted, or has expired", "this host's address is not on the key's list"
_REFUSED = (401, 400)
ERROR_ROWS = (
    ErrorRow("-2008", _INVALID, "the key does not exist", _REFUSED, OBSERVED),
    ErrorRow("-2014", _INVALID, "the key has a wrong format", (401,), ERRORS),
    ErrorRow(
        "-1022",
        _INVALID,
        "the signature is wrong: the secret does not belong to the key, or is of another kind than it",
        (400,),
        ERRORS,
    ),
    # One code for a wrong key, address or right. The key info takes no right that a key can be without, and a key
    # that was let in there has a good address: so the first answer tells what the later ones mean. Where the first is
    # refused, the spot account is asked for as well: an unknown key has a code of its own there.
    ErrorRow("-2015", _TRADE, "the key lacks the right for this", _REFUSED, OBSERVED, _ASKED_FOR_MARKET),
    ErrorRow("-2015", _IP, f"{_UNLISTED}; less likely, {_GONE}", _REFUSED, OBSERVED, text=r"request ip", is_open=True),
    ErrorRow("-2015", _IP, f"{_UNLISTED}; less likely, {_GONE}", _REFUSED, OBSERVED, is_bound=True, is_open=True),
    ErrorRow("-2015", _INVALID, f"{_GONE}; less likely, {_UNLISTED}", _REFUSED, OBSERVED, is_open=True),
    ErrorRow("-2017", _INVALID, "the keys of this account are locked", (400,), FUTURES_ERRORS),
    ErrorRow("-1099", _INVALID, "the key was not found or not authorized", (400,), ERRORS),
    ErrorRow("-1011", _IP, "this address may not use the endpoint", (400,), FUTURES_ERRORS),
    ErrorRow("-1002", _TRADE, "the key is not authorized for this", _REFUSED, ERRORS),
    ErrorRow("-1109", _TRADE, "the futures account is not open", (400,), FUTURES_ERRORS),
    ErrorRow(
        "-2010",
        _TRADE,
        "the account may not trade",
        (400,),
        ERRORS,
        text=r"(?i)may not place or cancel orders|action is disabled",
    ),
    ErrorRow("-3022", _TRADE, "the account is banned from trading", (400,), ERRORS),
    ErrorRow("-4087", _TRADE, "the account may only reduce positions", (400,), FUTURES_ERRORS),
    ErrorRow("-4088", _TRADE, "the account may not place orders", (400,), FUTURES_ERRORS),
    *(
        ErrorRow(code, _TRADE, "trading is restricted by rules or compliance", (400,), FUTURES_ERRORS)
        for code in ("-4400", "-4401", "-4402", "-4403")
    ),
    ErrorRow("-1021", _AWAY, "the timestamp is outside the window", (400,), ERRORS, is_clock=True),
    ErrorRow("-1003", _AWAY, "too many requests", (429, 418), ERRORS),
    ErrorRow("-1008", _AWAY, "the exchange is overloaded", (503,), ERRORS),
    ErrorRow("-1000", _AWAY, "the exchange has an internal error", (500, 400), ERRORS),
    ErrorRow("-1001", _AWAY, "the exchange has an internal error", (500, 400), ERRORS),
    ErrorRow("-1006", _AWAY, "the exchange answered itself unexpectedly", (500, 400), ERRORS),
    ErrorRow("-1007", _AWAY, "the exchange timed out", (408, 504), ERRORS),
    ErrorRow("-1016", _AWAY, "the service is shutting down", (503, 400), ERRORS),
    ErrorRow("0", _AWAY, "the exchange does not serve this place", (451,), OBSERVED),
)

EXCHANGE = Exchange(
    id="binance",
    ccxt_class="binance",
    # The testnets have no /sapi, so that nothing can be learnt of a key there; last verified 2026-11-22.
    traits=ExchangeTraits("Binance", needs_passphrase=False, markets=_SPOT | _MARGIN | _FUTURES, has_testnet=False),
    requests=REQUESTS,
    errors=ERROR_ROWS,
    read_key_info=read_key_info,
    read_time=read_time,
    read_account=read_account,
    code_of=code_of,
    egress_of=egress_of,
    source=SPOT,
    limits=LIMITS,
    permissions=_FLAGS,
    unprovable=(OWN_TRANSFERS,),
    rests=RESTS,
    gauges=GAUGES,
    private_keys=frozenset({PrivateKey.RSA, PrivateKey.ED25519}),
)
# The same keys and hosts under the ids of classes of their own, for one family of futures each. Binance.US is another
# exchange: its documentation has no key info. https://docs.binance.us, last verified 2026-11-22.
VARIANTS = (
    EXCHANGE.variant("binanceusdm", "Binance USD-M", FUTURES, markets=_FUTURES),
    EXCHANGE.variant(
        "binancecoinm",
        "Binance COIN-M",
        COIN_FUTURES,
        markets=_FUTURES,
        requests=(
            _asked(_BALANCE, "dapiPrivateGetAccount", "/dapi/v1/account", COIN_FUTURES, _FUTURES, 5),
            _asked(
                _STATUS,
                "dapiPrivateGetOpenOrders",
                "/dapi/v1/openOrders",
                COIN_FUTURES,
                _FUTURES,
                1,
                symbol="BTCUSD_PERP",
            ),
        ),
        limits=(Limit("dapi", 2400, 60, COIN_FUTURES),),
    ),
)
