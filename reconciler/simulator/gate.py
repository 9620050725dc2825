"""The way of one request through one simulated exchange: limits of the address, the key, its limits, its right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from reconciler.simulator.exchange import Endpoint, Exchange, Trouble
from reconciler.simulator.limits import Bans, Meter, Pool
from reconciler.simulator.wire import Answer, Call, as_json


class Gate:
    """One exchange's front door; it knows its endpoints, who asked too often, and the answers that never change.

    `refused` counts the requests that were one too many, or came from who is banned.
    """

    def __init__(self, exchange: Exchange, *, enforces_limits: bool) -> None:
        self._exchange = exchange
        self._enforces_limits = enforces_limits
        self._meter, self._bans = Meter(), Bans()
        self.refused = 0
        self._static: dict[tuple[str, str], Answer] = {}
        self._exact = {(one.method, one.path): one for one in exchange.endpoints}
        self._patterns: list[tuple[re.Pattern[str], Endpoint]] = [
            (one.pattern, one) for one in exchange.endpoints if one.pattern is not None
        ]

    def answer(self, call: Call) -> Answer:
        """Answer one request as the exchange would; checking comes first, and the right comes last of the checks."""
        endpoint, told = self._find(call), dict[str, str]()
        if endpoint is None:
            return self._exchange.unknown(call)
        refused = self._drawn(call, endpoint, told, is_known=False)
        if refused is not None:
            return refused
        if endpoint.is_signed:
            checked = self._exchange.verify(call)
            if isinstance(checked, Answer):
                self._note_bad_request(call)
                return checked
            call.key = checked
            refused = self._drawn(call, endpoint, told, is_known=True)
            if refused is not None:
                return refused
        if endpoint.needs and not call.owner.may(endpoint.needs):
            return self._exchange.denied(call, endpoint)
        served = self._serve(call, endpoint)
        return replace(served, headers={**served.headers, **told}) if told else served

    def _find(self, call: Call) -> Endpoint | None:
        exact = self._exact.get((call.method, call.path))
        if exact is not None:
            return exact
        for pattern, endpoint in self._patterns:
            if endpoint.method == call.method and pattern.fullmatch(call.path):
                return endpoint
        return None

    def _drawn(self, call: Call, endpoint: Endpoint, told: dict[str, str], *, is_known: bool) -> Answer | None:
        """Draw from the pools of the address, or once the key is known from its own; return the refusal, if it is one.

        Whoever is banned draws nothing. Headers that tell how the pools stand are added to those `told`.
        """
        if not self._enforces_limits:
            return None
        if not is_known and self._bans.left(call.client_ip, call.now):
            return self._refusal(call)
        for name, pool, weight in self._pools(endpoint):
            per = pool.per if endpoint.is_signed else "address"
            if (per != "address") is not is_known:
                continue
            caller = call.client_ip if per == "address" else call.owner.account if per == "account" else call.owner.id
            reading = self._meter.draw(pool, f"{name} {per}", weight, caller, call.now)
            headers: Mapping[str, str] = self._exchange.told(name, reading, call)
            told.update(headers)
            if reading.is_over:
                call.rest = reading.resets_in
                if pool.ban is not None:
                    self._bans.strike(pool.ban, call.client_ip, call.now)
                return self._refusal(call, headers)
        return None

    def _pools(self, endpoint: Endpoint) -> Iterator[tuple[str, Pool, int]]:
        if self._exchange.overall is not None:
            yield "*", self._exchange.overall, 1
        pool = self._exchange.pools.get(endpoint.pool)
        while pool is not None:
            yield endpoint.pool if pool.is_shared else f"{endpoint.method} {endpoint.path}", pool, endpoint.weight
            pool = pool.beside

    def _refusal(self, call: Call, headers: Mapping[str, str] | None = None) -> Answer:
        """Refuse who asks too often: as banned, if this or an earlier one was the last drop."""
        self.refused += 1
        banned = self._bans.left(call.client_ip, call.now)
        if banned is not None:
            call.rest, call.cause = banned
        refusal = self._exchange.trouble(Trouble.BAN if banned else Trouble.RATE_LIMIT, call)
        return replace(refusal, headers={**(headers or {}), **refusal.headers})

    def _note_bad_request(self, call: Call) -> None:
        if self._enforces_limits and self._exchange.bad_requests is not None:
            self._bans.strike(self._exchange.bad_requests, call.client_ip, call.now)

    def _serve(self, call: Call, endpoint: Endpoint) -> Answer:
        name = (endpoint.method, endpoint.path)
        if endpoint.is_static and name in self._static:
            return self._static[name]
        payload = endpoint.answer(call)
        answer = payload if isinstance(payload, Answer) else as_json(payload)
        if endpoint.is_static:
            self._static[name] = answer
        return answer
