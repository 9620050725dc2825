"""KuCoin: spot, margin and futures, one key for all; both hosts answer on one port here.

Written from https://www.kucoin.com/docs-new/ and https://github.com/Kucoin/kucoin-api-docs, last verified 2026-11-22.
Where the documents name no HTTP status for an error, the one seen most often is used.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Mapping
from urllib.parse import unquote_plus

from reconciler.simulator import bodies, pages
from reconciler.simulator.exchange import Endpoint, Exchange, Minted, Trouble
from reconciler.simulator.key import Key, KeyState
from reconciler.simulator.limits import Pool, Reading, Window
from reconciler.simulator.signing import base64_hmac, same
from reconciler.simulator.wire import Answer, Call, as_json
from reconciler.values.rights import Right

_WINDOW_MS = 5_000
_SIGNED_HEADERS = ("KC-API-KEY", "KC-API-SIGN", "KC-API-TIMESTAMP", "KC-API-PASSPHRASE")


def _ok(data: object) -> Mapping[str, object]:
    return {"code": "200000", "data": data}


def _error(code: str, msg: str, status: int = 200) -> Answer:
    return as_json({"code": code, "msg": msg}, status)


# The order of a gateway that can do no step before the one above it: no key without the headers, no secret without
# the key. Time is the cheaper check and comes before the two that need the secret; the passphrase comes before the
# signature as its code (400004) does before the other's (400005). The address is told only to a caller who has
# proven to own the key; the endpoint's right, checked by the frame, comes last.
def _verify(call: Call) -> Key | Answer:
    api_key, given, stamp, passphrase = (call.header(name) for name in _SIGNED_HEADERS)
    call.claim(given)
    if call.method == "GET" and call.body:
        return pages.blocked_by_cloudfront()
    if not (api_key and given and stamp and passphrase):
        return _error("400001", f"Please check the header of your request for {', '.join(_SIGNED_HEADERS)}", 401)
    key = call.find(api_key)
    if key is None or key.is_gone(call.now):
        return _error("400003", "KC-API-KEY not exists", 401)
    is_proven = call.prove(given, base64_hmac(key.secret, stamp + call.method + _plain_target(call) + call.text))
    if not call.is_timely(stamp, past=_WINDOW_MS, future=_WINDOW_MS):
        return _error("400002", "KC-API-TIMESTAMP Invalid", 400)
    wrong = _wrong_passphrase(call, key, passphrase)
    if wrong is not None:
        return wrong
    if not is_proven:
        return _error("400005", "Invalid KC-API-SIGN", 401)
    if key.state_at(call.now) is KeyState.FROZEN:
        return _error("411100", "User is frozen.")
    if not call.comes_from_allowed_address(key):
        return _error("400006", f"Invalid request ip, the current clientIp is:{call.client_ip}", 403)
    return key


# What is signed is the target before its query was encoded, whatever was sent:
# https://www.kucoin.com/docs-new/authentication, last verified 2026-11-22.
def _plain_target(call: Call) -> str:
    return f"{call.path}?{unquote_plus(call.query)}" if "?" in call.target else call.path


def _wrong_passphrase(call: Call, key: Key, given: str) -> Answer | None:
    # Keys of version 1 send the passphrase as it is, versions 2 and 3 its HMAC. A request that claims 2 is taken
    # for a key of version 3: the official SDKs send 3, ccxt sends 2, and both are in use with current keys.
    claimed = call.header("KC-API-KEY-VERSION") or "1"
    if (claimed == "1") != (key.version == 1) or claimed not in ("1", "2", "3"):
        return _error("400007", "KC-API-KEY-VERSION does not match the version of the API key", 400)
    plain = key.passphrase or ""
    expected = plain if claimed == "1" else base64_hmac(key.secret, plain)
    if same(given, expected):
        return None
    return _error("400004", "KC-API-PASSPHRASE error", 401)


def _refuse() -> Answer:
    return _error("400007", "Access denied, require more permission.", 403)


def _unknown(call: Call) -> Answer:
    return _error("404000", "Url Not Found. The request path is not exists", 404)


def _trouble(trouble: Trouble, call: Call) -> Answer:
    if trouble in (Trouble.RATE_LIMIT, Trouble.BAN):
        reset = {"gw-ratelimit-reset": str(round(call.rest * 1000))}
        return as_json({"code": "429000", "msg": "Too Many Requests"}, 429, reset)
    if trouble is Trouble.GEO_BLOCK:
        return _error("400500", "Your located country/region is currently not supported", 403)
    # While it is maintained, the status endpoints still answer, and say so.
    if call.path == "/api/v1/status":
        return as_json(_ok({"status": "close", "msg": "upgrade match engine"}))
    return _error("503", "Service unavailable: system maintenance", 503)


def _key_info(call: Call) -> object:
    key = call.owner
    info = {
        "remark": key.id,
        "apiKey": key.api_key,
        "apiVersion": key.version,
        "permission": key.spelled,
        "ipWhitelist": ",".join(key.ip_allowlist),
        "createdAt": round(key.created_at.timestamp() * 1000),
        "uid": key.uid,
        "isMaster": key.sub_account is None,
    }
    return _ok(key.described(info if key.sub_account is None else {**info, "subName": key.sub_account}))


def _sub_keys(call: Call) -> object:
    keys = call.scene.keys.of_sub_account(call.scene.exchange, call.owner.account, call.params.get("subName", ""))
    return _ok([_sub_key(key) for key in keys])


def _sub_key(key: Key) -> Mapping[str, object]:
    return {
        "subName": key.sub_account,
        "remark": key.id,
        "apiKey": key.api_key,
        "apiVersion": key.version,
        "permission": key.spelled,
        "ipWhitelist": ",".join(key.ip_allowlist),
        "createdAt": round(key.created_at.timestamp() * 1000),
        "uid": key.uid,
        "isMaster": False,
    }


def _sub_users(call: Call) -> object:
    names = call.scene.keys.sub_accounts(call.scene.exchange, call.owner.account)
    items = [{"userId": name, "subName": name, "status": 2, "type": 0, "access": "All"} for name in names]
    return _ok({"currentPage": 1, "pageSize": 10, "totalNum": len(items), "totalPage": 1, "items": items})


def _accounts(call: Call) -> object:
    asked = {name: call.params[name] for name in ("type", "currency") if call.params.get(name)}
    return _ok([wallet for wallet in _WALLETS if asked.items() <= wallet.items()])


# An account that was made unified has no separate futures wallet to look into.
def _overview(call: Call) -> object:
    return _unknown(call) if "Unified" in call.owner.tokens else _ok(_FUTURES_WALLET)


# --- trading and moving: checked, answered, and nothing happens


def _missing(call: Call, *names: str) -> Answer | None:
    name = call.missing(*names)
    return None if name is None else _error("400100", f"{name} can not be empty")


def _active_orders(call: Call) -> object:
    return _missing(call, "symbol") or _ok([])


# Spot and futures share this path: a spot symbol has a dash in it, a contract has none.
def _any_order(call: Call) -> object:
    needs = _SPOT if "-" in call.params.get("symbol", "-") else _FUTURES
    return _order(call) if call.owner.may(needs.split()) else _refuse()


def _order(call: Call) -> object:
    size = ("price", "size") if call.params.get("type", "limit") == "limit" else ()
    missing = _missing(call, "clientOid", "side", "symbol", *size)
    if missing is not None:
        return missing
    contracts = {f"{market.parts['xbt']}{market.quote}M" for market in call.scene.markets if market.has_swap}
    if call.params["symbol"] not in contracts | {f"{market.base}-{market.quote}" for market in call.scene.markets}:
        return _error("900001", "Symbol not exists")
    return _ok({"orderId": secrets.token_hex(12), "clientOid": call.params["clientOid"]})


def _withdrawal(call: Call) -> object:
    return _missing(call, "currency", "amount") or _ok({"withdrawalId": secrets.token_hex(12)})


def _transfer(call: Call) -> object:
    return _missing(call, "clientOid", "amount") or _ok({"orderId": secrets.token_hex(12)})


def _new_sub_key(call: Call) -> object:
    asked = {name: call.params.get(name) for name in ("subName", "remark", "permission", "ipWhitelist", "passphrase")}
    values = _mint()
    made = {"apiKey": values.api_key, "apiSecret": values.secret, "apiVersion": 3, "createdAt": call.now_ms}
    return _ok({**asked, **made})


def _mint() -> Minted:
    return Minted(secrets.token_hex(12), str(uuid.uuid4()), secrets.token_urlsafe(12))


# Trade is what older keys have for Spot; unified accounts trade everything with the one permission Unified.
_SPOT, _MARGIN, _FUTURES = "Spot Trade Unified", "Margin Unified", "Futures Unified"


def _public(path: str, answer: Callable[[Call], object]) -> Endpoint:
    return Endpoint("GET", path, answer, is_signed=False, pool="public", weight=3)


def _signed(line: str, needs: str, answer: Callable[[Call], object], pool: str, weight: int) -> Endpoint:
    method, path = line.split()
    return Endpoint(method, f"/api/{path}", answer, tuple(needs.split()), pool=pool, weight=weight)


_ENDPOINTS = (
    _public("/api/v1/timestamp", lambda call: _ok(call.now_ms)),
    _public("/api/ua/v1/user/my-ip", lambda call: _ok({"ip": call.client_ip})),
    _signed("GET v1/user/api-key", "General", _key_info, "management", 20),
    _signed("GET v1/accounts", "General", _accounts, "management", 5),
    _signed("GET v1/account-overview", _FUTURES, _overview, "futures", 5),
    _signed("GET v1/hf/orders/active", "General", _active_orders, "spot", 2),
    _signed("POST v1/orders", "General", _any_order, "spot", 2),
    _signed("POST v1/orders/test", "General", _any_order, "spot", 2),
    _signed("POST v1/hf/orders", _SPOT, _order, "spot", 1),
    _signed("POST v1/hf/orders/test", _SPOT, _order, "spot", 1),
    _signed("POST v3/hf/margin/order", _MARGIN, _order, "spot", 5),
    _signed("POST v3/hf/margin/order/test", _MARGIN, _order, "spot", 5),
    _signed("POST v1/withdrawals", "Transfer", _withdrawal, "management", 5),
    _signed("POST v3/withdrawals", "Transfer", _withdrawal, "management", 5),
    # Keys that may trade spot may move between the account's own wallets as well.
    _signed("POST v2/accounts/inner-transfer", "InnerTransfer Spot", _transfer, "management", 10),
    _signed("POST v3/accounts/universal-transfer", "InnerTransfer", _transfer, "management", 4),
    # By the documentation a key that may only read can list, make and delete the keys of sub-accounts.
    _signed("GET v1/sub/api-key", "General", _sub_keys, "management", 20),
    _signed("POST v1/sub/api-key", "General", _new_sub_key, "management", 20),
    _signed("GET v2/sub/user", "General", _sub_users, "management", 20),
    *bodies.endpoints("kucoin"),
)

_WALLETS = tuple(
    {"id": id, "currency": currency, "type": kind, "balance": amount, "available": amount, "holds": "0"}
    for id, currency, kind, amount in (
        ("5bd6e9286d99522a52e458de", "USDT", "main", "10"),
        ("5bd6e9286d99522a52e458df", "USDT", "trade", "1000"),
        ("5bd6e9286d99522a52e458e0", "BTC", "trade", "0.05"),
    )
)
_FUTURES_WALLET = {
    "accountEquity": 500.0,
    "unrealisedPNL": 0,
    "marginBalance": 500.0,
    "positionMargin": 0,
    "orderMargin": 0,
    "frozenFunds": 0,
    "availableBalance": 500.0,
    "currency": "USDT",
    "riskRatio": 0,
    "maxWithdrawAmount": 500.0,
}


def _told(pool: str, reading: Reading, call: Call) -> dict[str, str]:
    left = {"gw-ratelimit-limit": str(reading.limit), "gw-ratelimit-remaining": str(reading.left)}
    return {**left, "gw-ratelimit-reset": str(round(reading.resets_in * 1000))}


EXCHANGE = Exchange(
    id="kucoin",
    variants=("kucoinfutures",),
    # Transfer is the API's spelling of withdrawal; moving between own accounts is InnerTransfer.
    rights={
        Right.READ: ("General",),
        Right.TRADE_SPOT: ("Spot",),
        Right.TRADE_MARGIN: ("Margin",),
        Right.TRADE_FUTURES: ("Futures",),
        Right.TRANSFER: ("InnerTransfer",),
        Right.WITHDRAW: ("Transfer",),
    },
    always=frozenset({Right.READ}),
    mint=_mint,
    verify=_verify,
    denied=lambda call, endpoint: _refuse(),
    unknown=_unknown,
    trouble=_trouble,
    endpoints=_ENDPOINTS,
    needs_passphrase=True,
    versions=(1, 2, 3),
    pools={
        "public": Pool(2000, 30, per="address", window=Window.FIRST),
        "spot": Pool(4000, 30, window=Window.FIRST),
        "futures": Pool(2000, 30, window=Window.FIRST),
        "management": Pool(2000, 30, window=Window.FIRST),
    },
    told=_told,
)
