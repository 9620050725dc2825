"""The frame of an exchange: facts and pure functions, one frozen value in each file of `exchanges/`.

A fact about the outside carries its `Source`. Nothing here or in `exchanges/` sends anything: `probing` sends
what stands in `Exchange.requests` and refuses everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from reconciler.documents.known import ExchangeTraits
from reconciler.model.limits import Gauge, Limit, Rest
from reconciler.model.probe import Account, Diagnosis
from reconciler.values.rights import Right, Verdict

# A connection is tested with no more signed requests than this, retries included.
SIGNED_BUDGET = 4


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read, and the day it was last found true (`2026-11-22`).

    `doubt` says what of it could not be confirmed there; such a fact may grant or diagnose, but never deny.
    """

    url: str
    verified: str
    doubt: str = ""

    @property
    def is_confirmed(self) -> bool:
        """Whether the page says so itself."""
        return not self.doubt


class Fact(Protocol):
    """Whatever claims something of an exchange and says where it was read."""

    @property
    def source(self) -> Source:
        """Where it was read."""
        ...


class Purpose(StrEnum):
    """What a request is asked for; the same error code may mean different things by purpose."""

    TIME = "time"
    KEY_INFO = "key info"
    BALANCE = "balance"
    STATUS = "status"
    ACCOUNT = "account"
    SECOND_LOOK = "a second look"
    OWNER = "whose key it is"
    LISTING = "the keys of a sub-account"
    WITHDRAWAL_PROBE = "a withdrawal that cannot exist"


class Fill(StrEnum):
    """A parameter that is filled in when the request is sent."""

    API_KEY = "the key under test"
    UID = "the uid an earlier answer told"


class PrivateKey(StrEnum):
    """A kind of private key that signs in place of a secret; the exchange knows the public half only."""

    RSA = "RSA"
    ED25519 = "Ed25519"
    ECDSA = "ECDSA"


def is_object(body: object) -> bool:
    """Tell whether an answer is a JSON object with something in it."""
    return isinstance(body, dict) and bool(body)


def told_code(body: object, *, success: str, name: str = "code") -> str | None:
    """Return the code of an answer that always carries one, as text or number; None for the one of a success."""
    code = body.get(name) if isinstance(body, dict) else None
    if isinstance(code, bool) or not isinstance(code, str | int):
        return None
    return None if str(code) == success else str(code)


@dataclass(frozen=True, slots=True)
class Request:
    """One harmless request: ccxt's implicit method for it, and what it must look like on the wire.

    `markets` are the declared markets it speaks for, `needs` the right without which it is always refused, `pool` and
    `weight` what it costs in the limits of that pool. `expects` tells whether an answer has the documented shape, and
    `tells` what else a good answer settles, so that it need not be asked for; a balance that tells key info is read
    with it. `family` names the accounts it is for, where an exchange has families of them that are asked in different
    ways.
    """

    purpose: Purpose
    call: str
    host: str
    path: str
    source: Source
    method: str = "GET"
    signed: bool = True
    params: Mapping[str, str | Fill] = field(default_factory=dict)
    markets: frozenset[str] = frozenset()
    needs: Right | None = None
    pool: str | None = None
    weight: float = 1
    expects: Callable[[object], bool] = is_object
    tells: frozenset[Purpose] = frozenset()
    family: str = ""

    @property
    def line(self) -> str:
        """The request as evidence names it, without parameters."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One row of an exchange's error table: this code, asked for that, means this diagnosis.

    Without a diagnosis nothing is wrong: the exchange words as an error what is an answer like any other.

    `http` is how the row was seen or documented to come; statuses are too uncertain to decide by. `text` is a
    regular expression, for codes with several causes. `is_clock` marks the rows that a corrected clock cures,
    `is_bound` those that hold only for keys which are declared to work from certain addresses, `is_outside` those that
    hold only where this host is not known to go out from one of them. A row with a `family` sends whoever asked for key
    info to the requests for accounts of that family; its diagnosis holds where they fail. A row `is_open` when its code
    has causes of different diagnosis: the exchange's second look is then asked for, and this row is what is likely.
    """

    code: str
    diagnosis: Diagnosis | None
    when: str
    http: tuple[int, ...]
    source: Source
    purposes: frozenset[Purpose] | None = None
    text: str | None = None
    is_clock: bool = False
    is_bound: bool = False
    is_outside: bool = False
    is_open: bool = False
    family: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer says of one right, and why it says so; the prober adds the evidence.

    `remedy` is the way to have the right proven, where it is not the usual one.
    """

    verdict: Verdict
    why: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Unprovable:
    """A verdict that an exchange's answers leave open even where it is true, why, and what a person can do.

    It is declared so that nobody takes silence for a proof: what is simulated with this verdict must be read as
    `unknown`, and as nothing else. With `beside` that holds only of keys that have one of those rights too.
    """

    right: Right
    verdict: Verdict
    why: str
    remedy: str
    source: Source
    beside: frozenset[Right] = frozenset()

    @property
    def reading(self) -> Reading:
        """What is said of the right instead."""
        return Reading(Verdict.UNKNOWN, self.why, self.remedy)


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What an exchange says of a key; `problem` is set when the answer itself says that the key is no good."""

    rights: Mapping[Right, Reading] = field(default_factory=dict)
    ip_allowlist: tuple[str, ...] | None = None
    expires_at: datetime | None = None
    account: Account = field(default_factory=Account)
    problem: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """About which key an answer should be, and when it was asked for."""

    api_key: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """Everything that is known of one exchange.

    `requests` is the allow-list, in the order of preference, but for a withdrawal probe, which is let through once for
    each key that asks for it. `code_of` returns the exchange's own error code,
    None for an answer that reports no error. `read_key_info` gets one body for each key-info request. `private_keys`
    are the kinds of PEM that may stand in the place of the secret; `misfit` says why another secret can be none of the
    exchange's, so that it is not sent at all. `inseparable` rights are those that every key able to trade has, so that
    nobody can clear them. `permissions` are the words or flags of a key, for those who ask what is known of them.
    `time_step_ms` is how coarse the time is that the exchange tells.
    `read_listing` gets what another key of the main account was told of the keys of a uid, `read_probe` what a
    withdrawal probe was answered with, and the status. Of one that `is_unified` no fact is written down: ccxt's unified
    calls stand in the place of requests.
    """

    id: str
    ccxt_class: str
    traits: ExchangeTraits
    requests: tuple[Request, ...]
    errors: tuple[ErrorRow, ...]
    read_key_info: Callable[[Sequence[object], Asked], KeyInfo]
    read_time: Callable[[object], int | None]
    code_of: Callable[[object], str | None]
    egress_of: Callable[[str], str | None]
    source: Source
    limits: tuple[Limit, ...] = ()
    rests: tuple[Rest, ...] = ()
    gauges: tuple[Gauge, ...] = ()
    read_account: Callable[[object], Account] = lambda _: Account()
    private_keys: frozenset[PrivateKey] = frozenset()
    unprovable: tuple[Unprovable, ...] = ()
    inseparable: frozenset[Right] = frozenset()
    misfit: Callable[[str], str | None] = lambda _: None
    is_unified: bool = False
    permissions: tuple[Fact, ...] = ()
    time_step_ms: int = 0
    read_listing: Callable[[object, Asked, str], KeyInfo] | None = None
    read_probe: Callable[[object, int | None], Reading] | None = None

    def can_prove(self, right: Right, verdict: Verdict, having: Iterable[Right] = ()) -> bool:
        """Tell whether the exchange's answers can show this verdict on a right of a key that has some others."""
        open_ones = [one for one in self.unprovable if (one.right, one.verdict) == (right, verdict)]
        return all(one.beside and one.beside.isdisjoint(having) for one in open_ones)

    @property
    def doubts(self) -> tuple[Source, ...]:
        """The sources of everything that could not be confirmed, each doubt once."""
        facts: tuple[Fact, ...] = (self, *self.requests, *self.errors, *self.limits, *self.unprovable)
        sources = [fact.source for fact in (*facts, *self.rests, *self.gauges, *self.permissions)]
        return tuple({source.doubt: source for source in sources if source.doubt}.values())

    def asked_for(self, purpose: Purpose) -> tuple[Request, ...]:
        """Return the requests of one purpose."""
        return tuple(request for request in self.requests if request.purpose is purpose)

    def variant(
        self,
        id: str,
        title: str,
        source: Source,
        *,
        markets: frozenset[str] | None = None,
        hosts: Mapping[str, str] | None = None,
        requests: Sequence[Request] = (),
        limits: Sequence[Limit] = (),
    ) -> Exchange:
        """Return this exchange as it is under another id: in another region, or for fewer products.

        `hosts` maps each of its hosts to the other's, so that a key goes to no other; `requests` take the place of
        those of the same purpose and market.
        """
        here = self.traits.markets if markets is None else markets
        own = {(one.purpose, market) for one in requests for market in one.markets}
        kept = [one for one in self.requests if not any((one.purpose, market) in own for market in one.markets)]
        asked = [*(narrow for one in kept if (narrow := _narrowed(one, here)) is not None), *requests]
        moved = [replace(one, host=hosts[one.host]) if hosts else one for one in asked]
        return replace(
            self,
            id=id,
            ccxt_class=id,
            traits=replace(self.traits, title=title, markets=here),
            requests=tuple(moved),
            source=source,
            limits=(*self.limits, *limits),
        )

    def time_request(self) -> Request:
        """Return the public request that tells the exchange's time."""
        return self.asked_for(Purpose.TIME)[0]

    @property
    def families(self) -> tuple[str, ...]:
        """The families of accounts, the one to begin with first; a nameless one where there are none."""
        return tuple(dict.fromkeys(request.family for request in self.requests if request.family)) or ("",)

    def plan(
        self, markets: Iterable[str], family: str = "", *, is_listed: bool = False, is_probed: bool = False
    ) -> tuple[Request, ...]:
        """Choose the signed requests that test a key for its declared markets, in order, within the budget.

        Key info first, then a balance for each market, then one status; the account last, if there is room and no
        other answer tells it. Each family before this one has cost a request already. A key that is listed by another
        is asked whose it is, in the place of key info; one that is to be probed leaves room for that.
        """
        of_family = family or self.families[0]
        budget = SIGNED_BUDGET - self.families.index(of_family) - is_probed
        mine = replace(self, requests=tuple(one for one in self.requests if one.family in ("", of_family)))
        if is_listed:
            own = [replace(one, purpose=Purpose.KEY_INFO) for one in mine.asked_for(Purpose.OWNER)]
            mine = replace(
                mine, requests=(*own, *(one for one in mine.requests if one.purpose is not Purpose.KEY_INFO))
            )
        chosen = mine.chosen_for(tuple(dict.fromkeys(markets)), budget)
        if is_probed and len(chosen) > budget:
            chosen = _without_status(chosen)
        if len(chosen) > budget:
            raise ValueError(f"{self.id} needs more than {budget} signed requests for {', '.join(markets)}")
        return chosen

    def chosen_for(self, declared: Sequence[str], budget: int) -> tuple[Request, ...]:
        """Choose from all requests, whatever family they are for."""
        chosen = list(self.asked_for(Purpose.KEY_INFO))
        uncovered = set(declared)
        for request in self.asked_for(Purpose.BALANCE):
            if request.markets <= set(declared) and request.markets & uncovered:
                chosen.append(request)
                uncovered -= request.markets
        chosen.extend(self._status_for(declared))
        if len(chosen) < budget and not any(Purpose.ACCOUNT in request.tells for request in chosen):
            chosen.extend(self.asked_for(Purpose.ACCOUNT)[:1])
        return tuple(chosen)

    def _status_for(self, declared: Sequence[str]) -> list[Request]:
        for market in declared:
            for request in self.asked_for(Purpose.STATUS):
                if market in request.markets:
                    return [request]
        return []


def _without_status(chosen: Sequence[Request]) -> tuple[Request, ...]:
    """Let the last balance speak for the status, which the same permission shows."""
    *before, last = (one for one in chosen if one.purpose is not Purpose.STATUS)
    return (*before, replace(last, tells=last.tells | {Purpose.STATUS}))


def _narrowed(request: Request, markets: frozenset[str]) -> Request | None:
    """Return a request as far as it speaks for some markets; a balance of others as well is theirs, and left out."""
    if not request.markets or request.markets <= markets:
        return request
    if request.purpose is Purpose.STATUS and request.markets & markets:
        return replace(request, markets=request.markets & markets)
    return None
