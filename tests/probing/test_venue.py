import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.exchanges.mexc import EXCHANGE
from reconciler.kit.clock import ManualClock
from reconciler.model.exchange import Purpose
from reconciler.model.probe import Diagnosis
from reconciler.probing.answer import Silence
from reconciler.probing.budget import Budget
from reconciler.probing.classify import Fault
from reconciler.probing.client import Wire
from reconciler.probing.venue import Pace, Venue
from reconciler.simulator.server import Simulator
from reconciler.values.secret import Credentials, Secret

CREDENTIALS = Credentials(Secret("mx0vABCDEF1234567890"), Secret("s" * 32))
TIME = EXCHANGE.time_request()
USUAL = Pace()


def at_venue(use, *, fault=None, base_url=None, pace=USUAL, is_limited=True, exchange=EXCHANGE):
    """Run something at a venue whose exchange and host share a clock that moves only when told to."""

    async def run():
        clock = ManualClock()
        async with Simulator(exchanges=["mexc"], clock=clock) as simulator:
            if fault:
                simulator.add_fault("mexc", **fault)
            wire = Wire(connections=4)
            url = base_url or simulator.ready["exchanges"]["mexc"]
            budget = Budget(clock, patience=pace.seconds_per_key)
            budget.cover(exchange.limits, exchange.gauges)
            venue = Venue(exchange, wire, clock, base_url=url, pace=pace, budget=budget if is_limited else None)
            try:
                return await use(venue, clock, simulator)
            finally:
                await wire.close()

    return asyncio.run(run())


def test_the_clock_is_measured_once_for_all_who_ask_and_again_when_it_is_old():
    async def use(venue, clock, simulator):
        first = await asyncio.gather(*(venue.tuning() for _ in range(20)))
        clock.advance(601)
        later = await venue.tuning()
        return {tuning.number for tuning in first}, later.number, len(simulator.requests())

    assert at_venue(use) == ({1}, 2, 2)


def test_many_clock_errors_at_once_lead_to_one_new_measurement():
    async def use(venue, clock, simulator):
        seen = (await venue.tuning()).number
        fresh = await asyncio.gather(*(venue.tuning(newer_than=seen) for _ in range(20)))
        return {tuning.number for tuning in fresh}, len(simulator.requests())

    assert at_venue(use) == ({2}, 2)


def test_how_far_the_clock_is_off_is_measured_to_the_second():
    async def use(venue, clock, simulator):
        return (await venue.tuning()).skew_ms

    assert at_venue(use, fault={"kind": "clock_skew"}) == 3_600_000


@pytest.mark.parametrize(
    ("told_ms", "skew_ms"),
    [(0, 0), (-1, 0), (-999, 0), (-1_000, 0), (-1_500, -500), (1, 1), (3_600_000, 3_600_000), (-3_600_000, -3_599_000)],
)
def test_a_time_that_is_told_in_whole_seconds_corrects_no_clock_that_may_be_right(told_ms, skew_ms):
    coarse = replace(EXCHANGE, time_step_ms=1_000, read_time=lambda body: EXCHANGE.read_time(body) + told_ms)

    async def use(venue, clock, simulator):
        return (await venue.tuning()).skew_ms

    assert at_venue(use, exchange=coarse) == skew_ms


def test_an_exchange_that_is_silent_is_an_outage_that_is_soon_asked_about_again():
    async def use(venue, clock, simulator):
        first, second = await venue.tuning(), await venue.tuning()
        clock.advance(6)
        return first.outage, second.number, (await venue.tuning()).number

    outage, second, third = at_venue(use, base_url="http://127.0.0.1:9")

    assert outage is not None
    assert (second, third) == (1, 2)


def test_an_answer_without_the_time_is_no_outage():
    async def use(venue, clock, simulator):
        return await venue.tuning()

    tuning = at_venue(use, fault={"kind": "html_502", "path": re.escape(TIME.path)})

    assert (tuning.skew_ms, tuning.outage) == (0.0, None)


def test_a_request_waits_until_the_published_limit_has_room():
    account = EXCHANGE.asked_for(Purpose.BALANCE)[0]

    async def use(venue, clock, simulator):
        began = clock.now()
        for number in range(50):
            async with venue.lease(CREDENTIALS, account=str(number)) as visit:
                await venue.ask(visit, account)
        return (clock.now() - began).total_seconds()

    # 500 of weight in 10 s at 10 each: 50 requests are a window's worth, less the burst.
    assert 7 <= at_venue(use) <= 10


def test_without_limits_nothing_waits():
    async def use(venue, clock, simulator):
        began = clock.now()
        for _ in range(30):
            async with venue.lease(CREDENTIALS) as visit:
                await venue.ask(visit, EXCHANGE.asked_for(Purpose.BALANCE)[0])
        return (clock.now() - began).total_seconds()

    assert at_venue(use, is_limited=False) == 0


def test_an_exchange_that_asks_for_a_long_rest_gets_it():
    async def use(venue, clock, simulator):
        async with venue.lease(CREDENTIALS) as visit:
            venue.obey(visit, TIME, Fault(Diagnosis.EXCHANGE_UNAVAILABLE, "too often", Purpose.TIME, pause=3_600))
            resting = await venue.ask(visit, TIME)
            until = clock.now() + timedelta(hours=1)
            clock.advance(3_600)
            after = await venue.ask(visit, TIME)
        return resting.silence, resting.until == until, after.status, len(simulator.requests())

    assert at_venue(use) == (Silence.RESTING, True, 200, 1)


def test_a_short_rest_is_waited_for():
    async def use(venue, clock, simulator):
        began = clock.now()
        async with venue.lease(CREDENTIALS) as visit:
            venue.obey(visit, TIME, Fault(Diagnosis.EXCHANGE_UNAVAILABLE, "too often", Purpose.TIME, pause=30))
            status = (await venue.ask(visit, TIME)).status
        return status, (clock.now() - began).total_seconds()

    assert at_venue(use) == (200, 30)


def test_a_refusal_of_the_time_itself_is_obeyed_as_well():
    async def use(venue, clock, simulator):
        await venue.tuning()
        async with venue.lease(CREDENTIALS) as visit:
            return (await venue.ask(visit, EXCHANGE.asked_for(Purpose.BALANCE)[0])).silence

    banned = {"status": 418, "headers": {"Retry-After": "900"}, "body": '{"code": 429, "msg": "Too many requests"}'}

    assert at_venue(use, fault={"kind": "answer", "path": re.escape(TIME.path), "answer": banned}) is Silence.RESTING


def test_to_wait_for_a_limit_takes_nothing_from_the_time_of_a_key():
    async def use(venue, clock, simulator):
        async with venue.lease(CREDENTIALS) as visit:
            before = visit.seconds_left
            venue.obey(visit, TIME, Fault(Diagnosis.EXCHANGE_UNAVAILABLE, "too often", Purpose.TIME, pause=59))
            await venue.ask(visit, TIME)
            return before, visit.seconds_left

    before, after = at_venue(use)

    assert before - 1 < after < before


def test_no_more_keys_are_tested_at_a_time_than_allowed():
    async def use(venue, clock, simulator):
        busy, most = 0, 0

        async def one():
            nonlocal busy, most
            async with venue.lease(CREDENTIALS):
                busy += 1
                most = max(most, busy)
                await asyncio.sleep(0)
                busy -= 1

        await asyncio.gather(*(one() for _ in range(20)))
        return most

    assert at_venue(use, pace=Pace(keys=3)) == 3
