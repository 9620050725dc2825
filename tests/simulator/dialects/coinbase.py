"""How Coinbase is spoken to: https://docs.cdp.coinbase.com/coinbase-app/authentication-authorization.

Last verified 2026-11-22.
"""

import base64
import json

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

KEY_INFO = ("GET", "/api/v3/brokerage/key_permissions", {})
TIME = "/api/v3/brokerage/time"
_LIMIT = {"limit_limit_gtc": {"base_size": "1", "limit_price": "5"}}
_ORDER = {"client_order_id": "a", "product_id": "BTC-USDT", "side": "BUY", "order_configuration": _LIMIT}
_SEND = {"type": "send", "to": "a", "amount": "1", "currency": "USDT"}
_SENDING = ("POST", "/v2/accounts/account-USDT/transactions", _SEND)
# A request each, that only a key with the right may make; one flag stands for everything that moves.
BY_RIGHT = {
    "read": [("GET", "/api/v3/brokerage/accounts", {}), ("GET", "/api/v3/brokerage/cfm/balance_summary", {})],
    "trade_spot": [("POST", "/api/v3/brokerage/orders", _ORDER), ("POST", "/api/v3/brokerage/orders/preview", _ORDER)],
    "trade_futures": [("POST", "/api/v3/brokerage/orders", {**_ORDER, "product_id": "BTC-PERP-CDE"})],
    "transfer": [_SENDING],
    "withdraw": [_SENDING],
}
# No request of this API changes keys.
EDITS_KEYS = []
_ALIKE = {"Unauthorized"}
REFUSALS = {
    **dict.fromkeys(("header", "key", "time", "signature", "frozen", "address"), _ALIKE),
    "right": {"PERMISSION_DENIED", "invalid_scope"},
}
COSTLY = (KEY_INFO, 30)
WINDOW_SECONDS = 120
SIGNS_BODY = SIGNS_QUERY = NAMES_ADDRESS = False


def code(body):
    if isinstance(body, str):
        return body.strip()
    return body["errors"][0]["id"] if "errors" in body else body.get("error")


def permissions(body):
    return [name for name, is_on in body.items() if is_on is True]


def read_time(body):
    return body["epochMillis"]


def encoded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token(key, claims, kid=None):
    """Make a token of claims, signed by ECDSA as r and s."""
    head = {"alg": "ES256", "typ": "JWT", "kid": kid or key.api_key, "nonce": "0" * 32}
    text = f"{encoded(json.dumps(head).encode())}.{encoded(json.dumps(claims).encode())}"
    r, s = decode_dss_signature(load_pem_private_key(key.secret.encode(), None).sign(text.encode(), ECDSA(SHA256())))
    return f"{text}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def forged(target, headers, body):
    """Replace the signature by one that no key gives."""
    text = headers["Authorization"].rpartition(".")[0]
    return target, {**headers, "Authorization": f"{text}.{encoded(bytes(63) + b'1')}"}, body


def sign(key, method, path, params, ms):
    now = ms // 1000
    claims = {"sub": key.api_key, "iss": "cdp", "nbf": now, "exp": now + 120, "uri": f"{method} api.coinbase.com{path}"}
    headers = {"Authorization": f"Bearer {token(key, claims)}", "Content-Type": "application/json"}
    return path, headers, json.dumps(params).encode() if method == "POST" else b""
