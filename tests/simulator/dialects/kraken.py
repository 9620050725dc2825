"""How Kraken is spoken to: https://docs.kraken.com/exchange/guides/rest/authentication, last verified 2026-11-22."""

import base64
import hashlib
import hmac
import itertools
import urllib.parse

KEY_INFO = ("POST", "/0/private/GetApiKeyInfo", {})
TIME = "/0/public/Time"
_ORDER = {"pair": "XBTUSDT", "type": "buy", "ordertype": "limit", "price": "1", "volume": "1"}
# A request each, that only a key with the right may make.
BY_RIGHT = {
    "read": [("POST", "/0/private/OpenOrders", {}), ("POST", "/0/private/Balance", {})],
    "trade_spot": [
        ("POST", "/0/private/AddOrder", {**_ORDER, "validate": "true"}),
        ("POST", "/0/private/AddOrder", _ORDER),
    ],
    "trade_margin": [("POST", "/0/private/AddOrder", {**_ORDER, "leverage": "2"})],
    "withdraw": [("POST", "/0/private/Withdraw", {"asset": "XBT", "key": "cold wallet", "amount": "1"})],
    # Addresses are added by another API of Kraken's, which is not simulated:
    # https://docs.kraken.com/exchange/guides/rest/funding, last verified 2026-11-22.
    "address_book": [],
}
# No documented request makes or changes keys; a sub-account is the nearest to it.
EDITORS = ["read", "withdraw"]
EDITS_KEYS = [("POST", "/0/private/CreateSubaccount", {"username": "bots", "email": "bots@example.com"})]
# One answer for a key that is missing, gone or used from another address.
REFUSALS = {
    "header": {"EAPI:Invalid key"},
    "key": {"EAPI:Invalid key"},
    "address": {"EAPI:Invalid key"},
    "time": {"EAPI:Invalid nonce"},
    "signature": {"EAPI:Invalid signature"},
    "frozen": {"EAuth:Account temporary disabled"},
    "right": {"EGeneral:Permission denied"},
}
HELD_UP = {"EAPI:Rate limit exceeded"}
NAMES_ADDRESS = False
COSTLY = (KEY_INFO, 15)
SIGNS_BODY = True
_count = itertools.count()


def code(body):
    return next(iter(body.get("error", ())), None) if isinstance(body, dict) else None


def permissions(body):
    return body["result"]["permissions"]


def read_time(body):
    return body["result"]["unixtime"] * 1000


def sign(key, method, path, params, ms):
    # Two requests of the same millisecond must differ as well.
    nonce = str(ms * 1_000_000 + next(_count))
    body = urllib.parse.urlencode({"nonce": nonce, **params})
    spent = hashlib.sha256((nonce + body).encode()).digest()
    signature = hmac.new(base64.b64decode(key.secret), path.encode() + spent, hashlib.sha512).digest()
    headers = {
        "API-Key": key.api_key,
        "API-Sign": base64.b64encode(signature).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return path, headers, body.encode()
