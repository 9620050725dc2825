"""OKX: spot, margin and derivatives in one account, one passphrase-protected key for all.

Written from https://www.okx.com/docs-v5/en/ and its error table (#error-code), last verified 2026-11-22.
Where the documented HTTP status of an error was never seen and another was, the one seen is used.
"""

from __future__ import annotations

import json
import re
import secrets
import uuid
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime

from reconciler.simulator import bodies, pages
from reconciler.simulator.exchange import Endpoint, Exchange, Minted, Trouble
from reconciler.simulator.key import Key, KeyState
from reconciler.simulator.limits import Pool
from reconciler.simulator.signing import base64_hmac, same
from reconciler.simulator.wire import Answer, Call, as_json
from reconciler.values.rights import Right

_WINDOW_MS = 30_000
# In the order in which the error table numbers the refusals of a missing one.
_SIGNED_HEADERS = {
    "OK-ACCESS-KEY": "50103",
    "OK-ACCESS-PASSPHRASE": "50104",
    "OK-ACCESS-SIGN": "50106",
    "OK-ACCESS-TIMESTAMP": "50107",
}
_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z")


def _ok(*data: object) -> Mapping[str, object]:
    return {"code": "0", "data": list(data), "msg": ""}


def _error(code: str, msg: str, status: int = 401) -> Answer:
    return as_json({"msg": msg, "code": code}, status)


# A gateway can do no step before the one above it: no key without the headers, no secret without the key. Time is
# cheap and comes before the two that need the secret; the passphrase comes before the signature as its code does.
# The address is told only to a caller who has proven to own the key; the right, checked by the frame, comes last.
def _verify(call: Call) -> Key | Answer:
    given = call.header("OK-ACCESS-SIGN")
    call.claim(given)
    for name, code in _SIGNED_HEADERS.items():
        if not call.header(name):
            return _error(code, f"Request header {name} can not be empty.")
    key = call.find(call.header("OK-ACCESS-KEY"))
    if key is None or key.is_gone(call.now):
        return _error("50119", "API key doesn't exist")
    stamp = call.header("OK-ACCESS-TIMESTAMP")
    is_proven = call.prove(given, base64_hmac(key.secret, stamp + call.method + call.target + call.text))
    ms = _milliseconds(stamp)
    if ms is None:
        return _error("50112", "Invalid OK-ACCESS-TIMESTAMP")
    if not call.is_timely(ms, past=_WINDOW_MS, future=_WINDOW_MS):
        return _error("50102", "Timestamp request expired")
    if not same(call.header("OK-ACCESS-PASSPHRASE"), key.passphrase or ""):
        return _error("50105", "Request header OK-ACCESS-PASSPHRASE incorrect.")
    if not is_proven:
        return _error("50113", "Invalid Sign")
    # Keys of demo trading are made elsewhere; every key here is a live one.
    if call.header("x-simulated-trading") == "1":
        return _error("50101", "APIKey does not match current environment.")
    if key.state_at(call.now) is KeyState.FROZEN:
        return _error("50100", "API frozen, please contact customer service.", 400)
    if not call.comes_from_allowed_address(key):
        return _error("50110", f"Your IP {call.client_ip} is not included in your API key's IP whitelist.")
    return key


def _milliseconds(stamp: str) -> str | None:
    if not _STAMP.fullmatch(stamp):
        return None
    try:
        return str(round(datetime.fromisoformat(stamp).timestamp() * 1000))
    except ValueError:
        return None


def _denied(call: Call, endpoint: Endpoint) -> Answer:
    return _error("50120", "This API key doesn't have permission to use this function")


def _unknown(call: Call) -> Answer:
    return as_json({"code": 404, "data": {}, "detailMsg": "", "error_code": "404", "msg": "Not Found"}, 404)


def _trouble(trouble: Trouble, call: Call) -> Answer:
    if trouble in (Trouble.RATE_LIMIT, Trouble.BAN):
        return as_json({"msg": "Too Many Requests", "code": "50011"}, 429)
    if trouble is Trouble.GEO_BLOCK:
        return pages.unavailable_for_legal_reasons()
    # While it is maintained, the status still answers, and says so.
    if call.path == "/api/v5/system/status":
        now = call.now_ms
        event = {"title": "System upgrade", "state": "ongoing", "begin": str(now), "end": str(now + 3_600_000)}
        return as_json(_ok({**event, "href": "", "serviceType": "5", "system": "unified", "env": "1"}))
    return _error("50001", "Service temporarily unavailable. Try again later.", 503)


def _uid(key: Key) -> str:
    # Sub-accounts have numbers of their own.
    return str(zlib.crc32(key.sub_account.encode()) + 10**10) if key.sub_account else str(key.uid)


def _config(call: Call) -> object:
    key = call.owner
    info = {
        "acctLv": "2",
        "acctStpMode": "cancel_maker",
        "autoLoan": False,
        "ctIsoMode": "automatic",
        "enableSpotBorrow": False,
        "greeksType": "PA",
        "feeType": "0",
        "ip": ",".join(key.ip_allowlist),
        "type": "1" if key.sub_account else "0",
        "kycLv": "3",
        "label": key.id,
        "level": "Lv1",
        "levelTmp": "",
        "liquidationGear": "-1",
        "mainUid": str(key.uid),
        "mgnIsoMode": "automatic",
        "opAuth": "1",
        "perm": key.spelled,
        "posMode": "net_mode",
        "roleType": "0",
        "spotBorrowAutoRepay": False,
        "spotOffsetType": "",
        "spotRoleType": "0",
        "spotTraderInsts": [],
        "stgyType": "0",
        "traderInsts": [],
        "uid": _uid(key),
        "settleCcy": "USDT",
        "settleCcyList": ["USD", "USDC", "USDG"],
    }
    return _ok(key.described(info))


# --- sub-accounts: only a main account's key sees them, and only one bound to addresses changes their keys


def _sub_accounts(call: Call) -> object:
    names = call.scene.keys.sub_accounts(call.scene.exchange, call.owner.account)
    return _ok(*({"enable": True, "subAcct": name, "label": name, "type": "1", "canTransOut": False} for name in names))


def _sub_keys(call: Call) -> object:
    keys = call.scene.keys.of_sub_account(call.scene.exchange, call.owner.account, call.params.get("subAcct", ""))
    return _ok(*(_sub_key(key) for key in keys))


def _sub_key(key: Key) -> Mapping[str, object]:
    created = str(round(key.created_at.timestamp() * 1000))
    return {
        "label": key.id,
        "apiKey": key.api_key,
        "perm": key.spelled,
        "ip": ",".join(key.ip_allowlist),
        "ts": created,
    }


def _edit_sub_key(call: Call) -> object:
    if not call.owner.ip_allowlist:
        return _error("50035", "This endpoint requires that APIKey must be bound to IP", 403)
    asked = {name: call.params.get(name, "") for name in ("subAcct", "label", "perm", "ip")}
    if missing := call.missing("subAcct"):
        return _parameter(missing)
    if call.path.endswith("/apikey"):
        values = _mint()
        made = {"apiKey": values.api_key, "secretKey": values.secret, "passphrase": call.params.get("passphrase", "")}
        return _ok({**asked, **made, "ts": str(call.now_ms)})
    return _ok({**asked, "apiKey": call.params.get("apiKey", ""), "ts": str(call.now_ms)})


# --- trading and moving: checked, answered, and nothing happens


def _parameter(name: str) -> Answer:
    return _error("51000", f"Parameter {name} error", 200)


def _order(call: Call) -> object:
    return _placed(call, [call.params])


def _batch(call: Call) -> object:
    try:
        asked = json.loads(call.body)
    except ValueError:
        return _error("50002", "JSON syntax error", 400)
    return _placed(call, asked) if isinstance(asked, list) else _error("50002", "JSON syntax error", 400)


def _placed(call: Call, orders: list[Mapping[str, str]]) -> object:
    results = [_result(call, order) for order in orders]
    failed = sum(result["sCode"] != "0" for result in results)
    code = "0" if not failed else "1" if failed == len(results) else "2"
    return {"code": code, "msg": "" if not failed else "Operation failed.", "data": results}


def _result(call: Call, order: Mapping[str, str]) -> Mapping[str, str]:
    told = {"clOrdId": order.get("clOrdId", ""), "tag": order.get("tag", ""), "ts": str(call.now_ms)}
    prices = ("px",) if order.get("ordType") == "limit" else ()
    for name in ("instId", "tdMode", "side", "ordType", "sz", *prices):
        if not order.get(name):
            return {**told, "ordId": "", "sCode": "51000", "sMsg": f"Parameter {name} error"}
    markets = call.scene.markets
    spot, swaps = {f"{one.base}-{one.quote}" for one in markets}, [one for one in markets if one.has_swap]
    if order["instId"] not in spot | {f"{one.base}-{one.quote}-SWAP" for one in swaps}:
        return {**told, "ordId": "", "sCode": "51001", "sMsg": "Instrument ID does not exist"}
    return {**told, "ordId": str(secrets.randbits(60)), "sCode": "0", "sMsg": ""}


def _precheck(call: Call) -> object:
    missing = call.missing("instId", "tdMode", "side", "ordType", "sz")
    return _parameter(missing) if missing else _ok({"adjEq": "4000", "adjEqChg": "0", "type": "0"})


def _withdrawal(call: Call) -> object:
    missing = call.missing("ccy", "amt", "dest", "toAddr")
    if missing:
        return _parameter(missing)
    asked = {name: call.params.get(name, "") for name in ("amt", "ccy", "chain", "clientId")}
    return _ok({**asked, "wdId": str(secrets.randbits(32))})


def _transfer(call: Call) -> object:
    missing = call.missing("ccy", "amt", "from", "to")
    asked = {name: call.params.get(name, "") for name in ("ccy", "amt", "from", "to", "clientId")}
    return _parameter(missing) if missing else _ok({**asked, "transId": str(secrets.randbits(32))})


def _mint() -> Minted:
    return Minted(str(uuid.uuid4()), secrets.token_hex(16).upper(), f"{secrets.token_hex(8)}Aa1!")


def _signed(line: str, needs: str, answer: Callable[[Call], object], weight: int) -> Endpoint:
    method, path = line.split()
    return Endpoint(method, f"/api/v5/{path}", answer, (needs,), pool="private", weight=weight)


def _time(call: Call) -> object:
    return _ok({"ts": str(call.now_ms)})


_ENDPOINTS = (
    Endpoint("GET", "/api/v5/public/time", _time, is_signed=False, pool="public", weight=6),
    _signed("GET account/config", "read_only", _config, 12),
    _signed("POST trade/order", "trade", _order, 1),
    _signed("POST trade/batch-orders", "trade", _batch, 1),
    _signed("POST trade/order-precheck", "trade", _precheck, 12),
    _signed("POST asset/transfer", "trade", _transfer, 15),
    _signed("POST asset/withdrawal", "withdraw", _withdrawal, 5),
    _signed("GET users/subaccount/list", "read_only", _sub_accounts, 3),
    _signed("GET users/subaccount/apikey", "read_only", _sub_keys, 3),
    _signed("POST users/subaccount/apikey", "trade", _edit_sub_key, 30),
    _signed("POST users/subaccount/modify-apikey", "trade", _edit_sub_key, 30),
    _signed("POST users/subaccount/delete-apikey", "trade", _edit_sub_key, 30),
    *bodies.endpoints("okx"),
)

_TRADING = ("trade",)
EXCHANGE = Exchange(
    id="okx",
    variants=("myokx", "okxus"),
    # One permission for orders in every market and for transfers between own accounts.
    rights={
        Right.READ: ("read_only",),
        Right.TRADE_SPOT: _TRADING,
        Right.TRADE_MARGIN: _TRADING,
        Right.TRADE_FUTURES: _TRADING,
        Right.TRANSFER: _TRADING,
        Right.WITHDRAW: ("withdraw",),
    },
    always=frozenset({Right.READ}),
    mint=_mint,
    verify=_verify,
    denied=_denied,
    unknown=_unknown,
    trouble=_trouble,
    endpoints=_ENDPOINTS,
    needs_passphrase=True,
    # Each endpoint has a budget of its own, 60 weights in 2 s here: what may be asked five times weighs 12.
    pools={
        "private": Pool(60, 2, is_shared=False),
        "public": Pool(60, 2, per="address", is_shared=False),
    },
)
