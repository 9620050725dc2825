"""Bitget: unified accounts, spoken to by /api/v3, and classic ones, spoken to by /api/v2; keys of one fit only one.

A key of version 3 belongs to a unified account, one of version 2 to a classic one. Written from
https://www.bitget.com/api-doc/uta/intro, https://www.bitget.com/api-doc/common/intro and the copy of the error table
at https://github.com/rosssaunders/coincise, last verified 2026-11-22. Where no HTTP status is documented, it is 400.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from reconciler.simulator import bodies
from reconciler.simulator.exchange import Endpoint, Exchange, Minted, Trouble
from reconciler.simulator.key import Key, KeyState
from reconciler.simulator.limits import Ban, Pool
from reconciler.simulator.signing import base64_hmac, base64_signed, is_private_key, same
from reconciler.simulator.wire import Answer, Call, as_json
from reconciler.values.rights import Right

_WINDOW_MS = 30_000
_CLASSIC, _UNIFIED = 2, 3
_SIGNED_HEADERS = {
    "ACCESS-KEY": ("40001", "ACCESS_KEY cannot be empty"),
    "ACCESS-SIGN": ("40002", "ACCESS_SIGN cannot be empty"),
    "ACCESS-PASSPHRASE": ("40011", "ACCESS_PASSPHRASE cannot be empty"),
    "ACCESS-TIMESTAMP": ("40005", "Invalid ACCESS_TIMESTAMP"),
}
# What the families say to keys of the other one.
_OTHER_FAMILY = {
    _CLASSIC: ("40084", "You are in Classic Account mode, and the Unified Account API is not supported at this time"),
    _UNIFIED: ("40085", "You are in Unified Account mode, and the Classic Account API is not supported at this time"),
}


def _ok(call: Call, data: object) -> Mapping[str, object]:
    return {"code": "00000", "msg": "success", "requestTime": call.now_ms, "data": data}


def _error(call: Call, code: str, msg: str, status: int = 400) -> Answer:
    return as_json({"code": code, "msg": msg, "requestTime": call.now_ms, "data": None}, status)


# A gateway can do no step before the one above it: no key without the headers, no secret without the key. Time is
# cheap and comes before the two that need the secret. The address is judged only for a caller who has proven to own
# the key, and, as the documented text has it, is not named; family and right come last.
def _verify(call: Call) -> Key | Answer:
    given = call.header("ACCESS-SIGN")
    call.claim(given)
    for name, refusal in _SIGNED_HEADERS.items():
        if not call.header(name):
            return _error(call, *refusal)
    key = call.find(call.header("ACCESS-KEY"))
    if key is None or key.is_gone(call.now):
        return _error(call, "40037", "Apikey does not exist")
    stamp = call.header("ACCESS-TIMESTAMP")
    # The query is signed as it reads, not as it is encoded.
    query = f"?{unquote(call.query)}" if call.query else ""
    is_proven = _is_proven(call, key, given, f"{stamp}{call.method}{call.path}{query}{call.text}")
    # Some of the documented ways to make one leave a fraction behind the milliseconds.
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,9})?", stamp):
        return _error(call, "40005", "Invalid ACCESS_TIMESTAMP")
    if not call.is_timely(stamp.partition(".")[0], past=_WINDOW_MS, future=_WINDOW_MS):
        return _error(call, "40008", "Request timestamp expired")
    if not same(call.header("ACCESS-PASSPHRASE"), key.passphrase or ""):
        return _error(call, "40012", "apikey/password is incorrect")
    if not is_proven:
        return _error(call, "40009", "sign signature error")
    if key.state_at(call.now) is KeyState.FROZEN:
        return _error(call, "40024", "Account frozen")
    if not call.comes_from_allowed_address(key):
        return _error(call, "40018", "Invalid IP")
    return key


# Keys are made with a secret or for an RSA pair of one's own.
# https://www.bitget.com/api-doc/common/signature, last verified 2026-11-22.
def _is_proven(call: Call, key: Key, given: str, text: str) -> bool:
    if is_private_key(key.secret):
        return call.judge(given, is_right=base64_signed(key.secret, text, given))
    return call.prove(given, base64_hmac(key.secret, text))


def _is_other_family(call: Call) -> bool:
    return call.path.startswith("/api/v3/") != (call.owner.version == _UNIFIED)


def _denied(call: Call, endpoint: Endpoint) -> Answer:
    if _is_other_family(call):
        return _error(call, *_OTHER_FAMILY[call.owner.version or _UNIFIED])
    direction = "read" if call.method == "GET" else "write"
    return _error(call, "40014", f"Incorrect permissions, need {_SUBJECTS[endpoint.needs[0]]} {direction} permissions")


def _unknown(call: Call) -> Answer:
    return _error(call, "40404", "Request URL NOT FOUND", 404)


def _trouble(trouble: Trouble, call: Call) -> Answer:
    # The answer is the same, and tells no time; past the limit of the address five minutes pass until the next one.
    if trouble in (Trouble.RATE_LIMIT, Trouble.BAN):
        return as_json({"code": "429", "msg": "Too Many Requests"}, 429)
    if trouble is Trouble.GEO_BLOCK:
        return _error(call, "40103", "Based on your IP address, it appears that you are in a country not served")
    return _error(call, "40200", "Server upgrade, please try again later")


def _unified_info(call: Call) -> object:
    key = call.owner
    # No permission is needed for this, so the family is all that can be wrong.
    if _is_other_family(call):
        return _error(call, *_OTHER_FAMILY[_CLASSIC])
    info = {
        "userId": _uid(key),
        "inviterId": "",
        "parentId": str(key.uid) if key.sub_account else "",
        "channelCode": "",
        "channel": "",
        "ips": ",".join(key.ip_allowlist),
        "permType": "read-and-write" if "uta_trade" in key.tokens else "read-only",
        "permissions": key.spelled.split(","),
        "regisTime": "1704067200000",
    }
    return _ok(call, key.described(info))


def _classic_info(call: Call) -> object:
    key = call.owner
    info = {
        "userId": _uid(key),
        "inviterId": "",
        "channelCode": "",
        "channel": "",
        "ips": ",".join(key.ip_allowlist),
        "authorities": key.spelled.split(","),
        "parentId": key.uid if key.sub_account else 0,
        "traderType": "not_trader",
        "regisTime": "1704067200000",
    }
    return _ok(call, key.described(info))


def _uid(key: Key) -> str:
    return f"9{key.uid}" if key.sub_account else str(key.uid)


# --- sub-accounts: only a key bound to addresses lists their keys


def _sub_keys(call: Call) -> object:
    if not call.owner.ip_allowlist:
        return _error(call, "22010", "Please bind ip whitelist address")
    keys = call.scene.keys.of_sub_account("bitget", call.owner.account, call.params.get("subAccountUid", ""))
    return _ok(call, [_sub_key(key) for key in keys])


def _sub_key(key: Key) -> Mapping[str, object]:
    return {
        "subAccountUid": key.sub_account,
        "label": key.id,
        "subAccountApiKey": key.api_key,
        "permList": key.spelled.split(","),
        "ipList": list(key.ip_allowlist),
    }


def _edited(call: Call) -> object:
    values = _mint()
    made = {"apiKey": values.api_key, "secret": values.secret} if "create" in call.path else {}
    return _ok(call, {**{name: call.params.get(name, "") for name in ("subUid", "note", "permissions", "ips")}, **made})


# --- trading and moving: checked, answered, and nothing happens


def _unified_order(call: Call) -> object:
    price = ("price",) if call.params.get("orderType") == "limit" else ()
    return _placed(call, "category", "symbol", "qty", "side", "orderType", *price)


def _classic_order(call: Call) -> object:
    price = ("price",) if call.params.get("orderType") == "limit" else ()
    return _placed(call, "symbol", "side", "orderType", *price)


def _placed(call: Call, *names: str) -> object:
    missing = _missing(call, *names)
    if missing is not None:
        return missing
    if call.params["symbol"] not in {f"{market.base}{market.quote}" for market in call.scene.markets}:
        return _error(call, "40034", "Parameter symbol does not exist")
    return _ok(call, {"orderId": str(secrets.randbits(60)), "clientOid": call.params.get("clientOid", "")})


def _missing(call: Call, *names: str) -> Answer | None:
    name = call.missing(*names)
    return None if name is None else _error(call, "40019", f"Parameter {name} cannot be empty")


def _withdrawal(call: Call) -> object:
    missing = _missing(call, "coin", "transferType", "address", "size")
    return missing or _ok(call, {"orderId": str(secrets.randbits(60)), "clientOid": call.params.get("clientOid", "")})


def _transfer(call: Call) -> object:
    missing = _missing(call, "fromType", "toType", "amount", "coin")
    return missing or _ok(call, {"transferId": str(secrets.randbits(60)), "clientOid": ""})


def _mint() -> Minted:
    return Minted(f"bg_{secrets.token_hex(16)}", secrets.token_hex(32), secrets.token_hex(8))


def _signed(line: str, needs: str, answer: Callable[[Call], object], weight: int) -> Endpoint:
    method, path = line.split()
    return Endpoint(method, f"/api/{path}", answer, tuple(needs.split()), pool="private", weight=weight)


def _time(call: Call) -> object:
    return _ok(call, {"serverTime": str(call.now_ms)})


# What a permission is called in refusals.
_SUBJECTS = {
    "uta_mgt": "uta management",
    "uta_trade": "uta trade",
    "withdraw": "withdraw",
    "stor": "spot",
    "stow": "spot trade",
    "smor": "margin",
    "smow": "margin trade",
    "coor": "contract order",
    "coow": "contract order",
    "cpor": "contract position",
    "wtor": "wallet transfer",
    "wtow": "wallet transfer",
    "wwow": "withdraw",
    "chor": "sub account",
    "chow": "sub account",
}
_ENDPOINTS = (
    Endpoint("GET", "/api/v2/public/time", _time, is_signed=False, pool="public"),
    _signed("GET v3/account/info", "", _unified_info, 4),
    _signed("POST v3/trade/place-order", "uta_trade", _unified_order, 2),
    # Only keys that may write have uta_trade here, so it stands for writing with uta_mgt as well.
    _signed("POST v3/account/transfer", "uta_trade", _transfer, 4),
    _signed("POST v3/account/withdrawal", "withdraw", _withdrawal, 4),
    _signed("POST v3/user/create-sub-api", "uta_trade", _edited, 4),
    _signed("POST v3/user/update-sub-api", "uta_trade", _edited, 4),
    _signed("GET v2/spot/account/info", "stor stow", _classic_info, 20),
    _signed("POST v2/spot/trade/place-order", "stow", _classic_order, 2),
    _signed("POST v2/margin/crossed/place-order", "smow", _classic_order, 2),
    _signed("POST v2/mix/order/place-order", "coow", _classic_order, 2),
    _signed("POST v2/spot/wallet/transfer", "wtow", _transfer, 2),
    _signed("POST v2/spot/wallet/withdrawal", "wwow", _withdrawal, 4),
    _signed("GET v2/user/virtual-subaccount-apikey-list", "chor chow", _sub_keys, 2),
    _signed("POST v2/user/create-virtual-subaccount-apikey", "chow", _edited, 4),
    *bodies.endpoints("bitget"),
)
# One word of unified accounts stands for every market, and with management, which all keys have, for transfers.
_WRITES = ("uta_trade",)
EXCHANGE = Exchange(
    id="bitget",
    rights={
        Right.READ: ("uta_mgt",),
        Right.TRADE_SPOT: _WRITES,
        Right.TRADE_MARGIN: _WRITES,
        Right.TRADE_FUTURES: _WRITES,
        Right.TRANSFER: _WRITES,
        Right.WITHDRAW: ("withdraw",),
    },
    by_version={
        _CLASSIC: {
            Right.READ: ("stor", "smor", "coor", "cpor", "wtor"),
            Right.TRADE_SPOT: ("stow",),
            Right.TRADE_MARGIN: ("smow",),
            Right.TRADE_FUTURES: ("coow", "cpow"),
            Right.TRANSFER: ("wtow",),
            Right.WITHDRAW: ("wwow",),
            Right.MANAGE_KEYS: ("chow",),
            Right.CONVERT_PAY: ("p2p",),
        }
    },
    versions=(_CLASSIC, _UNIFIED),
    always=frozenset({Right.READ}),
    mint=_mint,
    verify=_verify,
    denied=_denied,
    unknown=_unknown,
    trouble=_trouble,
    endpoints=_ENDPOINTS,
    needs_passphrase=True,
    # Each endpoint has a budget of its own, 20 weights in a second here: what may be asked once weighs 20.
    pools={"private": Pool(20, 1, is_shared=False), "public": Pool(20, 1, per="address", is_shared=False)},
    overall=Pool(6000, 60, per="address", ban=Ban(after=1, seconds=(300,))),
)
