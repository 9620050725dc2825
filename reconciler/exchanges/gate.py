"""Gate, spot and futures: what its list of keys says, what its error labels mean.

Gate lists a key's groups, each to read or to write too. Some groups, withdrawal first of all, its documentation leaves
out: where one is listed it proves something, where it is not it proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

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
    Unprovable,
    is_object,
)
from reconciler.model.limits import Gauge, Limit, Per, Rest
from reconciler.model.permissions import Permission, read_words, shown, unreadable
from reconciler.model.probe import Account, Diagnosis
from reconciler.values.rights import Right, Verdict

VERIFIED = "2026-11-22"
DOCS = Source("https://www.gate.com/docs/developers/apiv4/en/", VERIFIED)
STATUSES = replace(DOCS, doubt="the HTTP status of most error labels; nothing is decided by it")
MAIN_KEYS = replace(DOCS, doubt="the live shape of main_keys, and whether a sub-account's key may ask for it")
KEY_INFO = Source("https://github.com/gate/gateapi-csharp/blob/master/docs/AccountKeyInfoPerms.md", VERIFIED)
# The refusals name groups that no list of them has: withdraw here, sub_accounts and quant in others' code.
WITHDRAW = Source("https://github.com/gateio/gateapi-python/issues/123", VERIFIED)
SPELLED = replace(WITHDRAW, doubt="that the group for withdrawal is also listed as withdrawal")
# Denies all the same, as nothing else here does: only where a connection asks for it, and with these words beside it.
PROBE = replace(WITHDRAW, doubt="the refusal was seen for making a withdrawal; to cancel one no words are documented")
SUB_ACCOUNTS = Source("https://github.com/gateio/gateapi-python/issues/124", VERIFIED)
# HTTP 401 and the older wording, then HTTP 403 and the present one, were seen by others:
IP_OLD = Source(
    "https://github.com/CyberPunkMetalHead/gateio-crypto-trading-bot-binance-announcements-new-coins/issues/152",
    VERIFIED,
)
IP_NEW = Source(
    "https://github.com/Drakkar-Software/OctoBot-Tentacles/blob/master/Trading/Exchange/gateio/gateio_exchange.py",
    VERIFIED,
)
OBSERVED = Source("https://github.com/ccxt/ccxt/issues/14694", VERIFIED)

_WRITES, _READS, _UNCLEAR = "read-write", "read_only", "with unclear writing"


def _group(name: str, meaning: str, *grants: Right, source: Source = KEY_INFO) -> Iterable[Permission]:
    """Spell one group in the three ways a key can have it; in each of them it can be read."""
    writing = frozenset(grants)
    yield Permission(f"{name}:{_WRITES}", meaning, source, grants=writing | {Right.READ})
    yield Permission(f"{name}:{_READS}", f"only read: {meaning}", source, grants=frozenset({Right.READ}))
    yield Permission(f"{name}:{_UNCLEAR}", meaning, source, grants=frozenset({Right.READ}), suggests=writing)


_PERMISSIONS = (
    *_group("spot", "trade spot and margin", Right.TRADE_SPOT, Right.TRADE_MARGIN),
    *_group("margin", "trade on margin", Right.TRADE_MARGIN),
    *_group("unified", "borrow and trade in the unified account", Right.TRADE_MARGIN),
    *_group("futures", "trade perpetual contracts", Right.TRADE_FUTURES),
    *_group("delivery", "trade delivery contracts", Right.TRADE_FUTURES),
    *_group("options", "trade options"),
    *_group("wallet", "transfer between own accounts", Right.TRANSFER),
    *_group("account", "change account settings"),
    *_group("earn", "subscribe to and redeem Earn products"),
    *_group("loan", "borrow against collateral"),
    *_group("copy", "lead and follow in copy trading"),
    *_group("pilot", "trade in the pilot section"),
    *_group("alpha", "trade in the Alpha section"),
    *_group("crossx", "trade at other exchanges through CrossEx"),
    *_group("custody", "use the custody service"),
    *_group("quant", "use the quantitative services"),
    *_group("otc", "trade over the counter, with bank transfers", Right.CONVERT_PAY),
    *_group("withdraw", "withdraw", Right.WITHDRAW, source=WITHDRAW),
    *_group("withdrawal", "withdraw, in a possible other spelling", Right.WITHDRAW, source=SPELLED),
    *_group("sub_accounts", "make and change sub-accounts and their keys", Right.MANAGE_KEYS, source=SUB_ACCOUNTS),
)
PERMISSIONS = {permission.word.casefold(): permission for permission in _PERMISSIONS}
BEYOND = {Right.ADDRESS_BOOK: "Gate documents no permission group for the address book"}

# The way to a proof is the listing itself: a group that is listed to read only cannot write.
NO_WITHDRAWAL = Unprovable(
    Right.WITHDRAW,
    Verdict.DENIED,
    "Gate lists a withdrawal group where the key has one, but does not document it, so its absence proves nothing",
    "look on Gate's page of API keys that withdrawal is not ticked for this key. To have it proven for a key of a "
    "sub-account, name under spec.proof.listedBy a connection whose read-only key of the main account lists it; for "
    "another key, set spec.proof.withdrawalProbe to when-applying and let a run apply; or choose withdrawal as "
    "read-only where the page offers it",
    WITHDRAW,
)
UNPROVABLE = (
    NO_WITHDRAWAL,
    Unprovable(
        Right.MANAGE_KEYS,
        Verdict.DENIED,
        "Gate does not document its group for sub-accounts, so its absence proves nothing",
        "look on Gate's page of API keys that sub-accounts are not ticked for this key, or ticked read-only",
        SUB_ACCOUNTS,
    ),
    Unprovable(
        Right.CONVERT_PAY,
        Verdict.DENIED,
        "Gate documents no permission group for P2P, card or pay",
        "look on Gate's page of API keys that nothing of that kind is ticked for this key",
        KEY_INFO,
    ),
)
_BY_RULE = "a key of a sub-account cannot withdraw by Gate's rules"
_UNLISTED = "no key of the main account has listed it"
# How a missing permission to withdraw is worded; one of another group says nothing of it.
_MISSING = {"FORBIDDEN": r"(?i)does not have withdraw\w* permission", "READ_ONLY": r"(?i)\bwithdraw"}
# Labels that say of a withdrawal that it is none, or none that can be cancelled.
_NO_SUCH_WITHDRAWAL = frozenset({"INVALID_WITHDRAW_ID", "WITHDRAWAL_NOT_FOUND", "WITHDRAW_NOT_FOUND"})
# What proves absence all the same: the group itself, listed to read only. A history or another part of it does not.
_LISTED = {Right.WITHDRAW: ("withdraw",), Right.MANAGE_KEYS: ("sub_accounts",)}
_NAMELESS = Reading(Verdict.UNKNOWN, "Gate's answer does not name the key that it is about")


def read_key_info(bodies: Sequence[object], asked: Asked) -> KeyInfo:
    """Read the answer of `GET /api/v4/account/main_keys`, which is about every key of the main account.

    Where the key is listed by another, the answer is that of `GET /api/v4/account/detail`, which tells whose it is.
    """
    detail = bodies[0]
    if isinstance(detail, dict) and _is_detail(detail):
        return KeyInfo(_open(_UNLISTED), _texts(detail.get("ip_whitelist")), account=_account(detail))
    entry = _matching(bodies[0], asked.api_key)
    if entry is None:
        return KeyInfo(_open("Gate's list of keys does not show which one this key is"))
    return _read_entry(entry)


def read_listing(body: object, asked: Asked, uid: str) -> KeyInfo:
    """Read the answer of `GET /api/v4/sub_accounts/{user_id}/keys`, as a key of the main account is shown it.

    Only the one entry that spells this very key counts, and none where another begins alike. A key of a sub-account
    cannot withdraw by Gate's rules, so that here, and only here, a list without a group for it denies withdrawal.
    """
    entries = [entry for entry in body if isinstance(entry, dict)] if isinstance(body, list) else []
    alike = [entry for entry in entries if _begins(entry.get("key"), asked.api_key)]
    if len(alike) != 1 or alike[0].get("key") != asked.api_key:
        return KeyInfo(_open("Gate's list of the sub-account's keys does not show exactly one that is this key"))
    if str(alike[0].get("user_id", uid)) != uid:
        return KeyInfo(_open("Gate's list shows this key for another account than the key itself does"))
    return _read_entry(alike[0], is_of_sub_account=True)


def _read_entry(entry: Mapping[str, object], *, is_of_sub_account: bool = False) -> KeyInfo:
    account, problem = _account(entry), _problem(entry)
    groups = _groups(entry.get("perms"))
    if not groups:
        return KeyInfo(_open('the entry has no readable "perms"'), account=account, problem=problem)
    read = read_words([f"{name}:{mode}" for name, mode in groups], PERMISSIONS, BEYOND)
    rights = {**read.rights, Right.READ: Reading(Verdict.GRANTED, "the key may read its own account")}
    for one in UNPROVABLE:
        if rights[one.right].verdict is Verdict.GRANTED or _is_listed(one.right, groups):
            continue
        if is_of_sub_account and one is NO_WITHDRAWAL:
            # Denied only where every group was understood.
            rights[one.right] = replace(rights[one.right], why=f"{_BY_RULE}; {rights[one.right].why}")
        else:
            rights[one.right] = one.reading
    if not isinstance(entry.get("key"), str):
        rights = {right: _NAMELESS if one.verdict is Verdict.DENIED else one for right, one in rights.items()}
    pairs = _texts(entry.get("currency_pairs"))
    limited = (f"Gate lets this key trade only {shown(pairs)}",) if pairs else ()
    return KeyInfo(
        rights, _texts(entry.get("ip_whitelist")), account=account, problem=problem, notes=read.notes + limited
    )


def _open(why: str) -> dict[Right, Reading]:
    rights = unreadable(why)
    return {**rights, Right.WITHDRAW: replace(rights[Right.WITHDRAW], remedy=NO_WITHDRAWAL.remedy)}


def _matching(body: object, api_key: str) -> Mapping[str, object] | None:
    """Return the one entry that can be about this key; never another's, and none where two could be meant.

    The documentation shows a list of entries with the key's first characters and asterisks; the official clients
    return a single object without a usable key.
    """
    if isinstance(body, dict) and not isinstance(body.get("key"), str):
        return body if "perms" in body else None
    entries = [body] if isinstance(body, dict) else body if isinstance(body, list) else []
    found = [entry for entry in entries if isinstance(entry, dict) and _begins(entry.get("key"), api_key)]
    return found[0] if len(found) == 1 else None


def _begins(masked: object, api_key: str) -> bool:
    start = masked.rstrip("*") if isinstance(masked, str) else ""
    return bool(start) and api_key.startswith(start)


def _groups(perms: object) -> Sequence[tuple[str, str]]:
    if not isinstance(perms, list):
        return ()
    groups = [_named(one) for one in perms]
    return [] if None in groups else [group for group in groups if group is not None]


def _named(one: object) -> tuple[str, str] | None:
    name = one.get("name") if isinstance(one, dict) else None
    if not isinstance(one, dict) or not isinstance(name, str) or not name.strip():
        return None
    mode = {True: _READS, False: _WRITES}.get(flag) if isinstance(flag := one.get("read_only"), bool) else None
    # Where nothing says that it only reads, withdrawal is taken to be possible.
    return name.strip(), mode or (_WRITES if "withdraw" in name.casefold() else _UNCLEAR)


def _is_listed(right: Right, groups: Sequence[tuple[str, str]]) -> bool:
    return any(name.casefold() in _LISTED.get(right, ()) and mode == _READS for name, mode in groups)


def _problem(entry: Mapping[str, object]) -> str | None:
    # 1 normal, 2 locked, 3 frozen; the pages on sub-accounts swap the last two. Last verified 2026-11-22.
    state = str(entry.get("state", 1))
    return None if state == "1" else f"Gate reports its state as {shown([state])}, and not as normal"


def _account(entry: Mapping[str, object]) -> Account:
    uid = entry.get("user_id")
    return Account(uid=str(uid) if isinstance(uid, str | int) and not isinstance(uid, bool) else None)


def _texts(field: object) -> tuple[str, ...] | None:
    if not isinstance(field, list) or not all(isinstance(one, str) for one in field):
        return None
    return tuple(one.strip() for one in field if one.strip())


def read_time(body: object) -> int | None:
    """Return the server's time in milliseconds, None when the answer does not tell it."""
    time = body.get("server_time") if isinstance(body, dict) else None
    return time if isinstance(time, int) and not isinstance(time, bool) else None


def code_of(body: object) -> str | None:
    """Return Gate's label of what is wrong; a good answer carries none."""
    label = body.get("label") if isinstance(body, dict) else None
    return label if isinstance(label, str) and label else None


def egress_of(text: str) -> str | None:
    """Return the caller's address as Gate saw it, which stands at the end of its refusal."""
    found = re.search(r"(?i)ip not in whitelist:?\s*([0-9a-f.:]{3,45})", text)
    return found[1] if found else None


def read_probe(body: object, status: int | None) -> Reading:
    """Read how Gate refused to cancel a withdrawal that cannot exist.

    What speaks of the withdrawal itself was said after the permission had been found.
    """
    code, told = code_of(body), "the answer to a withdrawal probe"
    message = str(body.get("message")) if isinstance(body, dict) else ""
    is_done = isinstance(body, dict) and code is None and status is not None and 200 <= status < 300
    if code in _MISSING and re.search(_MISSING[code], message):
        why = f"{told} was {code}: Gate has no documented words for this request, and these for one that withdraws"
        return Reading(Verdict.DENIED, why)
    if is_done or (code in _NO_SUCH_WITHDRAWAL and status is not None and 400 <= status < 500):
        return Reading(Verdict.GRANTED, f"{told} was {code or 'a success'}: the permission was not missing")
    return Reading(Verdict.UNKNOWN, f"{told} says nothing of the permission")


def _is_detail(body: object) -> bool:
    return isinstance(body, dict) and "user_id" in body and isinstance(body.get("key"), dict) and "perms" not in body


def _is_list(body: object) -> bool:
    return isinstance(body, list)


def _is_wallet(body: object) -> bool:
    return isinstance(body, dict) and "available" in body


_SPOT, _FUTURES = frozenset({"spot"}), frozenset({"futures"})
_HOST = "api.gateio.ws"
_SETTLE = {"settle": "usdt"}
_KEYS, _BALANCE, _STATUS = Purpose.KEY_INFO, Purpose.BALANCE, Purpose.STATUS
_LISTS, _CANCELS = "privateSubAccountsGetSubAccountsUserIdKeys", "privateWithdrawalsDeleteWithdrawalsWithdrawalId"


def _request(purpose: Purpose, call: str, path: str, pool: str, markets: frozenset[str] = frozenset()) -> Request:
    return Request(purpose, call, _HOST, f"/api/v4{path}", DOCS, markets=markets, pool=pool)


_TIME = _request(Purpose.TIME, "publicSpotGetTime", "/spot/time", "public")
_MAIN_KEYS = _request(_KEYS, "privateAccountGetMainKeys", "/account/main_keys", "account")
_WALLET = _request(_BALANCE, "privateSpotGetAccounts", "/spot/accounts", "spot", _SPOT)
_FUTURES_WALLET = _request(_BALANCE, "privateFuturesGetSettleAccounts", "/futures/usdt/accounts", "futures", _FUTURES)
_ORDERS = _request(_STATUS, "privateSpotGetOpenOrders", "/spot/open_orders", "spot", _SPOT)
_POSITIONS = _request(_STATUS, "privateFuturesGetSettlePositions", "/futures/usdt/positions", "futures", _FUTURES)
_OWNER = _request(Purpose.OWNER, "privateAccountGetDetail", "/account/detail", "account")
_SUB_KEYS = _request(Purpose.LISTING, _LISTS, "/sub_accounts/{user_id}/keys", "sub_accounts")
_PROBE = _request(Purpose.WITHDRAWAL_PROBE, _CANCELS, "/withdrawals/w0", "account")
REQUESTS = (
    replace(_TIME, signed=False),
    replace(_MAIN_KEYS, source=MAIN_KEYS, expects=lambda body: isinstance(body, list) or is_object(body)),
    replace(_WALLET, expects=_is_list),
    replace(_FUTURES_WALLET, expects=_is_wallet, params=_SETTLE),
    replace(_ORDERS, expects=_is_list),
    replace(_POSITIONS, expects=_is_list, params=_SETTLE),
    replace(_OWNER, expects=_is_detail),
    replace(_SUB_KEYS, expects=_is_list, params={"user_id": Fill.UID}),
    # Of all the requests there are, the one that changes something where it succeeds: it takes back a withdrawal. Ids
    # are a letter and a number above zero, so that there is none to take back.
    replace(_PROBE, method="DELETE", source=PROBE, params={"withdrawal_id": "w0"}),
)
# Counted for each account and endpoint; only what is public is counted by address.
LIMITS = (
    Limit("public", 200, 10, DOCS),
    Limit("account", 150, 10, DOCS, Per.ACCOUNT),
    Limit("spot", 200, 10, DOCS, Per.ACCOUNT),
    Limit("futures", 200, 10, DOCS, Per.ACCOUNT),
    Limit("sub_accounts", 80, 10, DOCS, Per.ACCOUNT),
)
_RESET = "X-Gate-RateLimit-Reset-Timestamp"
RESTS = (
    Rest(Per.ACCOUNT, 10, DOCS, code="TOO_MANY_REQUESTS", header=_RESET),
    Rest(Per.ADDRESS, 10, DOCS, status=429, header=_RESET),
)
GAUGES = (Gauge("X-Gate-RateLimit-Requests-Remain", Per.ACCOUNT, DOCS, is_left=True, reset=_RESET),)

_ASKED_FOR_MARKET = frozenset({_BALANCE, _STATUS})
_INVALID, _IP, _TRADE = Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED, Diagnosis.NO_TRADE_PERMISSION
_AWAY, _UNPROVEN = Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.UNVERIFIED
_GROUP = r"(?i)does not have \w+ permission"
# FORBIDDEN says two quite different things, which only its message tells apart.
ERROR_ROWS = (
    ErrorRow("INVALID_KEY", _INVALID, "the key is unknown, or one of the old API v2", (401,), DOCS),
    ErrorRow("INVALID_SIGNATURE", _INVALID, "the signature is wrong: the secret does not belong to it", (401,), DOCS),
    ErrorRow("INVALID_CREDENTIALS", _INVALID, "what proves whose request it is, is missing", (401,), DOCS),
    ErrorRow("MISSING_REQUIRED_HEADER", _INVALID, "the key is missing from the request", (401,), DOCS),
    ErrorRow("ACCOUNT_LOCKED", _INVALID, "the account is locked", (401,), DOCS),
    ErrorRow("SUB_ACCOUNT_LOCKED", _INVALID, "the sub-account is locked", (403,), DOCS),
    ErrorRow("IP_FORBIDDEN", _IP, "the address is not on the key's list", (401,), IP_OLD),
    ErrorRow("FORBIDDEN", _IP, "the address is not on the key's list", (403,), IP_NEW, text=r"(?i)ip not in whitelist"),
    ErrorRow("FORBIDDEN", _TRADE, "the key lacks the group for this", (403,), OBSERVED, _ASKED_FOR_MARKET, _GROUP),
    ErrorRow("FORBIDDEN", _UNPROVEN, "the key lacks the group account", (403,), OBSERVED, text=_GROUP),
    ErrorRow("FORBIDDEN", _UNPROVEN, "it is forbidden, without a reason that is documented", (403,), DOCS),
    ErrorRow("READ_ONLY", _TRADE, "the key may only read this", (403,), STATUSES),
    # Where no futures wallet was ever funded there is none to show, and that is all it says.
    ErrorRow(
        "USER_NOT_FOUND", None, "the futures wallet was never funded", (400,), DOCS, frozenset({_BALANCE, _STATUS})
    ),
    ErrorRow("REQUEST_EXPIRED", _AWAY, "the timestamp is off by more than 60 s", (401,), STATUSES, is_clock=True),
    ErrorRow("TOO_MANY_REQUESTS", _AWAY, "too many requests", (429,), DOCS),
    ErrorRow("INTERNAL", _AWAY, "the exchange has an internal error", (500,), DOCS),
    ErrorRow("SERVER_ERROR", _AWAY, "the exchange has an internal error", (500,), DOCS),
    ErrorRow("TOO_BUSY", _AWAY, "the exchange is busy", (503,), DOCS),
)

_PROOFS = frozenset({"listedBy", "withdrawalProbe"})
EXCHANGE = Exchange(
    id="gate",
    ccxt_class="gate",
    traits=ExchangeTraits("Gate", needs_passphrase=False, markets=_SPOT | _FUTURES, has_testnet=False, proofs=_PROOFS),
    requests=REQUESTS,
    errors=ERROR_ROWS,
    read_key_info=read_key_info,
    read_time=read_time,
    code_of=code_of,
    egress_of=egress_of,
    source=DOCS,
    limits=LIMITS,
    permissions=_PERMISSIONS,
    rests=RESTS,
    gauges=GAUGES,
    unprovable=UNPROVABLE,
    read_listing=read_listing,
    read_probe=read_probe,
)
# A site of its own: a key of one is INVALID_KEY at the other. It has no derivatives; last verified 2026-11-22.
_GATE_EU = Source("https://github.com/ccxt/ccxt/blob/master/python/ccxt/gateeu.py", VERIFIED)
VARIANTS = (EXCHANGE.variant("gateeu", "Gate EU", _GATE_EU, markets=_SPOT, hosts={_HOST: "api.gateeu.com"}),)
