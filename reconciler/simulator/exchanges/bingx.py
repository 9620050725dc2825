"""BingX: spot and perpetual futures, one key for both; business errors come with HTTP 200.

Written from https://bingx-api.github.io/docs-v3/ and https://github.com/BingX-API/api-ai-skills, last verified
2026-11-22. What a frozen key is told is documented nowhere; here it is refused like an unknown one, in other words.
"""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qsl

from reconciler.simulator import bodies, pages
from reconciler.simulator.exchange import Endpoint, Exchange, Minted, Trouble
from reconciler.simulator.key import Key, KeyState
from reconciler.simulator.limits import Ban, Pool
from reconciler.simulator.signing import hex_hmac, same
from reconciler.simulator.wire import Answer, Call, as_json
from reconciler.values.rights import Right

_MOST_RECV_WINDOW = 5000
_NAMES = {
    "1": "Spot Trading",
    "2": "Read",
    "3": "Perpetual Futures Trading",
    "4": "Universal Transfer",
    "5": "Withdraw",
    "7": "Internal Transfer",
}
_FLAGS = {
    "enableReading": "2",
    "enableSpotAndMarginTrading": "1",
    "enableFutures": "3",
    "enableWithdrawals": "5",
    "enableInternalTransfer": "7",
    "permitsUniversalTransfer": "4",
}


def _error(code: int, msg: str, status: int = 200) -> Answer:
    return as_json({"code": code, "msg": msg, "timestamp": 1702733126000}, status)


def _good(data: object) -> Mapping[str, object]:
    return {"code": 0, "msg": "", "data": data}


# The order of a gateway that can do no step before the one above it: no key without the header, no secret without
# the key. Time comes before the signature because it is the cheaper check; the address is told only to a caller who
# has proven to own the key, and the endpoint's right, checked by the frame, comes last.
def _verify(call: Call) -> Key | Answer:
    sent = [*parse_qsl(call.query, keep_blank_values=True), *_fields(call)]
    given = dict(sent).get("signature", "")
    call.claim(given)
    api_key = call.header("X-BX-APIKEY")
    if not api_key:
        return _error(100413, "Null apiKey")
    key = call.find(api_key)
    if key is None or key.is_gone(call.now):
        return _error(100413, "Incorrect apiKey")
    if not given:
        return _error(100412, "Null signature")
    is_proven = call.judge(given, is_right=any(same(given, hex_hmac(key.secret, text)) for text in _signed(sent)))
    if not _is_timely(call, dict(sent)):
        return _error(100421, "Null timestamp or timestamp mismatch")
    if not is_proven:
        return _error(100001, "Signature verification failed due to signature mismatch")
    if key.state_at(call.now) is KeyState.FROZEN:
        return _error(100413, "Incorrect apiKey, it is disabled")
    if not call.comes_from_allowed_address(key):
        return _error(100419, f"your current request IP is {call.client_ip} does not match IP whitelist")
    return key


def _fields(call: Call) -> Sequence[tuple[str, str]]:
    """Return the parameters of a body, form or JSON, as they are signed: lists like `[1,2]`."""
    if not call.text.lstrip().startswith("{"):
        return parse_qsl(call.text, keep_blank_values=True)
    try:
        loaded = json.loads(call.text)
    except ValueError:
        return []
    return [(str(name), _spelled(value)) for name, value in loaded.items()]


def _spelled(value: object) -> str:
    if isinstance(value, list):
        return "[" + ",".join(str(item) for item in value) + "]"
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


# Names and values as they are before any escaping, sorted by name; older clients sign them as they are sent, and the
# documented samples put the time behind the sorted rest, which a JSON body need not repeat.
def _signed(sent: Sequence[tuple[str, str]]) -> Sequence[str]:
    pairs = [(name, value) for name, value in sent if name != "signature"]
    time_last = sorted(pairs, key=lambda pair: (pair[0] == "timestamp", pair))
    return ["&".join(f"{name}={value}" for name, value in some) for some in (sorted(pairs), pairs, time_last)]


def _is_timely(call: Call, sent: Mapping[str, str]) -> bool:
    window = sent.get("recvWindow", str(_MOST_RECV_WINDOW))
    allowed = min(int(window), _MOST_RECV_WINDOW) if window.isdecimal() else _MOST_RECV_WINDOW
    return call.is_timely(sent.get("timestamp", ""), past=allowed, future=allowed)


def _denied(call: Call, endpoint: Endpoint) -> Answer:
    words = "Permission denied as the API key was created without the permission"
    return _error(100004, f"{words}, this api need {_NAMES[endpoint.needs[0]]} permission")


# The documents name no Retry-After; gateways in front of the exchange send one.
def _trouble(trouble: Trouble, call: Call) -> Answer:
    if trouble is Trouble.GEO_BLOCK:
        return pages.unavailable_for_legal_reasons()
    if trouble is Trouble.RATE_LIMIT:
        return as_json({"code": 100410, "msg": "rate limited"}, 429)
    if trouble is Trouble.BAN:
        end = f"is currently in the disabled period and will be unblocked after {call.rest_ends_ms}"
        if call.cause == "bad requests":
            return as_json({"code": 109429, "msg": f"too many error requests, the api {end}"}, 429)
        return as_json({"code": 100410, "msg": f"code:100410:The endpoint trigger frequency limit rule {end}"}, 429)
    return _error(100503, "the service is temporarily unavailable, please try again later", 503)


# Neither of the two key infos has the envelope that all other answers have.
def _restrictions(call: Call) -> object:
    key = call.owner
    flags = {name: code in key.tokens for name, code in _FLAGS.items()}
    created = round(key.created_at.timestamp() * 1000)
    return key.described({"ipRestrict": bool(key.ip_allowlist), "createTime": created, **flags})


# A key without addresses has a list with an empty text in it.
def _permissions(call: Call) -> object:
    return call.owner.described({"apiKey": call.owner.api_key, **_listed(call.owner), "note": call.owner.id})


def _listed(key: Key) -> Mapping[str, object]:
    codes = [int(code) if code.isdecimal() else code for code in key.spelled.split(",") if code]
    return {"permissions": codes, "ipAddresses": list(key.ip_allowlist) or [""]}


def _keys(call: Call) -> object:
    keys = call.scene.keys.of_account("bingx", call.owner.account)
    return _good({"apiInfos": [_masked(key) for key in keys if not key.is_gone(call.now)]})


def _masked(key: Key) -> Mapping[str, object]:
    created = round(key.created_at.timestamp() * 1000)
    times = {"status": 0, "createTime": created, "updateTime": created}
    return {"apiKey": f"{key.api_key[:4]}****{key.api_key[-4:]}", "note": key.id, **_listed(key), **times}


# --- trading and moving: checked, answered, and nothing happens


def _missing(call: Call, *names: str) -> Answer | None:
    name = call.missing(*names)
    return None if name is None else _error(100400, f"Invalid parameters, err:{name}: This field is required.")


def _checked(call: Call, size: str) -> Answer | None:
    is_limit = call.params.get("type") == "LIMIT"
    missing = _missing(call, "symbol", "side", "type", size, *(("price",) if is_limit else ()))
    if missing is not None:
        return missing
    is_swap = call.path.startswith("/openApi/swap/")
    markets = [market for market in call.scene.markets if market.has_swap or not is_swap]
    if call.params["symbol"] not in {f"{market.base}-{market.quote}" for market in markets}:
        return _error(109425 if is_swap else 100490, "this symbol does not exist")
    return None


def _spot_order(call: Call) -> object:
    is_by_value = call.params.get("type") == "MARKET" and "quoteOrderQty" in call.params
    size = "quoteOrderQty" if is_by_value else "quantity"
    wrong = _checked(call, size)
    if wrong is not None:
        return wrong
    asked = {name: call.params.get(name, "") for name in ("symbol", "price", "type", "side")}
    sizes = {"origQty": call.params[size], "executedQty": "0", "cummulativeQuoteQty": "0"}
    placed = {"orderId": _number(), "transactTime": call.now_ms, "status": "PENDING", "stopPrice": "0"}
    # Answers of the spot market have one field more around them.
    return {**_good({**asked, **sizes, **placed, "clientOrderID": ""}), "debugMsg": ""}


def _swap_order(call: Call) -> object:
    wrong = _checked(call, "quantity")
    if wrong is not None:
        return wrong
    asked = {name: call.params.get(name, "") for name in ("symbol", "side", "positionSide", "type", "quantity")}
    return _good({"order": {**asked, "orderId": _number(), "clientOrderID": ""}})


def _withdrawal(call: Call) -> object:
    return _missing(call, "coin", "address", "amount", "walletType") or _good({"id": str(_number())})


def _transfer(call: Call) -> object:
    return _missing(call, "type", "asset", "amount") or {"tranId": _number()}


def _new_key(call: Call) -> object:
    values = _mint()
    asked = {name: call.params.get(name, "") for name in ("note", "permissions", "ipAddresses")}
    return _good({**asked, "apiKey": values.api_key, "secretKey": values.secret, "status": 1})


def _changed_key(call: Call) -> object:
    return _missing(call, "subUid", "apiKey") or _good({})


def _number() -> int:
    return secrets.randbelow(10**18)


def _mint() -> Minted:
    letters = string.ascii_letters + string.digits
    return Minted(*("".join(secrets.choice(letters) for _ in range(80)) for _ in range(2)))


def _time(call: Call) -> object:
    return _good({"serverTime": call.now_ms})


def _signed_by(line: str, needs: str, answer: Callable[[Call], object], pool: str = "user") -> Endpoint:
    method, path = line.split()
    return Endpoint(method, f"/openApi/{path}", answer, tuple(needs.split()), pool=pool)


_ENDPOINTS = (
    Endpoint("GET", "/openApi/swap/v2/server/time", _time, is_signed=False, pool="public"),
    Endpoint("GET", "/openApi/spot/v1/server/time", _time, is_signed=False, pool="public"),
    _signed_by("GET v1/account/apiRestrictions", "2", _restrictions, "key info"),
    _signed_by("GET v1/account/apiPermissions", "2", _permissions, "key info"),
    _signed_by("GET account/v1/apiKey/query", "2", _keys),
    _signed_by("GET account/v1/uid", "2", lambda call: _good({"uid": call.owner.uid}), "uid"),
    _signed_by("POST spot/v1/trade/order", "1", _spot_order),
    _signed_by("POST swap/v2/trade/order", "3", _swap_order),
    _signed_by("POST swap/v2/trade/order/test", "3", _swap_order),
    _signed_by("POST wallets/v1/capital/withdraw/apply", "5", _withdrawal),
    _signed_by("POST api/v3/post/asset/transfer", "4", _transfer),
    # Which right guards the keys of sub-accounts is documented nowhere; here it is none.
    _signed_by("POST subAccount/v1/apiKey/create", "", _new_key),
    _signed_by("POST subAccount/v1/apiKey/edit", "", _changed_key),
    _signed_by("POST subAccount/v1/apiKey/del", "", _changed_key),
    *bodies.endpoints("bingx"),
)
# Neither how often is too often is documented, nor how long a ban lasts; minutes were seen.
_BAN = Ban(after=3, seconds=(120, 600))

EXCHANGE = Exchange(
    id="bingx",
    rights={
        Right.READ: ("2",),
        # One right for both.
        Right.TRADE_SPOT: ("1",),
        Right.TRADE_MARGIN: ("1",),
        Right.TRADE_FUTURES: ("3",),
        Right.TRANSFER: ("4", "7"),
        Right.WITHDRAW: ("5",),
    },
    # A new key can read, and nothing else.
    always=frozenset({Right.READ}),
    mint=_mint,
    verify=_verify,
    denied=_denied,
    unknown=lambda call: _error(100400, "this api is not exist", 404),
    trouble=_trouble,
    endpoints=_ENDPOINTS,
    # Each endpoint has a budget of its own, balances one by user and one by address.
    pools={
        "public": Pool(10, 1, per="address", is_shared=False, ban=_BAN),
        "key info": Pool(2, 1, is_shared=False, ban=_BAN),
        "balance": Pool(3, 1, per="address", is_shared=False, ban=_BAN, beside=Pool(5, 1, is_shared=False, ban=_BAN)),
        "uid": Pool(10, 1, ban=_BAN),
        "user": Pool(5, 1, is_shared=False, ban=_BAN),
    },
    bad_requests=Ban(after=100, seconds=(600,), cause="bad requests"),
)
