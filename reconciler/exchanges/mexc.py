"""MEXC, spot and futures: what its key info says, what its error codes mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from reconciler.documents.known import ExchangeTraits
from reconciler.model.exchange import (
    Asked,
    ErrorRow,
    Exchange,
    Fill,
    KeyInfo,
    Purpose,
    Request,
    Source,
    Unprovable,
)
from reconciler.model.limits import Limit, Per, Rest
from reconciler.model.permissions import Permission, read_words, shown, split, unreadable
from reconciler.model.probe import Account, Diagnosis
from reconciler.values.rights import Right, Verdict

VERIFIED = "2026-11-22"
SPOT = Source("https://www.mexc.com/api-docs/spot-v3/introduction", VERIFIED)
KEY_INFO = Source("https://www.mexc.com/api-docs/spot-v3/spot-account-trade/query-api-key-info", VERIFIED)
LIMIT = Source("https://www.mexc.com/api-docs/spot-v3/general-info", VERIFIED)
ACCOUNT = Source("https://www.mexc.com/api-docs/spot-v3/spot-account-trade", VERIFIED)
FUTURES = Source("https://www.mexc.com/api-docs/futures/integration-guide", VERIFIED)
ASKED = replace(KEY_INFO, doubt="which right a key takes to ask for its own")
MARGIN = replace(KEY_INFO, doubt="the words for margin, which only older pages and those for brokers list")
ERRORS = Source(
    "https://mexcdevelop.github.io/apidocs/spot_v3_en/#error-code",
    VERIFIED,
    "the HTTP status of most error codes; nothing is decided by it",
)
FUTURES_ERRORS = Source("https://mexcdevelop.github.io/apidocs/contract_v1_en/#error-code", VERIFIED)
# HTTP 400 on these codes was seen by others: https://github.com/mexcdevelop/mexc-api-sdk/issues/65
OBSERVED = Source("https://github.com/mexcdevelop/mexc-api-sdk/issues/65", VERIFIED)


def _permission(word: str, meaning: str, *grants: Right, source: Source = KEY_INFO) -> Permission:
    return Permission(word, meaning, source, frozenset(grants))


_PERMISSIONS = (
    _permission("SPOT_ACCOUNT_READ", "read spot balances", Right.READ),
    _permission("SPOT_ACCOUNT_WRITE", "change spot account settings"),
    _permission("SPOT_DEAL_READ", "read spot orders"),
    _permission("SPOT_DEAL_WRITE", "place and cancel spot orders", Right.TRADE_SPOT),
    _permission("SPOT_TRANSFER_READ", "read transfers between own accounts"),
    _permission("SPOT_TRANSFER_WRITE", "transfer between own accounts", Right.TRANSFER),
    _permission("SPOT_WITHDRAW_READ", "read deposits and withdrawals"),
    _permission("SPOT_WITHDRAW_WRITE", "withdraw, also to other users of MEXC", Right.WITHDRAW),
    _permission("SPOT_DEPOSIT_READ", "read deposit addresses"),
    _permission("SPOT_DEPOSIT_WRITE", "create deposit addresses"),
    _permission("CONTRACT_ACCOUNT_READ", "read futures balances", Right.READ),
    _permission("CONTRACT_ACCOUNT_WRITE", "change futures account settings"),
    _permission("CONTRACT_DEAL_READ", "read futures orders and positions"),
    _permission("CONTRACT_DEAL_WRITE", "place and cancel futures orders", Right.TRADE_FUTURES),
    _permission("ISOLATED_MARGIN_ACCOUNT_READ", "read margin balances", source=MARGIN),
    _permission("ISOLATED_MARGIN_ACCOUNT_WRITE", "change margin account settings", source=MARGIN),
    _permission("ISOLATED_MARGIN_DEAL_READ", "read margin orders", source=MARGIN),
    _permission("ISOLATED_MARGIN_DEAL_WRITE", "place and cancel margin orders", Right.TRADE_MARGIN, source=MARGIN),
)
NO_MARGIN = Unprovable(
    Right.TRADE_MARGIN,
    Verdict.DENIED,
    "MEXC's present list of permission words has none for margin, so the absence of one proves nothing",
    "look on MEXC's page of API keys that nothing about margin is ticked for this key",
    MARGIN,
)


def _known(permissions: Sequence[Permission]) -> Mapping[str, Permission]:
    # Some endpoint pages shorten the endings to _R and _W: https://mexcdevelop.github.io/apidocs/spot_v3_en/
    spelled = {}
    for permission in permissions:
        word = permission.word.casefold()
        spelled[word] = permission
        spelled[word.removesuffix("ead").removesuffix("rite")] = permission
    return spelled


PERMISSIONS = _known(_PERMISSIONS)
BEYOND = {
    Right.CONVERT_PAY: "MEXC documents no permission word for P2P, card or pay",
    # https://www.mexc.com/api-docs/spot-v3/subaccount-endpoints, last verified 2026-11-22.
    Right.MANAGE_KEYS: "by its documentation a main account's key that may read can create keys of sub-accounts",
    Right.ADDRESS_BOOK: "MEXC documents no permission word for the address book",
}


def read_key_info(bodies: Sequence[object], asked: Asked) -> KeyInfo:
    """Read the answer of `GET /api/v3/apiKeyInfo`; what it says of another key proves nothing."""
    body = bodies[0]
    if not isinstance(body, dict):
        return KeyInfo(unreadable("the answer is no JSON object"))
    echoed = [body[name] for name in ("accessKey", "apikey", "apiKey") if name in body]
    if not echoed or any(key != asked.api_key for key in echoed):
        return KeyInfo(unreadable("the answer is not about this key"))
    words = split(body.get("permissions"))
    if not words:
        return KeyInfo(unreadable('the answer has no readable "permissions"'), problem=_problem(body))
    read = read_words(words, PERMISSIONS, BEYOND)
    rights = dict(read.rights)
    if rights[Right.TRADE_MARGIN].verdict is not Verdict.GRANTED:
        rights[Right.TRADE_MARGIN] = NO_MARGIN.reading
    days = _days_left(body.get("remainingValidity"))
    return KeyInfo(
        rights=rights,
        ip_allowlist=_addresses(body.get("ipWhiteList")),
        expires_at=asked.now + timedelta(days=days) if days is not None and days > 0 else None,
        problem=_problem(body),
        notes=read.notes,
    )


def _problem(body: Mapping[str, object]) -> str | None:
    status = body.get("status")
    # DELETE and FROZEN are the documented others; last verified 2026-11-22.
    if isinstance(status, str) and status.strip().upper() != "VALID":
        return f"MEXC reports its status as {shown([status])}"
    if _days_left(body.get("remainingValidity")) == 0:
        return "MEXC reports the key as expired"
    return None


def _days_left(field: object) -> float | None:
    # -999 stands for a key without end, 0 for one that has expired; last verified 2026-11-22.
    if isinstance(field, str) and re.fullmatch(r"-?[0-9]{1,5}", field.strip()):
        field = int(field)
    if isinstance(field, bool) or not isinstance(field, int | float) or not 0 <= field <= 36500:
        return None
    return field


def _addresses(field: object) -> tuple[str, ...] | None:
    return split(field) if isinstance(field, str) else None


def read_time(body: object) -> int | None:
    """Return the server's time in milliseconds, None when the answer does not tell it."""
    time = body.get("serverTime") if isinstance(body, dict) else None
    return time if isinstance(time, int) and not isinstance(time, bool) else None


def read_account(body: object) -> Account:
    """Return whose key it is; MEXC does not tell main accounts from sub-accounts."""
    uid = body.get("uid") if isinstance(body, dict) else None
    return Account(uid=str(uid)) if isinstance(uid, str | int) and not isinstance(uid, bool) else Account()


def code_of(body: object) -> str | None:
    """Return MEXC's own error code; futures answers carry code 0 when nothing is wrong."""
    if not isinstance(body, dict):
        return None
    code = body.get("code")
    if code is None or isinstance(code, dict | list):
        return "failed" if body.get("success") is False else None
    if str(code) in ("0", "200") and body.get("success") is not False:
        return None
    return str(code)


def egress_of(text: str) -> str | None:
    """Return the caller's address as MEXC saw it: its refusal names it in square brackets."""
    found = re.search(r"[Ii][Pp]\s*\[([0-9a-fA-F.:]{3,45})\]", text)
    return found[1] if found else None


def _has_balances(body: object) -> bool:
    return isinstance(body, dict) and isinstance(body.get("balances"), list)


def _has_data(body: object) -> bool:
    return isinstance(body, dict) and isinstance(body.get("data"), list)


def _is_list(body: object) -> bool:
    return isinstance(body, list)


_SPOT, _FUTURES = frozenset({"spot"}), frozenset({"futures"})
_HOST = "api.mexc.com"
REQUESTS = (
    Request(Purpose.TIME, "spotPublicGetTime", _HOST, "/api/v3/time", SPOT, signed=False, pool="time"),
    Request(
        Purpose.KEY_INFO,
        "spotPrivateGetApiKeyInfo",
        _HOST,
        "/api/v3/apiKeyInfo",
        ASKED,
        params={"accessKey": Fill.API_KEY},
        pool="apiKeyInfo",
    ),
    Request(
        Purpose.BALANCE,
        "spotPrivateGetAccount",
        _HOST,
        "/api/v3/account",
        ACCOUNT,
        markets=_SPOT,
        pool="account",
        weight=10,
        expects=_has_balances,
    ),
    Request(
        Purpose.BALANCE,
        "contractPrivateGetAccountAssets",
        _HOST,
        "/api/v1/private/account/assets",
        FUTURES,
        markets=_FUTURES,
        pool="futures",
        expects=_has_data,
    ),
    Request(
        Purpose.STATUS,
        "spotPrivateGetOpenOrders",
        _HOST,
        "/api/v3/openOrders",
        ACCOUNT,
        params={"symbol": "BTCUSDT"},
        markets=_SPOT,
        pool="openOrders",
        weight=3,
        expects=_is_list,
    ),
    Request(
        Purpose.STATUS,
        "contractPrivateGetPositionOpenPositions",
        _HOST,
        "/api/v1/private/position/open_positions",
        FUTURES,
        markets=_FUTURES,
        pool="futures",
        expects=_has_data,
    ),
    Request(Purpose.ACCOUNT, "spotPrivateGetUid", _HOST, "/api/v3/uid", ACCOUNT, pool="uid"),
)
# Each endpoint has a bucket of its own, some for each address and some for each account; which is which is not told of
# all, so all are counted by address, which is never less. An account may ask for its balance twice a second.
LIMITS = (
    *(Limit(pool, 500, 10, LIMIT) for pool in ("time", "apiKeyInfo", "account", "openOrders", "uid")),
    Limit("account", 20, 1, ACCOUNT, Per.ACCOUNT),
    Limit("futures", 20, 2, FUTURES),
)
# Who goes on after a 429 is banned, for two minutes at first and up to three days.
RESTS = (
    Rest(Per.ADDRESS, 120, LIMIT, status=418),
    Rest(Per.ADDRESS, 10, LIMIT, code="429"),
    Rest(Per.ADDRESS, 2, FUTURES_ERRORS, code="510"),
    Rest(Per.ADDRESS, 10, LIMIT, status=429),
)

_ASKED_FOR_MARKET = frozenset({Purpose.BALANCE, Purpose.STATUS})
_INVALID, _IP, _TRADE = Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED, Diagnosis.NO_TRADE_PERMISSION
_AWAY, _UNPROVEN = Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.UNVERIFIED
# One code may come from spot and from futures; where ccxt raises a misleading class, ours is decided by the code.
ERROR_ROWS = (
    ErrorRow("10072", _INVALID, "the key is unknown, deleted or expired", (400,), OBSERVED),
    ErrorRow("700001", _INVALID, "the key has a wrong format", (400,), ERRORS),
    ErrorRow("700002", _INVALID, "the signature is wrong: the secret does not belong to the key", (400,), OBSERVED),
    ErrorRow("602", _INVALID, "the signature is wrong: the secret does not belong to the key", (400, 200), ERRORS),
    ErrorRow("400", _INVALID, "the key is missing from the request", (400,), ERRORS),
    ErrorRow("401", _INVALID, "the key has no authority", (401, 200), FUTURES_ERRORS),
    ErrorRow("402", _INVALID, "the key has expired", (200, 401), FUTURES_ERRORS),
    ErrorRow("730706", _INVALID, "the key does not exist", (400,), ERRORS),
    ErrorRow("730707", _INVALID, "the key is missing from the request", (400,), ERRORS),
    ErrorRow("700006", _IP, "the address is not bound to the key", (400,), OBSERVED),
    ErrorRow("406", _IP, "the address is not on the key's list", (200, 403), FUTURES_ERRORS),
    ErrorRow("700007", _TRADE, "the key lacks the right for this", (400, 403), ERRORS, _ASKED_FOR_MARKET),
    ErrorRow("700007", _UNPROVEN, "the key lacks the right for this", (400, 403), ERRORS),
    ErrorRow("701", _UNPROVEN, "the key may not read the futures account", (200,), FUTURES_ERRORS),
    ErrorRow("702", _TRADE, "the key may not change the futures account", (200,), FUTURES_ERRORS),
    ErrorRow("703", _TRADE, "the key may not read futures orders", (200,), FUTURES_ERRORS),
    ErrorRow("704", _TRADE, "the key may not trade futures", (200,), FUTURES_ERRORS),
    ErrorRow("511", _TRADE, "the endpoint is not open to this key", (200,), FUTURES_ERRORS),
    ErrorRow("70011", _TRADE, "the key is banned from trading", (400,), ERRORS),
    ErrorRow("30020", _TRADE, "the key is banned from trading", (400,), ERRORS),
    ErrorRow("60005", _INVALID, "the account is in an abnormal state", (400,), ERRORS),
    ErrorRow("730100", _INVALID, "the account is in an abnormal state", (400,), ERRORS),
    ErrorRow("140002", _INVALID, "the sub-account is forbidden", (400,), ERRORS),
    ErrorRow("700003", _AWAY, "the timestamp is outside the window", (400,), ERRORS, is_clock=True),
    ErrorRow("10073", _AWAY, "the request time is not accepted", (400,), ERRORS, is_clock=True),
    ErrorRow("513", _AWAY, "the request time is off by more than 10 s", (200,), FUTURES_ERRORS, is_clock=True),
    ErrorRow("700005", _AWAY, "the receive window is not accepted", (400,), ERRORS),
    ErrorRow("429", _AWAY, "too many requests", (429, 418), ERRORS),
    ErrorRow("510", _AWAY, "too many requests", (200,), FUTURES_ERRORS),
    ErrorRow("500", _AWAY, "the exchange is under maintenance", (500, 200), ERRORS, text=r"(?i)maintenance"),
    ErrorRow("500", _AWAY, "the exchange has an internal error", (500,), ERRORS),
    ErrorRow("604", _AWAY, "the exchange is under maintenance", (200,), FUTURES_ERRORS),
    ErrorRow("801", _AWAY, "the exchange is under maintenance", (200,), FUTURES_ERRORS),
    ErrorRow("501", _AWAY, "the exchange is busy", (500,), ERRORS),
    ErrorRow("503", _AWAY, "the service is not available", (503,), ERRORS),
    ErrorRow("504", _AWAY, "the gateway timed out", (504,), ERRORS),
    ErrorRow("403", _AWAY, "a firewall denied access", (403,), ERRORS),
)

EXCHANGE = Exchange(
    id="mexc",
    ccxt_class="mexc",
    traits=ExchangeTraits("MEXC", needs_passphrase=False, markets=_SPOT | _FUTURES, has_testnet=False),
    requests=REQUESTS,
    errors=ERROR_ROWS,
    read_key_info=read_key_info,
    read_time=read_time,
    read_account=read_account,
    code_of=code_of,
    egress_of=egress_of,
    source=SPOT,
    limits=LIMITS,
    permissions=_PERMISSIONS,
    unprovable=(NO_MARGIN,),
    rests=RESTS,
)
