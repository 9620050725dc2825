"""Bybit: spot and derivatives of unified accounts, version 5 of its API.

Written from https://github.com/bybit-exchange/docs, last verified 2026-11-22. Nearly everything travels with HTTP 200,
errors as well: the code in the body tells them from a success.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Mapping

from reconciler.simulator import bodies, pages
from reconciler.simulator.exchange import Endpoint, Exchange, Minted, Trouble
from reconciler.simulator.key import Key, KeyState
from reconciler.simulator.limits import Ban, Pool, Reading, Window
from reconciler.simulator.signing import base64_signed, hex_hmac, is_private_key
from reconciler.simulator.wire import Answer, Call, as_json, as_page
from reconciler.values.rights import Right

_SIGNED_HEADERS = ("X-BAPI-API-KEY", "X-BAPI-SIGN", "X-BAPI-TIMESTAMP")
_FUTURE_MS = 999
# A word that is not among the permissions: it stands for the switch that makes a key read-only.
_READ_ONLY = "ReadOnly"


def _envelope(call: Call, code: int, msg: str, result: object) -> Mapping[str, object]:
    return {"retCode": code, "retMsg": msg, "result": result, "retExtInfo": {}, "time": call.now_ms}


def _ok(call: Call, result: object) -> Mapping[str, object]:
    return _envelope(call, 0, "OK", result)


def _error(call: Call, code: int, msg: str, status: int = 200) -> Answer:
    return as_json(_envelope(call, code, msg, {}), status)


# The order of a gateway that can do no step before the one above it: no key without the headers, no secret without
# the key. Time is the cheaper check and comes before the one that needs the secret; the address is looked at only for
# a caller who has proven to own the key, and the endpoint's right, checked by the frame, comes last.
def _verify(call: Call) -> Key | Answer:
    api_key, given, stamp = (call.header(name) for name in _SIGNED_HEADERS)
    call.claim(given)
    if not (api_key and given and stamp):
        return _error(call, 10001, "empty value: apiTimestamp[] apiKey[] apiSignature[], openapi sign params error!")
    key = call.find(api_key)
    if key is None or key.state_at(call.now) is KeyState.DELETED:
        return _error(call, 10003, "API key is invalid.")
    window = call.header("X-BAPI-RECV-WINDOW") or "5000"
    is_proven = _is_signed(call, key, given, stamp + api_key + call.header("X-BAPI-RECV-WINDOW"))
    if not window.isdecimal() or not call.is_timely(stamp, past=int(window), future=_FUTURE_MS):
        words = "invalid request, please check your server timestamp or recv_window param."
        return _error(call, 10002, f"{words} req_timestamp[{stamp[:20]}],server_timestamp[{call.now_ms}]")
    if not is_proven:
        return _error(call, 10004, "Error sign, please check your signature generation algorithm.")
    return _unfit(call, key) or key


def _unfit(call: Call, key: Key) -> Answer | None:
    state = key.state_at(call.now)
    if state is KeyState.EXPIRED:
        return _error(call, 33004, "Your api key has expired.")
    if state is KeyState.FROZEN:
        return _error(call, 10008, "User had been banned.")
    if not call.comes_from_allowed_address(key):
        return _error(call, 10010, "Unmatched IP, please check your API key's bound IP addresses.")
    return None


def _is_signed(call: Call, key: Key, given: str, head: str) -> bool:
    # The query as sent or the body as sent, never both.
    text = head + (call.text if call.method == "POST" else call.query)
    if is_private_key(key.secret):
        return call.judge(given, is_right=base64_signed(key.secret, text, given))
    return call.prove(given, hex_hmac(key.secret, text))


def _refuse(call: Call) -> Answer:
    return _error(call, 10005, "Permission denied, please check your API key permissions.")


# The limit of an account travels with HTTP 200, that of the whole system with 429, that of an address with a page.
def _trouble(trouble: Trouble, call: Call) -> Answer:
    if trouble is Trouble.RATE_LIMIT:
        body = _envelope(call, 10006, "Too many visits. Exceeded the API Rate Limit.", {})
        return as_json(body, 429, {"X-Bapi-Limit-Reset-Timestamp": str(call.rest_ends_ms)})
    if trouble is Trouble.BAN:
        return as_page("403, access too frequent", 403)
    if trouble is Trouble.GEO_BLOCK:
        return pages.blocked_by_cloudfront()
    if call.path == "/v5/system/status":
        event = {"id": "1", "title": "Maintenance", "state": "ongoing", "begin": "1", "end": "2", "href": ""}
        shape = {"serviceTypes": [1, 2, 3, 4, 5], "product": [1, 2], "uidSuffix": [], "maintainType": 3, "env": 1}
        return as_json(_ok(call, {"list": [{**event, **shape}]}))
    return as_page("<html><head><title>503 Service Temporarily Unavailable</title></head></html>", 503)


def _key_info(call: Call) -> object:
    key = call.owner
    ends = key.expires_at
    info = {
        "id": "13770661",
        "note": key.id,
        "apiKey": key.api_key,
        "readOnly": int(_READ_ONLY in key.spelled.split(",")),
        "secret": "",
        "permissions": _permissions(key),
        "ips": list(key.ip_allowlist) or ["*"],
        "type": 1,
        "deadlineDay": -2 if ends is None else (ends - call.now).days,
        "expiredAt": "1970-01-01T00:00:00Z" if ends is None else f"{ends:%Y-%m-%dT%H:%M:%SZ}",
        "createdAt": f"{key.created_at:%Y-%m-%dT%H:%M:%SZ}",
        "unified": 0,
        "uta": 1,
        "userID": key.uid,
        "inviterID": 0,
        "vipLevel": "No VIP",
        "mktMakerLevel": "0",
        "affiliateID": 0,
        "rsaPublicKey": "",
        "isMaster": key.sub_account is None,
        "parentUid": "0" if key.sub_account is None else str(key.uid),
        "kycLevel": "LEVEL_DEFAULT",
        "kycRegion": "",
    }
    return _ok(call, key.described(info))


def _permissions(key: Key) -> Mapping[str, list[str]]:
    groups: dict[str, list[str]] = {group: [] for group in _GROUPS}
    for word in key.spelled.split(","):
        if word not in ("", _READ_ONLY):
            # A word that no group is documented for is listed with those of the wallet, whose rights matter most.
            groups[_GROUP_OF.get(word, "Wallet")].append(word)
    return groups


# A key that is read-only keeps its words, and they open nothing.
def _read(spelled: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in spelled.split(","))
    return (_READ_ONLY,) if _READ_ONLY in words else words


def _wallet(call: Call) -> object:
    if call.params.get("accountType") != "UNIFIED":
        return _error(call, 10001, "accountType only support UNIFIED.")
    return _ok(call, {"list": [_WALLET]})


# --- trading and moving: checked, answered, and nothing happens


def _missing(call: Call, *names: str) -> Answer | None:
    name = call.missing(*names)
    return None if name is None else _error(call, 10001, f"params error: {name} is required")


# Spot and contracts share this path; the category tells which right it takes.
def _order(call: Call) -> object:
    missing = _missing(call, "category", "symbol", "side", "orderType", "qty")
    if missing is not None:
        return missing
    is_spot = call.params["category"] == "spot"
    if not call.owner.may(("SpotTrade",) if is_spot else ("Order", "DerivativesTrade")):
        return _refuse(call)
    markets = [market for market in call.scene.markets if market.has_swap or is_spot]
    if call.params["symbol"] not in {f"{market.base}{market.quote}" for market in markets}:
        return _error(call, 10001, "params error: symbol invalid")
    return _ok(call, {"orderId": str(secrets.randbelow(10**19)), "orderLinkId": call.params.get("orderLinkId", "")})


def _withdrawal(call: Call) -> object:
    return _missing(call, "coin", "address", "amount") or _ok(call, {"id": str(secrets.randbelow(10**8))})


def _transfer(call: Call) -> object:
    needed = ("transferId", "coin", "amount", "fromAccountType", "toAccountType")
    return _missing(call, *needed) or _ok(call, {"transferId": call.params["transferId"], "status": "SUCCESS"})


def _edit(call: Call) -> object:
    return _ok(call, {"id": "13770661", "note": "", "apiKey": "", "readOnly": 0, "secret": "", "permissions": {}})


def _mint() -> Minted:
    letters = string.ascii_letters + string.digits
    return Minted(*("".join(secrets.choice(letters) for _ in range(length)) for length in (18, 36)))


def _time(call: Call) -> object:
    return _ok(call, {"timeSecond": str(call.now_ms // 1000), "timeNano": f"{call.now_ms}000000"})


def _signed(line: str, needs: str, answer: Callable[[Call], object], pool: str = "fifty") -> Endpoint:
    method, path = line.split()
    return Endpoint(method, f"/v5/{path}", answer, tuple(needs.split()), pool=pool)


_MOVING, _EDITING = "AccountTransfer SubMemberTransfer", "AccountTransfer SubMemberTransfer Withdraw"
_ENDPOINTS = (
    Endpoint("GET", "/v5/market/time", _time, is_signed=False, pool="public"),
    _signed("GET user/query-api", "", _key_info, "ten"),
    _signed("GET account/wallet-balance", "", _wallet),
    _signed("POST order/create", "", _order, "ten"),
    _signed("POST asset/withdraw/create", "Withdraw", _withdrawal, "ten"),
    _signed("GET asset/withdraw/query-address", "Withdraw", lambda call: _ok(call, {"rows": []}), "ten"),
    _signed("POST asset/transfer/inter-transfer", _MOVING, _transfer, "ten"),
    _signed("POST user/create-sub-api", _EDITING, _edit, "ten"),
    _signed("POST user/update-sub-api", _EDITING, _edit, "ten"),
    _signed("POST user/update-api", _EDITING, _edit, "ten"),
    _signed("POST user/delete-sub-api", _EDITING, _edit, "ten"),
    *bodies.endpoints("bybit"),
)
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "ContractTrade": ("Order", "Position"),
    "Spot": ("SpotTrade",),
    "Wallet": ("AccountTransfer", "SubMemberTransfer", "SubMemberTransferList", "Withdraw"),
    "Options": ("OptionsTrade",),
    "Derivatives": ("DerivativesTrade",),
    "CopyTrading": ("CopyTrading",),
    "BlockTrade": ("BlockTrade",),
    "Exchange": ("ExchangeHistory",),
    "NFT": ("NFTQueryProductList",),
    "Affiliate": ("Affiliate",),
    "Earn": ("Earn",),
    "FiatP2P": ("FiatP2POrder", "Advertising"),
    "FiatBitPay": ("FaitPayOrder",),
    "FiatConvertBroker": ("FiatConvertBrokerOrder",),
    "FiatGlobalPay": (),
    "BitCard": ("BitCard",),
    "ByXPost": ("ByXPost",),
}
_GROUP_OF = {word: group for group, words in _GROUPS.items() for word in words}
_COIN = {"equity": "1000", "usdValue": "1000", "walletBalance": "1000", "locked": "0", "borrowAmount": "0"}
_MARGINS = {"accruedInterest": "0", "totalOrderIM": "0", "totalPositionIM": "0", "totalPositionMM": "0", "bonus": "0"}
_PROFITS = {"unrealisedPnl": "0", "cumRealisedPnl": "0", "availableToWithdraw": "", "marginCollateral": True}
_WALLET = {
    "accountType": "UNIFIED",
    "totalEquity": "1000",
    "totalWalletBalance": "1000",
    "totalMarginBalance": "1000",
    "totalAvailableBalance": "1000",
    "totalPerpUPL": "0",
    "totalInitialMargin": "0",
    "totalMaintenanceMargin": "0",
    "accountIMRate": "0",
    "accountMMRate": "0",
    "coin": [{"coin": "USDT", **_COIN, **_MARGINS, **_PROFITS}],
}


def _told(pool: str, reading: Reading, call: Call) -> dict[str, str]:
    if pool == "*":
        return {}
    # What tells when a pool is full again is the present moment as long as something is left.
    stamp = call.now_ms + (0 if reading.left else round(reading.resets_in * 1000))
    limits = {"X-Bapi-Limit": str(reading.limit), "X-Bapi-Limit-Status": str(reading.left)}
    return {**limits, "X-Bapi-Limit-Reset-Timestamp": str(stamp)}


EXCHANGE = Exchange(
    id="bybit",
    variants=("bybiteu", "bybitid"),
    rights={
        # Every key reads: there is no word for it.
        Right.READ: (),
        Right.TRADE_SPOT: ("SpotTrade",),
        Right.TRADE_FUTURES: ("Order", "Position", "DerivativesTrade"),
        Right.TRANSFER: ("AccountTransfer", "SubMemberTransfer"),
        Right.CONVERT_PAY: ("ExchangeHistory", "FiatP2POrder"),
        Right.WITHDRAW: ("Withdraw",),
    },
    always=frozenset({Right.READ}),
    mint=_mint,
    verify=_verify,
    denied=lambda call, endpoint: _refuse(call),
    unknown=lambda call: as_page("<html><head><title>404 Not Found</title></head></html>", 404),
    trouble=_trouble,
    endpoints=_ENDPOINTS,
    read=_read,
    # Each endpoint has a budget of its own for an account; an address has one for everything.
    # Whoever asks too often from one address is let in again after ten minutes.
    overall=Pool(600, 5, per="address", window=Window.ROLLING, ban=Ban(after=1, seconds=(600,))),
    pools={
        "public": Pool(600, 5, per="address", window=Window.ROLLING),
        "ten": Pool(10, 1, is_shared=False, window=Window.ROLLING),
        "fifty": Pool(50, 1, is_shared=False, window=Window.ROLLING),
    },
    told=_told,
)
