"""How long to leave an exchange alone, and who has to, by what it answered. Pure."""

from __future__ import annotations

from typing import NamedTuple

from reconciler.model.exchange import Exchange
from reconciler.model.limits import Per, Rest
from reconciler.probing.answer import Answer

# Where no documented sign is seen, these statuses are believed if they come with the time to wait.
_PAUSING = frozenset({403, 418, 429, 503})
# Seconds. The longest ban that any exchange documents is of three days; what is told beyond a week is a mistake, and
# may be a moment that no calendar has.
_LONGEST = 7 * 86_400.0
# Larger numbers are moments and no spans: Unix time, in seconds and in milliseconds.
_A_MOMENT, _A_MOMENT_IN_MS = 1e9, 1e11


class Asked(NamedTuple):
    """What an exchange asked for: to be left alone by whom, for how many seconds, and in which words, if any."""

    per: Per
    seconds: float
    when: str = ""


def rest_asked(exchange: Exchange, answer: Answer, code: str | None) -> Asked | None:
    """Say whether an answer asks for a rest; the exchange's documented signs come first.

    What no answer tells the length of lasts as long as is documented.
    """
    for rest in exchange.rests:
        match = rest.found(code, answer.status, answer.text)
        if match is not None:
            told = match[1] if match.re.groups else None
            return Asked(rest.per, _longest(rest, answer, told), rest.when)
    if answer.status in _PAUSING and answer.retry_after is not None:
        return Asked(Per.ADDRESS, min(answer.retry_after, _LONGEST))
    return None


def _longest(rest: Rest, answer: Answer, told: str | None) -> float:
    now = answer.at.timestamp()
    ends = [answer.retry_after, seconds_told(told or "", rest.unit, now)]
    if rest.header is not None:
        ends.append(seconds_told(answer.headers.get(rest.header, ""), rest.unit, now))
    return min(max((end for end in ends if end is not None and end > 0), default=rest.seconds), _LONGEST)


def seconds_told(text: str, unit: float, now: float) -> float | None:
    """Read a span, counted in `unit` seconds, or a moment of Unix time, as the seconds from now; None for neither."""
    try:
        number = float(text) if len(text) < 20 else -1.0
    except ValueError:
        return None
    if not 0 <= number < float("inf"):
        return None
    if number >= _A_MOMENT_IN_MS:
        return max(number / 1000 - now, 0.0)
    return max(number - now, 0.0) if number >= _A_MOMENT else number * unit
