"""Bitget, unified and classic accounts, which exclude each other: what their key info says, what their codes mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations

from reconciler.documents.known import ExchangeTraits
from reconciler.model.exchange import (
    Asked,
    ErrorRow,
    Exchange,
    KeyInfo,
    Purpose,
    Reading,
    Request,
    Source,
    is_object,
    told_code,
)
from reconciler.model.limits import EVERY, Limit, Per, Rest
from reconciler.model.permissions import Permission, Words, read_words, shown, split, unreadable
from reconciler.model.probe import Account, Diagnosis
from reconciler.values.rights import Right, Verdict

VERIFIED = "2026-11-22"
DOCS = Source("https://www.bitget.com/api-doc/common/intro", VERIFIED)
UNIFIED = Source("https://www.bitget.com/api-doc/uta/account/Get-Account-Info", VERIFIED)
UNIFIED_ASSETS = Source("https://www.bitget.com/api-doc/uta/account/Get-Account", VERIFIED)
UNIFIED_TRADE = Source("https://www.bitget.com/api-doc/uta/trade/Get-Order-Pending", VERIFIED)
UNIFIED_TRANSFER = Source("https://www.bitget.com/api-doc/uta/account/transfer", VERIFIED)
CLASSIC = Source("https://www.bitget.com/api-doc/spot/account/Get-Account-Info", VERIFIED)
EXAMPLES = replace(CLASSIC, doubt="what trade and readonly stand for, which examples show in place of codes")
CLASSIC_SPOT = Source("https://www.bitget.com/api-doc/spot/account/Get-Account-Assets", VERIFIED)
CLASSIC_FUTURES = Source("https://www.bitget.com/api-doc/contract/account/Get-Account-List", VERIFIED)
CLASSIC_MARGIN = Source("https://www.bitget.com/api-doc/margin/cross/account/Get-Cross-Assets", VERIFIED)
CLASSIC_ALL = Source("https://www.bitget.com/api-doc/common/account/All-Account-Balance", VERIFIED)
_NO_STATUS = "the HTTP status of most error codes; nothing is decided by it"
ERRORS = Source("https://github.com/rosssaunders/coincise/blob/main/docs/bitget/error_codes.md", VERIFIED, _NO_STATUS)
UNIFIED_ERRORS = Source("https://github.com/sebastianganser/Bitget_API/blob/main/uta/error-code/restapi.md", VERIFIED)
# A live classic account, asked in the way of unified ones.
FAMILIES = Source("https://github.com/TraderAlice/OpenAlice/pull/951", VERIFIED)
UNLISTED = replace(ERRORS, doubt="error 40004: it is missing from Bitget's table")

_MARKETS = ("spot", "margin", "futures")
_TRADING = frozenset({Right.TRADE_SPOT, Right.TRADE_MARGIN, Right.TRADE_FUTURES})
_FUTURES_ONLY, _COPIED = frozenset({Right.TRADE_FUTURES}), frozenset({Right.TRADE_SPOT, Right.TRADE_FUTURES})


def _word(word: str, meaning: str, *grants: Right, source: Source = CLASSIC) -> Permission:
    return Permission(word, meaning, source, frozenset(grants))


# What the words of a unified account grant to a key that may write.
_UNIFIED_WORDS = (
    Permission("uta_trade", "trade in every market", UNIFIED_TRADE, _TRADING),
    _word("uta_mgt", "manage the account and transfer within it", Right.TRANSFER, source=UNIFIED_TRANSFER),
    _word("withdraw", "withdraw", Right.WITHDRAW, source=UNIFIED),
    Permission("copy_futures_order", "place orders that others copy", UNIFIED, suggests=_FUTURES_ONLY),
    Permission("copy_futures_position", "manage positions that others copy", UNIFIED, suggests=_FUTURES_ONLY),
)
_READING = ("coor", "cpor", "stor", "smor", "ttor", "wtor", "taxr", "chor", "p2pr", "pllr")
_CLASSIC_WORDS = (
    *(_word(code, "read") for code in _READING),
    _word("stow", "place and cancel spot orders", Right.TRADE_SPOT),
    _word("smow", "place and cancel margin orders", Right.TRADE_MARGIN),
    _word("coow", "place and cancel futures orders", Right.TRADE_FUTURES),
    _word("cpow", "manage futures positions"),
    Permission("ttow", "trade for those who copy", CLASSIC, suggests=_COPIED),
    _word("wtow", "transfer between own accounts", Right.TRANSFER),
    _word("wwow", "withdraw", Right.WITHDRAW),
    _word("chow", "manage sub-accounts and their keys", Right.MANAGE_KEYS),
    _word("p2p", "trade with other people", Right.CONVERT_PAY),
    _word("p2pw", "trade with other people", Right.CONVERT_PAY, source=replace(CLASSIC, doubt="p2pw: p2p is listed")),
    _word("taxw", "change tax settings"),
    _word("pllw", "borrow against a pledge"),
    Permission("trade", "a word of the examples only", EXAMPLES, suggests=frozenset(Right)),
    Permission("readonly", "a word of the examples only", EXAMPLES, suggests=frozenset(Right)),
)
UNIFIED_WORDS = {permission.word: permission for permission in _UNIFIED_WORDS}
CLASSIC_WORDS = {permission.word: permission for permission in _CLASSIC_WORDS}
_BOOK = {Right.ADDRESS_BOOK: "Bitget documents no permission word for the address book"}
UNIFIED_BEYOND = {
    Right.CONVERT_PAY: "Bitget documents no permission word of unified accounts for P2P, card or pay",
    Right.MANAGE_KEYS: "by its documentation a main account's key can create keys of sub-accounts",
    **_BOOK,
}


def read_key_info(bodies: Sequence[object], asked: Asked) -> KeyInfo:
    """Read the account info of either family, which is always about the key that signed the request."""
    body = bodies[-1]
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict):
        return KeyInfo(unreadable('the answer has no "data" object'))
    account, field = _account(data), "authorities" if "authorities" in data else "permissions"
    words, beside = _words(data.get(field)), data.get("permissions")
    if not words:
        return KeyInfo(unreadable(f'the answer has no readable "{field}"'), account=account)
    if field == "permissions":
        read = _for_type(data.get("permType"), read_words(words, UNIFIED_WORDS, UNIFIED_BEYOND))
    else:
        # No document shows both lists; words of the other family count as ones that nobody understands.
        words = (*words, *(_words(beside) or ("permissions",))) if beside else words
        read = read_words(words, CLASSIC_WORDS, _BOOK)
    rights = dict(read.rights)
    if says := [word for word in words if "withdraw" in word.casefold()]:
        rights[Right.WITHDRAW] = Reading(Verdict.GRANTED, f"the key has {shown(says)}")
    # Whatever its words are: it has just read its own account.
    rights[Right.READ] = Reading(Verdict.GRANTED, "the key could read its account")
    codes = {word.casefold() for word in words}
    half = ("it may place futures orders, but not manage positions or leverage (no cpow)",)
    notes = (*read.notes, *(half if "coow" in codes and "cpow" not in codes else ()))
    ips = data.get("ips")
    addresses = split(ips) if isinstance(ips, str) else None
    return KeyInfo(rights=rights, ip_allowlist=addresses, account=account, notes=notes)


def _words(field: object) -> tuple[str, ...]:
    if not isinstance(field, list) or not all(isinstance(word, str) for word in field):
        return ()
    # A word that says nothing is kept: it may stand where another one was.
    words = tuple(word.strip() for word in field)
    return words if any(words) else ()


def _for_type(spelled: object, read: Words) -> Words:
    """Take back what needs a key that may write, where this one may not or does not tell.

    Withdrawal is not taken back: what a read-only key with that word may do is not documented.
    """
    kind = re.sub("[^a-z]", "", spelled.lower()) if isinstance(spelled, str) else ""
    if kind in ("readandwrite", "readwrite"):
        return read
    instead = Reading(Verdict.UNKNOWN, f"the type of the key is not documented: {shown([str(spelled)])}")
    if kind == "readonly" and not read.notes:
        instead = Reading(Verdict.DENIED, "the key may only read")
    written = {*_TRADING, Right.TRANSFER}
    taken = {right: instead for right in written if read.rights[right].verdict is Verdict.GRANTED}
    return Words({**read.rights, **taken}, read.notes)


def _account(data: Mapping[str, object]) -> Account:
    # The info of the key spells the number userId, the settings of the account uid: last verified 2026-11-22.
    uid, parent = _number(data.get("userId", data.get("uid"))), data.get("parentId")
    # Filled for sub-accounts only; whether classic main accounts show 0 or their own number is unconfirmed.
    is_sub = _number(parent) not in (None, "0", uid) if "parentId" in data else None
    return Account(uid=uid, is_subaccount=is_sub if uid else None)


def _number(field: object) -> str | None:
    return str(field) if isinstance(field, str | int) and not isinstance(field, bool) and str(field) else None


def read_time(body: object) -> int | None:
    """Return the server's time in milliseconds, None when the answer does not tell it."""
    data = body.get("data") if isinstance(body, dict) else None
    time = data.get("serverTime") if isinstance(data, dict) else None
    return int(time) if isinstance(time, str) and re.fullmatch("[0-9]{10,16}", time) else None


def code_of(body: object) -> str | None:
    """Return Bitget's own error code; every answer carries one, 00000 when nothing is wrong."""
    return told_code(body, success="00000")


def egress_of(text: str) -> str | None:
    """Return the caller's address where a refusal names it, which no documented one does."""
    found = re.search(r"(?i)\bip\b[^0-9\"]{0,20}((?:[0-9]{1,3}\.){3}[0-9]{1,3})\b", text)
    return found[1] if found else None


def _has(kind: type[dict[str, object]] | type[list[object]]) -> Callable[[object], bool]:
    def expects(body: object) -> bool:
        return isinstance(body, dict) and body.get("code") == "00000" and isinstance(body.get("data"), kind)

    return expects


_KEY, _BALANCE, _STATUS = Purpose.KEY_INFO, Purpose.BALANCE, Purpose.STATUS
_SPOT, _FUTURES = frozenset({"spot", "margin"}), frozenset({"futures"})
_SETS = [frozenset(some) for size in (3, 2, 1) for some in combinations(_MARKETS, size)]
_HOST = "api.bitget.com"


def _request(
    family: str,
    purpose: Purpose,
    call: str,
    path: str,
    source: Source,
    markets: frozenset[str] = frozenset(),
    **params: str,
) -> Request:
    expects = is_object if not markets else _has(dict) if family == "unified" else _has(list)
    made = Request(purpose, f"private{call}", _HOST, f"/api/{path}", source, params=params, family=family)
    return replace(made, markets=markets, pool=path, expects=expects)


_unified, _classic = partial(_request, "unified"), partial(_request, "classic")
_OVERVIEW = ("SpotGetV2AccountAllAccountBalance", "v2/account/all-account-balance")
_MARGIN = ("MarginGetV2MarginCrossedAccountAssets", "v2/margin/crossed/account/assets")
_UNIFIED_POSITIONS = ("UtaGetV3PositionCurrentPosition", "v3/position/current-position")
_CLASSIC_POSITIONS = ("MixGetV2MixPositionAllPosition", "v2/mix/position/all-position")
_USDT = {"productType": "USDT-FUTURES"}
REQUESTS = (
    Request(
        Purpose.TIME,
        "publicCommonGetV2PublicTime",
        _HOST,
        "/api/v2/public/time",
        DOCS,
        signed=False,
        pool="v2/public/time",
        expects=lambda body: read_time(body) is not None,
    ),
    _unified(_KEY, "UtaGetV3AccountInfo", "v3/account/info", UNIFIED),
    # A unified account has one wallet for every market.
    *(_unified(_BALANCE, "UtaGetV3AccountAssets", "v3/account/assets", UNIFIED_ASSETS, markets) for markets in _SETS),
    _unified(_STATUS, "UtaGetV3TradeUnfilledOrders", "v3/trade/unfilled-orders", UNIFIED_TRADE, _SPOT, category="SPOT"),
    _unified(_STATUS, *_UNIFIED_POSITIONS, UNIFIED_TRADE, _FUTURES, category="USDT-FUTURES"),
    _classic(_KEY, "SpotGetV2SpotAccountInfo", "v2/spot/account/info", CLASSIC),
    # Several markets take the overview, since the question of the family has cost a request.
    *(_classic(_BALANCE, *_OVERVIEW, CLASSIC_ALL, markets) for markets in _SETS if len(markets) > 1),
    _classic(_BALANCE, "SpotGetV2SpotAccountAssets", "v2/spot/account/assets", CLASSIC_SPOT, frozenset({"spot"})),
    _classic(_BALANCE, *_MARGIN, CLASSIC_MARGIN, frozenset({"margin"})),
    _classic(_BALANCE, "MixGetV2MixAccountAccounts", "v2/mix/account/accounts", CLASSIC_FUTURES, _FUTURES, **_USDT),
    _classic(_STATUS, "SpotGetV2SpotTradeUnfilledOrders", "v2/spot/trade/unfilled-orders", CLASSIC_SPOT, _SPOT),
    _classic(_STATUS, *_CLASSIC_POSITIONS, CLASSIC_FUTURES, _FUTURES, marginCoin="USDT", **_USDT),
)
_A_SECOND = {
    "v3/account/info": (5, UNIFIED),
    "v3/account/assets": (20, UNIFIED_ASSETS),
    "v3/trade/unfilled-orders": (20, UNIFIED_TRADE),
    "v3/position/current-position": (20, UNIFIED_TRADE),
    "v2/spot/account/info": (1, CLASSIC),
    "v2/account/all-account-balance": (1, CLASSIC_ALL),
    "v2/spot/account/assets": (10, CLASSIC_SPOT),
    "v2/margin/crossed/account/assets": (10, CLASSIC_MARGIN),
    "v2/mix/account/accounts": (10, CLASSIC_FUTURES),
    "v2/spot/trade/unfilled-orders": (20, CLASSIC_SPOT),
    "v2/mix/position/all-position": (5, CLASSIC_FUTURES),
}
# Each endpoint is counted for each user, what is public for each address, and all together for each address again.
LIMITS = (
    Limit(EVERY, 6000, 60, DOCS),
    Limit("v2/public/time", 20, 1, DOCS),
    *(Limit(path, weight, 1, source, Per.ACCOUNT) for path, (weight, source) in _A_SECOND.items()),
)
# One refusal for both kinds of limit, so it is taken for the one that binds everybody; past that of the address it
# takes five minutes until the exchange answers again, which no answer tells.
RESTS = (Rest(Per.ADDRESS, 1, DOCS, code="429"), Rest(Per.ADDRESS, 1, DOCS, status=429))

_ASKED_FOR_MARKET = frozenset({_BALANCE, _STATUS})
_INVALID, _IP, _TRADE = Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED, Diagnosis.NO_TRADE_PERMISSION
_AWAY, _UNPROVEN = Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.UNVERIFIED
_NO_RIGHT = "the key lacks the right for this; a key made before its account became unified has none there"


def _row(code: str, diagnosis: Diagnosis, when: str, *, clock: bool = False, family: str = "") -> ErrorRow:
    # HTTP 400 was seen on a few of them and is taken for the rest.
    source = UNIFIED_ERRORS if code.startswith("25") else ERRORS
    return ErrorRow(code, diagnosis, when, (400,), source, is_clock=clock, family=family)


def _rows(when: str, diagnosis: Diagnosis, *codes: str) -> Iterator[ErrorRow]:
    return (_row(code, diagnosis, when) for code in codes)


ERROR_ROWS = (
    _row("40001", _INVALID, "the header with the key is missing"),
    _row("40002", _INVALID, "the header with the signature is missing"),
    _row("40003", _INVALID, "the signature is empty"),
    _row("40006", _INVALID, "the key is malformed or not known"),
    _row("40009", _INVALID, "the signature is wrong: the secret does not belong to the key"),
    _row("40011", _INVALID, "the header with the passphrase is missing"),
    _row("40012", _INVALID, "the passphrase is wrong; less likely, the key"),
    _row("40036", _INVALID, "the passphrase is wrong"),
    _row("40037", _INVALID, "the key does not exist"),
    _row("40041", _INVALID, "the key does not exist"),
    *_rows("the account is frozen, disabled or closed", _INVALID, "40024", "40710", "40026", "40031"),
    *_rows("the account is in an abnormal state", _INVALID, "40013", "25006", "25007"),
    _row("25005", _INVALID, "the account does not exist"),
    ErrorRow("40014", _TRADE, "the key lacks the right for this", (400,), ERRORS, _ASKED_FOR_MARKET),
    _row("40014", _UNPROVEN, _NO_RIGHT, family="classic"),
    ErrorRow("40025", _TRADE, "the account lacks the right for this", (400,), ERRORS, _ASKED_FOR_MARKET),
    _row("40025", _UNPROVEN, "the account lacks the right for this"),
    ErrorRow("25620", _TRADE, "the key lacks the right for this", (400,), UNIFIED_ERRORS, _ASKED_FOR_MARKET),
    _row("25620", _UNPROVEN, "the key lacks the right for this"),
    *_rows("the account is restricted", _TRADE, "40022", "40023", "40199", "40752", "40753"),
    *_rows("the account must verify its identity first", _TRADE, "40035", "40100", "40101", "40111"),
    _row("40018", _IP, "the address is not on the key's list"),
    _row("40038", _IP, "the address is not on the key's list"),
    _row("49003", _IP, "the address is not on the key's list"),
    ErrorRow("40004", _AWAY, "the timestamp is too far off", (400,), UNLISTED, is_clock=True),
    _row("40005", _AWAY, "the timestamp is not accepted", clock=True),
    _row("40008", _AWAY, "the timestamp is too far off", clock=True),
    _row("40078", _AWAY, "the timestamp is outside the window", clock=True),
    _row("40010", _AWAY, "the request timed out"),
    *_rows("the exchange has an internal error", _AWAY, "40015", "25000", "40725"),
    *_rows("the exchange is being upgraded, or the account is", _AWAY, "40200", "40115"),
    _row("25001", _AWAY, "the request timed out"),
    ErrorRow("429", _AWAY, "too many requests", (429,), ERRORS),
    *_rows("the exchange does not serve this country", _AWAY, "40000", "40103", "40104"),
    ErrorRow("40084", _UNPROVEN, "the account is a classic one", (400,), FAMILIES, family="classic"),
    ErrorRow("25245", _UNPROVEN, "the account is a classic one", (400,), UNIFIED_ERRORS, family="classic"),
    ErrorRow("40085", _UNPROVEN, "the account is a unified one", (400,), FAMILIES, family="unified"),
    *_rows("keys of sub-accounts may not ask for this", _UNPROVEN, "40061", "40068"),
    _row("22010", _UNPROVEN, "this is for keys with an address list, and the key has none"),
)

EXCHANGE = Exchange(
    id="bitget",
    ccxt_class="bitget",
    traits=ExchangeTraits("Bitget", needs_passphrase=True, markets=frozenset(_MARKETS), has_testnet=False),
    requests=REQUESTS,
    errors=ERROR_ROWS,
    read_key_info=read_key_info,
    read_time=read_time,
    code_of=code_of,
    egress_of=egress_of,
    source=DOCS,
    limits=LIMITS,
    permissions=(*_UNIFIED_WORDS, *_CLASSIC_WORDS),
    rests=RESTS,
)
