"""KuCoin, spot, margin and futures: what its key info says, what its error codes mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from reconciler.documents.known import ExchangeTraits
from reconciler.model.exchange import (
    Asked,
    ErrorRow,
    Exchange,
    KeyInfo,
    Purpose,
    Request,
    Source,
    Unprovable,
    told_code,
)
from reconciler.model.limits import Gauge, Limit, Per, Rest
from reconciler.model.permissions import Permission, leave_open, read_words, split, unreadable
from reconciler.model.probe import Account, Diagnosis
from reconciler.values.rights import Right, Verdict

VERIFIED = "2026-11-22"
DOCS = Source("https://www.kucoin.com/docs-new/introduction", VERIFIED)
KEY_INFO = Source("https://www.kucoin.com/docs-new/rest/account-info/account-funding/get-apikey-info", VERIFIED)
SPEC = Source("https://github.com/Kucoin/kucoin-universal-sdk", VERIFIED)
LIMIT = Source("https://www.kucoin.com/docs-new/rate-limit", VERIFIED)
_NO_STATUS = "the HTTP status of most error codes; nothing is decided by it"
ERRORS = Source("https://github.com/Kucoin/kucoin-api-docs", VERIFIED, _NO_STATUS)
# HTTP 401 on 400003 and 403 on 400006 were seen by others:
OBSERVED = Source("https://github.com/Kucoin/kucoin-api-docs/issues/395", VERIFIED)
# The API says "Transfer" where the web page says "Withdrawal", and "InnerTransfer" where it says "FlexTransfers".
TRANSFER = Source("https://www.kucoin.com/support/900006465403", VERIFIED)
UNIFIED = replace(KEY_INFO, doubt="which products the word Unified covers")
OLD = replace(ERRORS, doubt="what the word Trade, which old keys have, grants today")
SPELLED = replace(TRANSFER, doubt="that withdrawal is also spelled Withdraw")
VERSIONS = replace(ERRORS, doubt="how a key of another version is refused")
WALLETS = replace(SPEC, doubt="that a unified account is refused as one without a futures wallet (404000)")
MASKED = replace(KEY_INFO, doubt="whether live answers mask the key and its addresses")


def _permission(word: str, meaning: str, *grants: Right, source: Source = DOCS) -> Permission:
    return Permission(word, meaning, source, frozenset(grants))


_PERMISSIONS = (
    _permission("General", "read accounts and orders", Right.READ),
    _permission("Spot", "place and cancel spot orders", Right.TRADE_SPOT),
    _permission("Margin", "place and cancel margin orders", Right.TRADE_MARGIN),
    _permission("Futures", "place and cancel futures orders", Right.TRADE_FUTURES),
    _permission("Transfer", "withdraw", Right.WITHDRAW, source=TRANSFER),
    _permission("Withdrawal", "withdraw, as the web page words it", Right.WITHDRAW, source=TRANSFER),
    _permission("Withdraw", "withdraw, in a possible other spelling", Right.WITHDRAW, source=SPELLED),
    _permission("InnerTransfer", "transfer between own accounts", Right.TRANSFER, source=TRANSFER),
    _permission("FlexTransfers", "transfer between own accounts, as the web page words it", Right.TRANSFER),
    _permission("Earn", "subscribe to and redeem Earn products"),
    Permission(
        "LeadtradeFutures", "lead others in futures copy trading", DOCS, suggests=frozenset({Right.TRADE_FUTURES})
    ),
    Permission(
        "Unified",
        "trade in a unified account",
        UNIFIED,
        frozenset({Right.TRADE_SPOT, Right.TRADE_FUTURES}),
        frozenset({Right.TRADE_MARGIN}),
    ),
    Permission(
        "Trade",
        "trade, in the words of old keys",
        OLD,
        frozenset({Right.TRADE_SPOT}),
        frozenset({Right.TRADE_MARGIN, Right.TRADE_FUTURES}),
    ),
)
PERMISSIONS = {permission.word.casefold(): permission for permission in _PERMISSIONS}
_SHOWN = 4
BEYOND = {
    Right.CONVERT_PAY: "KuCoin documents no permission word for P2P, card or pay",
    # https://github.com/Kucoin/kucoin-universal-sdk lists General as all that sub/api-key needs; 2026-11-22.
    Right.MANAGE_KEYS: "by its documentation a main account's key that may read can create keys of sub-accounts",
    Right.ADDRESS_BOOK: "KuCoin documents no permission word for the address book",
}
# Its page says that the permissions of each kind of transfer stay as they are beside FlexTransfers, and the older
# documents ask for no more than trading to move funds between one's own accounts. Last verified 2026-11-22.
OWN_TRANSFERS = Unprovable(
    Right.TRANSFER,
    Verdict.DENIED,
    "by KuCoin's documentation a key that may trade moves funds between its own accounts without InnerTransfer too",
    "give the strategy a sub-account of its own, so that there is little beside it to move",
    DOCS,
    beside=frozenset({Right.TRADE_SPOT, Right.TRADE_MARGIN, Right.TRADE_FUTURES}),
)


def read_key_info(bodies: Sequence[object], asked: Asked) -> KeyInfo:
    """Read the answer of `GET /api/v1/user/api-key`, which is always about the key that signed the request."""
    data = _data(bodies[0])
    if not _is_answer(bodies[0]) or not isinstance(data, dict):
        return KeyInfo(unreadable('the answer has no code of success and "data" object'))
    if not _may_be(data.get("apiKey"), asked.api_key):
        return KeyInfo(unreadable("the answer is not about this key"))
    account = _account(data)
    words = split(data.get("permission"))
    if not words:
        return KeyInfo(unreadable('the answer has no readable "permission"'), account=account)
    read = read_words(words, PERMISSIONS, BEYOND)
    addresses = _addresses(data)
    notes = list(read.notes)
    if addresses and any("*" in address for address in addresses):
        notes.append("KuCoin masks the allowlist, so it can only be compared digit by digit as far as it shows")
    # Sub-account keys may have an end, but no answer tells it: last verified 2026-11-22.
    rights = leave_open(read.rights, (OWN_TRANSFERS,))
    return KeyInfo(rights=rights, ip_allowlist=addresses, account=account, notes=tuple(notes))


def _data(body: object) -> object:
    return body.get("data") if isinstance(body, dict) else None


def _may_be(echoed: object, api_key: str) -> bool:
    # Whether live answers mask the key is unconfirmed, so a mask matches by the parts it shows: enough of them to
    # tell two keys of one account apart.
    if not isinstance(echoed, str) or len(echoed.replace("*", "")) < _SHOWN:
        return False
    if "*" not in echoed:
        return echoed == api_key
    return api_key.startswith(echoed[: echoed.index("*")]) and api_key.endswith(echoed[echoed.rindex("*") + 1 :])


def _account(data: dict[str, object]) -> Account:
    uid, is_master, label = data.get("uid"), data.get("isMaster"), data.get("subName")
    return Account(
        uid=str(uid) if isinstance(uid, str | int) and not isinstance(uid, bool) else None,
        is_subaccount=not is_master if isinstance(is_master, bool) else None,
        label=label if isinstance(label, str) and label else None,
    )


def _addresses(data: dict[str, object]) -> tuple[str, ...] | None:
    # Absent means that none is set, so it is () and not None: last verified 2026-11-22.
    field = data.get("ipWhitelist", "")
    return split(field) if isinstance(field, str) else None


def read_time(body: object) -> int | None:
    """Return the server's time in milliseconds, None when the answer does not tell it."""
    time = _data(body)
    return time if isinstance(time, int) and not isinstance(time, bool) else None


def code_of(body: object) -> str | None:
    """Return KuCoin's own error code; every answer carries one, 200000 when nothing is wrong."""
    return told_code(body, success="200000")


def egress_of(text: str) -> str | None:
    """Return the caller's address as KuCoin saw it, which one of its two refusals names."""
    found = re.search(r"clientIp is\s*:?\s*([0-9a-fA-F.:]{3,45})", text)
    return found[1] if found else None


def _is_success(body: object) -> bool:
    return isinstance(body, dict) and str(body.get("code")) == "200000"


def _is_answer(body: object) -> bool:
    return _is_success(body) and isinstance(_data(body), dict)


def _is_list_answer(body: object) -> bool:
    return _is_success(body) and isinstance(_data(body), list)


def _is_time(body: object) -> bool:
    return read_time(body) is not None


_SPOT, _MARGIN, _FUTURES = frozenset({"spot"}), frozenset({"margin"}), frozenset({"futures"})
_HOST, _FUTURES_HOST = "api.kucoin.com", "api-futures.kucoin.com"
_ACCOUNTS = "/api/v1/accounts"


def _accounts(markets: frozenset[str], **params: str) -> Request:
    return Request(
        Purpose.BALANCE,
        "privateGetAccounts",
        _HOST,
        _ACCOUNTS,
        SPEC,
        params=params,
        markets=markets,
        pool="management",
        weight=5,
        expects=_is_list_answer,
    )


REQUESTS = (
    Request(
        Purpose.TIME,
        "publicGetTimestamp",
        _HOST,
        "/api/v1/timestamp",
        SPEC,
        signed=False,
        pool="public",
        weight=3,
        expects=_is_time,
    ),
    Request(
        Purpose.KEY_INFO, "privateGetUserApiKey", _HOST, "/api/v1/user/api-key", MASKED, pool="management", weight=20
    ),
    # Without a type the answer lists every account, so one request speaks for two markets.
    _accounts(_SPOT | _MARGIN),
    _accounts(_SPOT, type="trade"),
    _accounts(_MARGIN, type="margin"),
    Request(
        Purpose.BALANCE,
        "futuresPrivateGetAccountOverview",
        _FUTURES_HOST,
        "/api/v1/account-overview",
        SPEC,
        params={"currency": "USDT"},
        markets=_FUTURES,
        # Even reading needs the Futures permission here; last verified 2026-11-22.
        needs=Right.TRADE_FUTURES,
        pool="futures",
        weight=5,
        expects=_is_answer,
    ),
    Request(
        Purpose.STATUS,
        "privateGetHfOrdersActive",
        _HOST,
        "/api/v1/hf/orders/active",
        SPEC,
        params={"symbol": "BTC-USDT"},
        markets=_SPOT | _MARGIN,
        pool="spot",
        weight=2,
        expects=_is_list_answer,
    ),
    Request(
        Purpose.STATUS,
        "futuresPrivateGetPositions",
        _FUTURES_HOST,
        "/api/v1/positions",
        SPEC,
        markets=_FUTURES,
        needs=Right.TRADE_FUTURES,
        pool="futures",
        weight=2,
        expects=_is_list_answer,
    ),
)
# The private pools are counted for each account, at the lowest level; only the public one by address.
LIMITS = (
    Limit("public", 2000, 30, LIMIT),
    Limit("management", 2000, 30, LIMIT, Per.ACCOUNT),
    Limit("spot", 4000, 30, LIMIT, Per.ACCOUNT),
    Limit("futures", 2000, 30, LIMIT, Per.ACCOUNT),
)
_RESET, _MS = "gw-ratelimit-reset", 0.001
RESTS = (
    Rest(Per.ACCOUNT, 30, LIMIT, code="429000", header=_RESET, unit=_MS),
    Rest(Per.ADDRESS, 30, LIMIT, status=429, header=_RESET, unit=_MS),
)
GAUGES = (Gauge("gw-ratelimit-remaining", Per.ACCOUNT, LIMIT, is_left=True, reset=_RESET, unit=_MS),)

_ASKED_FOR_MARKET = frozenset({Purpose.BALANCE, Purpose.STATUS})
_INVALID, _IP, _TRADE = Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED, Diagnosis.NO_TRADE_PERMISSION
_AWAY, _UNPROVEN = Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.UNVERIFIED
ERROR_ROWS = (
    ErrorRow("400001", _INVALID, "a header that names the key is missing", (401,), ERRORS),
    ErrorRow("400003", _INVALID, "the key does not exist", (401,), OBSERVED),
    ErrorRow("400004", _INVALID, "the passphrase is wrong, or the secret that signs it", (401,), ERRORS),
    ErrorRow("400005", _INVALID, "the signature is wrong: the secret does not belong to the key", (401,), ERRORS),
    ErrorRow("411100", _INVALID, "the account is frozen", (200,), ERRORS),
    ErrorRow("400006", _IP, "the address is not on the key's list", (403,), OBSERVED),
    # Keys of version 1 are signed in another way than ccxt signs; seen by others only. Last verified 2026-11-22.
    ErrorRow(
        "400007", _INVALID, "the key is of an old version", (400,), VERSIONS, text=r"(?i)KC-API-KEY-VERSION|key version"
    ),
    ErrorRow("400007", _TRADE, "the key lacks the right for this", (403, 200, 400), ERRORS, _ASKED_FOR_MARKET),
    ErrorRow("400007", _UNPROVEN, "the key lacks the right for this", (403, 200, 400), ERRORS),
    ErrorRow("400303", _TRADE, "the account must verify its identity first", (200,), ERRORS),
    ErrorRow("400200", _TRADE, "the account may not place orders", (200,), ERRORS),
    ErrorRow("400700", _TRADE, "the account is restricted by risk control", (200,), ERRORS),
    ErrorRow("130201", _TRADE, "the account is restricted", (200,), ERRORS),
    ErrorRow("130302", _TRADE, "the account is restricted", (200,), ERRORS),
    ErrorRow("400500", _AWAY, "the exchange does not serve this country", (403, 200), ERRORS),
    ErrorRow("126046", _AWAY, "the exchange does not serve this country", (200, 403), ERRORS),
    ErrorRow("400002", _AWAY, "the timestamp is off by more than 5 s", (400,), ERRORS, is_clock=True),
    ErrorRow("429000", _AWAY, "too many requests", (429, 403), ERRORS),
    ErrorRow("500000", _AWAY, "the exchange has an internal error", (200, 500), ERRORS),
    ErrorRow("503", _AWAY, "the exchange is under maintenance", (503,), ERRORS),
    # A unified account has no futures wallet of its own; seen by others only.
    ErrorRow(
        "404000", _UNPROVEN, "the account has no such wallet, as unified accounts", (404,), WALLETS, _ASKED_FOR_MARKET
    ),
    ErrorRow("404000", _AWAY, "the endpoint is gone", (404, 200), ERRORS),
    ErrorRow("401000", _AWAY, "the endpoint is no longer served", (200,), ERRORS),
    ErrorRow("403", _AWAY, "access is denied", (403,), ERRORS),
)

EXCHANGE = Exchange(
    id="kucoin",
    ccxt_class="kucoin",
    traits=ExchangeTraits("KuCoin", needs_passphrase=True, markets=_SPOT | _MARGIN | _FUTURES, has_testnet=False),
    requests=REQUESTS,
    errors=ERROR_ROWS,
    read_key_info=read_key_info,
    read_time=read_time,
    code_of=code_of,
    egress_of=egress_of,
    source=DOCS,
    limits=LIMITS,
    permissions=_PERMISSIONS,
    unprovable=(OWN_TRANSFERS,),
    rests=RESTS,
    gauges=GAUGES,
)
# The same keys and hosts under the id of a class of its own, for futures alone.
VARIANTS = (
    EXCHANGE.variant(
        "kucoinfutures",
        "KuCoin Futures",
        Source("https://github.com/ccxt/ccxt/blob/master/python/ccxt/kucoinfutures.py", VERIFIED),
        markets=_FUTURES,
    ),
)
