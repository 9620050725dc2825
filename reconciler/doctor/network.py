"""The way to the exchanges, and the clock: one public request to each, and no key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from reconciler.doctor.row import Row, fail, ok, warn
from reconciler.kit.clock import Clock, iso
from reconciler.model.exchange import Exchange

# Beyond this, exchanges begin to refuse signed requests; every run measures and corrects it, up to minutes.
_SKEW_TOLD_MS = 1_000
# When this program was written: a clock before that has never been set.
_WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)


def clock(now: datetime, *, is_compared: bool) -> Row:
    """Judge the machine's clock by what can be known without anybody's help."""
    if now < _WRITTEN:
        return fail("clock", f"says {iso(now)}, which is long past", "set the clock, and keep it by NTP")
    note = "" if is_compared else "; compared with nobody's (--online asks the exchanges)"
    return ok("clock", f"{iso(now)}{note}")


def rows(
    words: Sequence[str], exchanges: Mapping[str, Exchange], base_url: Callable[[str], str | None], clock: Clock
) -> list[Row]:
    """Ask each exchange for its time."""
    if not words:
        return [ok("exchanges", "none is in use but the simulator")]
    return asyncio.run(_asked(words, exchanges, base_url, clock))


async def _asked(
    words: Sequence[str], exchanges: Mapping[str, Exchange], base_url: Callable[[str], str | None], clock: Clock
) -> list[Row]:
    from reconciler.probing.client import Wire
    from reconciler.probing.venue import Pace, Venue

    wire = Wire(connections=len(words))
    try:
        venues = [
            Venue(exchanges[w], wire, clock, base_url=base_url(w), pace=Pace(seconds_per_request=10)) for w in words
        ]
        tunings = await asyncio.gather(*(venue.tuning() for venue in venues))
    finally:
        await wire.close()
    return [
        _judged(exchanges[word].traits.title, tuning.skew_ms, tuning.outage.when if tuning.outage else None)
        for word, tuning in zip(words, tunings, strict=True)
    ]


def _judged(title: str, skew_ms: float, outage: str | None) -> Row:
    if outage is not None:
        return fail(title, f"does not answer: {outage}", "check the network, a proxy or firewall, and DNS")
    if abs(skew_ms) > _SKEW_TOLD_MS:
        side = "behind" if skew_ms > 0 else "ahead of"
        fact = f"answers; this machine's clock is {abs(skew_ms) / 1000:.1f} s {side} it"
        return warn(title, fact, "keep the clock by NTP; until then each run corrects for it")
    return ok(title, "answers, and the clocks agree to a second")
