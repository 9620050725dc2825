"""How OKX is spoken to: https://www.okx.com/docs-v5/en/#overview-rest-authentication, last verified 2026-11-22."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

KEY_INFO = ("GET", "/api/v5/account/config", {})
TIME = "/api/v5/public/time"
_ORDER = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "px": "1", "sz": "1"}
_MARGIN_ORDER = {**_ORDER, "tdMode": "cross", "ccy": "USDT"}
_CONTRACT_ORDER = {**_ORDER, "instId": "BTC-USDT-SWAP", "tdMode": "cross"}
# A request each, that only a key with the right may make.
BY_RIGHT = {
    "read": [("GET", "/api/v5/account/balance", {}), ("GET", "/api/v5/account/positions", {})],
    "trade_spot": [("POST", "/api/v5/trade/order", _ORDER), ("POST", "/api/v5/trade/batch-orders", [_ORDER])],
    "trade_margin": [("POST", "/api/v5/trade/order", _MARGIN_ORDER)],
    "trade_futures": [
        ("POST", "/api/v5/trade/order", _CONTRACT_ORDER),
        ("POST", "/api/v5/trade/order-precheck", _CONTRACT_ORDER),
    ],
    "transfer": [("POST", "/api/v5/asset/transfer", {"ccy": "USDT", "amt": "1", "from": "6", "to": "18"})],
    "withdraw": [
        ("POST", "/api/v5/asset/withdrawal", {"ccy": "USDT", "amt": "1", "dest": "4", "toAddr": "a", "chain": "b"})
    ],
}
# What changes keys; a careful client never asks for it. OKX takes it only from keys that may trade.
EDITORS = ["read", "trade_spot"]
EDITS_KEYS = [
    ("POST", "/api/v5/users/subaccount/apikey", {"subAcct": "a", "label": "l", "passphrase": "p", "perm": "trade"}),
    ("POST", "/api/v5/users/subaccount/modify-apikey", {"subAcct": "a", "apiKey": "x", "ip": ""}),
    ("POST", "/api/v5/users/subaccount/delete-apikey", {"subAcct": "a", "apiKey": "x"}),
]
REFUSALS = {
    "header": {"50103", "50104", "50106", "50107"},
    "key": {"50119"},
    "time": {"50102"},
    "passphrase": {"50105"},
    "signature": {"50113"},
    "frozen": {"50100"},
    "address": {"50110"},
    "right": {"50120"},
}
# How often a request can be made in one window.
COSTLY = (KEY_INFO, 5)
WINDOW_SECONDS = 30
SIGNS_BODY = True


def code(body):
    return body.get("code") if isinstance(body, dict) else None


def permissions(body):
    return body["data"][0]["perm"].split(",")


def read_time(body):
    return body["data"][0]["ts"]


def signature(key, text):
    return base64.b64encode(hmac.new(key.secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def sign(key, method, path, params, ms):
    body = json.dumps(params) if method == "POST" else ""
    query = "&".join(f"{name}={value}" for name, value in params.items()) if method == "GET" else ""
    target = f"{path}?{query}" if query else path
    stamp = datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    headers = {
        "OK-ACCESS-KEY": key.api_key,
        "OK-ACCESS-SIGN": signature(key, f"{stamp}{method}{target}{body}"),
        "OK-ACCESS-TIMESTAMP": stamp,
        "OK-ACCESS-PASSPHRASE": key.passphrase,
        "Content-Type": "application/json",
    }
    return target, headers, body.encode()
