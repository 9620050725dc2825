"""How MEXC is spoken to: https://www.mexc.com/api-docs/spot-v3/introduction, last verified 2026-11-22."""

import hashlib
import hmac
import json
from urllib.parse import quote

KEY_INFO = ("GET", "/api/v3/apiKeyInfo", {"accessKey": "{api_key}"})
TIME = "/api/v3/time"
# A request each, that only a key with the right may make.
BY_RIGHT = {
    "read": [("GET", "/api/v3/account", {}), ("GET", "/api/v1/private/account/assets", {})],
    "trade_spot": [
        ("POST", "/api/v3/order/test", {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "1"}),
        ("POST", "/api/v3/order", {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "1"}),
    ],
    "trade_margin": [("GET", "/api/v3/margin/isolated/account", {})],
    "trade_futures": [
        ("POST", "/api/v1/private/order/submit", {"symbol": "BTC_USDT", "vol": 1, "side": 1, "type": 5, "openType": 1})
    ],
    "transfer": [("POST", "/api/v3/capital/transfer", {"asset": "USDT", "amount": "1"})],
    "withdraw": [("POST", "/api/v3/capital/withdraw", {"coin": "USDT", "address": "a", "amount": "1"})],
}
# What changes keys; a careful client never asks for it.
EDITS_KEYS = [
    ("POST", "/api/v3/apiKeyInfo", {"apiKey": "x", "ipWhiteList": "203.0.113.1"}),
    ("POST", "/api/v3/sub-account/apiKey", {"subAccount": "a", "note": "n", "permissions": "SPOT_DEAL_WRITE"}),
    ("DELETE", "/api/v3/sub-account/apiKey", {"subAccount": "a", "apiKey": "x"}),
]
REFUSALS = {
    "header": {"400"},
    "key": {"10072", "401", "402"},
    "time": {"700003", "10073", "513"},
    "signature": {"700002", "602"},
    "frozen": {"60005"},
    "address": {"700006", "406"},
    "right": {"700007", "701", "702", "703", "704"},
}
# A request of the weight 10, and how often it can be made in one window.
COSTLY = (("GET", "/api/v3/account", {}), 50)
WINDOW_SECONDS = 5
SIGNS_BODY = True


def code(body):
    return str(body.get("code")) if isinstance(body, dict) else None


def permissions(body):
    return body["permissions"].split(",")


def read_time(body):
    return body["serverTime"]


def _query(params):
    return "&".join(f"{name}={quote(str(value), safe='')}" for name, value in params.items())


def sign(key, method, path, params, ms):
    params = {name: key.api_key if value == "{api_key}" else value for name, value in params.items()}
    if path.startswith("/api/v1/"):
        return _sign_futures(key, method, path, params, ms)
    query = _query({**params, "timestamp": ms, "recvWindow": 5000})
    signature = hmac.new(key.secret.encode(), query.encode(), hashlib.sha256).hexdigest()
    return f"{path}?{query}&signature={signature}", {"X-MEXC-APIKEY": key.api_key}, b""


def _sign_futures(key, method, path, params, ms):
    text = json.dumps(params) if method == "POST" else _query(dict(sorted(params.items())))
    signature = hmac.new(key.secret.encode(), f"{key.api_key}{ms}{text}".encode(), hashlib.sha256).hexdigest()
    headers = {"ApiKey": key.api_key, "Request-Time": str(ms), "Signature": signature}
    headers["Content-Type"] = "application/json"
    if method == "POST":
        return path, headers, text.encode()
    return f"{path}?{text}" if text else path, headers, b""
