"""How Binance is spoken to: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security.

Last verified 2026-11-22.
"""

import hashlib
import hmac
from urllib.parse import urlencode

KEY_INFO = ("GET", "/sapi/v1/account/apiRestrictions", {})
TIME = "/api/v3/time"
_ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "1"}
# A request each, that only a key with the right may make.
BY_RIGHT = {
    "read": [("GET", "/api/v3/account", {}), ("GET", "/sapi/v1/margin/account", {})],
    "trade_spot": [("POST", "/api/v3/order/test", _ORDER), ("POST", "/api/v3/order", _ORDER)],
    "trade_margin": [("POST", "/sapi/v1/margin/order", _ORDER)],
    "trade_futures": [
        ("GET", "/fapi/v3/account", {}),
        ("POST", "/fapi/v1/order", _ORDER),
        ("POST", "/fapi/v1/order/test", _ORDER),
    ],
    "transfer": [("POST", "/sapi/v1/asset/transfer", {"type": "MAIN_UMFUTURE", "asset": "USDT", "amount": "1"})],
    "withdraw": [("POST", "/sapi/v1/capital/withdraw/apply", {"coin": "USDT", "address": "a", "amount": "1"})],
}
# What changes keys; a careful client never asks for it.
EDITS_KEYS = [
    ("POST", "/sapi/v1/sub-account/subAccountApi", {"email": "a@b.example", "apiName": "a", "canTrade": "true"}),
    ("POST", "/sapi/v1/sub-account/subAccountApiPermission", {"email": "a@b.example", "canTrade": "true"}),
    ("POST", "/sapi/v2/sub-account/subAccountApi/ipRestriction", {"email": "a@b.example", "status": "1"}),
    ("DELETE", "/sapi/v1/sub-account/subAccountApi/ipRestriction/ipList", {"email": "a@b.example"}),
]
REFUSALS = {
    "header": {"-2014"},
    "key": {"-2008"},
    "time": {"-1021"},
    "signature": {"-1022"},
    "frozen": {"-2017"},
    "address": {"-2015 by address"},
    "right": {"-2015"},
}
# A request of the weight 20, and how often it can be made in one window.
COSTLY = (("GET", "/api/v3/account", {}), 300)
WINDOW_SECONDS = 5
SIGNS_BODY = True


def code(body):
    """One code stands for two refusals, which only the message tells apart."""
    if not isinstance(body, dict) or "code" not in body:
        return None
    return f"{body['code']} by address" if "request ip" in body["msg"] else str(body["code"])


def permissions(body):
    return [name for name, is_on in body.items() if is_on is True and name != "ipRestrict"]


def read_time(body):
    return body["serverTime"]


def sign(key, method, path, params, ms):
    text = urlencode({"timestamp": ms, **params, "recvWindow": 5000})
    text += "&signature=" + hmac.new(key.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    headers = {"X-MBX-APIKEY": key.api_key}
    if method != "POST":
        return f"{path}?{text}", headers, b""
    return path, {**headers, "Content-Type": "application/x-www-form-urlencoded"}, text.encode()
