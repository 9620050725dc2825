import asyncio

import pytest

from reconciler.kit.clock import ManualClock
from reconciler.model.exchange import Purpose, Request, Source
from reconciler.model.limits import EVERY, Gauge, Limit, Per
from reconciler.probing.answer import Answer
from reconciler.probing.budget import Budget

FACT = Source("https://docs.acme.example/limits", "2026-11-22")
LIMITS = (
    Limit("info", 10, 10, FACT, Per.ACCOUNT),
    Limit("own", 10, 10, FACT, Per.KEY),
    Limit("public", 10, 10, FACT),
    Limit(EVERY, 1000, 10, FACT),
)
GAUGES = (
    Gauge("Used", Per.ADDRESS, FACT, pools=frozenset({"public"})),
    Gauge("Left", Per.ACCOUNT, FACT, pools=frozenset({"info"}), is_left=True, reset="Reset", unit=0.001),
)


def request(pool, *, signed=True):
    return Request(Purpose.BALANCE, "get", "acme.example", f"/{pool}", FACT, pool=pool, signed=signed)


INFO, OWN, PUBLIC = request("info"), request("own"), request("public", signed=False)


class Counter:
    """A budget whose clock is moved by those who wait, and the seconds that each turn took."""

    def __init__(self):
        self.clock = ManualClock()
        self.budget = Budget(self.clock, patience=60)
        self.budget.cover(LIMITS, GAUGES)

    def seconds(self, payer, *requests):
        """Take a turn for each request, one after another."""

        async def run():
            began = self.clock.now()
            for one in requests:
                assert await self.budget.turn(payer, one) is None
            return (self.clock.now() - began).total_seconds()

        return asyncio.run(run())

    def until(self, payer, request):
        """Take a turn and return until when there is none."""
        return asyncio.run(self.budget.turn(payer, request))

    def told(self, payer, request, **headers):
        """Take in what an answer tells."""
        now = self.clock.now()
        self.budget.read(payer, Answer(request, now, 200, headers=headers), now.timestamp())


@pytest.fixture
def counter():
    return Counter()


def test_keys_with_one_label_wait_for_each_other_and_those_with_another_do_not(counter):
    mine, other = (counter.budget.payer("main", f"key-{number}") for number in range(2))
    stranger = counter.budget.payer("else", "key-2")

    # Two of ten at once, and from then on one in 1.25 s.
    assert counter.seconds(mine, *[INFO] * 6) == 5
    assert counter.seconds(stranger, *[INFO] * 2) == 0
    assert counter.seconds(other, INFO) == 1.25


def test_what_is_counted_by_key_is_shared_by_the_connections_that_use_it(counter):
    first, second = counter.budget.payer("a", "key"), counter.budget.payer("b", "key")

    assert counter.seconds(first, *[OWN] * 2) == 0
    assert counter.seconds(second, OWN) == 1.25
    assert counter.seconds(counter.budget.payer("a", "another"), OWN) == 0


def test_a_request_without_a_key_draws_on_the_address_alone(counter):
    counter.seconds(counter.budget.payer("main", "key"), *[INFO] * 2)

    assert counter.seconds(None, *[PUBLIC] * 2) == 0
    assert counter.seconds(None, PUBLIC) == 1.25


def test_two_labels_of_one_account_become_one_budget_with_what_both_have_spent(counter):
    one, other = counter.budget.payer("one", "key-1"), counter.budget.payer("other", "key-2")
    counter.seconds(one, *[INFO] * 2)
    counter.seconds(other, *[INFO] * 2)

    counter.budget.belongs(one, "uid")
    counter.budget.belongs(other, "uid")

    # Together they owe four, of which two may be owed.
    assert counter.seconds(one, INFO) == 3 * 1.25
    assert counter.seconds(other, INFO) == 1.25


def test_a_label_that_stands_for_two_accounts_does_not_make_them_one(counter):
    payers = [counter.budget.payer(label, str(number)) for number, label in enumerate("abcb")]
    for payer, uid in zip(payers, ("1", "1", "2", "2"), strict=True):
        counter.budget.belongs(payer, uid)

    counter.seconds(counter.budget.payer("a", "new"), *[INFO] * 2)

    assert counter.seconds(counter.budget.payer("b", "newer"), INFO) == 1.25
    assert counter.seconds(counter.budget.payer("c", "newest"), INFO) == 0


def test_different_accounts_under_one_label_wait_for_each_other_until_their_uids_are_told(counter):
    one, other = counter.budget.payer("main", "key-1"), counter.budget.payer("main", "key-2")
    counter.seconds(one, INFO)
    assert counter.seconds(other, *[INFO] * 2) == 1.25

    counter.budget.belongs(one, "uid-1")
    counter.budget.belongs(other, "uid-2")

    # The first pays for all that went by its label; the second takes along what it has spent itself.
    assert counter.seconds(other, INFO) == 1.25
    assert counter.seconds(one, *[INFO] * 2) == 1.25


def test_a_uid_that_is_known_from_before_counts_for_more_than_a_label(counter):
    one, same = counter.budget.payer("a", "key-1", "uid-1"), counter.budget.payer("b", "key-2", "uid-1")
    other = counter.budget.payer("a", "key-3", "uid-2")

    assert counter.seconds(one, *[INFO] * 2) == 0
    assert counter.seconds(other, *[INFO] * 2) == 0
    assert counter.seconds(same, INFO) == 1.25


def test_a_label_that_stands_for_an_account_known_from_before_joins_it(counter):
    known = counter.budget.payer("a", "key-1", "uid-1")
    counter.seconds(known, *[INFO] * 2)
    fresh = counter.budget.payer("b", "key-2")

    counter.budget.belongs(fresh, "uid-1")

    assert counter.seconds(fresh, INFO) == 1.25


def test_a_ban_of_the_address_binds_everybody_and_one_of_an_account_only_that(counter):
    banned, free = counter.budget.payer("banned", "key-1"), counter.budget.payer("free", "key-2")

    counter.budget.rest(banned, INFO, Per.ACCOUNT, 3_600)

    end = counter.clock.now().timestamp() + 3_600
    assert counter.until(banned, INFO) == counter.until(banned, OWN) == end
    assert counter.until(free, INFO) is None
    assert counter.until(None, PUBLIC) is None
    counter.budget.rest(free, INFO, Per.ADDRESS, 600)
    assert counter.until(free, INFO) == counter.until(None, PUBLIC) == end - 3_000


def rested(counter, payer, *eased):
    """Ask for a rest of half a minute, wait for it, be answered something else, and ask for another."""
    counter.budget.rest(payer, INFO, Per.ADDRESS, 35)
    assert counter.seconds(payer, INFO) == 35
    for request in eased:
        counter.budget.ease(payer, request)
    counter.budget.rest(payer, INFO, Per.ADDRESS, 35)
    return counter.until(payer, OWN)


def test_rests_that_follow_each_other_are_one_and_nobody_waits_for_all_of_them(counter):
    payer = counter.budget.payer("main", "key")

    assert rested(counter, payer) is not None
    assert counter.until(counter.budget.payer("other", "other"), PUBLIC) is not None


def test_what_else_is_answered_meanwhile_ends_no_rest(counter):
    assert rested(counter, counter.budget.payer("main", "key"), OWN, PUBLIC) is not None


def test_a_rest_after_which_all_went_well_is_over(counter):
    assert rested(counter, counter.budget.payer("main", "key"), INFO) is None


def test_a_rest_long_after_another_is_a_new_one(counter):
    payer = counter.budget.payer("main", "key")
    counter.budget.rest(payer, INFO, Per.ADDRESS, 35)
    counter.clock.advance(3_600)
    counter.budget.rest(payer, INFO, Per.ADDRESS, 35)

    assert counter.until(payer, INFO) is None


def test_what_a_request_without_a_key_is_refused_binds_the_address(counter):
    counter.budget.rest(None, PUBLIC, Per.ACCOUNT, 600)

    assert counter.until(counter.budget.payer("main", "key"), INFO) is not None


def test_a_rest_survives_that_two_labels_turn_out_to_be_one_account(counter):
    one, other = counter.budget.payer("one", "key-1"), counter.budget.payer("other", "key-2")
    counter.budget.belongs(one, "uid")
    counter.budget.rest(other, INFO, Per.ACCOUNT, 600)

    counter.budget.belongs(other, "uid")

    assert counter.until(one, INFO) is not None


def test_however_many_stand_in_line_they_wait_and_none_fails(counter):
    payers = [counter.budget.payer("main", str(number)) for number in range(200)]

    async def run():
        return await asyncio.gather(*(counter.budget.turn(payer, INFO) for payer in payers))

    began = counter.clock.now()
    assert asyncio.run(run()) == [None] * 200
    assert (counter.clock.now() - began).total_seconds() == 198 * 1.25


def test_who_waits_for_an_account_is_in_nobodys_way(counter):
    slow = [counter.budget.payer("slow", str(number)) for number in range(10)]
    quick = counter.budget.payer("quick", "key")
    done = []

    async def turn(payer, name):
        await counter.budget.turn(payer, INFO)
        done.append(name)

    async def run():
        await asyncio.gather(*(turn(payer, "slow") for payer in slow), turn(quick, "quick"))

    asyncio.run(run())

    assert done.index("quick") <= 2


def test_an_account_that_is_found_to_be_another_while_somebody_waits_is_paid_by_the_other(counter):
    one, other = counter.budget.payer("one", "key-1"), counter.budget.payer("other", "key-2")
    counter.budget.belongs(one, "uid")
    began = counter.clock.now()

    async def run():
        await asyncio.gather(*(counter.budget.turn(other, INFO) for _ in range(4)), told())

    async def told():
        counter.budget.belongs(other, "uid")

    asyncio.run(run())
    # Four were spent by what is one account now, two of them in advance.
    spent = (counter.clock.now() - began).total_seconds()
    assert (spent, counter.seconds(one, INFO)) == (2 * 1.25, 1.25)


def test_others_at_the_same_address_leave_less(counter):
    counter.told(None, PUBLIC, Used="9")

    assert counter.seconds(None, PUBLIC) > 8


def test_a_pool_that_is_nearly_empty_is_left_alone_until_it_is_full_again(counter):
    payer = counter.budget.payer("main", "key")

    counter.told(payer, INFO, Left="1", Reset="4000")

    assert counter.seconds(payer, OWN) == 0
    assert counter.seconds(payer, INFO) == 4


@pytest.mark.parametrize("headers", [{"Left": "5", "Reset": "4000"}, {"Left": "?"}, {"Used": "9"}, {}])
def test_what_tells_of_room_or_of_nothing_changes_nothing(counter, headers):
    payer = counter.budget.payer("main", "key")

    counter.told(payer, INFO, **headers)

    assert counter.seconds(payer, INFO) == 0


def test_limits_that_are_found_later_are_kept_by_those_who_were_there_before(counter):
    payer = counter.budget.payer("main", "key")
    counter.seconds(payer, *[INFO] * 2)

    counter.budget.cover((*LIMITS, Limit("late", 10, 10, FACT, Per.ACCOUNT)), GAUGES)

    assert counter.seconds(payer, *[request("late")] * 2) == 0
    assert counter.seconds(payer, request("late")) == 1.25
    assert counter.seconds(payer, INFO) == 0
