"""What reaches the loop from outside comes through, whenever it comes and however often."""

import asyncio

from reconciler.kit.clock import ManualClock
from reconciler.watch.outside import Calls


class Still(ManualClock):
    """A clock on which nobody who sleeps ever wakes."""

    async def sleep(self, seconds):
        await asyncio.Event().wait()


def test_a_rest_ends_with_its_time():
    async def story():
        clock, calls = ManualClock(), Calls()
        began = clock.now()
        await calls.rest(clock, 30)
        return (clock.now() - began).total_seconds()

    assert asyncio.run(story()) == 30


def test_a_call_ends_a_rest_and_one_from_before_is_not_missed():
    async def story():
        calls = Calls()
        calls.wake()
        await calls.rest(Still(), 30)
        asyncio.get_running_loop().call_soon(calls.changed)
        await calls.rest(Still(), 30)
        return calls.is_changed

    assert asyncio.run(story())


def test_work_that_nobody_stops_comes_to_its_end():
    async def story():
        return await Calls().work(lambda: asyncio.ensure_future(asyncio.sleep(0)))

    assert asyncio.run(story()) is True


def test_a_call_to_stop_cuts_work_short_once_and_no_further_begins():
    async def story():
        calls, cancelled = Calls(), []

        async def work():
            try:
                calls.stop()
                calls.stop()
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                # Whatever is at hand is finished, though somebody calls again.
                calls.stop()
                await asyncio.sleep(0)
                cancelled.append(True)
                raise

        first = await calls.work(lambda: asyncio.ensure_future(work()))
        second = await calls.work(lambda: asyncio.ensure_future(asyncio.sleep(0)))
        return first, second, cancelled

    assert asyncio.run(story()) == (False, False, [True])


def test_somebody_else_who_cancels_is_not_taken_for_a_call_to_stop():
    async def story():
        calls = Calls()
        task = asyncio.ensure_future(calls.work(lambda: asyncio.ensure_future(asyncio.Event().wait())))
        await asyncio.sleep(0)
        task.cancel()
        return await asyncio.gather(task, return_exceptions=True)

    assert isinstance(asyncio.run(story())[0], asyncio.CancelledError)
