"""Bybit, spot and derivatives of unified accounts: what its key info says, what its error codes mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from reconciler.documents.known import ExchangeTraits
from reconciler.model.exchange import (
    Asked,
    ErrorRow,
    Exchange,
    KeyInfo,
    PrivateKey,
    Purpose,
    Reading,
    Request,
    Source,
    told_code,
)
from reconciler.model.limits import EVERY, Gauge, Limit, Per, Rest
from reconciler.model.permissions import Permission, read_words, shown, unreadable
from reconciler.model.probe import Account, Diagnosis
from reconciler.values.rights import Right, Verdict

VERIFIED = "2026-11-22"
DOCS = Source("https://bybit-exchange.github.io/docs/v5/guide", VERIFIED)
KEY_INFO = Source("https://bybit-exchange.github.io/docs/v5/user/apikey-info", VERIFIED)
EDITING = Source("https://bybit-exchange.github.io/docs/v5/user/modify-master-apikey", VERIFIED)
BALANCE = Source("https://bybit-exchange.github.io/docs/v5/account/wallet-balance", VERIFIED)
ORDERS = Source("https://bybit-exchange.github.io/docs/v5/order/open-order", VERIFIED)
POSITIONS = Source("https://bybit-exchange.github.io/docs/v5/position", VERIFIED)
TIME = Source("https://bybit-exchange.github.io/docs/v5/market/time", VERIFIED)
LIMIT = Source("https://bybit-exchange.github.io/docs/v5/rate-limit", VERIFIED)
ERRORS = Source("https://bybit-exchange.github.io/docs/v5/error", VERIFIED)
TERMS = replace(ERRORS, doubt="the codes 110123 and 110125, which the table does not list")
PLACE = replace(ERRORS, doubt="whether 10009 is also said of a place: the table speaks of a banned address")
REFUSAL = replace(KEY_INFO, doubt="the body of a refusal by HTTP 401")

_MOVES, _EDITS, _PAYS = Right.TRANSFER, Right.MANAGE_KEYS, Right.CONVERT_PAY
_FUTURES_RIGHT = Right.TRADE_FUTURES


def _permission(word: str, meaning: str, *grants: Right, suggests: tuple[Right, ...] = ()) -> Permission:
    source = EDITING if _EDITS in (*grants, *suggests) else KEY_INFO
    return Permission(word, meaning, source, frozenset(grants), frozenset(suggests))


_PERMISSIONS = (
    _permission("SpotTrade", "place and cancel spot orders", Right.TRADE_SPOT),
    _permission("Order", "place and cancel orders of contracts", _FUTURES_RIGHT),
    _permission("Position", "change leverage, margin and stops of positions"),
    _permission("DerivativesTrade", "trade derivatives", _FUTURES_RIGHT),
    _permission("OptionsTrade", "trade options"),
    # A key with one of these, or with Withdraw, may change its own rights and make keys of sub-accounts.
    _permission("AccountTransfer", "transfer between own wallets", _MOVES, _EDITS),
    _permission("SubMemberTransfer", "transfer between main account and sub-accounts", _MOVES, _EDITS),
    _permission("SubMemberTransferList", "transfer from a sub-account", _MOVES, suggests=(_EDITS,)),
    _permission("Withdraw", "withdraw", Right.WITHDRAW, _EDITS),
    _permission("ExchangeHistory", "convert", _PAYS),
    _permission("FiatP2POrder", "order at the P2P market", _PAYS),
    _permission("Advertising", "advertise at the P2P market", _PAYS),
    # The documented spelling; the group was called FiatBybitPay before.
    _permission("FaitPayOrder", "pay by Bybit Pay", _PAYS),
    _permission("FiatConvertBrokerOrder", "convert to and from money", _PAYS),
    _permission("BitCard", "use the card", _PAYS),
    _permission("BlockTrade", "trade in blocks", suggests=(Right.TRADE_SPOT, _FUTURES_RIGHT)),
    _permission("Earn", "subscribe to and redeem Earn products"),
    _permission("Affiliate", "see one's affiliates"),
    _permission("ByXPost", "post"),
    _permission("CopyTrading", "lead others in copy trading"),
    _permission("NFTQueryProductList", "see NFTs"),
)
PERMISSIONS = {permission.word.casefold(): permission for permission in _PERMISSIONS}
# There are many more groups, and others may be left out; an answer with none of these is of another kind.
_GROUPS = frozenset({"ContractTrade", "Spot", "Wallet", "Derivatives"})
BEYOND = {
    Right.READ: "the answer does not say",
    Right.TRADE_MARGIN: "spot margin has no permission of its own at Bybit: it comes with SpotTrade",
    Right.ADDRESS_BOOK: "Bybit documents no permission for the address book",
}
# What the words of this group grant; a key with none of them has the group all the same, without words.
_WALLET, _OF_WALLET = "Wallet", (Right.WITHDRAW, _MOVES, _EDITS)
_DORMANT = (Right.TRADE_SPOT, _FUTURES_RIGHT, _MOVES, _PAYS, _EDITS)


class _Words(NamedTuple):
    """The words of all groups, and those that speak of withdrawing in their own name or that of their group."""

    all: tuple[str, ...]
    withdrawing: tuple[str, ...]
    has_wallet: bool


def read_key_info(bodies: Sequence[object], asked: Asked) -> KeyInfo:
    """Read the answer of `GET /v5/user/query-api`, which is about the key that signed the request."""
    result = _result(bodies[0])
    if result is None:
        return KeyInfo(unreadable('the answer has no "result" object'))
    if not _may_be(result.get("apiKey"), asked.api_key):
        return KeyInfo(unreadable("the answer is not about this key"))
    words = _words(result.get("permissions"))
    if words is None:
        return KeyInfo(unreadable('the answer has no readable "permissions"'), account=_account(result))
    read = read_words(words.all, PERMISSIONS, BEYOND)
    ends = _moment(result.get("expiredAt"))
    return KeyInfo(
        rights=_rights(read.rights, words, result.get("readOnly")),
        ip_allowlist=_addresses(result.get("ips")),
        expires_at=ends,
        account=_account(result),
        problem="Bybit reports the key as expired" if ends is not None and ends <= asked.now else None,
        notes=(*read.notes, *(("the key belongs to an app of somebody else",) if result.get("type") == 2 else ())),
    )


def _result(body: object) -> Mapping[str, object] | None:
    result = body.get("result") if isinstance(body, dict) and str(body.get("retCode")) == "0" else None
    return result if isinstance(result, dict) else None


def _may_be(echoed: object, api_key: str) -> bool:
    # Documented examples show it masked; live answers tell it whole. Last verified 2026-11-22.
    if echoed is None:
        return True
    return isinstance(echoed, str) and (echoed == api_key or (bool(echoed) and not echoed.strip("*X")))


def _words(permissions: object) -> _Words | None:
    """Return the words of all groups; None when there is no documented group among them."""
    if not isinstance(permissions, dict) or not _GROUPS & permissions.keys():
        return None
    words: list[str] = []
    withdrawing: list[str] = []
    for group, values in permissions.items():
        # What is no list of words stands for itself, and is as little understood as an undocumented word.
        readable = isinstance(values, list) and all(isinstance(value, str) for value in values)
        found = values if readable else [f"{group} as {type(values).__name__}"]
        words.extend(found)
        withdrawing.extend(word for word in found if "withdraw" in f"{group} {word}".casefold())
    return _Words(tuple(words), tuple(withdrawing), _WALLET in permissions)


def _rights(rights: Mapping[Right, Reading], words: _Words, read_only: object) -> dict[Right, Reading]:
    """Apply the switch that makes a key read-only: it silences every word, but a ticked withdrawal still counts."""
    found = {**rights, Right.READ: Reading(Verdict.GRANTED, "the key could read its own info")}
    is_off = {"0": False, "false": False, "1": True, "true": True}.get(str(read_only).casefold())
    for right in () if words.has_wallet else _OF_WALLET:
        if found[right].verdict is Verdict.DENIED:
            found[right] = Reading(Verdict.UNKNOWN, f'the answer has no group "{_WALLET}", which would tell')
    if words.withdrawing:
        still = " though the key is read-only for now" if is_off else ""
        found[Right.WITHDRAW] = Reading(Verdict.GRANTED, f"{shown(words.withdrawing)} is ticked{still}")
    for right in _DORMANT:
        was = found[right].verdict
        if right is _EDITS and is_off and was is not Verdict.DENIED:
            why = f"{found[right].why}, and whether it can make itself more than read-only is not documented"
            found[right] = Reading(Verdict.UNKNOWN, why)
        elif is_off:
            found[right] = Reading(Verdict.DENIED, "the key is read-only")
        elif is_off is None and was is Verdict.GRANTED:
            found[right] = Reading(Verdict.UNKNOWN, "the answer does not say whether the key is read-only")
    return found


def _account(result: Mapping[str, object]) -> Account:
    uid, is_master = result.get("userID"), result.get("isMaster")
    return Account(
        uid=str(uid) if isinstance(uid, str | int) and not isinstance(uid, bool) else None,
        is_subaccount=not is_master if isinstance(is_master, bool) else None,
    )


def _addresses(field: object) -> tuple[str, ...] | None:
    # A star, or no entry at all, stands for a key that is bound to no address.
    if not isinstance(field, list) or not all(isinstance(entry, str) for entry in field):
        return None
    return tuple(entry.strip() for entry in field if entry.strip() not in ("", "*"))


def _moment(field: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(field) if isinstance(field, str) else None
    except ValueError:
        return None
    # The beginning of the epoch stands for a key without end.
    if moment is None or moment.year <= 1970:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_time(body: object) -> int | None:
    """Return the server's time in milliseconds, None when the answer does not tell it."""
    time = body.get("time") if isinstance(body, dict) else None
    if isinstance(time, str) and time.isdecimal() and len(time) < 16:
        return int(time)
    return time if isinstance(time, int) and not isinstance(time, bool) else None


def code_of(body: object) -> str | None:
    """Return Bybit's own error code; every answer carries one, 0 when nothing is wrong."""
    return told_code(body, success="0", name="retCode")


def _has_list(body: object) -> bool:
    result = _result(body)
    return result is not None and isinstance(result.get("list"), list)


_SPOT, _FUTURES = frozenset({"spot"}), frozenset({"futures"})
_HOST = "api.bybit.com"
_KEY_PATH, _WALLET_PATH = "/v5/user/query-api", "/v5/account/wallet-balance"
_ORDER_PATH, _POSITION_PATH = "/v5/order/realtime", "/v5/position/list"


def _asked(purpose: Purpose, call: str, path: str, source: Source, markets: frozenset[str], **params: str) -> Request:
    return Request(purpose, call, _HOST, path, source, params=params, markets=markets, pool=path, expects=_has_list)


def _wallet(markets: frozenset[str]) -> Request:
    return _asked(
        Purpose.BALANCE, "privateGetV5AccountWalletBalance", _WALLET_PATH, BALANCE, markets, accountType="UNIFIED"
    )


REQUESTS = (
    Request(Purpose.TIME, "publicGetV5MarketTime", _HOST, "/v5/market/time", TIME, signed=False, pool=EVERY),
    Request(Purpose.KEY_INFO, "privateGetV5UserQueryApi", _HOST, _KEY_PATH, REFUSAL, pool=_KEY_PATH),
    # A unified account has one wallet for everything.
    _wallet(_SPOT | _FUTURES),
    _wallet(_SPOT),
    _wallet(_FUTURES),
    _asked(Purpose.STATUS, "privateGetV5OrderRealtime", _ORDER_PATH, ORDERS, _SPOT, category="spot"),
    _asked(
        Purpose.STATUS,
        "privateGetV5PositionList",
        _POSITION_PATH,
        POSITIONS,
        _FUTURES,
        category="linear",
        settleCoin="USDT",
    ),
)
# Each endpoint is counted for each account, and all of them together for each address.
LIMITS = (
    Limit(EVERY, 600, 5, LIMIT),
    Limit(_KEY_PATH, 10, 1, LIMIT, Per.ACCOUNT),
    *(Limit(path, 50, 1, LIMIT, Per.ACCOUNT) for path in (_WALLET_PATH, _ORDER_PATH, _POSITION_PATH)),
)
_RESET = "X-Bapi-Limit-Reset-Timestamp"
_BANNED = "too many requests from this address, which is banned for at least ten minutes"
RESTS = (
    Rest(Per.ADDRESS, 600, LIMIT, status=403, text="(?i)access too frequent", when=_BANNED),
    Rest(Per.ACCOUNT, 1, LIMIT, code="10006", header=_RESET),
    Rest(Per.ADDRESS, 600, ERRORS, code="10018"),
    Rest(Per.ADDRESS, 5, ERRORS, status=429),
)
GAUGES = (Gauge("X-Bapi-Limit-Status", Per.ACCOUNT, LIMIT, is_left=True, reset=_RESET),)

_INVALID, _IP, _TRADE = Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED, Diagnosis.NO_TRADE_PERMISSION
_AWAY, _UNPROVEN = Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.UNVERIFIED
_OK = (200,)
ERROR_ROWS = (
    ErrorRow("10003", _INVALID, "the key does not exist, or belongs to another of Bybit's sites", _OK, ERRORS),
    ErrorRow("10004", _INVALID, "the signature is wrong: the secret does not belong to the key", _OK, ERRORS),
    ErrorRow("10007", _INVALID, "the key was not accepted", _OK, ERRORS),
    ErrorRow("10001", _INVALID, "what names the key is missing", _OK, ERRORS, text=r"(?i)sign params error"),
    ErrorRow("33004", _INVALID, "the key has expired", _OK, ERRORS),
    ErrorRow("-2015", _INVALID, "the key has expired", _OK, ERRORS),
    ErrorRow("10008", _INVALID, "the account is banned", _OK, ERRORS),
    ErrorRow("10010", _IP, "the address is not bound to the key", _OK, ERRORS),
    ErrorRow("10005", _TRADE, "the key lacks the right for this", _OK, ERRORS),
    ErrorRow("10027", _TRADE, "the account is banned from trading", _OK, ERRORS),
    ErrorRow("10024", _TRADE, "trading is restricted by compliance rules", _OK, ERRORS),
    ErrorRow("10029", _TRADE, "the market is not on the key's list", _OK, ERRORS),
    ErrorRow("110066", _TRADE, "trading is not allowed at present", _OK, ERRORS),
    ErrorRow("110123", _TRADE, "the terms for trading were not accepted", _OK, TERMS),
    ErrorRow("110125", _TRADE, "the terms for trading were not accepted", _OK, TERMS),
    ErrorRow("10028", _UNPROVEN, "it is only for unified accounts", _OK, ERRORS),
    ErrorRow("100028", _UNPROVEN, "it is not for unified accounts", _OK, ERRORS),
    # ccxt takes the next one for a wrong key.
    ErrorRow("10009", _AWAY, "the exchange bans this address, or does not serve its place", (200, 403), PLACE),
    ErrorRow("3100197", _AWAY, "the account is being turned into a unified one", _OK, ERRORS),
    ErrorRow("10002", _AWAY, "the timestamp is outside the window", _OK, ERRORS, is_clock=True),
    ErrorRow("-1", _AWAY, "the timestamp is outside the window", _OK, ERRORS, is_clock=True),
    ErrorRow("10006", _AWAY, "too many requests for this account", (200, 429), ERRORS),
    ErrorRow("10018", _AWAY, "too many requests from this address", _OK, ERRORS),
    ErrorRow("10000", _AWAY, "the exchange timed out", _OK, ERRORS),
    ErrorRow("10016", _AWAY, "the exchange has an internal error", _OK, ERRORS),
    ErrorRow("5004", _AWAY, "the exchange timed out", _OK, ERRORS),
    ErrorRow("429", _AWAY, "the exchange is overloaded", _OK, ERRORS),
)

EXCHANGE = Exchange(
    id="bybit",
    ccxt_class="bybit",
    # Keys of the testnet belong to another host, which is none of those listed here; last verified 2026-11-22.
    traits=ExchangeTraits("Bybit", needs_passphrase=False, markets=_SPOT | _FUTURES, has_testnet=False),
    requests=REQUESTS,
    errors=ERROR_ROWS,
    read_key_info=read_key_info,
    read_time=read_time,
    code_of=code_of,
    # No refusal of Bybit names the address it saw; last verified 2026-11-22.
    egress_of=lambda _: None,
    source=DOCS,
    limits=LIMITS,
    permissions=_PERMISSIONS,
    rests=RESTS,
    gauges=GAUGES,
    # Pairs that a person generates are RSA at Bybit; no document speaks of Ed25519. Last verified 2026-11-22.
    private_keys=frozenset({PrivateKey.RSA}),
)
# Each of Bybit's sites has accounts of its own, and the key of one is unknown to the others: last verified 2026-11-22.
VARIANTS = (
    # Spot alone, and keys for connected third parties only. The same page says so.
    EXCHANGE.variant("bybiteu", "Bybit EU", DOCS, markets=_SPOT, hosts={_HOST: "api.bybit.eu"}),
    EXCHANGE.variant("bybitid", "Bybit Indonesia", DOCS, hosts={_HOST: "api.bybit.id"}),
)
