"""MEXC: spot v3 and futures v1, which sign, refuse and answer in two quite different ways.

Written from https://www.mexc.com/api-docs/spot-v3/introduction and
https://www.mexc.com/api-docs/futures/integration-guide, last verified 2026-11-22. Where the documents name no HTTP
status for an error, the one seen most often is used.
"""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from urllib.parse import parse_qsl, quote

from reconciler.simulator import bodies, pages
from reconciler.simulator.exchange import Endpoint, Exchange, Minted, Trouble
from reconciler.simulator.key import Key, KeyState
from reconciler.simulator.limits import Ban, Pool
from reconciler.simulator.signing import hex_hmac
from reconciler.simulator.wire import Answer, Call, as_json
from reconciler.values.rights import Right

_MOST_RECV_WINDOW = 60_000
_FUTURES_WINDOW_MS = 10_000
_PERMANENT = -999


def _is_futures(call: Call) -> bool:
    return call.path.startswith("/api/v1/")


def _error(code: int, msg: str, status: int = 400) -> Answer:
    return as_json({"code": code, "msg": msg, "_extend": None}, status)


# Futures errors travel with HTTP 200: the body alone tells them from a success.
def _futures_error(code: int, message: str, status: int = 200) -> Answer:
    return as_json({"success": False, "code": code, "message": message}, status)


def _verify(call: Call) -> Key | Answer:
    return _verify_futures(call) if _is_futures(call) else _verify_spot(call)


# The order of a gateway that can do no step before the one above it: no key without the header, no secret without
# the key. Time comes before the signature because it is the cheaper check; the address is told only to a caller who
# has proven to own the key, and the endpoint's right, checked by the frame, comes last.
def _verify_spot(call: Call) -> Key | Answer:
    given = call.params.get("signature", "")
    call.claim(given)
    api_key = call.header("X-MEXC-APIKEY")
    if not api_key:
        return _error(400, "api key required")
    if not re.fullmatch(r"[\w-]{6,128}", api_key):
        return _error(700001, "API-key format invalid.")
    key = call.find(api_key)
    if key is None or key.is_gone(call.now):
        return _error(10072, "Api key info invalid")
    # The signature covers query and body as sent, joined by nothing, without the signature itself. Upper-case hex
    # digits are refused.
    is_proven = call.prove(given, hex_hmac(key.secret, _unsigned(call.query) + _unsigned(call.text)))
    late = _late_spot(call)
    if late is not None:
        return late
    if not is_proven:
        return _error(700002, "Signature for this request is not valid.")
    # A frozen key can still ask about itself: apiKeyInfo reports the status FROZEN.
    if key.state_at(call.now) is KeyState.FROZEN and call.path != "/api/v3/apiKeyInfo":
        return _error(60005, "Your account is abnormal")
    if not call.comes_from_allowed_address(key):
        return _error(700006, f"IP [{call.client_ip}] not in the ip white list")
    return key


def _unsigned(text: str) -> str:
    return "&".join(part for part in text.split("&") if not part.startswith("signature="))


def _late_spot(call: Call) -> Answer | None:
    window, stamp = call.params.get("recvWindow", "5000"), call.params.get("timestamp", "")
    if not stamp.isdecimal() or not window.isdecimal():
        return _error(10073, "Invalid Request-Time")
    if int(window) > _MOST_RECV_WINDOW:
        return _error(700005, "recvWindow must less than 60000")
    if not call.is_timely(stamp, past=int(window), future=999):
        return _error(700003, "Timestamp for this request is outside of the recvWindow.")
    return None


def _verify_futures(call: Call) -> Key | Answer:
    given, stamp, api_key = call.header("Signature"), call.header("Request-Time"), call.header("ApiKey")
    call.claim(given)
    key = call.find(api_key)
    if key is None or key.state_at(call.now) is KeyState.DELETED:
        return _futures_error(401, "Not logged in or login has expired")
    if key.state_at(call.now) is KeyState.EXPIRED:
        return _futures_error(402, "Api_Key expired")
    text = call.text if call.method == "POST" else _sorted_query(call.query)
    is_proven = call.prove(given, hex_hmac(key.secret, api_key + stamp + text))
    seconds = call.header("Recv-Window")
    window = min(int(seconds), 60) * 1000 if seconds.isdecimal() else _FUTURES_WINDOW_MS
    if not call.is_timely(stamp, past=window, future=window):
        return _futures_error(513, "Invalid request time, please check the Request-Time header")
    if not is_proven:
        return _futures_error(602, "Signature verification failed!")
    if key.state_at(call.now) is KeyState.FROZEN:
        return _futures_error(60005, "Your account is abnormal")
    if not call.comes_from_allowed_address(key):
        return _futures_error(406, f"Accessing IP [{call.client_ip}] is not in the whitelist")
    return key


def _sorted_query(query: str) -> str:
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs)


_FUTURES_RIGHTS = {"ACCOUNT_READ": 701, "ACCOUNT_WRITE": 702, "DEAL_READ": 703, "DEAL_WRITE": 704}


def _denied(call: Call, endpoint: Endpoint) -> Answer:
    if not _is_futures(call):
        return _error(700007, "No permission to access the endpoint.")
    what = endpoint.needs[0].removeprefix("CONTRACT_")
    return _futures_error(_FUTURES_RIGHTS[what], f"Permission {what.lower().replace('_', ' ')} is required")


def _trouble(trouble: Trouble, call: Call) -> Answer:
    if trouble is Trouble.GEO_BLOCK:
        return pages.unavailable_for_legal_reasons()
    if trouble is Trouble.RATE_LIMIT:
        body = {"success": False, "code": 510, "message": "Requests are too frequent, please try again later!"}
        spot = {"code": 429, "msg": "Too many requests"}
        return as_json(body if _is_futures(call) else spot, 429, {"Retry-After": call.rest_seconds})
    if trouble is Trouble.BAN:
        return as_json({"code": 429, "msg": "Too many requests"}, 418, {"Retry-After": call.rest_seconds})
    text = "Under maintenance, please try again later"
    return _futures_error(801, text) if _is_futures(call) else _error(500, text, 500)


def _time(call: Call) -> object:
    return {"success": True, "code": 0, "data": call.now_ms} if _is_futures(call) else {"serverTime": call.now_ms}


def _key_info(call: Call) -> object:
    asked = call.params.get("accessKey", "")
    if not asked:
        return _error(730707, "accessKey cannot be empty")
    named = call.scene.keys.find("mexc", asked)
    if named is None or named.account != call.owner.account:
        return _error(730706, "The API key information does not exist")
    return named.described(
        {
            "note": named.id,
            "accessKey": named.api_key,
            "permissions": named.spelled,
            "ipWhiteList": ",".join(named.ip_allowlist),
            "createTime": named.created_at.isoformat(timespec="milliseconds"),
            "remainingValidity": _remaining_days(named, call),
            "status": _STATUS.get(named.state_at(call.now), "VALID"),
        }
    )


_STATUS = {KeyState.DELETED: "DELETE", KeyState.FROZEN: "FROZEN"}


def _remaining_days(key: Key, call: Call) -> int:
    if key.state_at(call.now) is KeyState.EXPIRED:
        return 0
    return _PERMANENT if key.expires_at is None else math.ceil((key.expires_at - call.now) / timedelta(days=1))


def _sub_account_keys(call: Call) -> object:
    keys = call.scene.keys.of_sub_account("mexc", call.owner.account, call.params.get("subAccount", ""))
    return {"subAccount": [_sub_account_key(key) for key in keys]}


# "creatTime" is the documented spelling.
def _sub_account_key(key: Key) -> Mapping[str, object]:
    created, ip = round(key.created_at.timestamp() * 1000), ",".join(key.ip_allowlist)
    return {"note": key.id, "apiKey": key.api_key, "permissions": key.spelled, "ip": ip, "creatTime": created}


def _sub_accounts(call: Call) -> object:
    names = call.scene.keys.sub_accounts("mexc", call.owner.account)
    return {"subAccounts": [{"subAccount": name, "isFreeze": False, "createTime": 1544433328000} for name in names]}


def _missing(call: Call, *names: str) -> Answer | None:
    name = call.missing(*names)
    return None if name is None else _error(700004, f"Mandatory parameter '{name}' was not sent, was empty/null.")


def _order(call: Call) -> object:
    kind = call.params.get("type")
    size = "quoteOrderQty" if kind == "MARKET" and "quoteOrderQty" in call.params else "quantity"
    missing = _missing(call, "symbol", "side", "type", size, *(("price",) if kind == "LIMIT" else ()))
    if missing is not None:
        return missing
    if call.params["symbol"] not in {f"{market.base}{market.quote}" for market in call.scene.markets}:
        return _error(-1121, "Invalid symbol.")
    if call.path.endswith("/test"):
        return {}
    asked = {name: call.params.get(name) for name in ("symbol", "price", "type", "side")}
    number = f"C02__{secrets.randbelow(10**18):018d}"
    return {**asked, "orderId": number, "orderListId": -1, "origQty": call.params[size], "transactTime": call.now_ms}


def _futures_order(call: Call) -> object:
    missing = call.missing("symbol", "vol", "side", "type", "openType")
    if missing is not None:
        return _futures_error(600, f"Parameter error: {missing}")
    swaps = [market for market in call.scene.markets if market.has_swap]
    if call.params["symbol"] not in {f"{market.base}_{market.quote}" for market in swaps}:
        return _futures_error(1001, "Contract does not exist!")
    return {"success": True, "code": 0, "data": {"orderId": str(secrets.randbelow(10**18)), "ts": call.now_ms}}


def _withdrawal(call: Call) -> object:
    return _missing(call, "coin", "address", "amount") or {"id": secrets.token_hex(16)}


def _new_sub_account_key(call: Call) -> object:
    asked = {name: call.params.get(name, "") for name in ("subAccount", "note", "permissions", "ip")}
    values = _mint()
    return {**asked, "apiKey": values.api_key, "secretKey": values.secret, "creatTime": call.now_ms}


# Some of MEXC's pages shorten the last word of a permission.
def _read(spelled: str) -> tuple[str, ...]:
    long = spelled.upper().replace(" ", "") + ","
    return tuple(long.replace("_R,", "_READ,").replace("_W,", "_WRITE,").strip(",").split(","))


def _mint() -> Minted:
    return Minted(f"mx0v{secrets.token_hex(8)}", secrets.token_hex(16))


def _spot(line: str, needs: str, answer: Callable[[Call], object], weight: int = 1) -> Endpoint:
    method, path = line.split()
    return Endpoint(method, f"/api/v3/{path}", answer, tuple(needs.split()), pool="spot", weight=weight)


def _futures(line: str, needs: str, answer: Callable[[Call], object]) -> Endpoint:
    method, path = line.split()
    return Endpoint(method, f"/api/v1/private/{path}", answer, (needs,), pool="futures")


_ENDPOINTS = (
    Endpoint("GET", "/api/v3/time", _time, is_signed=False, pool="public"),
    Endpoint("GET", "/api/v1/contract/ping", _time, is_signed=False, pool="public"),
    # Which right apiKeyInfo needs is documented nowhere; here it needs none.
    _spot("GET apiKeyInfo", "", _key_info),
    _spot("GET uid", "SPOT_ACCOUNT_READ", lambda call: {"uid": str(call.owner.uid)}),
    _spot("POST order/test", "SPOT_DEAL_WRITE", _order),
    _spot("POST order", "SPOT_DEAL_WRITE", _order),
    _spot("POST margin/order", "ISOLATED_MARGIN_DEAL_WRITE", _order),
    _spot("DELETE order", "SPOT_DEAL_WRITE", lambda _: _error(-2011, "Unknown order sent.")),
    _spot("POST capital/withdraw", "SPOT_WITHDRAW_WRITE", _withdrawal),
    _spot("POST capital/withdraw/apply", "SPOT_WITHDRAW_WRITE", _withdrawal),
    # By the documentation a key that may only read can list, make and delete the keys of sub-accounts.
    _spot("GET sub-account/list", "SPOT_ACCOUNT_READ", _sub_accounts),
    _spot("GET sub-account/apiKey", "SPOT_ACCOUNT_READ", _sub_account_keys),
    _spot("POST sub-account/apiKey", "SPOT_ACCOUNT_READ", _new_sub_account_key),
    _futures("POST order/create", "CONTRACT_DEAL_WRITE", _futures_order),
    _futures("POST order/submit", "CONTRACT_DEAL_WRITE", _futures_order),
    *bodies.endpoints("mexc"),
)

# SPOT_WITHDRAW_READ reads coins, deposit addresses and the history of withdrawals; it withdraws nothing. Its WRITE
# sends to other users by mail address or phone as well: a withdrawal by another name.
_READS = """SPOT_ACCOUNT_READ SPOT_DEAL_READ SPOT_TRANSFER_READ SPOT_WITHDRAW_READ SPOT_DEPOSIT_READ
    CONTRACT_ACCOUNT_READ CONTRACT_DEAL_READ"""
_MARGIN = "ISOLATED_MARGIN_ACCOUNT_READ ISOLATED_MARGIN_DEAL_READ ISOLATED_MARGIN_DEAL_WRITE"
# From two minutes to three days; how often is too often is told nowhere.
_BAN = Ban(after=3, seconds=(*(120 * 2**times for times in range(12)), 259_200))

EXCHANGE = Exchange(
    id="mexc",
    rights={
        Right.READ: tuple(_READS.split()),
        Right.TRADE_SPOT: ("SPOT_DEAL_WRITE",),
        Right.TRADE_MARGIN: tuple(_MARGIN.split()),
        Right.TRADE_FUTURES: ("CONTRACT_ACCOUNT_WRITE", "CONTRACT_DEAL_WRITE"),
        Right.TRANSFER: ("SPOT_TRANSFER_WRITE",),
        Right.WITHDRAW: ("SPOT_WITHDRAW_WRITE",),
    },
    mint=_mint,
    verify=_verify,
    denied=_denied,
    unknown=lambda call: (_futures_error if _is_futures(call) else _error)(404, "Not Found", 404),
    trouble=_trouble,
    read=_read,
    endpoints=_ENDPOINTS,
    # Each endpoint has a budget of its own.
    pools={
        "public": Pool(500, 10, per="address", is_shared=False, ban=_BAN),
        "spot": Pool(500, 10, is_shared=False, ban=_BAN),
        "futures": Pool(20, 2, is_shared=False),
    },
)
