"""Kraken: spot and margin, where every private request is a POST that carries a nonce.

Written from https://docs.kraken.com/exchange/guides/rest/authentication, https://docs.kraken.com/api-reference/ and
https://docs.kraken.com/exchange/guides/general/errors, last verified 2026-11-22. Errors come with status 200.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from reconciler.simulator import bodies, pages
from reconciler.simulator.catalogue import Market
from reconciler.simulator.exchange import Endpoint, Exchange, Minted, Trouble
from reconciler.simulator.key import Key, KeyState
from reconciler.simulator.limits import Ban, Pool, Window
from reconciler.simulator.wire import Answer, Call, as_json
from reconciler.values.rights import Right


def _ok(result: object) -> Mapping[str, object]:
    return {"error": [], "result": result}


def _error(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return as_json({"error": [text]}, status, headers)


# A nonce is spent only by a request that is signed right, or strangers could spend those of others. With what an
# address is refused that is not on the key's list is documented nowhere; it is taken for a key that is none here.
def _verify(call: Call) -> Key | Answer:
    given = call.header("API-Sign")
    call.claim(given)
    key = call.find(call.header("API-Key"))
    if key is None or key.is_gone(call.now):
        return _error("EAPI:Invalid key")
    nonce = call.fields.get("nonce", "")
    expected = _signature(call, key, nonce)
    if expected is None or not call.prove(given, expected):
        return _error("EAPI:Invalid signature")
    if not call.is_next(key, nonce):
        return _error("EAPI:Invalid nonce")
    if key.state_at(call.now) is KeyState.FROZEN:
        return _error("EAuth:Account temporary disabled")
    if not call.comes_from_allowed_address(key):
        return _error("EAPI:Invalid key")
    return key


def _signature(call: Call, key: Key, nonce: str) -> str | None:
    spent = hashlib.sha256(nonce.encode(errors="replace") + call.body).digest()
    signed = call.target.encode(errors="surrogateescape") + spent
    try:
        secret = base64.b64decode(key.secret, validate=True)
    except (binascii.Error, ValueError):
        return None
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha512).digest()).decode()


def _trouble(trouble: Trouble, call: Call) -> Answer:
    if trouble is Trouble.GEO_BLOCK:
        return pages.unavailable_for_legal_reasons()
    if trouble is Trouble.RATE_LIMIT:
        return _error("EAPI:Rate limit exceeded")
    if trouble is Trouble.BAN:
        return _error("EGeneral:Temporary lockout")
    return _error("EService:Unavailable")


def _key_info(call: Call) -> object:
    key = call.owner
    info = {
        "apiKeyName": key.id,
        "apiKey": key.api_key,
        "nonce": call.fields.get("nonce", ""),
        "nonceWindow": 0,
        "permissions": key.spelled.split(",") if key.spelled else [],
        "iban": _iban(key),
        "validUntil": "0" if key.expires_at is None else str(round(key.expires_at.timestamp())),
        "queryFrom": "0",
        "queryTo": "0",
        "createdTime": str(round(key.created_at.timestamp())),
        "modifiedTime": str(round(key.created_at.timestamp())),
        "ipAllowlist": list(key.ip_allowlist),
        "lastUsed": str(call.now_ms // 1000),
    }
    return _ok(key.described(info))


# In the form of an IIBAN: AA, two digits, and three groups of four.
def _iban(key: Key) -> str:
    digits = f"{key.uid:014d}"
    return f"AA{digits[-14:-12]} {digits[-12:-8]} {digits[-8:-4]} {digits[-4:]}"


def _time(call: Call) -> object:
    seconds = call.now_ms // 1000
    return _ok({"unixtime": seconds, "rfc1123": format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)})


# --- what is traded


def _name(coin: str) -> str:
    return {"BTC": "XBT", "DOGE": "XDG"}.get(coin, coin)


def _pair(market: Market) -> str:
    return f"{_name(market.base)}{_name(market.quote)}"


def _assets(call: Call) -> object:
    coins = [_name(market.base) for market in call.scene.markets]
    quotes = {_name(market.quote) for market in call.scene.markets}
    shape = {"aclass": "currency", "decimals": 8, "display_decimals": 5, "status": "enabled"}
    return _ok({coin: {**shape, "altname": coin} for coin in [*coins, *sorted(quotes)]})


def _pairs(call: Call) -> object:
    return _ok({_pair(market): _described(market) for market in call.scene.markets})


def _described(market: Market) -> Mapping[str, object]:
    base, quote = _name(market.base), _name(market.quote)
    # Kraken trades no perpetuals here; the same coins can be traded on margin.
    leverage = [2, 3] if market.has_swap else []
    return {
        "altname": f"{base}{quote}",
        "wsname": f"{base}/{quote}",
        "aclass_base": "currency",
        "base": base,
        "aclass_quote": "currency",
        "quote": quote,
        "lot": "unit",
        "cost_decimals": 5,
        "pair_decimals": 4,
        "lot_decimals": 8,
        "lot_multiplier": 1,
        "leverage_buy": leverage,
        "leverage_sell": leverage,
        "fees": [[0, 0.4]],
        "fees_maker": [[0, 0.25]],
        "fee_volume_currency": "ZUSD",
        "margin_call": 80,
        "margin_stop": 40,
        "ordermin": "0.0001",
        "costmin": "0.5",
        "tick_size": "0.0001",
        "status": "online",
    }


# --- trading and moving: checked, answered, and nothing happens


def _order(call: Call) -> object:
    needed = ("pair", "type", "ordertype", "volume")
    if call.missing(*needed, *(("price",) if call.fields.get("ordertype") == "limit" else ())) is not None:
        return _error("EGeneral:Invalid arguments")
    if call.fields["pair"] not in {_pair(market) for market in call.scene.markets}:
        return _error("EQuery:Unknown asset pair")
    side, volume, pair, kind = (call.fields[name] for name in ("type", "volume", "pair", "ordertype"))
    described = {"descr": {"order": f"{side} {volume} {pair} @ {kind} {call.fields.get('price', '')}".rstrip()}}
    return _ok(described if "validate" in call.fields else {**described, "txid": [f"O{secrets.token_hex(8).upper()}"]})


def _moved(*needed: str) -> Callable[[Call], object]:
    def answer(call: Call) -> object:
        missing = call.missing(*needed)
        return _ok({"refid": f"FT{secrets.token_hex(10)}"}) if missing is None else _error("EGeneral:Invalid arguments")

    return answer


# Private halves are 64 bytes and public ones 42, both in base64.
def _mint() -> Minted:
    return Minted(*(base64.b64encode(secrets.token_bytes(size)).decode() for size in (42, 64)))


def _public(name: str, answer: Callable[[Call], object], *, is_static: bool = False) -> Endpoint:
    return Endpoint("GET", f"/0/public/{name}", answer, is_signed=False, is_static=is_static, pool="public")


def _private(name: str, needs: str, answer: Callable[[Call], object]) -> Endpoint:
    return Endpoint("POST", f"/0/private/{name}", answer, tuple(needs.split()), pool="private")


_ENDPOINTS = (
    _public("Time", _time),
    _public("Assets", _assets, is_static=True),
    _public("AssetPairs", _pairs, is_static=True),
    _private("GetApiKeyInfo", "", _key_info),
    _private("AddOrder", "modify-trades", _order),
    _private("Withdraw", "withdraw-funds", _moved("asset", "key", "amount")),
    # By its documentation no more than the right to query funds is asked for.
    _private("WalletTransfer", "query-funds", _moved("asset", "from", "to", "amount")),
    *bodies.endpoints("kraken"),
)

EXCHANGE = Exchange(
    id="kraken",
    rights={
        Right.READ: ("query-funds", "query-open-trades"),
        # Every simulated account may trade on margin.
        Right.TRADE_SPOT: ("modify-trades",),
        Right.TRADE_MARGIN: ("modify-trades",),
        Right.WITHDRAW: ("withdraw-funds",),
        Right.ADDRESS_BOOK: ("add-withdraw-address", "update-withdraw-address"),
    },
    mint=_mint,
    verify=_verify,
    denied=lambda call, endpoint: _error("EGeneral:Permission denied"),
    unknown=lambda call: _error("EGeneral:Unknown method", 404),
    trouble=_trouble,
    endpoints=_ENDPOINTS,
    counts_nonces=True,
    # The counter of a key falls by one in three seconds at the lowest tier.
    pools={
        "private": Pool(15, 45, per="key", window=Window.DRAIN),
        "public": Pool(15, 15, per="address", window=Window.DRAIN),
    },
    # Who uses wrong keys again and again is locked out for a quarter of an hour; how often is told nowhere.
    bad_requests=Ban(after=100, seconds=(900,)),
)
