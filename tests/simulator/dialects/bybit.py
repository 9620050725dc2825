"""How Bybit is spoken to: https://bybit-exchange.github.io/docs/v5/guide, last verified 2026-11-22."""

import hashlib
import hmac
import json

KEY_INFO = ("GET", "/v5/user/query-api", {})
TIME = "/v5/market/time"
_ORDER = {"category": "spot", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Market", "qty": "1"}
_WALLETS = {"fromAccountType": "UNIFIED", "toAccountType": "FUND"}
# A request each, that only a key with the right may make.
BY_RIGHT = {
    "read": [
        ("GET", "/v5/account/wallet-balance", {"accountType": "UNIFIED"}),
        ("GET", "/v5/position/list", {"category": "linear", "settleCoin": "USDT"}),
    ],
    "trade_spot": [("POST", "/v5/order/create", _ORDER)],
    "trade_futures": [("POST", "/v5/order/create", {**_ORDER, "category": "linear"})],
    "transfer": [
        ("POST", "/v5/asset/transfer/inter-transfer", {"transferId": "1", "coin": "USDT", "amount": "1", **_WALLETS})
    ],
    "convert_pay": [("GET", "/v5/asset/exchange/convert-result-query", {"quoteTxId": "1"})],
    "withdraw": [
        ("POST", "/v5/asset/withdraw/create", {"coin": "USDT", "address": "a", "amount": "1"}),
        ("GET", "/v5/asset/withdraw/query-address", {}),
    ],
}
# What changes keys; a careful client never asks for it.
EDITS_KEYS = [
    ("POST", "/v5/user/create-sub-api", {"subuid": 1, "readOnly": 0, "permissions": {"Spot": ["SpotTrade"]}}),
    ("POST", "/v5/user/update-sub-api", {"readOnly": 0, "ips": "*"}),
    ("POST", "/v5/user/update-api", {"readOnly": 0}),
    ("POST", "/v5/user/delete-sub-api", {}),
]
# Keys that may edit keys are those that may transfer.
EDITORS = ["read", "transfer"]
REFUSALS = {
    "header": {"10001"},
    "key": {"10003", "33004"},
    "time": {"10002"},
    "signature": {"10004"},
    "frozen": {"10008"},
    "address": {"10010"},
    "right": {"10005"},
}
NAMES_ADDRESS = False
# A request, and how often it can be made in one window.
COSTLY = (KEY_INFO, 10)
WINDOW_SECONDS = 5
SIGNS_BODY = True


def code(body):
    return str(body.get("retCode")) if isinstance(body, dict) else None


def permissions(body):
    return [word for words in body["result"]["permissions"].values() for word in words]


def read_time(body):
    return body["time"]


def sign(key, method, path, params, ms):
    text = json.dumps(params) if method == "POST" else "&".join(f"{name}={value}" for name, value in params.items())
    signed = f"{ms}{key.api_key}5000{text}".encode()
    headers = {
        "X-BAPI-API-KEY": key.api_key,
        "X-BAPI-TIMESTAMP": str(ms),
        "X-BAPI-RECV-WINDOW": "5000",
        "X-BAPI-SIGN": hmac.new(key.secret.encode(), signed, hashlib.sha256).hexdigest(),
        "Content-Type": "application/json",
    }
    if method == "POST":
        return path, headers, text.encode()
    return f"{path}?{text}" if text else path, headers, b""
