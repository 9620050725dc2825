"""HTX: spot on one host, contracts on another, both on one port here; three envelopes for one refusal.

Written from https://huobiapi.github.io/docs/spot/v1/en/ and https://huobiapi.github.io/docs/usdt_swap/v1/en/, last
verified 2026-11-22. Where the documents name no HTTP status for an error, it comes as a success, as most are seen to.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from reconciler.simulator import bodies, pages
from reconciler.simulator.exchange import Endpoint, Exchange, Minted, Trouble
from reconciler.simulator.key import Key, KeyState
from reconciler.simulator.limits import Pool, Reading
from reconciler.simulator.signing import base64_hmac, base64_signed, is_private_key
from reconciler.simulator.wire import Answer, Call, as_json
from reconciler.values.rights import Right

_WINDOW = timedelta(minutes=5)
_PERMANENT = -1
_SPOT_HOSTS = ("api.huobi.pro", "api-aws.huobi.pro")
_CONTRACT_HOSTS = ("api.hbdm.vn", "api.hbdm.com")
# Keys are made with a secret or for an Ed25519 pair of one's own. The documents spell its name in the first way, the
# exchange's own libraries in the second. https://www.htx.com/en-us/opend/newApiPages/?id=419, last verified 2026-11-22.
_BY_SECRET, _BY_PAIR = ("HmacSHA256",), ("Ed25519", "ED25519")


def _is_spot(call: Call) -> bool:
    return call.path.startswith(("/v1/", "/v2/"))


def _ok(data: object) -> Mapping[str, object]:
    return {"code": 200, "message": "success", "data": data}


def _error(call: Call, word: str, number: int, text: str, status: int = 200) -> Answer:
    """Refuse in the envelope of the path that was asked for: `word` where codes are words, `number` elsewhere."""
    if call.path.startswith("/v1/"):
        return as_json({"status": "error", "err-code": word, "err-msg": text, "data": None}, status)
    if call.path.startswith(("/v2/", "/v5/")):
        return as_json({"code": number, "message": text, "data": None}, status)
    return as_json({"status": "error", "err_code": number, "err_msg": text, "ts": call.now_ms}, status)


def _refused(call: Call, why: str, number: int | None = None) -> Answer:
    """Refuse for reasons that only the text tells apart."""
    default = 1003 if call.path.startswith("/v2/") else 403
    return _error(call, "api-signature-not-valid", number or default, f"Signature not valid: {why}")


# The order of a gateway that can do no step before the one above it: no key without the parameters, no secret without
# the key. Time is the cheaper check and comes before the one that needs the secret; the address is told only to a
# caller who has proven to own the key; the endpoint's right, checked by the frame, comes last.
def _verify(call: Call) -> Key | Answer:
    sent = dict(parse_qsl(call.query, keep_blank_values=True))
    given = sent.get("Signature", "")
    call.claim(given)
    if not given or not sent.get("AccessKeyId"):
        return _error(call, "login-required", 1003, "Login is required")
    key = call.find(sent["AccessKeyId"])
    if key is None or key.state_at(call.now) is KeyState.DELETED:
        return _refused(call, "Incorrect Access key [Access key错误]")
    is_proven = _is_proven(call, key, given)
    if not _is_timely(call, sent.get("Timestamp", "")):
        return _refused(call, "Invalid submission time [无效的提交时间]")
    methods = _BY_PAIR if is_private_key(key.secret) else _BY_SECRET
    if not is_proven or sent.get("SignatureMethod") not in methods or sent.get("SignatureVersion") != "2":
        return _refused(call, "Verification failure [校验失败]")
    if key.is_gone(call.now):
        return _refused(call, "API key has expired [API Key已经过期]")
    # What a frozen account is told is documented nowhere.
    if key.state_at(call.now) is KeyState.FROZEN:
        return _refused(call, "API key is frozen")
    if not call.comes_from_allowed_address(key):
        why = f"Incorrect IP address [IP地址错误]:{call.client_ip}"
        return _refused(call, why, 401 if call.path.startswith("/v5/") else None)
    return key


# The host is signed as well. A client that was only pointed here still signs the name it was made for; one that was
# told of this host signs this one. A body is never signed.
def _is_proven(call: Call, key: Key, given: str) -> bool:
    own = call.header("Host").lower()
    hosts = (*(_SPOT_HOSTS if _is_spot(call) else _CONTRACT_HOSTS), own, own.rpartition(":")[0])
    pairs = parse_qsl(call.query, keep_blank_values=True)
    signed = sorted((name, value) for name, value in pairs if name != "Signature")
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in signed)
    texts = ["\n".join((call.method, host, call.path, query)) for host in dict.fromkeys(hosts)]
    if is_private_key(key.secret):
        return call.judge(given, is_right=any(base64_signed(key.secret, text, given) for text in texts))
    return any(call.prove(given, base64_hmac(key.secret, text, hashlib.sha256)) for text in texts)


# Seconds without a zone, which is always UTC.
def _is_timely(call: Call, stamp: str) -> bool:
    try:
        told = datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(call.now - told) <= _WINDOW


def _denied(call: Call, endpoint: Endpoint) -> Answer:
    return _refused(call, "API key has no permission [API Key没有权限]")


def _trouble(trouble: Trouble, call: Call) -> Answer:
    if trouble is Trouble.GEO_BLOCK:
        return pages.unavailable_for_legal_reasons()
    if trouble in (Trouble.RATE_LIMIT, Trouble.BAN):
        body = {"status": "error", "err-code": "rate-too-many-requests", "err-msg": "exceeded rate limit", "data": None}
        return as_json(body, 429, {"X-HB-RateLimit-Requests-Expire": str(round(call.rest * 1000))})
    return _error(call, "system-maintenance", 500, "System is in maintenance!", 503)


def _key_info(call: Call) -> object:
    owner, asked = call.owner, call.params.get("uid", "")
    # Whether a sub-user may ask about itself is documented nowhere; here it may not.
    if owner.sub_account is not None:
        return _error(call, "forbidden", 1002, "forbidden")
    if asked != str(owner.uid):
        return _error(call, "invalid-field", 2002, "invalid field value in `uid`")
    wanted = call.params.get("accessKey")
    keys = [key for key in call.scene.keys.of_account("htx", owner.account) if key.sub_account is None]
    known = [key for key in keys if key.state_at(call.now) is not KeyState.DELETED]
    return _ok([_entry(key, call) for key in known if wanted in (None, key.api_key)])


def _entry(key: Key, call: Call) -> Mapping[str, object]:
    is_expired = key.state_at(call.now) is KeyState.EXPIRED
    days = _PERMANENT if key.expires_at is None else math.ceil((key.expires_at - call.now) / timedelta(days=1))
    made = round(key.created_at.timestamp() * 1000)
    return key.described(
        {
            "accessKey": key.api_key,
            "note": key.id,
            "permission": key.spelled,
            "ipAddresses": ",".join(key.ip_allowlist),
            "validDays": 0 if is_expired else days,
            "status": "expired" if is_expired else "normal",
            "createTime": made,
            "updateTime": made,
        }
    )


# --- trading and moving: checked, answered, and nothing happens


def _missing(call: Call, *names: str) -> Answer | None:
    name = call.missing(*names)
    word = "validation-constraints-required"
    return None if name is None else _error(call, word, 2002, f"Field is missing: {name}.")


def _order(call: Call) -> object:
    missing = _missing(call, "account-id", "symbol", "type", "amount")
    if missing is not None:
        return missing
    if call.params["symbol"] not in {f"{market.base}{market.quote}".lower() for market in call.scene.markets}:
        return _error(call, "base-symbol-error", 2002, "The symbol is invalid")
    return {"status": "ok", "data": str(secrets.randbelow(10**15))}


def _contract_order(call: Call) -> object:
    missing = _missing(call, "contract_code", "volume")
    if missing is not None:
        return missing
    if call.params["contract_code"] not in _contracts(call):
        return _error(call, "invalid-symbol", 1013, "This contract symbol doesnt exist.")
    number = str(secrets.randbelow(10**18))
    if call.path.startswith("/v5/"):
        return _ok({"order_id": number, "client_order_id": number})
    return {"status": "ok", "data": {"order_id": int(number), "order_id_str": number}, "ts": call.now_ms}


def _contracts(call: Call) -> frozenset[str]:
    return frozenset(f"{market.base}-{market.quote}" for market in call.scene.markets if market.has_swap)


def _withdrawal(call: Call) -> object:
    return _missing(call, "address", "currency", "amount") or {"status": "ok", "data": secrets.randbelow(10**9)}


def _transfer(call: Call) -> object:
    return _missing(call, "from", "to", "currency", "amount") or _ok(secrets.randbelow(10**9))


def _new_sub_key(call: Call) -> object:
    values = _mint()
    made = {"accessKey": values.api_key, "secretKey": values.secret}
    return _missing(call, "otpToken", "subUid", "permission") or _ok([{"note": call.params.get("note", ""), **made}])


def _mint() -> Minted:
    parts = "-".join(secrets.token_hex(size // 2) for size in (8, 8, 10)) + f"-{secrets.token_hex(3)[:5]}"
    return Minted(parts, "-".join(secrets.token_hex(4) for _ in range(3)) + f"-{secrets.token_hex(3)[:5]}")


def _endpoint(line: str, needs: str, answer: Callable[[Call], object], pool: str = "private") -> Endpoint:
    method, path = line.split()
    return Endpoint(method, path, answer, (needs,), pool=pool)


def _public(path: str, answer: Callable[[Call], object]) -> Endpoint:
    return Endpoint("GET", path, answer, is_signed=False, pool="public")


_ENDPOINTS = (
    _public("/v1/common/timestamp", lambda call: {"status": "ok", "data": call.now_ms}),
    _public("/api/v1/timestamp", lambda call: {"status": "ok", "ts": call.now_ms}),
    _endpoint("GET /v2/user/uid", "readOnly", lambda call: _ok(call.owner.uid)),
    _endpoint("GET /v2/user/api-key", "readOnly", _key_info),
    _endpoint("POST /v1/order/orders/place", "trade", _order),
    _endpoint("POST /v5/trade/order", "trade", _contract_order, "futures"),
    _endpoint("POST /linear-swap-api/v1/swap_order", "trade", _contract_order, "futures"),
    _endpoint("POST /v2/account/transfer", "trade", _transfer),
    _endpoint("POST /v1/dw/withdraw/api/create", "withdraw", _withdrawal),
    # Making a sub-user's key takes a code of the parent's authenticator as well, changing one does not.
    _endpoint("POST /v2/sub-user/api-key-generation", "trade", _new_sub_key),
    _endpoint("POST /v2/sub-user/api-key-modification", "trade", lambda call: _ok({})),
    _endpoint("POST /v2/sub-user/api-key-deletion", "trade", lambda call: _ok(None)),
    *bodies.endpoints("htx"),
)


def _told(pool: str, reading: Reading, call: Call) -> dict[str, str]:
    expire = {"X-HB-RateLimit-Requests-Expire": str(round(reading.resets_in * 1000))}
    return {"X-HB-RateLimit-Requests-Remain": str(reading.left), **expire}


EXCHANGE = Exchange(
    id="htx",
    # One word for everything that is neither reading nor withdrawing.
    rights={
        Right.READ: ("readOnly",),
        Right.TRADE_SPOT: ("trade",),
        Right.TRADE_MARGIN: ("trade",),
        Right.TRADE_FUTURES: ("trade",),
        Right.TRANSFER: ("trade",),
        Right.WITHDRAW: ("withdraw",),
    },
    always=frozenset({Right.READ}),
    mint=_mint,
    verify=_verify,
    denied=_denied,
    unknown=lambda call: _error(call, "base-not-found", 404, "Not Found", 404),
    trouble=_trouble,
    endpoints=_ENDPOINTS,
    pools={
        "public": Pool(10, 1, per="address"),
        "private": Pool(10, 1, per="key"),
        "account": Pool(100, 2, is_shared=False),
        "futures": Pool(72, 3),
    },
    told=_told,
)
