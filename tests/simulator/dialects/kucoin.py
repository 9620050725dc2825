"""How KuCoin is spoken to: https://www.kucoin.com/docs-new/authentication, last verified 2026-11-22."""

import base64
import hashlib
import hmac
import json

KEY_INFO = ("GET", "/api/v1/user/api-key", {})
TIME = "/api/v1/timestamp"
_ORDER = {"clientOid": "a", "side": "buy", "symbol": "BTC-USDT", "price": "1", "size": "1"}
_CONTRACT_ORDER = {**_ORDER, "symbol": "XBTUSDTM", "leverage": 1}
# A request each, that only a key with the right may make.
BY_RIGHT = {
    "read": [("GET", "/api/v1/accounts", {"type": "trade"})],
    "trade_spot": [
        ("POST", "/api/v1/hf/orders/test", _ORDER),
        ("POST", "/api/v1/hf/orders", _ORDER),
        ("POST", "/api/v1/orders", _ORDER),
    ],
    "trade_margin": [("POST", "/api/v3/hf/margin/order/test", _ORDER)],
    "trade_futures": [
        ("GET", "/api/v1/account-overview", {"currency": "USDT"}),
        ("GET", "/api/v1/positions", {}),
        ("POST", "/api/v1/orders", _CONTRACT_ORDER),
        ("POST", "/api/v1/orders/test", _CONTRACT_ORDER),
    ],
    "transfer": [("POST", "/api/v3/accounts/universal-transfer", {"clientOid": "a", "amount": "1"})],
    "withdraw": [("POST", "/api/v3/withdrawals", {"currency": "USDT", "toAddress": "a", "amount": "1"})],
}
# What changes keys; a careful client never asks for it.
EDITS_KEYS = [
    ("POST", "/api/v1/sub/api-key", {"subName": "a", "remark": "r", "permission": "Spot", "passphrase": "p"}),
    ("POST", "/api/v1/sub/api-key/update", {"subName": "a", "apiKey": "x", "passphrase": "p"}),
    ("DELETE", "/api/v1/sub/api-key", {"subName": "a", "apiKey": "x", "passphrase": "p"}),
]
REFUSALS = {
    "header": {"400001"},
    "key": {"400003"},
    "time": {"400002"},
    "passphrase": {"400004"},
    "signature": {"400005"},
    "frozen": {"411100"},
    "address": {"400006"},
    "right": {"400007"},
}
# A request of the weight 20, and how often it can be made in one window.
COSTLY = (KEY_INFO, 100)
WINDOW_SECONDS = 5
SIGNS_BODY = True


def code(body):
    return body.get("code") if isinstance(body, dict) else None


def permissions(body):
    return body["data"]["permission"].split(",")


def read_time(body):
    return body["data"]


def _hmac(key, text):
    return base64.b64encode(hmac.new(key.secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def sign(key, method, path, params, ms, version="2"):
    body = json.dumps(params) if method == "POST" else ""
    query = "&".join(f"{name}={value}" for name, value in params.items())
    target = path if method == "POST" or not query else f"{path}?{query}"
    headers = {
        "KC-API-KEY": key.api_key,
        "KC-API-SIGN": _hmac(key, f"{ms}{method}{target}{body}"),
        "KC-API-TIMESTAMP": str(ms),
        "KC-API-PASSPHRASE": key.passphrase if version == "1" else _hmac(key, key.passphrase),
        "KC-API-KEY-VERSION": version,
    }
    if body:
        headers["Content-Type"] = "application/json"
    return target, headers, body.encode()
