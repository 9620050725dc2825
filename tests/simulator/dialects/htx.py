"""How HTX is spoken to: https://huobiapi.github.io/docs/spot/v1/en/#authentication, last verified 2026-11-22."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import quote

KEY_INFO = ("GET", "/v2/user/api-key", {"uid": "{uid}", "accessKey": "{api_key}"})
TIME = "/v1/common/timestamp"
_ORDER = {"account-id": "100001", "symbol": "btcusdt", "type": "buy-limit", "amount": "1", "price": "1"}
_CONTRACT = {"contract_code": "BTC-USDT", "volume": 1, "side": "buy", "type": "limit", "price": "1"}
# A request each, that only a key with the right may make.
BY_RIGHT = {
    "read": [("GET", "/v1/account/accounts", {}), ("GET", "/v2/user/uid", {}), ("GET", "/v5/account/balance", {})],
    "trade_spot": [("POST", "/v1/order/orders/place", _ORDER)],
    "trade_margin": [("POST", "/v1/order/orders/place", {**_ORDER, "source": "super-margin-api"})],
    "trade_futures": [
        ("POST", "/v5/trade/order", _CONTRACT),
        ("POST", "/linear-swap-api/v1/swap_order", _CONTRACT),
    ],
    "transfer": [
        ("POST", "/v2/account/transfer", {"from": "spot", "to": "linear-swap", "currency": "usdt", "amount": 1})
    ],
    "withdraw": [("POST", "/v1/dw/withdraw/api/create", {"address": "a", "currency": "usdt", "amount": "1"})],
}
# What changes keys; a careful client never asks for it.
EDITS_KEYS = [
    (
        "POST",
        "/v2/sub-user/api-key-generation",
        {"otpToken": "123456", "subUid": 1, "note": "n", "permission": "trade"},
    ),
    ("POST", "/v2/sub-user/api-key-modification", {"subUid": 1, "accessKey": "x", "permission": "readOnly,trade"}),
    ("POST", "/v2/sub-user/api-key-deletion", {"subUid": 1, "accessKey": "x"}),
]
EDITORS = ["read", "trade_spot"]
# One code for nearly everything: only the text tells refusals apart.
REFUSALS = {
    "header": {"Login is required"},
    "key": {"Incorrect Access key", "API key has expired"},
    "time": {"Invalid submission time"},
    "signature": {"Verification failure"},
    "frozen": {"API key is frozen"},
    "address": {"Incorrect IP address"},
    "right": {"API key has no permission"},
}
# How often key information can be had in one window.
COSTLY = (KEY_INFO, 10)
WINDOW_SECONDS = 300
SIGNS_BODY = False


def code(body):
    if not isinstance(body, dict):
        return None
    text = next((str(body[name]) for name in ("err-msg", "err_msg", "message") if body.get(name)), "")
    return text.removeprefix("Signature not valid: ").partition(" [")[0]


def permissions(body):
    return body["data"][0]["permission"].split(",")


def read_time(body):
    return body["data"]


def sign(key, method, path, params, ms, host=None):
    host = host or ("api.huobi.pro" if path.startswith(("/v1/", "/v2/")) else "api.hbdm.vn")
    body = json.dumps(params) if method == "POST" else ""
    asked = {"{uid}": str(key.uid), "{api_key}": key.api_key}
    signed = {
        "AccessKeyId": key.api_key,
        "SignatureMethod": "HmacSHA256",
        "SignatureVersion": "2",
        "Timestamp": datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        **({} if body else {name: asked.get(value, value) for name, value in params.items()}),
    }
    query = "&".join(f"{name}={quote(str(signed[name]), safe='')}" for name in sorted(signed))
    text = f"{method}\n{host}\n{path}\n{query}"
    signature = base64.b64encode(hmac.new(key.secret.encode(), text.encode(), hashlib.sha256).digest()).decode()
    headers = {"Content-Type": "application/json"} if body else {}
    return f"{path}?{query}&Signature={quote(signature, safe='')}", headers, body.encode()
