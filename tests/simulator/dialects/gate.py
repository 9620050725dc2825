"""How Gate is spoken to: https://www.gate.com/docs/developers/apiv4/en/#authentication, last verified 2026-11-22."""

import hashlib
import hmac
import json

KEY_INFO = ("GET", "/api/v4/account/main_keys", {})
TIME = "/api/v4/spot/time"
_ORDER = {"currency_pair": "BTC_USDT", "side": "buy", "amount": "1", "price": "1", "type": "limit"}
_KEY = {"mode": 1, "name": "bot", "perms": [{"name": "spot", "read_only": False}], "ip_whitelist": ["127.0.0.1"]}
# A request each, that only a key with the right may make.
BY_RIGHT = {
    "read": [
        ("GET", "/api/v4/account/detail", {}),
        ("GET", "/api/v4/spot/accounts", {"currency": "USDT"}),
        ("GET", "/api/v4/futures/usdt/accounts", {}),
    ],
    "trade_spot": [("POST", "/api/v4/spot/orders", _ORDER)],
    "trade_margin": [("POST", "/api/v4/spot/orders", {**_ORDER, "account": "margin"})],
    "trade_futures": [("POST", "/api/v4/futures/usdt/orders", {"contract": "BTC_USDT", "size": 1, "price": "1"})],
    "transfer": [
        ("POST", "/api/v4/wallet/transfers", {"currency": "USDT", "from": "spot", "to": "margin", "amount": "1"})
    ],
    "withdraw": [
        ("POST", "/api/v4/withdrawals", {"currency": "USDT", "address": "a", "amount": "1", "chain": "ETH"}),
        ("DELETE", "/api/v4/withdrawals/w0", {}),
    ],
    "manage_keys": [("GET", "/api/v4/sub_accounts/10000/keys", {}), ("POST", "/api/v4/sub_accounts/10000/keys", _KEY)],
    "convert_pay": [("POST", "/api/v4/otc/order/create", {"type": "BUY", "side": "FIAT"})],
}
# What changes keys; a careful client never asks for it.
EDITS_KEYS = [
    ("POST", "/api/v4/sub_accounts/10000/keys", _KEY),
    ("PUT", "/api/v4/sub_accounts/10000/keys/abc", _KEY),
    ("DELETE", "/api/v4/sub_accounts/10000/keys/abc", {}),
]
EDITORS = ["read", "manage_keys"]
REFUSALS = {
    "header": {"MISSING_REQUIRED_HEADER"},
    "key": {"INVALID_KEY"},
    "time": {"REQUEST_EXPIRED"},
    "signature": {"INVALID_SIGNATURE"},
    "frozen": {"ACCOUNT_LOCKED"},
    "address": {"FORBIDDEN by address"},
    "right": {"FORBIDDEN by group", "READ_ONLY"},
}
# How often key information can be had in one window.
COSTLY = (KEY_INFO, 150)
WINDOW_SECONDS = 60
SIGNS_BODY = True


def code(body):
    if not isinstance(body, dict) or body.get("label") != "FORBIDDEN":
        return body.get("label") if isinstance(body, dict) else None
    # One label for two refusals: only the message tells them apart.
    return "FORBIDDEN by address" if "IP" in body["message"] else "FORBIDDEN by group"


def permissions(body):
    return [group["name"] for group in body[0]["perms"]]


def read_time(body):
    return body["server_time"]


def sign(key, method, path, params, ms):
    body = json.dumps(params) if method in ("POST", "PUT") else ""
    query = "" if body else "&".join(f"{name}={value}" for name, value in params.items())
    # The documentation's own sample sends a fraction of a second as well.
    stamp = str(ms / 1000)
    text = "\n".join((method, path, query, hashlib.sha512(body.encode()).hexdigest(), stamp))
    signature = hmac.new(key.secret.encode(), text.encode(), hashlib.sha512).hexdigest()
    headers = {"KEY": key.api_key, "Timestamp": stamp, "SIGN": signature, "Content-Type": "application/json"}
    return f"{path}?{query}" if query else path, headers, body.encode()
