"""From an answer to what it means: pure, and the same answer always means the same.

The exchange's own code and text decide first, then the shape of the answer, and ccxt's class last, because it
misleads: it reports a wrong address as a bad request, a missing right as a wrong key, and an HTML page as success.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reconciler.model.exchange import ErrorRow, Exchange, Purpose
from reconciler.model.limits import Per
from reconciler.model.permissions import shown
from reconciler.model.probe import Diagnosis
from reconciler.probing.answer import Answer
from reconciler.probing.by_class import trouble
from reconciler.probing.patience import rest_asked

_AWAY, _INVALID, _UNPROVEN = Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.INVALID_KEY, Diagnosis.UNVERIFIED
# Seconds: a shorter rest is over before anybody reads of it.
_WORTH_TELLING = 60
_STATUSES = {
    403: "a firewall denied access (HTTP 403)",
    404: "the endpoint is not there (HTTP 404)",
    418: "the address is banned for too many requests (HTTP 418)",
    429: "too many requests (HTTP 429)",
    451: "the exchange does not serve this place (HTTP 451)",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an answer is not the one that was hoped for.

    `when` is a clause for messages. `egress` is the caller's address where the exchange tells it, `pause` the
    seconds it asks to be left alone by whom `binds` names, `until` when that ends where it takes long, `family` the
    family of accounts that the key belongs to after all. What `is_open` may have another cause as well, which a second
    look may tell.
    """

    diagnosis: Diagnosis
    when: str
    purpose: Purpose
    code: str | None = None
    is_clock: bool = False
    egress: str | None = None
    pause: float | None = None
    binds: Per = Per.ADDRESS
    until: datetime | None = None
    is_silence: bool = False
    family: str = ""
    is_open: bool = False


def classify(exchange: Exchange, answer: Answer, *, is_bound: bool = False, is_outside: bool = False) -> Fault | None:
    """Say what is wrong with an answer; None when it is a success of the documented shape.

    `is_bound` tells that the key is declared to work from certain addresses only, `is_outside` that this host is not
    known to go out from one of them.
    """
    purpose = answer.request.purpose
    if answer.silence is not None or (answer.status is None and not exchange.is_unified):
        return Fault(_AWAY, str(answer.silence or "no answer came"), purpose, is_silence=True, until=answer.until)
    code = exchange.code_of(answer.body)
    if exchange.is_unified:
        fault = _of_unified(answer)
    else:
        fault = _fault(exchange, answer, code, is_bound=is_bound, is_outside=is_outside)
    return fault if fault is None or fault.diagnosis is not _AWAY else _with_rest(exchange, answer, code, fault)


def _fault(exchange: Exchange, answer: Answer, code: str | None, *, is_bound: bool, is_outside: bool) -> Fault | None:
    purpose = answer.request.purpose
    if code is not None:
        row = matching_row(exchange, code, purpose, answer.text, is_bound=is_bound, is_outside=is_outside)
        return _by_row(exchange, answer, row) if row else _by_class(exchange, answer, code)
    if not isinstance(answer.body, dict | list) or (not answer.body and answer.body != []):
        return _by_status(answer, purpose)
    if not 200 <= (answer.status or 0) < 300:
        return _by_status(answer, purpose)
    if not answer.request.expects(answer.body):
        return Fault(_AWAY, "the answer has an unexpected shape", purpose)
    return None


def _of_unified(answer: Answer) -> Fault | None:
    found, purpose = trouble(answer), answer.request.purpose
    if found is None:
        return None
    if found.by_status:
        return _by_status(answer, purpose)
    return Fault(found.diagnosis, found.when, purpose, is_clock=found.is_clock)


def matching_row(
    exchange: Exchange, code: str, purpose: Purpose, text: str, *, is_bound: bool = False, is_outside: bool = False
) -> ErrorRow | None:
    """Return the first row of the error table that fits."""
    for row in exchange.errors:
        if (row.is_bound and not is_bound) or (row.is_outside and not is_outside):
            continue
        if row.code != code or (row.purposes is not None and purpose not in row.purposes):
            continue
        if row.text is None or re.search(row.text, text):
            return row
    return None


def _by_row(exchange: Exchange, answer: Answer, row: ErrorRow) -> Fault | None:
    if row.diagnosis is None:
        return None
    return Fault(
        diagnosis=row.diagnosis,
        when=row.when,
        purpose=answer.request.purpose,
        code=row.code,
        is_clock=row.is_clock,
        egress=exchange.egress_of(answer.text) if row.diagnosis is Diagnosis.IP_NOT_ALLOWED else None,
        family=row.family,
        is_open=row.is_open,
    )


def reconsidered(first: Fault, second: Fault | None, line: str) -> Fault:
    """Judge a refusal that may have several causes by what a second request, of this line, was answered.

    Where the second says no more than the first, or nothing at all, the likely cause stands.
    """
    if second is not None and second.code is None:
        return first
    if second is None or second.diagnosis in (_UNPROVEN, Diagnosis.NO_TRADE_PERMISSION):
        when = f"key and address are good, as {line} accepted them, but the key is not let in here"
        return replace(first, diagnosis=_UNPROVEN, when=when, egress=None, is_open=False)
    if second.diagnosis is _AWAY or (second.code, second.egress) == (first.code, first.egress):
        return first
    return replace(second, purpose=first.purpose, egress=second.egress or first.egress)


def _by_class(exchange: Exchange, answer: Answer, code: str) -> Fault:
    """Judge a code that no row knows; only a plain authentication error is held against the key."""
    purpose, told = answer.request.purpose, f"it answered with a code not documented here, {shown([code])}"
    if purpose is Purpose.SECOND_LOOK:
        return Fault(_AWAY, told, purpose, code)
    if "InvalidNonce" in answer.raised:
        return Fault(_AWAY, told, purpose, code, is_clock=True)
    if "PermissionDenied" in answer.raised:
        return Fault(_UNPROVEN, told, purpose, code)
    if answer.status == 401 or "AuthenticationError" in answer.raised:
        return Fault(_INVALID, told, purpose, code)
    return Fault(_AWAY, told, purpose, code)


def _by_status(answer: Answer, purpose: Purpose) -> Fault:
    status, is_page = answer.status or 0, "<" in answer.text[:500]
    # A bare 401 is how gateways refuse a key; a page with that status is somebody else's.
    if status == 401 and not is_page:
        causes = "an unknown key, else a wrong secret, else an address that is not on the key's list"
        return Fault(_INVALID, f"access was refused without a reason (HTTP 401): {causes}", purpose)
    if status in _STATUSES:
        when = _STATUSES[status]
    elif 300 <= status < 400:
        when = f"it pointed somewhere else (HTTP {status}), where no key is sent"
    elif status >= 500:
        when = f"the server failed (HTTP {status})"
    elif is_page:
        when = f"a web page came instead of an answer (HTTP {status})"
    else:
        when = f"the answer was empty or cut short (HTTP {status})"
    return Fault(_AWAY, when, purpose)


def _with_rest(exchange: Exchange, answer: Answer, code: str | None, fault: Fault) -> Fault:
    """Add for how long the exchange wants to be left alone, and by whom."""
    asked = rest_asked(exchange, answer, code)
    if asked is None:
        return fault
    until = answer.at + timedelta(seconds=asked.seconds) if asked.seconds >= _WORTH_TELLING else None
    return replace(fault, when=asked.when or fault.when, pause=asked.seconds, binds=asked.per, until=until)
