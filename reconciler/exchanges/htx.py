"""HTX, spot and futures: what it says of a key, what its errors mean, often by their text alone."""

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
    Reading,
    Request,
    Source,
)
from reconciler.model.limits import Gauge, Limit, Per, Rest
from reconciler.model.permissions import Permission, read_words, shown, split, unreadable
from reconciler.model.probe import Account, Diagnosis
from reconciler.values.rights import Right, Verdict

VERIFIED = "2026-11-22"
DOCS = Source("https://www.htx.com/en-us/opend/newApiPages/", VERIFIED)
SPOT = Source("https://huobiapi.github.io/docs/spot/v1/en/", VERIFIED)
KEY_INFO = Source("https://huobiapi.github.io/docs/spot/v1/en/#api-key-query", VERIFIED)
FUTURES = Source("https://huobiapi.github.io/docs/usdt_swap/v1/en/", VERIFIED)
# What the text says of an unknown key, a wrong signature, a foreign address and the time was seen by others:
ADDRESS = Source("https://github.com/HuobiRDCenter/huobi_Python/issues/110", VERIFIED)
UNKNOWN_KEY = Source("https://github.com/HuobiRDCenter/huobi_Python/issues/119", VERIFIED)
SIGNATURE = Source("https://github.com/ccxt/ccxt/issues/9189", VERIFIED)
TIME = Source("https://github.com/huobiapi/REST-API-demos/issues/4", VERIFIED, "the text about a wrong clock")
# Its refusals may be in Chinese alone, as one with HTTP 200 and "ip地址错误" was.
CHINESE = Source("https://github.com/huobiapi/REST-API-demos/issues/9", VERIFIED)
CONTRACTS = replace(ADDRESS, doubt="that the contract host refuses good addresses as well by its code 401")
OWN_KEY = replace(KEY_INFO, doubt="how a sub-user's key is answered that asks about itself (1002)")
NO_LIMIT = replace(SPOT, doubt="the limits of the requests about users and keys")
CCXT = Source("https://github.com/ccxt/ccxt/blob/master/python/ccxt/htx.py", VERIFIED)

_TRADING = frozenset({Right.TRADE_SPOT, Right.TRADE_MARGIN, Right.TRADE_FUTURES, Right.TRANSFER})
PERMISSIONS = {
    permission.word.casefold(): permission
    for permission in (
        Permission("readOnly", "read the account", KEY_INFO, frozenset({Right.READ})),
        Permission("trade", "trade everything and transfer between own accounts", KEY_INFO, _TRADING),
        Permission("withdraw", "withdraw", KEY_INFO, frozenset({Right.WITHDRAW})),
    )
}
BEYOND = {
    Right.CONVERT_PAY: "HTX documents no permission word for P2P, card or pay",
    # https://huobiapi.github.io/docs/spot/v1/en/#sub-user-management, last verified 2026-11-22.
    Right.MANAGE_KEYS: "by its documentation a parent user's key that may trade can change the keys of sub-users",
    Right.ADDRESS_BOOK: "HTX documents no permission word for the address book",
}


def read_key_info(bodies: Sequence[object], asked: Asked) -> KeyInfo:
    """Read the answers of `GET /v2/user/uid` and, once it was asked, `GET /v2/user/api-key`."""
    uid = _data(bodies[0])
    if isinstance(uid, bool) or not isinstance(uid, str | int) or not str(uid).isdecimal():
        return KeyInfo(unreadable("the answer does not tell whose key it is"))
    account = Account(uid=str(uid))
    entry = _matching(_data(bodies[1]), asked.api_key) if len(bodies) > 1 else None
    if entry is None:
        return KeyInfo(unreadable("HTX does not list this key among those of its user"), account=account)
    words, problem = split(entry.get("permission")), _problem(entry)
    if not words:
        return KeyInfo(unreadable('the entry has no readable "permission"'), account=account, problem=problem)
    read = read_words(words, PERMISSIONS, BEYOND)
    rights = dict(read.rights)
    # Every list has readOnly; one without it is not the documented one, and proves no absence.
    if "readonly" not in {word.casefold() for word in words}:
        why = 'the "permission" lacks readOnly, which every key has'
        denied = [right for right, reading in rights.items() if reading.verdict is Verdict.DENIED]
        rights.update(dict.fromkeys(denied, Reading(Verdict.UNKNOWN, why)))
    addresses, days = _addresses(entry), _days_left(entry)
    return KeyInfo(
        rights=rights,
        ip_allowlist=addresses,
        expires_at=asked.now + timedelta(days=days) if days is not None else None,
        account=account,
        problem=problem,
        notes=(*read.notes, *_renewed(addresses, days)),
    )


def _data(body: object) -> object:
    return body.get("data") if isinstance(body, dict) else None


def _matching(data: object, api_key: str) -> Mapping[str, object] | None:
    entries = data if isinstance(data, list) else []
    found = [entry for entry in entries if isinstance(entry, dict) and entry.get("accessKey") == api_key]
    return found[0] if len(found) == 1 else None


def _problem(entry: Mapping[str, object]) -> str | None:
    status = entry.get("status", "normal")  # or expired
    if isinstance(status, str) and status.strip().casefold() == "normal":
        return None
    return f"HTX reports its status as {shown([str(status)])}"


def _addresses(entry: Mapping[str, object]) -> tuple[str, ...] | None:
    field = entry.get("ipAddresses")
    return split(field) if isinstance(field, str) else None


def _days_left(entry: Mapping[str, object]) -> int | None:
    # -1 stands for a key without end.
    days = entry.get("validDays")
    return days if isinstance(days, int) and not isinstance(days, bool) and 0 <= days <= 36500 else None


def _renewed(addresses: tuple[str, ...] | None, days: int | None) -> tuple[str, ...]:
    # https://www.htx.com/en-us/apikey, last verified 2026-11-22; older pages count from the key's creation.
    if addresses == () and days is not None:
        return ("HTX lets a key that is bound to no address lapse after 90 days without use; each use renews it",)
    return ()


def read_time(body: object) -> int | None:
    """Return the server's time in milliseconds, None when the answer does not tell it."""
    time = _data(body)
    return time if isinstance(time, int) and not isinstance(time, bool) else None


def code_of(body: object) -> str | None:
    """Return HTX's own error code.

    The older envelopes carry `err-code` for spot and `err_code` for contracts, of which one number may mean two
    things; the newer one carries `code`, 200 when nothing is wrong. A locked account is told by a good answer.
    """
    if not isinstance(body, dict):
        return None
    for name, prefix in (("err-code", ""), ("err_code", "contract ")):
        if isinstance(code := body.get(name), str | int):
            return f"{prefix}{code}"
    code = body.get("code")
    if isinstance(code, str | int) and str(code) != "200":
        return str(code)
    if code is None and body.get("status") == "error":
        return "error"
    return "lock" if _is_locked(body.get("data")) else None


def _is_locked(data: object) -> bool:
    # The states are working and lock: https://huobiapi.github.io/docs/spot/v1/en/#get-all-accounts-of-the-current-user
    accounts = data if isinstance(data, list) else []
    return any(one.get("type") == "spot" and one.get("state") == "lock" for one in accounts if isinstance(one, dict))


def egress_of(text: str) -> str | None:
    """Return the caller's address as HTX saw it, which stands at the end of its refusal."""
    found = re.search(
        r"(?i)ip ?(?:address|地址)[^\"]*?[:\s]((?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4}:[0-9a-f:.]{2,40})", text
    )
    return found[1] if found else None


def _is_accounts(body: object) -> bool:
    data = _data(body)
    return isinstance(data, list) and all(isinstance(one, dict) and "state" in one for one in data)


def _is_futures_account(body: object) -> bool:
    data = _data(body)
    return isinstance(data, dict) and isinstance(data.get("details"), list)


_MARKETS = {"spot": frozenset({"spot"}), "futures": frozenset({"futures"})}
# The host is part of what is signed. api-aws.huobi.pro and api.hbdm.com are other names of the same two.
_HOST, _FUTURES_HOST = "api.huobi.pro", "api.hbdm.vn"
# Both balances tell the account's state as well, which leaves room for the request that tells the uid.
_TELLS = frozenset({Purpose.STATUS})
_UID = Request(Purpose.KEY_INFO, "spotPrivateGetV2UserUid", _HOST, "/v2/user/uid", KEY_INFO, pool="private")
REQUESTS = (
    replace(
        _UID,
        purpose=Purpose.TIME,
        call="spotPublicGetV1CommonTimestamp",
        path="/v1/common/timestamp",
        signed=False,
        pool="public",
    ),
    _UID,
    replace(
        _UID,
        call="spotPrivateGetV2UserApiKey",
        path="/v2/user/api-key",
        params={"uid": Fill.UID, "accessKey": Fill.API_KEY},
    ),
    Request(
        Purpose.BALANCE,
        "spotPrivateGetV1AccountAccounts",
        _HOST,
        "/v1/account/accounts",
        SPOT,
        markets=_MARKETS["spot"],
        pool="account",
        expects=_is_accounts,
        tells=_TELLS,
    ),
    Request(
        Purpose.BALANCE,
        "contractPrivateGetV5AccountBalance",
        _FUTURES_HOST,
        "/v5/account/balance",
        DOCS,
        markets=_MARKETS["futures"],
        pool="futures",
        expects=_is_futures_account,
        tells=_TELLS,
    ),
    # The contract host has a code for each cause that the spot host tells apart by text alone.
    Request(
        Purpose.SECOND_LOOK,
        "contractPrivateGetV5AccountBalance",
        _FUTURES_HOST,
        "/v5/account/balance",
        DOCS,
        pool="futures",
        expects=_is_futures_account,
    ),
)
# What is public is counted by address, newer endpoints by account, the others by key; for the two requests about keys
# no figure of their own is documented.
LIMITS = (
    Limit("public", 10, 1, SPOT),
    Limit("private", 10, 1, NO_LIMIT, Per.KEY),
    Limit("account", 100, 2, SPOT, Per.ACCOUNT),
    Limit("futures", 72, 3, FUTURES, Per.ACCOUNT),
)
_EXPIRE, _MS = "X-HB-RateLimit-Requests-Expire", 0.001
RESTS = (
    Rest(Per.ACCOUNT, 1, SPOT, code="rate-too-many-requests", header=_EXPIRE, unit=_MS),
    Rest(Per.ACCOUNT, 3, FUTURES, code="contract 1032"),
    Rest(Per.ADDRESS, 1, SPOT, status=429),
)
GAUGES = (Gauge("X-HB-RateLimit-Requests-Remain", Per.ACCOUNT, SPOT, is_left=True, reset=_EXPIRE, unit=_MS),)

_ASKED_FOR_MARKET = frozenset({Purpose.BALANCE, Purpose.STATUS})
_INVALID, _IP, _TRADE = Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED, Diagnosis.NO_TRADE_PERMISSION
_AWAY, _UNPROVEN = Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.UNVERIFIED
_OK = (200,)


def _by_text(
    code: str, *, is_open: bool = False, where: Source = ADDRESS, unbound: str = "the address is not bound to the key"
) -> tuple[ErrorRow, ...]:
    """Return the rows of a code that says only that a request was refused: its text says why, also in Chinese alone.

    Where no text is known, the causes are named in the order of how likely they are.
    """
    unknown, foreign, late = (
        r"(?i)incorrect access ?key|access ?key错误",
        r"(?i)incorrect ip|invalid.ip|\bip\b.{0,40}(not|white)|ip ?地址错误",
        r"(?i)(submission|submit) time|timestamp|提交时间",
    )
    row = ErrorRow(code, _INVALID, "the key is unknown or deleted", _OK, UNKNOWN_KEY, text=unknown)
    lacks = replace(row, when="the key lacks the right for this", source=CCXT, text=r"(?i)no permission|没有权限")
    guess = "the signature is refused: a wrong secret, else another key, an unbound address or a wrong clock"
    return (
        row,
        replace(row, diagnosis=_IP, when=unbound, source=where, text=foreign),
        replace(
            row, diagnosis=_AWAY, when="the timestamp is off by more than 5 min", source=TIME, text=late, is_clock=True
        ),
        replace(lacks, diagnosis=_TRADE, purposes=_ASKED_FOR_MARKET),
        replace(lacks, diagnosis=_UNPROVEN),
        replace(row, when="the key has expired", source=SPOT, text=r"(?i)expired|过期"),
        replace(
            row,
            when="the signature is wrong: the secret does not belong to the key",
            source=SIGNATURE,
            text=r"(?i)verification failure|校验失败",
        ),
        replace(row, when=guess, source=SPOT, text=None, is_open=is_open),
    )


_NOT_TAKEN = "the contract host does not take the address for a bound one, which was seen of bound ones too"
ERROR_ROWS = (
    *_by_text("api-signature-not-valid", where=CHINESE, is_open=True),
    *_by_text("1003", is_open=True),
    # The contract host refuses by HTTP's numbers.
    *_by_text("401", where=CONTRACTS, unbound=_NOT_TAKEN),
    *_by_text("403"),
    *_by_text("contract 403"),
    ErrorRow("login-required", _INVALID, "the key or the signature is missing from the request", _OK, SPOT),
    ErrorRow("2000", _IP, "the address is not bound to the key", _OK, SPOT, text=r"(?i)invalid.ip"),
    ErrorRow("2000", _AWAY, "it answered with a code that has no documented cause", _OK, SPOT),
    ErrorRow("1002", _UNPROVEN, "it is forbidden for this user, as for sub-users who ask about keys", _OK, OWN_KEY),
    ErrorRow("2002", _UNPROVEN, "a parameter is refused, such as another user's uid", _OK, KEY_INFO),
    ErrorRow("500", _AWAY, "the exchange has an internal error", _OK, SPOT),
    ErrorRow("lock", _TRADE, "the spot account is locked", _OK, SPOT),
    ErrorRow("contract 12001", _AWAY, "the timestamp is not accepted", _OK, FUTURES, is_clock=True),
    ErrorRow("contract 12004", _INVALID, "the key has expired", _OK, FUTURES),
    ErrorRow("contract 12005", _IP, "the address is not bound to the key", _OK, FUTURES),
    ErrorRow("contract 12007", _INVALID, "the key is refused", _OK, FUTURES),
    ErrorRow("contract 12008", _INVALID, "the signature is wrong: the secret does not belong to the key", _OK, FUTURES),
    ErrorRow("contract 1220", _TRADE, "contract trading is not opened on the account", _OK, CCXT),
    # 1003 is a store that failed here, and a refused signature in the newer envelope.
    ErrorRow("contract 1003", _AWAY, "the exchange has an internal error", _OK, FUTURES),
    ErrorRow("contract 1004", _AWAY, "the exchange is busy", _OK, FUTURES),
    ErrorRow("contract 1046", _AWAY, "the service is abnormal", _OK, FUTURES),
    ErrorRow("contract 1032", _AWAY, "too many requests", _OK, FUTURES),
    ErrorRow("system-maintenance", _AWAY, "the exchange is under maintenance", _OK, CCXT),
    ErrorRow("gateway-internal-error", _AWAY, "the exchange has an internal error", _OK, CCXT),
    ErrorRow("rate-too-many-requests", _AWAY, "too many requests", (200, 429), CCXT),
)

EXCHANGE = Exchange(
    id="htx",
    ccxt_class="htx",
    traits=ExchangeTraits("HTX", needs_passphrase=False, markets=frozenset(_MARKETS), has_testnet=False),
    requests=REQUESTS,
    errors=ERROR_ROWS,
    read_key_info=read_key_info,
    read_time=read_time,
    code_of=code_of,
    egress_of=egress_of,
    source=DOCS,
    limits=LIMITS,
    permissions=tuple(PERMISSIONS.values()),
    rests=RESTS,
    gauges=GAUGES,
    inseparable=frozenset({Right.TRANSFER}),
)
