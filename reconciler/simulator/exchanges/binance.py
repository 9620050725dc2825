"""Binance: spot, margin and futures, one key for all; the hosts of /api, /sapi, /fapi and /dapi share one port here.

Written from https://github.com/binance/binance-spot-api-docs, https://developers.binance.com/docs/wallet and
https://developers.binance.com/docs/derivatives, last verified 2026-11-22. Where the documents name no HTTP status for
an error, the one seen most often is used.
"""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Callable
from urllib.parse import unquote

from reconciler.simulator import bodies
from reconciler.simulator.exchange import Endpoint, Exchange, Minted, Trouble
from reconciler.simulator.key import Key, KeyState
from reconciler.simulator.limits import Ban, Pool, Reading
from reconciler.simulator.signing import base64_signed, hex_hmac, is_private_key, same
from reconciler.simulator.wire import Answer, Call, as_json, as_page
from reconciler.values.rights import Right

_MOST_RECV_WINDOW = 60_000
_FUTURE_MS = 999


def _error(code: int, msg: str, status: int = 400) -> Answer:
    return as_json({"code": code, "msg": msg}, status)


# -1xxx and -2xxx about keys travel with 401, except on /sapi, where 400 was seen.
def _unwelcome(call: Call, code: int, msg: str) -> Answer:
    return _error(code, msg, 400 if call.path.startswith("/sapi/") else 401)


# The order of a gateway that can do no step before the one above it: no key without the header, no secret without
# the key. Time comes before the signature because it is the cheaper check; the address is told only to a caller who
# has proven to own the key, and the endpoint's right, checked by the frame, comes last. Both are the same code.
def _verify(call: Call) -> Key | Answer:
    given = unquote(_signature(call.text) or _signature(call.query))
    call.claim(given)
    api_key = call.header("X-MBX-APIKEY")
    if not re.fullmatch(r"[A-Za-z0-9]{6,128}", api_key):
        return _error(-2014, "API-key format invalid.", 401)
    key = call.find(api_key)
    if key is None or key.is_gone(call.now):
        return _unwelcome(call, -2008, "Invalid Api-Key ID.")
    if not given:
        return _error(-1102, "Mandatory parameter 'signature' was not sent, was empty/null, or malformed.")
    late = _late(call)
    if not _is_signed(call, key, given):
        return late or _error(-1022, "Signature for this request is not valid.")
    if late is not None:
        return late
    if key.state_at(call.now) is KeyState.FROZEN:
        return _error(-2017, "API Keys are locked on this account.")
    if not call.comes_from_allowed_address(key):
        words = f"Invalid API-key, IP, or permissions for action, request ip: {call.client_ip}"
        return _unwelcome(call, -2015, words)
    return key


def _is_signed(call: Call, key: Key, given: str) -> bool:
    # Query and body as sent, joined by nothing, without the signature itself; nothing is sorted anew.
    text = _unsigned(call.query) + _unsigned(call.text)
    if is_private_key(key.secret):
        return call.judge(given, is_right=base64_signed(key.secret, text, given))
    # Hex digits may be of either case.
    return call.judge(given, is_right=same(given.lower(), hex_hmac(key.secret, text)))


def _unsigned(text: str) -> str:
    return "&".join(part for part in text.split("&") if not part.startswith("signature="))


def _signature(text: str) -> str:
    return next((part.partition("=")[2] for part in text.split("&") if part.startswith("signature=")), "")


def _late(call: Call) -> Answer | None:
    stamp, window = call.params.get("timestamp", ""), call.params.get("recvWindow", "5000")
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", window) or float(window) > _MOST_RECV_WINDOW:
        return _error(-1131, "recvWindow must be less than 60000")
    if not stamp:
        return _error(-1102, "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed.")
    # Microseconds are taken as well.
    stamp = stamp[:-3] if len(stamp) == 16 else stamp
    if not call.is_timely(stamp, past=int(float(window)), future=_FUTURE_MS):
        return _error(-1021, "Timestamp for this request is outside of the recvWindow.")
    return None


def _refuse(call: Call) -> Answer:
    return _unwelcome(call, -2015, "Invalid API-key, IP, or permissions for action.")


def _trouble(trouble: Trouble, call: Call) -> Answer:
    if trouble is Trouble.RATE_LIMIT:
        words = "Too much request weight used; current limit is 6000 request weight per 1 MINUTE."
        return as_json({"code": -1003, "msg": words}, 429, {"Retry-After": call.rest_seconds})
    if trouble is Trouble.BAN:
        words = f"Way too much request weight used; IP banned until {call.rest_ends_ms}."
        return as_json({"code": -1003, "msg": words}, 418, {"Retry-After": call.rest_seconds})
    if trouble is Trouble.GEO_BLOCK:
        return _error(0, "Service unavailable from a restricted location according to 'b. Eligibility'", 451)
    if call.path == "/sapi/v1/system/status":
        return as_json({"status": 1, "msg": "system_maintenance"})
    return _error(-1016, "This service is no longer available.", 503)


def _key_info(call: Call) -> object:
    key = call.owner
    granted = dict.fromkeys(key.spelled.split(","), True)
    info = {
        "ipRestrict": bool(key.ip_allowlist),
        "createTime": round(key.created_at.timestamp() * 1000),
        **dict.fromkeys(_FLAGS, False),
        **granted,
    }
    return key.described(info)


# What the account may do is true for keys that may not: a trap for those who read it as the key's rights.
def _account(call: Call) -> object:
    kept = {"makerCommission": 10, "takerCommission": 10, "canTrade": True, "canWithdraw": True, "canDeposit": True}
    balances = [{"asset": "USDT", "free": "1000.00000000", "locked": "0.00000000"}]
    balances.append({"asset": "BTC", "free": "0.05000000", "locked": "0.00000000"})
    now = {"updateTime": call.now_ms, "accountType": "SPOT", "permissions": ["SPOT"], "uid": call.owner.uid}
    return {**kept, **now, "balances": balances}


# --- trading and moving: checked, answered, and nothing happens


def _missing(call: Call, *names: str) -> Answer | None:
    name = call.missing(*names)
    words = f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
    return None if name is None else _error(-1102, words)


def _order(call: Call) -> object:
    kind = call.params.get("type")
    size = "quoteOrderQty" if kind == "MARKET" and "quoteOrderQty" in call.params else "quantity"
    missing = _missing(call, "symbol", "side", "type", size, *(("price",) if kind == "LIMIT" else ()))
    if missing is not None:
        return missing
    is_futures = call.path.startswith("/fapi/")
    markets = [market for market in call.scene.markets if market.has_swap or not is_futures]
    if call.params["symbol"] not in {f"{market.base}{market.quote}" for market in markets}:
        return _error(-1121, "Invalid symbol.")
    if call.path.endswith("/test"):
        return {}
    asked = {name: call.params.get(name) for name in ("symbol", "price", "type", "side", "timeInForce")}
    made = {"orderId": secrets.randbelow(10**10), "clientOrderId": secrets.token_hex(11), "status": "NEW"}
    sizes = {"origQty": call.params[size], "executedQty": "0", "cummulativeQuoteQty": "0", "cumQuote": "0"}
    return {**asked, **made, **sizes, "transactTime": call.now_ms, "updateTime": call.now_ms, "fills": []}


# Orders on margin take both flags: one to borrow, one to trade.
def _margin_order(call: Call) -> object:
    return _order(call) if call.owner.may(["enableSpotAndMarginTrading"]) else _refuse(call)


def _withdrawal(call: Call) -> object:
    return _missing(call, "coin", "address", "amount") or {"id": secrets.token_hex(16)}


def _transfer(call: Call) -> object:
    return _missing(call, "type", "asset", "amount") or {"tranId": secrets.randbelow(10**12)}


def _mint() -> Minted:
    letters = string.ascii_letters + string.digits
    return Minted(*("".join(secrets.choice(letters) for _ in range(64)) for _ in range(2)))


def _time(call: Call) -> object:
    return {"serverTime": call.now_ms}


def _public(path: str) -> Endpoint:
    return Endpoint("GET", path, _time, is_signed=False, pool=path.split("/")[1])


def _signed(line: str, needs: str, answer: Callable[[Call], object], weight: int = 1) -> Endpoint:
    method, path = line.split()
    return Endpoint(method, path, answer, tuple(needs.split()), pool=path.split("/")[1], weight=weight)


_ORDERS, _NOTHING = "enableSpotAndMarginTrading", "enableReading"
_ENDPOINTS = (
    _public("/api/v3/time"),
    _public("/fapi/v1/time"),
    _signed("GET /sapi/v1/account/apiRestrictions", _NOTHING, _key_info),
    _signed("GET /api/v3/account", _NOTHING, _account, 20),
    _signed("POST /api/v3/order", _ORDERS, _order),
    _signed("POST /api/v3/order/test", _ORDERS, _order),
    _signed("POST /sapi/v1/margin/order", "enableMargin", _margin_order, 6),
    _signed("POST /fapi/v1/order", "enableFutures", _order),
    _signed("POST /fapi/v1/order/test", "enableFutures", _order),
    _signed("POST /sapi/v1/capital/withdraw/apply", "enableWithdrawals", _withdrawal, 600),
    _signed("POST /sapi/v1/asset/transfer", "permitsUniversalTransfer", _transfer, 900),
    *bodies.endpoints("binance"),
)
_FLAGS = (
    "enableReading",
    "enableWithdrawals",
    "enableInternalTransfer",
    "enableMargin",
    "enableFutures",
    "permitsUniversalTransfer",
    "enableVanillaOptions",
    "enableFixApiTrade",
    "enableFixReadOnly",
    "enableSpotAndMarginTrading",
    "enablePortfolioMarginTrading",
)
# From two minutes to three days; how often is too often is told nowhere, so it is three times a minute here.
_BAN = Ban(after=3, seconds=(*(120 * 2**times for times in range(12)), 259_200))


def _told(pool: str, reading: Reading, call: Call) -> dict[str, str]:
    name = "X-SAPI-USED-IP-WEIGHT-1M" if call.path.startswith("/sapi") else "X-MBX-USED-WEIGHT-1M"
    return {name: str(reading.used)}


EXCHANGE = Exchange(
    id="binance",
    variants=("binancecoinm", "binanceusdm"),
    rights={
        Right.READ: ("enableReading",),
        Right.TRADE_SPOT: (_ORDERS,),
        Right.TRADE_MARGIN: ("enableMargin", _ORDERS),
        Right.TRADE_FUTURES: ("enableFutures",),
        Right.TRANSFER: ("enableInternalTransfer", "permitsUniversalTransfer"),
        Right.WITHDRAW: ("enableWithdrawals",),
    },
    # Reading is ticked for good.
    always=frozenset({Right.READ}),
    mint=_mint,
    verify=_verify,
    denied=lambda call, endpoint: _refuse(call),
    unknown=lambda call: as_page("<h2>404 Not found</h2>", 404),
    trouble=_trouble,
    endpoints=_ENDPOINTS,
    # All counted by address; on /sapi each endpoint for itself, and without a ban.
    pools={
        "api": Pool(6000, 60, per="address", ban=_BAN),
        "sapi": Pool(12000, 60, per="address", is_shared=False),
        "fapi": Pool(2400, 60, per="address", ban=_BAN),
        "dapi": Pool(2400, 60, per="address", ban=_BAN),
    },
    told=_told,
)
