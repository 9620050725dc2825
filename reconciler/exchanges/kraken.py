"""Kraken, spot and margin: a list of permission words that any key may read, and nonces where others send the time.

Kraken Futures has another host, other keys and another class of ccxt; it would be an exchange of its own here.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from reconciler.documents.known import ExchangeTraits
from reconciler.model.exchange import Asked, ErrorRow, Exchange, KeyInfo, Purpose, Reading, Request, Source, is_object
from reconciler.model.limits import Limit, Per, Rest
from reconciler.model.permissions import Permission, read_words, unreadable
from reconciler.model.probe import Account, Diagnosis
from reconciler.values.rights import Right, Verdict

VERIFIED = "2026-11-22"
_REFERENCE = "https://docs.kraken.com/api-reference/"
_GUIDES = "https://docs.kraken.com/exchange/guides/"
DOCS = Source(f"{_GUIDES}rest/api-keys", VERIFIED)
KEY_INFO = Source(f"{_REFERENCE}account-data/get-api-key-info", VERIFIED)
# The page names the fields; the thirteen words stood in its table.
WORDS = Source("https://docs.kraken.com/api/docs/rest-api/get-api-key-info", VERIFIED)
SIGNING = Source(f"{_GUIDES}rest/authentication", VERIFIED)
ERRORS = Source(f"{_GUIDES}general/errors", VERIFIED)
# With what an address is refused that is not on the key's list is documented nowhere.
ADDRESS = Source(ERRORS.url, VERIFIED, "with which error Kraken refuses an address that is not on the key's list")
SUPPORT = Source("https://support.kraken.com/articles/360001491786-api-error-messages", VERIFIED)
LIMIT = Source(f"{_GUIDES}rest/ratelimits", VERIFIED)
PUBLIC_LIMIT = Source("https://support.kraken.com/articles/206548367-what-are-the-api-rate-limits", VERIFIED)
CCXT = Source(
    "https://github.com/ccxt/ccxt/blob/master/python/ccxt/kraken.py", VERIFIED, "errors that only ccxt knows of"
)
SERVER_TIME = Source(f"{_REFERENCE}market-data/get-server-time", VERIFIED)
BALANCE = Source(f"{_REFERENCE}account-data/get-account-balance", VERIFIED)
OPEN_ORDERS = Source(f"{_REFERENCE}account-data/get-open-orders", VERIFIED)


def _permission(word: str, meaning: str, *grants: Right) -> Permission:
    return Permission(word, meaning, WORDS, frozenset(grants))


_PERMISSIONS = (
    _permission("query-funds", "read balances"),
    _permission("add-funds", "deposit"),
    _permission("withdraw-funds", "withdraw", Right.WITHDRAW),
    _permission("earn-funds", "allocate to and from Earn strategies"),
    _permission("query-open-trades", "read open orders and positions"),
    _permission("query-closed-trades", "read closed orders and trades"),
    # An order on margin is the same request with a leverage; whether the account may is not the key's matter.
    _permission("modify-trades", "create and modify orders", Right.TRADE_SPOT, Right.TRADE_MARGIN),
    _permission("close-trades", "cancel orders"),
    _permission("query-ledger", "read ledger entries"),
    _permission("export-data", "export reports"),
    _permission("create-ws-token", "open the WebSocket interface, with the same rights"),
    _permission("add-withdraw-address", "add withdrawal addresses", Right.ADDRESS_BOOK),
    _permission("update-withdraw-address", "change withdrawal addresses", Right.ADDRESS_BOOK),
)
PERMISSIONS = {permission.word: permission for permission in _PERMISSIONS}
# Balances and open orders are two permissions, and a key is tested with both.
_READING = ("query-funds", "query-open-trades")
BEYOND = {
    # https://docs.kraken.com/api-reference/funding/request-wallet-transfer asks for query-funds and no more, the guide
    # to permissions lists only readings for that word, and for transfers between sub-accounts
    # https://docs.kraken.com/api-reference/subaccounts/account-transfer asks for withdraw-funds; 2026-11-22.
    Right.TRANSFER: "by one page of Kraken's a key that may query funds can move them to the futures wallet",
    Right.TRADE_FUTURES: "Kraken Futures has keys of its own, of which this answer says nothing",
    Right.CONVERT_PAY: "Kraken documents no permission word for converting or paying",
    Right.MANAGE_KEYS: "Kraken documents no permission word for it",
}


def read_key_info(bodies: Sequence[object], asked: Asked) -> KeyInfo:
    """Read the answer of `GetApiKeyInfo`, which needs no permission and is about the key that signed the request."""
    info = _result(bodies[0])
    if not isinstance(info, dict):
        return KeyInfo(unreadable('the answer has no "result" without an error'))
    if info.get("apiKey") != asked.api_key:
        return KeyInfo(unreadable("the answer is not about this key"))
    account, words = _account(info), info.get("permissions")
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        return KeyInfo(unreadable('the answer has no readable "permissions"'), account=account)
    read = read_words(words, PERMISSIONS, BEYOND)
    return KeyInfo(
        rights={**read.rights, Right.READ: _reading(words)},
        ip_allowlist=_addresses(info.get("ipAllowlist")),
        expires_at=_moment(info.get("validUntil")),
        account=account,
        notes=(*read.notes, *_bounds(info)),
    )


def _reading(words: Sequence[str]) -> Reading:
    had = {word.casefold() for word in words}
    missing = [word for word in _READING if word not in had]
    if not missing:
        return Reading(Verdict.GRANTED, f"the key has {', '.join(_READING)}")
    if had <= PERMISSIONS.keys():
        return Reading(Verdict.DENIED, f"the key has no {', '.join(missing)}")
    return Reading(Verdict.UNKNOWN, f"the key has no {', '.join(missing)}, and a word that is not documented")


def _account(info: Mapping[str, object]) -> Account:
    # The IIBAN is Kraken's own number of an account; whether that is a sub-account is not told.
    iban, label = info.get("iban"), info.get("apiKeyName")
    return Account(
        uid=iban if isinstance(iban, str) and iban else None,
        label=label if isinstance(label, str) and label else None,
    )


def _addresses(field: object) -> tuple[str, ...] | None:
    # Documented as an empty list where none is set.
    if not isinstance(field, list) or not all(isinstance(address, str) for address in field):
        return None
    return tuple(field)


def _moment(field: object) -> datetime | None:
    """Return a time in Unix seconds, spelled as text or number; None for 0, which means that none is set."""
    digits = str(field) if isinstance(field, str | int) and not isinstance(field, bool) else ""
    if not digits.isdecimal() or not 0 < int(digits) < 253_402_300_800:
        return None
    return datetime.fromtimestamp(int(digits), UTC)


def _bounds(info: Mapping[str, object]) -> tuple[str, ...]:
    bounds = {name: _moment(info.get(name)) for name in ("queryFrom", "queryTo")}
    told = " ".join(f"{name} {moment:%Y-%m-%d}" for name, moment in bounds.items() if moment)
    return (f"the key sees a part of the history only: {told}",) if told else ()


def _errors(body: object) -> list[object]:
    """Return the errors of an answer; what begins with W is a warning beside a good one."""
    told = body.get("error") if isinstance(body, dict) else None
    listed = told if isinstance(told, list) else [told] if isinstance(told, str) and told else []
    return [one for one in listed if not (isinstance(one, str) and one.startswith("W"))]


def _result(body: object) -> object:
    is_good = isinstance(body, dict) and isinstance(body.get("error"), list) and not _errors(body)
    return body.get("result") if is_good and isinstance(body, dict) else None


def code_of(body: object) -> str | None:
    """Return the first error without what some add after a second colon, such as the argument that was wrong."""
    errors = _errors(body)
    if not errors:
        return None
    return ":".join(part.strip() for part in str(errors[0]).split(":")[:2])


def read_time(body: object) -> int | None:
    """Return the server's time in milliseconds, which Kraken tells in whole seconds."""
    result = _result(body)
    seconds = result.get("unixtime") if isinstance(result, dict) else None
    return seconds * 1000 if isinstance(seconds, int) and not isinstance(seconds, bool) else None


def misfit(secret: str) -> str | None:
    """Say why a secret cannot be one of Kraken's: they are base64, and anything else cannot even sign."""
    try:
        base64.b64decode("".join(secret.split()), validate=True)
    except (binascii.Error, ValueError):
        return "the secret is not base64, as those of Kraken are; it may have been cut off"
    return None


def _is_object(body: object) -> bool:
    # An account that never held anything has an empty object of balances.
    return isinstance(_result(body), dict)


def _has_open(body: object) -> bool:
    result = _result(body)
    return isinstance(result, dict) and isinstance(result.get("open"), dict)


_SPOT, _MARGIN = frozenset({"spot"}), frozenset({"margin"})
_HOST = "api.kraken.com"


def _private(
    purpose: Purpose, name: str, source: Source, markets: frozenset[str], expects: Callable[[object], bool]
) -> Request:
    return Request(
        purpose,
        f"privatePost{name}",
        _HOST,
        f"/0/private/{name}",
        source,
        # Everything private is a POST at Kraken, reading too.
        method="POST",
        markets=markets,
        pool="private",
        expects=expects,
    )


REQUESTS = (
    Request(
        Purpose.TIME,
        "publicGetTime",
        _HOST,
        "/0/public/Time",
        SERVER_TIME,
        signed=False,
        pool="public",
        expects=lambda body: read_time(body) is not None,
    ),
    _private(Purpose.KEY_INFO, "GetApiKeyInfo", KEY_INFO, frozenset(), is_object),
    # One wallet serves both markets.
    *(
        _private(Purpose.BALANCE, "Balance", BALANCE, markets, _is_object)
        for markets in (_SPOT | _MARGIN, _SPOT, _MARGIN)
    ),
    _private(Purpose.STATUS, "OpenOrders", OPEN_ORDERS, _SPOT | _MARGIN, _has_open),
)
# A counter for each key, which falls by one in three seconds at the lowest tier; public requests by address.
LIMITS = (Limit("private", 15, 45, LIMIT, Per.KEY), Limit("public", 1, 1, PUBLIC_LIMIT))
_TOO_OFTEN = ("EAPI:Rate limit exceeded", "EAuth:Rate limit exceeded", "EAuth:Too many requests")
RESTS = (
    *(Rest(Per.KEY, 45, LIMIT, code=code) for code in _TOO_OFTEN),
    Rest(Per.KEY, 45, CCXT, code="EGeneral:Too many requests"),
    Rest(Per.ACCOUNT, 300, ERRORS, code="EGeneral:Temporary lockout"),
    Rest(Per.ADDRESS, 45, LIMIT, status=429),
)

_ASKED_FOR_MARKET = frozenset({Purpose.BALANCE, Purpose.STATUS})
_INVALID, _IP, _TRADE = Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED, Diagnosis.NO_TRADE_PERMISSION
_AWAY, _UNPROVEN = Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.UNVERIFIED
_GONE = "the key is unknown, deleted, disabled or past its end"
_UNLISTED = "this host's address is not on the key's list"
_MODES = ("cancel_only", "post_only")


def _row(code: str, diagnosis: Diagnosis, when: str, source: Source = ERRORS, *, is_clock: bool = False) -> ErrorRow:
    # Errors come with status 200 as well.
    return ErrorRow(code, diagnosis, when, (200,), source, is_clock=is_clock)


ERROR_ROWS = (
    # The likely one of two errors, so that a key which is declared to have a list is told of it first.
    ErrorRow("EAPI:Invalid key", _IP, f"{_UNLISTED}; or {_GONE}", (200,), ADDRESS, is_outside=True),
    _row("EAPI:Invalid key", _INVALID, f"{_GONE}; less likely, {_UNLISTED}"),
    _row("EAPI:Invalid signature", _INVALID, "the signature is wrong: the secret does not belong to the key"),
    # Never the key's fault: whoever else uses it may be ahead, for a moment or by the unit it counts in.
    _row(
        "EAPI:Invalid nonce",
        _AWAY,
        "another program sends higher nonces with this key, or this host's clock is behind",
        is_clock=True,
    ),
    ErrorRow(
        "EGeneral:Permission denied", _TRADE, "the key lacks the right for this", (200,), ERRORS, _ASKED_FOR_MARKET
    ),
    # Reading its own info needs no right, so something else is refused.
    ErrorRow(
        "EGeneral:Permission denied", _IP, f"{_UNLISTED}, or the key is restricted", (200,), ADDRESS, is_outside=True
    ),
    _row("EGeneral:Permission denied", _UNPROVEN, f"the key is restricted; maybe {_UNLISTED}"),
    _row("EAuth:Account temporary disabled", _INVALID, "the account is disabled"),
    _row("EAuth:Account unconfirmed", _INVALID, "the account's address of e-mail is not confirmed"),
    _row("EAccount:Invalid permissions", _TRADE, "the account may not do this where it is registered"),
    _row("ETrade:Locked", _TRADE, "the account is locked", SUPPORT),
    _row("ETrade:User Locked", _TRADE, "the account is locked", CCXT),
    _row("EAPI:Feature disabled", _AWAY, "the exchange has switched this off", SUPPORT),
    *(_row(code, _AWAY, "too many requests") for code in _TOO_OFTEN),
    _row("EGeneral:Too many requests", _AWAY, "too many requests", CCXT),
    _row("EGeneral:Temporary lockout", _AWAY, "too many requests with keys that are not valid; it lasts some minutes"),
    _row("EService:Unavailable", _AWAY, "the service is not available"),
    _row("EService:Busy", _AWAY, "the service is busy", SUPPORT),
    _row("EService:Deadline elapsed", _AWAY, "the exchange did not answer itself in time"),
    *(_row(f"EService:Market in {mode} mode", _AWAY, "the exchange is under maintenance") for mode in _MODES),
    _row("EGeneral:Internal error", _AWAY, "the exchange has an internal error"),
    _row("EDatabase:Internal error", _AWAY, "the exchange has an internal error", CCXT),
    _row("EGeneral:Invalid arguments", _AWAY, "the exchange did not understand the request"),
    _row("EGeneral:Unknown method", _AWAY, "the endpoint is gone", CCXT),
    _row("ESession:Invalid session", _AWAY, "the exchange lost the session", CCXT),
)

EXCHANGE = Exchange(
    id="kraken",
    ccxt_class="kraken",
    traits=ExchangeTraits("Kraken", needs_passphrase=False, markets=_SPOT | _MARGIN, has_testnet=False),
    requests=REQUESTS,
    errors=ERROR_ROWS,
    read_key_info=read_key_info,
    read_time=read_time,
    code_of=code_of,
    egress_of=lambda _: None,
    source=DOCS,
    limits=LIMITS,
    rests=RESTS,
    permissions=_PERMISSIONS,
    misfit=misfit,
    time_step_ms=1000,
)
