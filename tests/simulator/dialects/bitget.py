"""How Bitget is spoken to: https://www.bitget.com/api-doc/common/signature, last verified 2026-11-22.

These are the requests for unified accounts, whose keys the simulator makes unless told otherwise.
"""

import base64
import hashlib
import hmac
import json
from urllib.parse import quote

KEY_INFO = ("GET", "/api/v3/account/info", {})
TIME = "/api/v2/public/time"
_ORDER = {"category": "SPOT", "symbol": "BTCUSDT", "qty": "1", "price": "1", "side": "buy", "orderType": "limit"}
# A request each, that only a key with the right may make.
BY_RIGHT = {
    "read": [("GET", "/api/v3/account/assets", {}), ("GET", "/api/v3/account/settings", {})],
    "trade_spot": [
        ("POST", "/api/v3/trade/place-order", _ORDER),
        ("GET", "/api/v3/trade/unfilled-orders", {"category": "SPOT"}),
    ],
    "trade_margin": [("POST", "/api/v3/trade/place-order", {**_ORDER, "category": "MARGIN"})],
    "trade_futures": [("POST", "/api/v3/trade/place-order", {**_ORDER, "category": "USDT-FUTURES"})],
    "transfer": [
        ("POST", "/api/v3/account/transfer", {"fromType": "spot", "toType": "uta", "amount": "1", "coin": "USDT"})
    ],
    "withdraw": [
        (
            "POST",
            "/api/v3/account/withdrawal",
            {"coin": "USDT", "transferType": "on_chain", "address": "a", "size": "1", "chain": "TRC20"},
        )
    ],
}
# What changes keys; a careful client never asks for it. Bitget takes it only from keys that may write.
EDITORS = ["read", "trade_spot"]
EDITS_KEYS = [
    ("POST", "/api/v3/user/create-sub-api", {"subUid": "1", "note": "n", "type": "read_only", "passphrase": "p"}),
    ("POST", "/api/v3/user/update-sub-api", {"apiKey": "x", "passphrase": "p"}),
    ("POST", "/api/v3/user/delete-sub-api", {"apiKey": "x"}),
]
REFUSALS = {
    "header": {"40001", "40002", "40003", "40011"},
    "key": {"40037"},
    "time": {"40008"},
    "passphrase": {"40012"},
    "signature": {"40009"},
    "frozen": {"40024"},
    "address": {"40018"},
    "right": {"40014"},
}
NAMES_ADDRESS = False
# How often a request can be made in one window.
COSTLY = (KEY_INFO, 5)
WINDOW_SECONDS = 30
SIGNS_BODY = True


def code(body):
    return body.get("code") if isinstance(body, dict) else None


def permissions(body):
    return body["data"]["permissions"]


def read_time(body):
    return body["data"]["serverTime"]


def sign(key, method, path, params, ms):
    body = json.dumps(params) if method == "POST" else ""
    asked = sorted(params.items()) if method == "GET" else []
    sent = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked)
    signed = "&".join(f"{name}={value}" for name, value in asked)
    text = f"{ms}{method}{path}{'?' if asked else ''}{signed}{body}"
    headers = {
        "ACCESS-KEY": key.api_key,
        "ACCESS-SIGN": base64.b64encode(hmac.new(key.secret.encode(), text.encode(), hashlib.sha256).digest()).decode(),
        "ACCESS-TIMESTAMP": str(ms),
        "ACCESS-PASSPHRASE": key.passphrase,
        "Content-Type": "application/json",
        "locale": "en-US",
    }
    return f"{path}{'?' if asked else ''}{sent}", headers, body.encode()
