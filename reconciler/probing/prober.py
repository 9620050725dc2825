"""The steps of testing one key: which requests, in which order, and when to stop."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping

from reconciler.kit.clock import Clock
from reconciler.model.exchange import SIGNED_BUDGET, Exchange, Purpose, Request
from reconciler.model.probe import Diagnosis, ProbeResult, Target
from reconciler.probing.classify import Fault, reconsidered
from reconciler.probing.client import Lease, Wire
from reconciler.probing.conclude import conclude
from reconciler.probing.private_key import complaint, mended
from reconciler.probing.trial import Trial
from reconciler.probing.venue import Pace, Venue

BaseUrl = Callable[[str, str], str | None]
_TYPED = re.compile(r"[\x21-\x7e]+")


class CcxtProber:
    """Tests keys at their exchanges.

    `base_url` says where an exchange of an environment is, None for the exchange's own hosts; a simulated
    connection whose simulator nobody knows is never sent anywhere. One prober serves one event loop.
    """

    def __init__(
        self, exchanges: Mapping[str, Exchange], *, clock: Clock, base_url: BaseUrl, pace: Pace | None = None
    ) -> None:
        self._exchanges, self._clock, self._base_url = exchanges, clock, base_url
        self._pace = pace or Pace()
        self._wire = Wire(connections=4 * self._pace.keys)
        self._venues: dict[tuple[str, str], Venue] = {}

    async def probe(self, target: Target) -> ProbeResult:
        """Test one key with at most four signed requests, none of which can change anything."""
        exchange = self._exchanges[target.exchange]
        stand_in = self._base_url(exchange.id, target.environment) if target.environment != "simulator" else None
        trial = Trial(exchange, target, self._clock.now(), stand_in=stand_in)
        refusal = _unusable(exchange, target) or self._nowhere(exchange, target)
        if refusal is not None:
            trial.note(refusal)
        else:
            await self._test(trial, self._venue(exchange, target.environment))
        return conclude(trial, self._clock.now())

    async def close(self) -> None:
        """Let go of every connection."""
        self._venues.clear()
        await self._wire.close()

    def _venue(self, exchange: Exchange, environment: str) -> Venue:
        place = (exchange.id, environment)
        if place not in self._venues:
            self._venues[place] = Venue(
                exchange,
                self._wire,
                self._clock,
                base_url=self._base_url(exchange.id, environment),
                pace=self._pace,
                is_limited=environment != "simulator" or self._pace.limits_simulator,
            )
        return self._venues[place]

    def _nowhere(self, exchange: Exchange, target: Target) -> Fault | None:
        if target.environment == "live" or self._base_url(exchange.id, target.environment) is not None:
            return None
        if target.environment == "simulator":
            return _away("no simulator is running for it, and its key is sent nowhere else")
        return _away(f"{exchange.traits.title} has no {target.environment}, and its key is sent nowhere else")

    async def _test(self, trial: Trial, venue: Venue) -> None:
        async with venue.lease(trial.target.credentials) as lease:
            try:
                async with asyncio.timeout(self._pace.seconds_per_key):
                    await self._steps(trial, venue, lease)
            except TimeoutError:
                trial.note(_away("the test took too long"))
            trial.signed = lease.signed

    async def _steps(self, trial: Trial, venue: Venue, lease: Lease) -> None:
        tuning = await venue.tuning()
        trial.skew_ms = tuning.skew_ms
        if tuning.outage is not None:
            trial.note(_away(tuning.outage.when))
            return
        family = None
        while family != trial.family:
            family = trial.family
            for request in trial.exchange.plan(trial.target.markets, family):
                if trial.is_settled or trial.family != family:
                    break
                if not trial.refuse(request):
                    await self._step(trial, venue, lease, request)

    async def _step(self, trial: Trial, venue: Venue, lease: Lease, request: Request) -> None:
        """Ask one thing; after a clock error, correct the clock and ask once more if the budget allows."""
        if lease.signed >= SIGNED_BUDGET:
            trial.note(Fault(_AWAY, "what had to be asked twice left no request for this", request.purpose))
            return
        number = venue.measured
        answer = await venue.ask(lease, request, trial.account.uid)
        fault = trial.fault_of(answer)
        if fault is not None and fault.is_clock and lease.signed < SIGNED_BUDGET:
            tuning = await venue.tuning(newer_than=number)
            trial.skew_ms = tuning.skew_ms
            answer = await venue.ask(lease, request, trial.account.uid)
            fault = trial.fault_of(answer)
        if fault is not None and fault.is_open:
            fault = await self._second_look(trial, venue, lease, fault)
        if fault is None:
            trial.hear(answer)
            return
        if fault.pause is not None:
            venue.rest(request, fault.pause)
        trial.note(fault)

    async def _second_look(self, trial: Trial, venue: Venue, lease: Lease, fault: Fault) -> Fault:
        """Ask the one other thing that tells the causes of a refusal apart, if the budget allows."""
        for request in trial.exchange.asked_for(Purpose.SECOND_LOOK):
            if lease.signed < SIGNED_BUDGET:
                answer = await venue.ask(lease, request)
                return reconsidered(fault, trial.fault_of(answer), request.line)
        return fault


_AWAY = Diagnosis.EXCHANGE_UNAVAILABLE


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
