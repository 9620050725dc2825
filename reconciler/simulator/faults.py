"""Faults: troubles that are put in the way of chosen requests, a chosen number of times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypedDict, Unpack

from reconciler.errors import UsageError
from reconciler.kit.suggest import did_you_mean
from reconciler.simulator import pages
from reconciler.simulator.exchange import Exchange, Trouble
from reconciler.simulator.wire import Answer, Call

CLOCK_SKEW = timedelta(hours=1)


class FaultKind(StrEnum):
    """What goes wrong; `answer` sends a given answer word for word, so that any documented error can be had."""

    DOWN = "down"
    TIMEOUT = "timeout"
    HTTP_500 = "http_500"
    HTML_502 = "html_502"
    CLOUDFLARE_403 = "cloudflare_403"
    GEO_BLOCK = "geo_block"
    EMPTY_BODY = "empty_body"
    TRUNCATED_JSON = "truncated_json"
    RATE_LIMIT = "rate_limit"
    BAN = "ban"
    MAINTENANCE = "maintenance"
    CLOCK_SKEW = "clock_skew"
    ANSWER = "answer"


# Seconds until whoever asked too often may come back.
_RESTS = {FaultKind.RATE_LIMIT: 10.0, FaultKind.BAN: 600.0}


class FaultOptions(TypedDict, total=False):
    """Which requests a fault hits, how often, and what the fault `answer` sends."""

    times: int | None
    path: str | None
    answer: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; `times` None means until faults are cleared, `path` None means every path."""

    exchange: str
    kind: FaultKind
    times: int | None = None
    path: re.Pattern[str] | None = None
    answer: Answer | None = None


class Faults:
    """The faults in force, oldest first."""

    def __init__(self) -> None:
        self._left: list[tuple[Fault, list[int]]] = []

    def add(self, fault: Fault) -> None:
        """Put a fault in force."""
        self._left.append((fault, [] if fault.times is None else [fault.times]))

    def clear(self) -> None:
        """Take all faults away."""
        self._left.clear()

    def strike(self, exchange: str, path: str) -> tuple[Fault, ...]:
        """Return what befalls one request and count it as used: every clock fault, and the first other one."""
        hits: list[Fault] = []
        for fault, left in tuple(self._left):
            if fault.exchange != exchange or (fault.path is not None and not fault.path.search(path)):
                continue
            if fault.kind is not FaultKind.CLOCK_SKEW and any(hit.kind is not FaultKind.CLOCK_SKEW for hit in hits):
                continue
            hits.append(fault)
            if left:
                left[0] -= 1
                if left[0] == 0:
                    self._left.remove((fault, left))
        return tuple(hits)


def fault(exchange: str, kind: str, **options: Unpack[FaultOptions]) -> Fault:
    """Build a fault from what a user wrote.

    Raises UsageError when it makes no sense.
    """
    times, path, answer = options.get("times"), options.get("path"), options.get("answer")
    if kind not in list(FaultKind):
        raise UsageError("there is no such fault", hint=did_you_mean(kind, FaultKind))
    if times is not None and times < 1:
        raise UsageError("times must be 1 or more", hint="leave it out for a fault that stays")
    if (kind == FaultKind.ANSWER) != (answer is not None):
        hint = '"answer": {"status": 400, "headers": {}, "body": ""}'
        raise UsageError('the fault "answer", and no other, takes an answer', hint=hint)
    try:
        pattern = None if path is None else re.compile(path)
    except re.error as error:
        raise UsageError(f"path is no regular expression: {error}", hint="escape . and ? in paths") from error
    return Fault(exchange, FaultKind(kind), times, pattern, None if answer is None else _verbatim(answer))


def _verbatim(given: Mapping[str, object]) -> Answer:
    unknown = given.keys() - {"status", "headers", "body"}
    status, headers, body = given.get("status", 200), given.get("headers", {}), given.get("body", "")
    if unknown:
        raise UsageError("an answer has a field that is not known", hint="use status, headers and body")
    if type(status) is not int or not 200 <= status <= 599:
        raise UsageError("status must be a number from 200 to 599")
    if not isinstance(headers, Mapping) or not all(isinstance(part, str) for pair in headers.items() for part in pair):
        raise UsageError("headers must be an object of strings")
    if not isinstance(body, str):
        raise UsageError("body must be a string", hint="write JSON as text, it is sent word for word")
    return Answer(status, body.encode(), {"Content-Type": "application/json", **headers})


def spoil(fault: Fault, exchange: Exchange, call: Call, answer: Answer) -> Answer:
    """Return what is sent instead of the right answer, for every fault that sends anything."""
    if fault.answer is not None:
        return fault.answer
    if fault.kind.value in list(Trouble):
        call.rest = _RESTS.get(fault.kind, 0.0)
        return exchange.trouble(Trouble(fault.kind.value), call)
    if fault.kind is FaultKind.HTTP_500:
        return pages.internal_error()
    if fault.kind is FaultKind.HTML_502:
        return pages.bad_gateway()
    if fault.kind is FaultKind.CLOUDFLARE_403:
        return pages.blocked_by_cloudflare(call.client_ip)
    if fault.kind is FaultKind.EMPTY_BODY:
        return pages.empty()
    if fault.kind is FaultKind.TRUNCATED_JSON:
        return pages.truncated(answer)
    return answer
