"""How BingX is spoken to: https://bingx-api.github.io/docs-v3/, last verified 2026-11-22."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

KEY_INFO = ("GET", "/openApi/v1/account/apiPermissions", {})
TIME = "/openApi/swap/v2/server/time"
_ORDER = {"symbol": "BTC-USDT", "side": "BUY", "type": "MARKET", "quantity": "1"}
_SPOT_ORDER = ("POST", "/openApi/spot/v1/trade/order", _ORDER)
_TRANSFER = {"type": "FUND_PFUTURES", "asset": "USDT", "amount": "1"}
_WITHDRAWAL = {"coin": "USDT", "address": "a b&c", "amount": "1", "walletType": "15"}
# A request each, that only a key with the right may make. Margin has no endpoint of its own that is documented.
BY_RIGHT = {
    "read": [("GET", "/openApi/spot/v1/account/balance", {}), ("GET", "/openApi/swap/v3/user/balance", {})],
    "trade_spot": [_SPOT_ORDER],
    "trade_margin": [_SPOT_ORDER],
    "trade_futures": [
        ("POST", "/openApi/swap/v2/trade/order", {**_ORDER, "stopLoss": '{"type": "STOP", "price": 5}'}),
        ("POST", "/openApi/swap/v2/trade/order/test", _ORDER),
    ],
    "transfer": [("POST", "/openApi/api/v3/post/asset/transfer", _TRANSFER)],
    "withdraw": [("POST", "/openApi/wallets/v1/capital/withdraw/apply", _WITHDRAWAL)],
}
# What changes keys; a careful client never asks for it.
_NEW = {"subUid": 7, "note": "n", "permissions": [1, 2], "ipAddresses": ["203.0.113.1", "2001:db8::1"]}
EDITS_KEYS = [
    ("POST", "/openApi/subAccount/v1/apiKey/create", _NEW),
    ("POST", "/openApi/subAccount/v1/apiKey/edit", {**_NEW, "apiKey": "x"}),
    ("POST", "/openApi/subAccount/v1/apiKey/del", {"subUid": 7, "apiKey": "x"}),
]
REFUSALS = {
    "header": {"100413 Null apiKey"},
    "key": {"100413 Incorrect apiKey"},
    "time": {"100421 Null timestamp or timestamp mismatch"},
    "signature": {"100001 Signature verification failed due to signature mismatch", "100412 Null signature"},
    "frozen": {"100413 Incorrect apiKey, it is disabled"},
    "address": {"100419"},
    "right": {"100004"},
}
# How often a request can be made in one window.
COSTLY = (KEY_INFO, 2)
WINDOW_SECONDS = 5
SIGNS_BODY = True


def code(body):
    """One code stands for several refusals, which only the message tells apart."""
    number = str(body.get("code")) if isinstance(body, dict) else None
    return number if number in {"100419", "100004", "None", None} else f"{number} {body['msg']}"


def permissions(body):
    return body["permissions"]


def read_time(body):
    return body["data"]["serverTime"]


def _spelled(value):
    return "[" + ",".join(map(str, value)) + "]" if isinstance(value, list) else str(value)


def sign(key, method, path, params, ms):
    params = dict(sorted({**params, "timestamp": ms, "recvWindow": 5000}.items()))
    text = "&".join(f"{name}={_spelled(value)}" for name, value in params.items())
    params["signature"] = hmac.new(key.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    headers = {"X-BX-APIKEY": key.api_key}
    if "/subAccount/" in path:
        return path, {**headers, "Content-Type": "application/json"}, json.dumps(params).encode()
    if method == "POST":
        return path, {**headers, "Content-Type": "application/x-www-form-urlencoded"}, urlencode(params).encode()
    return f"{path}?{urlencode(params)}", headers, b""
