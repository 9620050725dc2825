"""Gate: spot and futures on one host, every key a list of groups to read or to write.

Written from https://www.gate.com/docs/developers/apiv4/en/, last verified 2026-11-22. Where the documents name no HTTP
status for an error, the one seen most often is used.
"""

from __future__ import annotations

import hashlib
import math
import re
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import unquote, unquote_plus

from reconciler.simulator import bodies, pages
from reconciler.simulator.exchange import Endpoint, Exchange, Minted, Trouble
from reconciler.simulator.key import Key, KeyState
from reconciler.simulator.limits import Pool, Reading
from reconciler.simulator.signing import hex_hmac
from reconciler.simulator.wire import Answer, Call, as_json
from reconciler.values.rights import Right

_WINDOW_SECONDS = 60
# The digits of a key that its list shows.
_SHOWN = 12


def _error(label: str, message: str, status: int) -> Answer:
    return as_json({"label": label, "message": message}, status)


# The order of a gateway that can do no step before the one above it: no key without the headers, no secret without the
# key. Time is the cheaper check and comes before the one that needs the secret; the address is told only to a caller
# who has proven to own the key; the endpoint's group, checked by the frame, comes last.
def _verify(call: Call) -> Key | Answer:
    api_key, given, stamp = (call.header(name) for name in ("KEY", "SIGN", "Timestamp"))
    call.claim(given)
    if not (api_key and given and stamp):
        return _error("MISSING_REQUIRED_HEADER", "Missing required header: KEY, SIGN or Timestamp", 401)
    key = call.find(api_key)
    if key is None or key.is_gone(call.now):
        return _error("INVALID_KEY", "Invalid key provided", 401)
    is_proven = _is_proven(call, key, given, stamp)
    if not _is_timely(call, stamp):
        return _error("REQUEST_EXPIRED", "gap between request Timestamp and server time exceeds 60", 401)
    if not is_proven:
        return _error("INVALID_SIGNATURE", "Signature mismatch", 401)
    if key.state_at(call.now) is KeyState.FROZEN:
        return _error("ACCOUNT_LOCKED", "Account is locked", 401)
    if not call.comes_from_allowed_address(key):
        return _error("FORBIDDEN", f"Request IP not in whitelist: {call.client_ip}", 403)
    return key


# The query is signed as it reads, never as it is escaped, which is refused:
# https://github.com/sieblyio/gateio-api/issues/83, last verified 2026-11-22. A space may travel as a plus, as the
# exchange's own libraries send it, and a plus as itself.
def _is_proven(call: Call, key: Key, given: str, stamp: str) -> bool:
    digest = hashlib.sha512(call.body).hexdigest()
    return any(
        call.prove(
            given, hex_hmac(key.secret, "\n".join((call.method, call.path, query, digest, stamp)), hashlib.sha512)
        )
        for query in dict.fromkeys((unquote_plus(call.query), unquote(call.query)))
    )


# Seconds, with a fraction or without.
def _is_timely(call: Call, stamp: str) -> bool:
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,9})?", stamp):
        return False
    return abs(call.now.timestamp() - float(stamp)) <= _WINDOW_SECONDS


def _denied(call: Call, endpoint: Endpoint) -> Answer:
    group = endpoint.needs[0].partition(":")[0]
    if f"{group}:r" in call.owner.tokens:
        return _error("READ_ONLY", f"API key only has read permission of {group}", 403)
    return _error("FORBIDDEN", f"Request API key does not have {group} permission", 403)


def _trouble(trouble: Trouble, call: Call) -> Answer:
    if trouble is Trouble.GEO_BLOCK:
        return pages.unavailable_for_legal_reasons()
    if trouble in (Trouble.RATE_LIMIT, Trouble.BAN):
        headers = {"X-Gate-RateLimit-Reset-Timestamp": str(math.ceil(call.rest_ends_ms / 1000))}
        return as_json({"label": "TOO_MANY_REQUESTS", "message": "Request Rate limit Exceeded"}, 429, headers)
    return _error("TOO_BUSY", "Server is busy, system maintenance", 503)


def _perms(key: Key) -> list[Mapping[str, object]]:
    """List the groups of a key, each once: `name` is to write, `name:r` only to read."""
    writes: dict[str, bool] = {}
    for token in key.spelled.split(","):
        name = token.removesuffix(":r")
        writes[name] = writes.get(name, False) or not token.endswith(":r")
    return [{"name": name, "read_only": not can_write} for name, can_write in writes.items()]


def _uid(key: Key) -> int:
    """Return the number of the account that a key belongs to: a sub-account has one of its own."""
    own = key.sub_account
    return int(own) if own is not None and own.isdecimal() else key.uid


_STATES = {KeyState.FROZEN: 3}


def _entry(key: Key, call: Call, named: str) -> dict[str, object]:
    created = round(key.created_at.timestamp())
    return key.described(
        {
            "key": named,
            "state": _STATES.get(key.state_at(call.now), 1),
            "mode": 1,
            "name": key.id,
            "currency_pairs": [],
            "user_id": _uid(key),
            "ip_whitelist": list(key.ip_allowlist),
            "perms": _perms(key),
            "created_at": created,
            "update_at": created,
            "last_access": round(call.now.timestamp()),
        }
    )


# The keys of the main account alone: whether a key of a sub-account finds itself here is documented nowhere.
def _main_keys(call: Call) -> object:
    held = call.scene.keys.of_account(call.scene.exchange, call.owner.account)
    keys = [key for key in held if key.sub_account is None]
    return [
        _entry(key, call, key.api_key[:_SHOWN] + "*" * (len(key.api_key) - _SHOWN))
        for key in keys
        if not key.is_gone(call.now)
    ]


def _detail(call: Call) -> object:
    key = call.owner
    return {
        "user_id": _uid(key),
        "ip_whitelist": list(key.ip_allowlist),
        "currency_pairs": [],
        "key": {"mode": 1},
        "tier": 0,
        "copy_trading_role": 0,
    }


# Sub-accounts are known by their numbers at Gate; here a name will do.
def _sub_keys(call: Call) -> object:
    number = call.path.split("/")[4]
    keys = call.scene.keys.of_sub_account(call.scene.exchange, call.owner.account, number)
    return [_entry(key, call, key.api_key) for key in keys if not key.is_gone(call.now)]


def _new_sub_key(call: Call) -> object:
    values = _mint()
    made = {"key": values.api_key, "secret": values.secret, "created_at": round(call.now.timestamp())}
    return {"user_id": call.path.split("/")[4], "name": call.params.get("name", ""), "state": 1, "mode": 1, **made}


# --- trading and moving: checked, answered, and nothing happens


def _missing(call: Call, *names: str) -> Answer | None:
    name = call.missing(*names)
    return None if name is None else _error("MISSING_REQUIRED_PARAM", f"Missing required parameter: {name}", 400)


def _order(call: Call) -> object:
    missing = _missing(call, "currency_pair", "side", "amount")
    if missing is not None:
        return missing
    if call.params["currency_pair"] not in {f"{market.base}_{market.quote}" for market in call.scene.markets}:
        return _error("INVALID_CURRENCY_PAIR", "Invalid currency pair", 400)
    asked = {name: call.params.get(name) for name in ("currency_pair", "side", "amount", "price")}
    seconds = str(round(call.now.timestamp()))
    return {
        "id": str(secrets.randbelow(10**12)),
        "status": "open",
        "type": call.params.get("type", "limit"),
        "account": call.params.get("account", "spot"),
        "create_time": seconds,
        "create_time_ms": call.now_ms,
        "left": call.params["amount"],
        **asked,
    }


def _futures_order(call: Call) -> object:
    missing = _missing(call, "contract", "size")
    if missing is not None:
        return missing
    contracts = {f"{market.base}_{market.quote}" for market in call.scene.markets if market.has_swap}
    if call.params["contract"] not in contracts:
        return _error("CONTRACT_NOT_FOUND", "contract not found", 400)
    asked = {"contract": call.params["contract"], "price": call.params.get("price", "0")}
    size = int(float(call.params["size"]))
    return {"id": secrets.randbelow(10**12), "status": "open", "size": size, "left": size, "tif": "gtc", **asked}


def _withdrawal(call: Call) -> object:
    missing = _missing(call, "currency", "amount")
    return missing or {"id": f"w{secrets.randbelow(10**9)}", "status": "DMOVE", "currency": call.params["currency"]}


# An id that cannot exist is refused for itself, and only to a key that may withdraw.
def _cancelled(call: Call) -> object:
    return _error("INVALID_WITHDRAW_ID", "Invalid withdrawal id", 400)


def _moved(call: Call) -> object:
    return _missing(call, "currency", "from", "to", "amount") or {"tx_id": secrets.randbelow(10**9)}


def _done(call: Call) -> Answer:
    return Answer(204, b"", {})


def _mint() -> Minted:
    return Minted(secrets.token_hex(16), secrets.token_hex(32))


def _endpoint(line: str, group: str, answer: Callable[[Call], object]) -> Endpoint:
    """Make an endpoint of one group: what only reads is open to those who may write as well."""
    method, path = line.split()
    needs = (f"{group}:r", group) if method == "GET" else (group,)
    pool = group if group in _POOLS else "private"
    return Endpoint(method, f"/api/v4/{path}", answer, needs, pool=pool)


# Each endpoint has a budget of its own, for each account.
_POOLS = {
    "public": Pool(200, 10, per="address", is_shared=False),
    "private": Pool(150, 10, is_shared=False),
    "sub_accounts": Pool(80, 10, is_shared=False),
    **dict.fromkeys(("wallet", "spot", "futures"), Pool(200, 10, is_shared=False)),
}
_ENDPOINTS = (
    Endpoint("GET", "/api/v4/spot/time", lambda call: {"server_time": call.now_ms}, is_signed=False, pool="public"),
    _endpoint("GET account/main_keys", "account", _main_keys),
    _endpoint("GET account/detail", "account", _detail),
    _endpoint("POST spot/orders", "spot", _order),
    _endpoint("POST futures/usdt/orders", "futures", _futures_order),
    _endpoint("POST wallet/transfers", "wallet", _moved),
    _endpoint("POST otc/order/create", "otc", lambda call: {"code": 0, "message": "SUCCESS"}),
    _endpoint("POST withdrawals", "withdraw", _withdrawal),
    _endpoint("DELETE withdrawals/{withdrawal_id}", "withdraw", _cancelled),
    _endpoint("GET sub_accounts/{user_id}/keys", "sub_accounts", _sub_keys),
    _endpoint("POST sub_accounts/{user_id}/keys", "sub_accounts", _new_sub_key),
    _endpoint("PUT sub_accounts/{user_id}/keys/{key}", "sub_accounts", _done),
    _endpoint("DELETE sub_accounts/{user_id}/keys/{key}", "sub_accounts", _done),
    *bodies.endpoints("gate"),
)


def _told(pool: str, reading: Reading, call: Call) -> dict[str, str]:
    # As long as something is left, the moment it is full again is told to be now.
    stamp = call.now.timestamp() + (0 if reading.left else reading.resets_in)
    left = {"X-Gate-RateLimit-Limit": str(reading.limit), "X-Gate-RateLimit-Requests-Remain": str(reading.left)}
    return {**left, "X-Gate-RateLimit-Reset-Timestamp": str(math.ceil(stamp))}


EXCHANGE = Exchange(
    id="gate",
    variants=("gateeu",),
    # Orders on margin go through the group spot. The last three are in no documented list of groups.
    rights={
        Right.READ: ("account:r", "spot:r", "futures:r"),
        Right.TRADE_SPOT: ("spot",),
        Right.TRADE_MARGIN: ("spot",),
        Right.TRADE_FUTURES: ("futures",),
        Right.TRANSFER: ("wallet",),
        Right.WITHDRAW: ("withdraw",),
        Right.MANAGE_KEYS: ("sub_accounts",),
        Right.CONVERT_PAY: ("otc",),
    },
    # A key could be made without any of the three; one that is to be looked at has them.
    always=frozenset({Right.READ}),
    mint=_mint,
    verify=_verify,
    denied=_denied,
    unknown=lambda call: _error("NOT_FOUND", "The requested resource was not found", 404),
    trouble=_trouble,
    endpoints=_ENDPOINTS,
    pools=_POOLS,
    told=_told,
)
