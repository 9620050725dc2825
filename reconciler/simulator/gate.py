"""The way of one request through one simulated exchange: find the endpoint, check the key, answer."""

from __future__ import annotations

import re

from reconciler.simulator.exchange import Endpoint, Exchange, Trouble
from reconciler.simulator.limits import Meter
from reconciler.simulator.wire import Answer, Call, as_json


class Gate:
    """One exchange's front door; it knows its endpoints and the answers that never change."""

    def __init__(self, exchange: Exchange, *, enforces_limits: bool) -> None:
        self._exchange = exchange
        self._enforces_limits = enforces_limits
        self._meter = Meter()
        self._static: dict[tuple[str, str], Answer] = {}
        self._exact = {(one.method, one.path): one for one in exchange.endpoints}
        self._patterns: list[tuple[re.Pattern[str], Endpoint]] = [
            (one.pattern, one) for one in exchange.endpoints if one.pattern is not None
        ]

    def answer(self, call: Call) -> Answer:
        """Answer one request as the exchange would; checking comes first, and the right comes last of the checks."""
        endpoint = self._find(call)
        if endpoint is None:
            return self._exchange.unknown(call)
        if endpoint.is_signed:
            checked = self._exchange.verify(call)
            if isinstance(checked, Answer):
                return checked
            call.key = checked
        waited = self._wait(call, endpoint)
        if waited is not None:
            return waited
        if endpoint.needs and not call.owner.may(endpoint.needs):
            return self._exchange.denied(call, endpoint)
        return self._serve(call, endpoint)

    def _find(self, call: Call) -> Endpoint | None:
        exact = self._exact.get((call.method, call.path))
        if exact is not None:
            return exact
        for pattern, endpoint in self._patterns:
            if endpoint.method == call.method and pattern.fullmatch(call.path):
                return endpoint
        return None

    def _wait(self, call: Call, endpoint: Endpoint) -> Answer | None:
        pool = self._exchange.pools.get(endpoint.pool)
        if not self._enforces_limits or pool is None:
            return None
        caller = call.owner.account if endpoint.is_signed and pool.per == "account" else call.client_ip
        seconds = self._meter.draw(pool, endpoint, caller, call.now)
        if seconds is None:
            return None
        refusal = self._exchange.trouble(Trouble.RATE_LIMIT, call)
        return Answer(refusal.status, refusal.body, {**refusal.headers, "Retry-After": str(seconds)})

    def _serve(self, call: Call, endpoint: Endpoint) -> Answer:
        name = (endpoint.method, endpoint.path)
        if endpoint.is_static and name in self._static:
            return self._static[name]
        payload = endpoint.answer(call)
        answer = payload if isinstance(payload, Answer) else as_json(payload)
        if endpoint.is_static:
            self._static[name] = answer
        return answer
