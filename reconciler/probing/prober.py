"""The steps of testing one key: which requests, in which order, and when to stop."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from reconciler.kit.clock import Clock
from reconciler.kit.fingerprint import Fingerprinter
from reconciler.model.exchange import SIGNED_BUDGET, Exchange, Purpose, Request
from reconciler.model.probe import Diagnosis, ProbeResult, Target
from reconciler.probing.budget import Budget
from reconciler.probing.classify import Fault, reconsidered
from reconciler.probing.client import Wire
from reconciler.probing.conclude import conclude
from reconciler.probing.listing import Listed, Once, distrust, listing
from reconciler.probing.private_key import complaint, mended
from reconciler.probing.trial import Trial
from reconciler.probing.venue import Pace, Venue, Visit

BaseUrl = Callable[[str, str], str | None]
_TYPED = re.compile(r"[\x21-\x7e]+")


@dataclass(slots=True)
class _Known:
    """What this run knows of one key: why it was refused, which is not asked again."""

    name: str
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    refusal: Fault | None = None


class CcxtProber:
    """Tests keys at their exchanges.

    `base_url` says where an exchange of an environment is, None for the exchange's own hosts; a simulated
    connection whose simulator nobody knows is never sent anywhere. A key that was refused is not asked again, whoever
    declares it; one with another secret is another key. One prober serves one event loop and one run.
    """

    def __init__(
        self, exchanges: Mapping[str, Exchange], *, clock: Clock, base_url: BaseUrl, pace: Pace | None = None
    ) -> None:
        self._exchanges, self._clock, self._base_url = exchanges, clock, base_url
        self._pace = pace or Pace()
        self._wire = Wire(connections=4 * self._pace.keys)
        self._venues: dict[tuple[str, str], Venue] = {}
        self._budgets: dict[tuple[str, str], Budget] = {}
        # Whatever is remembered of a key is found by a fingerprint that nobody can make again.
        self._fingerprints = Fingerprinter(os.urandom(32))
        self._known: dict[str, _Known] = {}
        self._listers: Once[tuple[str, str, str], ProbeResult] = Once()
        self._listings: Once[tuple[str, str, str, str], Listed] = Once()

    async def probe(self, target: Target) -> ProbeResult:
        """Test one key with at most four signed requests, none of which can change anything.

        One that lists the keys of others is tested once, whoever asks, and lists each sub-account once.
        """
        if not target.is_lister:
            return await self._probed(target)
        return await self._listers.of((target.exchange, target.environment, target.name), lambda: self._probed(target))

    async def _probed(self, target: Target) -> ProbeResult:
        exchange = self._exchanges[target.exchange]
        stand_in = self._base_url(exchange.id, target.environment) if target.environment != "simulator" else None
        trial = Trial(exchange, target, self._clock.now(), stand_in=stand_in)
        refusal = _unusable(exchange, target) or self._nowhere(exchange, target)
        if refusal is not None:
            trial.note(refusal)
        else:
            known, venue = self._key(target), self._venue(exchange, target.environment)
            # Two connections with one key take turns, or a wrong one would be tried twice at once.
            async with known.turn:
                if known.refusal is None:
                    known.refusal = await self._test(trial, venue, known.name)
                else:
                    trial.note(_again(known.refusal))
            # Both turns were given back: were all waiting for one more, nobody would ever have it.
            if trial.is_listed and trial.info is not None and not trial.is_settled:
                trial.take(await self._listed(trial, venue))
        return conclude(trial, self._clock.now())

    async def close(self) -> None:
        """Let go of every connection; what was spent and who is to be left alone is not forgotten."""
        await self._listings.close()
        await self._listers.close()
        self._venues.clear()
        self._known.clear()
        await self._wire.close()

    def _key(self, target: Target) -> _Known:
        name = self._fingerprints.of((target.exchange, target.environment, *target.credentials.parts()))
        return self._known.get(name) or self._known.setdefault(name, _Known(name))

    def _venue(self, exchange: Exchange, environment: str) -> Venue:
        place = (exchange.id, environment)
        if place not in self._venues:
            self._venues[place] = Venue(
                exchange,
                self._wire,
                self._clock,
                base_url=self._base_url(exchange.id, environment),
                pace=self._pace,
                budget=self._budget(exchange, environment),
            )
        return self._venues[place]

    def _budget(self, exchange: Exchange, environment: str) -> Budget | None:
        if environment == "simulator" and not self._pace.limits_simulator:
            return None
        # Whatever it is called there: who asks at the same hosts is counted in the same budget.
        places = {(request.host, environment) for request in exchange.requests}
        found = next((self._budgets[place] for place in places if place in self._budgets), None)
        budget = found or Budget(self._clock, patience=self._pace.seconds_per_key)
        budget.cover(exchange.limits, exchange.gauges)
        self._budgets.update(dict.fromkeys(places, budget))
        return budget

    def _nowhere(self, exchange: Exchange, target: Target) -> Fault | None:
        if target.environment == "live" or self._base_url(exchange.id, target.environment) is not None:
            return None
        if target.environment == "simulator":
            return _away("no simulator is running for it, and its key is sent nowhere else")
        return _away(f"{exchange.traits.title} has no {target.environment}, and its key is sent nowhere else")

    async def _test(self, trial: Trial, venue: Venue, key: str) -> Fault | None:
        """Test a key and return why it was refused, if it was."""
        refusal = None
        target = trial.target
        async with venue.lease(target.credentials, account=target.account, key=key, uid=target.uid) as visit:
            try:
                refusal = await self._steps(trial, venue, visit)
            except TimeoutError:
                trial.note(_away("the test took too long"))
            trial.signed = visit.lease.signed
        return refusal

    async def _listed(self, trial: Trial, venue: Venue) -> Listed:
        """Have the key that this connection names list the keys of the sub-account, if that key may be believed."""
        lister, uid = trial.target.lister, trial.account.uid
        if lister is None:
            return Listed()
        result = await self.probe(lister)
        doubt = distrust(lister, result, uid, trial.exchange.traits.title)
        if doubt is not None or uid is None:
            return doubt or Listed()
        name = (trial.exchange.id, lister.environment, lister.name, uid)
        key = self._key(lister).name
        return await self._listings.of(name, lambda: listing(trial.exchange, venue, lister, uid, key))

    async def _steps(self, trial: Trial, venue: Venue, visit: Visit) -> Fault | None:
        tuning = await venue.tuning()
        trial.skew_ms = tuning.skew_ms
        if tuning.outage is not None:
            trial.note(replace(tuning.outage, purpose=Purpose.KEY_INFO))
            return None
        refusal = None
        family = None
        while family != trial.family:
            family = trial.family
            for request in trial.plan(family):
                if trial.is_settled or trial.family != family:
                    break
                if not trial.refuse(request):
                    refusal = await self._step(trial, venue, visit, request) or refusal
        await self._probe_withdrawal(trial, venue, visit)
        return refusal

    async def _probe_withdrawal(self, trial: Trial, venue: Venue, visit: Visit) -> None:
        """Use a key that asks for it to cancel a withdrawal that cannot exist, where nothing else tells."""
        for request in trial.exchange.asked_for(Purpose.WITHDRAWAL_PROBE):
            if trial.wants_probe and visit.lease.signed < SIGNED_BUDGET:
                visit.lease.arm()
                answer = await venue.ask(visit, request)
                trial.take_probe(answer)
                if (fault := trial.fault_of(answer)) is not None:
                    venue.obey(visit, request, fault)

    async def _step(self, trial: Trial, venue: Venue, visit: Visit, request: Request) -> Fault | None:
        """Ask one thing, and once more where that may help and the budget allows; return why the key is refused."""
        if visit.lease.signed >= SIGNED_BUDGET:
            # Nobody counts what ccxt asks by itself, so there it says nothing of the exchange.
            kind = Diagnosis.UNVERIFIED if trial.exchange.is_unified else _AWAY
            trial.note(Fault(kind, "what had to be asked before left no request for this", request.purpose))
            return None
        number = venue.measured
        answer = await venue.ask(visit, request, trial.account.uid)
        fault = trial.fault_of(answer)
        if fault is not None and visit.lease.signed < SIGNED_BUDGET:
            if fault.is_clock:
                trial.skew_ms = (await venue.tuning(newer_than=number)).skew_ms
            # An exchange that wants to be left alone for a moment is asked again after it.
            if fault.is_clock or venue.obey(visit, request, fault):
                answer = await venue.ask(visit, request, trial.account.uid)
                fault = trial.fault_of(answer)
        if fault is not None and fault.is_open:
            fault = await self._second_look(trial, venue, visit, fault)
        if fault is None:
            trial.hear(answer)
            venue.ease(visit, request)
            venue.belongs(visit, trial.account.uid)
            return None
        venue.obey(visit, request, fault)
        trial.note(fault)
        return fault if fault.diagnosis in _REFUSED else None

    async def _second_look(self, trial: Trial, venue: Venue, visit: Visit, fault: Fault) -> Fault:
        """Ask the one other thing that tells the causes of a refusal apart, if the budget allows."""
        for request in trial.exchange.asked_for(Purpose.SECOND_LOOK):
            if visit.lease.signed < SIGNED_BUDGET:
                second = trial.fault_of(await venue.ask(visit, request))
                if second is not None:
                    venue.obey(visit, request, second)
                return reconsidered(fault, second, request.line)
        return fault


_AWAY = Diagnosis.EXCHANGE_UNAVAILABLE
_REFUSED = frozenset({Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED})


def _again(refusal: Fault) -> Fault:
    """Say of a key why it was refused to another connection; whichever family was asked, that was the last word."""
    when = f"{refusal.when}; it was refused to another connection of this run, and is not asked again"
    return replace(refusal, when=when, family="")


def _away(when: str) -> Fault:
    return Fault(_AWAY, when, Purpose.KEY_INFO)


def _unusable(exchange: Exchange, target: Target) -> Fault | None:
    """Find credentials that no exchange can have issued, so that they are not sent at all."""
    credentials = target.credentials
    named = {"API key": credentials.api_key, "secret": credentials.secret}
    if exchange.traits.needs_passphrase:
        if credentials.passphrase is None:
            return _invalid("it needs a passphrase, and none is declared")
        named["passphrase"] = credentials.passphrase
    for name, value in named.items():
        if not value.reveal().strip():
            return _invalid(f"the {name} is empty")
    if not _TYPED.fullmatch(credentials.api_key.reveal()):
        return _invalid("the API key holds a space, a line break or a letter that no key has")
    secret = credentials.secret.reveal()
    told = complaint(secret, exchange.private_keys, exchange.traits.title)
    if told is None and "PRIVATE KEY" not in mended(secret):
        told = exchange.misfit(secret)
    return _invalid(told) if told else None


def _invalid(when: str) -> Fault:
    return Fault(Diagnosis.INVALID_KEY, when, Purpose.KEY_INFO)
