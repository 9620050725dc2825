"""Coinbase: Advanced Trade with CDP keys, whose tokens are signed by ECDSA or Ed25519.

Written from https://docs.cdp.coinbase.com/coinbase-app/authentication-authorization/api-key-authentication and
https://github.com/coinbase/coinbase-advanced-py, last verified 2026-11-22. Whatever is wrong with a key, a token or
an address, the answer is the same.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from reconciler.simulator import bodies, pages
from reconciler.simulator.exchange import Endpoint, Exchange, Minted, Trouble
from reconciler.simulator.key import Key, KeyState
from reconciler.simulator.limits import Pool
from reconciler.simulator.signing import new_ecdsa_key, token_signed
from reconciler.simulator.wire import Answer, Call, as_json
from reconciler.values.rights import Right

# Two minutes; the exchange's own client reads the clock once for the beginning and once more for the end.
_TOKEN_SECONDS = 121
_FLAGS = ("can_view", "can_trade", "can_transfer")
_PORTFOLIO = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


def _error(code: str, message: str, status: int) -> Answer:
    return as_json({"error": code, "error_details": message, "message": message}, status)


def _unauthorized() -> Answer:
    return Answer(401, b"Unauthorized\n", {"Content-Type": "text/plain; charset=utf-8"})


def _verify(call: Call) -> Key | Answer:
    scheme, _, token = call.header("Authorization").partition(" ")
    call.claim(token)
    parts = token.split(".")
    if scheme != "Bearer" or len(parts) != 3:
        return _unauthorized()
    head, claims = (_decoded(part) for part in parts[:2])
    key = call.find(str(head.get("kid", "")))
    if key is None or key.is_gone(call.now) or claims.get("sub") != key.api_key:
        return _unauthorized()
    is_signed = call.judge(token, is_right=token_signed(key.secret, f"{parts[0]}.{parts[1]}", parts[2]))
    is_good = is_signed and _is_timely(call, claims) and _is_for(call, claims)
    if not is_good or key.state_at(call.now) is KeyState.FROZEN or not call.comes_from_allowed_address(key):
        return _unauthorized()
    return key


def _decoded(part: str) -> Mapping[str, object]:
    try:
        loaded = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _is_timely(call: Call, claims: Mapping[str, object]) -> bool:
    begins, ends, now = claims.get("nbf"), claims.get("exp"), call.now.timestamp()
    # Numbers of seconds, with a fraction or without: https://www.rfc-editor.org/rfc/rfc7519#section-2.
    if not isinstance(begins, int | float) or not isinstance(ends, int | float) or ends - begins > _TOKEN_SECONDS:
        return False
    return begins - 1 <= now <= ends


# Clients name the request in one of two claims, by the host they know; either issuer and any audience is taken.
def _is_for(call: Call, claims: Mapping[str, object]) -> bool:
    listed = claims.get("uris")
    named = [claims.get("uri"), *(listed if isinstance(listed, list) else ())]
    # Method, any host, and the very path; the query is no part of it. Clients that are pointed at another port know
    # how to leave out https:// only.
    wanted = re.compile(rf"{re.escape(call.method)} (http://)?[^/ ]+{re.escape(call.path)}")
    return any(isinstance(uri, str) and wanted.fullmatch(uri) for uri in named)


def _denied(call: Call, endpoint: Endpoint) -> Answer:
    if call.path.startswith("/v2/"):
        return as_json({"errors": [{"id": "invalid_scope", "message": "Invalid scope"}]}, 403)
    return _error("PERMISSION_DENIED", "Missing required scopes", 403)


def _trouble(trouble: Trouble, call: Call) -> Answer:
    if trouble is Trouble.GEO_BLOCK:
        return pages.unavailable_for_legal_reasons()
    if trouble in (Trouble.RATE_LIMIT, Trouble.BAN):
        body = {"errors": [{"id": "rate_limit_exceeded", "message": "Too many requests"}]}
        return as_json(body, 429, {"x-ratelimit-reset": call.rest_seconds})
    return _error("UNAVAILABLE", "service is unavailable", 503)


def _key_info(call: Call) -> object:
    key = call.owner
    flags = {**dict.fromkeys(_FLAGS, False), **dict.fromkeys(key.spelled.split(","), True)}
    portfolio = str(uuid.uuid5(_PORTFOLIO, key.account))
    return key.described({**flags, "can_receive": False, "portfolio_uuid": portfolio, "portfolio_type": "CONSUMER"})


def _accounts(call: Call) -> object:
    markets = call.scene.markets
    coins = [*(market.base for market in markets), markets[0].quote]
    return {"accounts": [_account(coin) for coin in coins], "has_next": False, "cursor": "", "size": len(coins)}


def _account(coin: str) -> Mapping[str, object]:
    amounts = {
        name: {"value": held, "currency": coin}
        for name, held in (("available_balance", _HELD.get(coin, "0")), ("hold", "0"))
    }
    kept = {"default": True, "active": True, "type": "ACCOUNT_TYPE_CRYPTO", "ready": True}
    return {"uuid": f"account-{coin}", "name": f"{coin} Wallet", "currency": coin, **amounts, **kept}


def _time(call: Call) -> object:
    iso = datetime.fromtimestamp(call.now_ms // 1000, UTC).isoformat().replace("+00:00", "Z")
    seconds = call.now_ms // 1000
    if call.path.startswith("/v2/"):
        return {"data": {"iso": iso, "epoch": seconds}}
    return {"iso": iso, "epochSeconds": str(seconds), "epochMillis": str(call.now_ms)}


# --- trading and moving: checked, answered, and nothing happens


def _order(call: Call) -> object:
    missing = call.missing("product_id", "side", "order_configuration")
    if missing is not None:
        return _error("INVALID_ARGUMENT", f"{missing} is required", 400)
    base, _, rest = call.params["product_id"].partition("-")
    known = {market.base: market for market in call.scene.markets}
    if base not in known or rest not in {known[base].quote, "PERP-CDE"}:
        return _error("INVALID_ARGUMENT", "product_id is not valid", 400)
    if call.path.endswith("/preview"):
        return {"errs": [], "warning": [], "preview_id": str(uuid.uuid4())}
    asked = {name: call.params.get(name, "") for name in ("product_id", "side", "client_order_id")}
    return {"success": True, "success_response": {"order_id": str(uuid.uuid4()), **asked}}


def _send(call: Call) -> object:
    if call.missing("type", "to", "amount", "currency") is not None:
        return as_json({"errors": [{"id": "param_required", "message": "Missing parameter"}]}, 400)
    amount = {"amount": f"-{call.params['amount']}", "currency": call.params["currency"]}
    return {"data": {"id": str(uuid.uuid4()), "type": "send", "status": "pending", "amount": amount}}


def _mint() -> Minted:
    return Minted(f"organizations/{uuid.uuid4()}/apiKeys/{uuid.uuid4()}", new_ecdsa_key())


def _signed(line: str, needs: str, answer: Callable[[Call], object]) -> Endpoint:
    method, path = line.split()
    return Endpoint(method, path, answer, (needs,), pool="private")


_HELD = {"USDT": "1000", "BTC": "0.05"}
_V3 = "/api/v3/brokerage"
_ENDPOINTS = (
    Endpoint("GET", f"{_V3}/time", _time, is_signed=False, pool="public"),
    Endpoint("GET", "/v2/time", _time, is_signed=False, pool="public"),
    _signed(f"GET {_V3}/key_permissions", "can_view", _key_info),
    _signed(f"GET {_V3}/accounts", "can_view", _accounts),
    _signed(f"POST {_V3}/orders", "can_trade", _order),
    _signed(f"POST {_V3}/orders/preview", "can_trade", _order),
    _signed("POST /v2/accounts/{id}/transactions", "can_transfer", _send),
    *bodies.endpoints("coinbase"),
)

EXCHANGE = Exchange(
    id="coinbase",
    rights={
        Right.READ: ("can_view",),
        # Every simulated account may trade futures.
        Right.TRADE_SPOT: ("can_trade",),
        Right.TRADE_FUTURES: ("can_trade",),
        Right.TRANSFER: ("can_transfer",),
        Right.WITHDRAW: ("can_transfer",),
    },
    # What a key without the view scope is told of itself is documented nowhere; none is made here.
    always=frozenset({Right.READ}),
    mint=_mint,
    verify=_verify,
    denied=_denied,
    unknown=lambda call: _error("NOT_FOUND", "not found", 404),
    trouble=_trouble,
    endpoints=_ENDPOINTS,
    pools={"public": Pool(10, 1, per="address"), "private": Pool(30, 1)},
)
