"""BingX, spot and perpetual futures: what its two key infos say together, what its error codes mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

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
    told_code,
)
from reconciler.model.limits import Limit, Per, Rest
from reconciler.model.permissions import Permission, any_of, flags_of, read_words, says_withdraw, shown, unreadable
from reconciler.model.probe import Account, Diagnosis
from reconciler.values.rights import Right, Verdict

VERIFIED = "2026-11-22"
DOCS = Source("https://bingx-api.github.io/docs-v3/", VERIFIED)
# Names, codes and limits in BingX's own words; where its envelope differs from what others saw, both are read.
SKILLS = Source("https://github.com/BingX-API/api-ai-skills", VERIFIED)
SUB_ACCOUNT = Source("https://bingx-api.github.io/docs/#/en-us/common/sub-account", VERIFIED)
SIX = replace(SUB_ACCOUNT, doubt="what the permission 6 allows, which keys were seen to have")
MOVES = replace(SKILLS, doubt="whether a transfer between sub-accounts may go to other users as well")
STATUSES = replace(SKILLS, doubt="the HTTP status of business errors; nothing is decided by it")
CODES = Source("https://github.com/JKorf/BingX.Net", VERIFIED)
OBSERVED = Source("https://github.com/ccxt/ccxt/issues/24538", VERIFIED)

_BOTH = (Right.TRADE_SPOT, Right.TRADE_MARGIN)


def _flag(word: str, meaning: str, *grants: Right, source: Source = SKILLS) -> Permission:
    return Permission(word, meaning, source, frozenset(grants))


def _code(number: int, meaning: str, *grants: Right) -> Permission:
    return Permission(f"permission {number} ({meaning})", meaning, SUB_ACCOUNT, frozenset(grants))


_FLAGS = (
    _flag("enableReading", "read accounts and orders", Right.READ),
    _flag("enableSpotAndMarginTrading", "trade spot and margin", *_BOTH),
    _flag("enableFutures", "trade perpetual futures", Right.TRADE_FUTURES),
    _flag("enableWithdrawals", "withdraw", Right.WITHDRAW),
    _flag("enableInternalTransfer", "transfer between sub-accounts", Right.TRANSFER, source=MOVES),
    _flag("permitsUniversalTransfer", "transfer between own accounts", Right.TRANSFER),
    _flag("enableVanillaOptions", "trade options"),
)
FLAGS = {flag.word: flag for flag in _FLAGS}
# 6 was seen, and nobody says what it allows: it is left out, and so is not understood. Last verified 2026-11-22.
PERMISSIONS = {
    "1": _code(1, "spot trading", *_BOTH),
    "2": _code(2, "read", Right.READ),
    "3": _code(3, "perpetual futures trading", Right.TRADE_FUTURES),
    "4": _code(4, "universal transfer", Right.TRANSFER),
    "5": _code(5, "withdrawal", Right.WITHDRAW),
    "7": _code(7, "internal transfer of sub-accounts", Right.TRANSFER),
}
_CODE = re.compile(r"[1-9][0-9]*")
_NO_PERMISSIONS = ("ipRestrict", "success", "apiKey", "note")
BEYOND = {
    Right.CONVERT_PAY: "BingX documents no permission for convert, P2P, card or pay",
    # https://github.com/BingX-API/api-ai-skills, last verified 2026-11-22.
    Right.MANAGE_KEYS: "by its documentation a main account's key may create keys of sub-accounts, and no answer tells",
    Right.ADDRESS_BOOK: "BingX documents no permission for the address book",
}
# https://bingx.com/en-gb/account/api/, last verified 2026-11-22.
_UNBOUND = "BingX deletes keys that may trade or transfer and have no address list after 14 days without use"
# POST /openApi/wallets/v1/capital/innerTransfer/apply sends by uid, phone or mail address, and takes the permission
# to withdraw. Its twin for sub-accounts names whom it sends to in the same way, and takes that to transfer.
_SENDS = "whether a transfer between sub-accounts may go to other users of BingX as well is not confirmed"


@dataclass(slots=True)
class _Told:
    """What the answers say, whichever of them says it and however it is wrapped."""

    flags: dict[str, bool | None] = field(default_factory=dict)
    codes: list[str] | None = None
    addresses: tuple[str, ...] | None = None
    is_strange: str = ""

    def hear(self, body: object, asked: Asked) -> None:
        """Take one answer in: the fields stand at the top, or inside `data`."""
        inner = body.get("data") if isinstance(body, dict) else None
        fields = inner if isinstance(inner, dict) else body
        if not isinstance(fields, dict) or not {*FLAGS, "permissions", "ipAddresses"} & fields.keys():
            self.is_strange = "an answer has none of the documented fields"
            return
        if not _is_same(fields.get("apiKey", asked.api_key), asked.api_key):
            self.is_strange = "an answer is not about this key"
            return
        if unclear := _unclear(fields):
            self.is_strange = f"an answer spells {shown(unclear)} in no documented way"
        for name, is_on in flags_of(fields).items():
            self.flags[name] = is_on if self.flags.get(name) is None else self.flags[name] or is_on
        if isinstance(fields.get("permissions"), list):
            self.codes = [*(self.codes or ()), *map(_code_word, fields["permissions"])]
        if "ipAddresses" in fields:
            self.addresses = _addresses(fields["ipAddresses"])


def _unclear(fields: Mapping[str, object]) -> list[str]:
    """Name what is told but not understood: unlike what is not told, the other answer may not speak for it."""
    unread = [name for name, is_on in flags_of(fields).items() if is_on is None and fields[name] is not None]
    unclear = [name for name in unread if name in FLAGS or says_withdraw(name)]
    codes = fields.get("permissions")
    is_listed = isinstance(codes, list) and all(_CODE.fullmatch(_code_word(code)) for code in codes)
    return unclear if codes is None or is_listed else [*unclear, "permissions"]


def _code_word(code: object) -> str:
    # Numbers, or texts of them.
    return str(int(code) if isinstance(code, float) and code.is_integer() else code).strip()


def _is_same(told: object, api_key: str) -> bool:
    """Tell whether an answer names this key, perhaps with its middle starred out."""
    if not isinstance(told, str):
        return False
    head, stars, tail = told.partition("*")
    return told == api_key or (bool(stars) and api_key.startswith(head) and api_key.endswith(tail.lstrip("*")))


def _addresses(listed: object) -> tuple[str, ...] | None:
    # A key without addresses has an empty list, or one with an empty text in it: last verified 2026-11-22.
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        return None
    return tuple(address for one in listed if (address := one.strip()))


def read_key_info(bodies: Sequence[object], asked: Asked) -> KeyInfo:
    """Read what `apiRestrictions` says in flags and `apiPermissions` in numbers: either one may grant or deny.

    Where an answer is not what was asked for, the other one can still grant a right, and denies none.
    """
    told = _Told()
    for body in bodies:
        told.hear(body, asked)
    if not FLAGS.keys() & told.flags.keys() and not told.codes:
        return KeyInfo(unreadable(told.is_strange or "the answers name no permission"))
    by_code = read_words(told.codes, PERMISSIONS, BEYOND) if told.codes else None
    switches = [name for name, is_on in told.flags.items() if is_on and name not in {*FLAGS, *_NO_PERMISSIONS}]
    rights = _by_flags(told.flags, switches)
    notes = [f"undocumented permission {shown([name])}" for name in switches]
    if by_code is not None:
        rights = {right: _joined(reading, by_code.rights[right]) for right, reading in rights.items()}
        notes.extend(by_code.notes)
    if told.is_strange:
        unsure = Reading(Verdict.UNKNOWN, told.is_strange)
        rights = {right: one if one.verdict is Verdict.GRANTED else unsure for right, one in rights.items()}
    allowlist = _allowlist(told)
    return KeyInfo(rights=rights, ip_allowlist=allowlist, notes=(*notes, *_notes(told, rights, allowlist)))


def _by_flags(flags: Mapping[str, bool | None], switches: Sequence[str]) -> dict[Right, Reading]:
    rights = {right: Reading(Verdict.UNKNOWN, why) for right, why in BEYOND.items()}
    for right in Right:
        if right not in BEYOND:
            rights[right] = any_of(flags, *(flag.word for flag in _FLAGS if right in flag.grants))
    if withdrawing := [name for name in switches if says_withdraw(name)]:
        rights[Right.WITHDRAW] = Reading(Verdict.GRANTED, f"{shown(withdrawing)} is undocumented and says withdraw")
    return rights


def _joined(flag: Reading, code: Reading) -> Reading:
    """Take the stronger of two readings: what grants, then what denies."""
    for verdict in (Verdict.GRANTED, Verdict.DENIED):
        for reading in (flag, code):
            if reading.verdict is verdict:
                return reading
    return flag


def _allowlist(told: _Told) -> tuple[str, ...] | None:
    is_bound = told.flags.get("ipRestrict")
    if is_bound and not told.addresses:
        return None
    return () if told.addresses is None and is_bound is False else told.addresses


def _notes(told: _Told, rights: Mapping[Right, Reading], allowlist: tuple[str, ...] | None) -> list[str]:
    has = {right for right, reading in rights.items() if reading.verdict is Verdict.GRANTED}
    notes = [_SENDS] if Right.TRANSFER in has else []
    if allowlist == () and has & {*_BOTH, Right.TRADE_FUTURES, Right.TRANSFER}:
        notes.append(_UNBOUND)
    if told.flags.get("ipRestrict") and allowlist is None:
        notes.append("the key is bound to addresses, which the answers do not list")
    return notes


def read_time(body: object) -> int | None:
    """Return the server's time in milliseconds, None when the answer does not tell it."""
    data = body.get("data") if isinstance(body, dict) else None
    time = data.get("serverTime") if isinstance(data, dict) else None
    return time if isinstance(time, int) and not isinstance(time, bool) else None


def read_account(body: object) -> Account:
    """Return whose key it is; BingX does not tell main accounts from sub-accounts."""
    data = body.get("data") if isinstance(body, dict) else None
    uid = data.get("uid") if isinstance(data, dict) else None
    return Account(uid=str(uid)) if isinstance(uid, str | int) and not isinstance(uid, bool) else Account()


def code_of(body: object) -> str | None:
    """Return BingX's own error code, a number or a text; 0 is success, and key infos come without any."""
    return told_code(body, success="0")


def egress_of(text: str) -> str | None:
    """Return the caller's address as BingX saw it, which some of its refusals name."""
    found = re.search(r"request IP is:?\s*\[?([0-9a-fA-F.:]{3,45})\b", text)
    return found[1] if found else None


def _has_data(kind: type) -> Callable[[object], bool]:
    return lambda body: isinstance(body, dict) and isinstance(body.get("data"), kind)


_HOST = "open-api.bingx.com"
_SPOT, _FUTURES = frozenset({"spot"}), frozenset({"futures"})


def _balance(call: str, path: str, markets: frozenset[str], kind: type) -> Request:
    # The two key infos and two balances fill the budget: a balance that is told shows that the account is alive too.
    tells = frozenset({Purpose.STATUS})
    expects = _has_data(kind)
    return Request(Purpose.BALANCE, call, _HOST, path, DOCS, markets=markets, pool=path, expects=expects, tells=tells)


_TIME, _UID = "/openApi/swap/v2/server/time", "/openApi/account/v1/uid"
_RESTRICTIONS, _PERMISSIONS = "/openApi/v1/account/apiRestrictions", "/openApi/v1/account/apiPermissions"
_SPOT_WALLET, _FUTURES_WALLET = "/openApi/spot/v1/account/balance", "/openApi/swap/v3/user/balance"
_KEYS = Purpose.KEY_INFO
REQUESTS = (
    Request(Purpose.TIME, "swapV2PublicGetServerTime", _HOST, _TIME, DOCS, signed=False, pool=_TIME),
    Request(_KEYS, "accountV1PrivateGetAccountApiRestrictions", _HOST, _RESTRICTIONS, SKILLS, pool=_RESTRICTIONS),
    Request(_KEYS, "accountV1PrivateGetAccountApiPermissions", _HOST, _PERMISSIONS, SIX, pool=_PERMISSIONS),
    _balance("spotV1PrivateGetAccountBalance", _SPOT_WALLET, _SPOT, dict),
    _balance("swapV3PrivateGetUserBalance", _FUTURES_WALLET, _FUTURES, list),
    Request(Purpose.ACCOUNT, "accountV1PrivateGetUid", _HOST, _UID, SKILLS, pool=_UID, expects=_has_data(dict)),
)
# Counted for each user and for each address, each endpoint by itself.
LIMITS = (
    # No page tells the limit of the time; this one is careful. Last verified 2026-11-22.
    Limit(_TIME, 10, 1, DOCS),
    Limit(_RESTRICTIONS, 2, 1, SKILLS, Per.ACCOUNT),
    Limit(_PERMISSIONS, 2, 1, SKILLS, Per.ACCOUNT),
    Limit(_UID, 10, 1, SKILLS, Per.ACCOUNT),
    *(Limit(path, 5, 1, SKILLS, Per.ACCOUNT) for path in (_SPOT_WALLET, _FUTURES_WALLET)),
    *(Limit(path, 3, 1, SKILLS) for path in (_SPOT_WALLET, _FUTURES_WALLET)),
)
# The code is the same whichever counter ran over, so it is taken for the one that binds everybody. How long a ban
# lasts is told in the text or nowhere.
_UNTIL = r"unblocked after (\d{13})"
RESTS = (
    *(Rest(Per.ADDRESS, 600, CODES, code=code, text=_UNTIL) for code in ("100410", "109429")),
    Rest(Per.ADDRESS, 1, SKILLS, code="100410"),
    Rest(Per.ADDRESS, 600, SKILLS, code="109429"),
    Rest(Per.ADDRESS, 600, SKILLS, status=418),
    Rest(Per.ADDRESS, 1, SKILLS, status=429),
)

_ASKED_FOR_MARKET = frozenset({Purpose.BALANCE, Purpose.STATUS})
_INVALID, _IP, _TRADE = Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED, Diagnosis.NO_TRADE_PERMISSION
_AWAY, _UNPROVEN = Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.UNVERIFIED
# Business errors were seen with HTTP 200; ccxt takes the address for a missing right and the clock for a bad symbol.
_OK = (200,)
_SKEWED = "the timestamp is outside the window"
ERROR_ROWS = (
    ErrorRow("100413", _INVALID, "the key is unknown, deleted or malformed", _OK, OBSERVED),
    ErrorRow("100001", _INVALID, "the signature is wrong: the secret does not belong to the key", _OK, STATUSES),
    ErrorRow("100412", _INVALID, "the signature is missing from the request", _OK, STATUSES),
    ErrorRow("100004", _TRADE, "the key lacks the right for this", _OK, OBSERVED, _ASKED_FOR_MARKET),
    ErrorRow("100004", _UNPROVEN, "the key may not read, not even what it may do", _OK, OBSERVED),
    ErrorRow("100419", _IP, "the address is not on the key's list", _OK, OBSERVED),
    ErrorRow("100421", _AWAY, _SKEWED, _OK, STATUSES, is_clock=True),
    ErrorRow("109400", _AWAY, _SKEWED, _OK, STATUSES, text=r"(?i)timestamp", is_clock=True),
    ErrorRow("80014", _AWAY, _SKEWED, _OK, STATUSES, text=r"(?i)timestamp", is_clock=True),
    ErrorRow("100410", _AWAY, "too many requests", _OK, STATUSES),
    ErrorRow("109429", _AWAY, "too many bad requests, which block the caller for a while", _OK, STATUSES),
    ErrorRow("100500", _AWAY, "the exchange is busy", _OK, STATUSES),
    ErrorRow("100503", _AWAY, "the exchange is busy", _OK, STATUSES),
    ErrorRow("109500", _AWAY, "the exchange has an internal error", _OK, STATUSES),
    ErrorRow("80012", _AWAY, "the service is not available", _OK, STATUSES),
    ErrorRow("101500", _AWAY, "the exchange timed out", _OK, STATUSES),
    ErrorRow("80020", _TRADE, "the account is under risk control", _OK, STATUSES),
    ErrorRow("100414", _TRADE, "the account is under risk control", _OK, STATUSES),
    ErrorRow("100441", _TRADE, "the account is in an abnormal state, or has to be verified", _OK, STATUSES),
    ErrorRow("100403", _UNPROVEN, "this is for the main account only", _OK, STATUSES),
    ErrorRow("418", _AWAY, "the address is banned for too many requests", (418,), STATUSES),
    ErrorRow("429", _AWAY, "too many requests", (429,), STATUSES),
    ErrorRow("504", _AWAY, "the gateway timed out", (504,), STATUSES),
)

EXCHANGE = Exchange(
    id="bingx",
    ccxt_class="bingx",
    # The demo host has one market only, and nothing is documented of its key infos; last verified 2026-11-22.
    traits=ExchangeTraits("BingX", needs_passphrase=False, markets=_SPOT | _FUTURES, has_testnet=False),
    requests=REQUESTS,
    errors=ERROR_ROWS,
    read_key_info=read_key_info,
    read_time=read_time,
    read_account=read_account,
    code_of=code_of,
    egress_of=egress_of,
    source=DOCS,
    limits=LIMITS,
    permissions=(*_FLAGS, *PERMISSIONS.values()),
    rests=RESTS,
)
