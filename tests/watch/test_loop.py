"""The loop in virtual time: when keys are tested, what is done about what is found, and what survives its end."""

import asyncio
import itertools
import logging
import runpy
from pathlib import Path

import pytest

from reconciler.errors import InvalidConfig
from reconciler.model.probe import Diagnosis
from reconciler.model.watched import ConditionKind, Truth
from reconciler.stores.sqlite import open_store
from reconciler.watch import memory

SPACE = runpy.run_path(str(Path(__file__).with_name("world.py")))
World, BUILD, grid, refs, broken = (SPACE[name] for name in ("World", "BUILD", "grid", "refs", "broken"))
AWAY, BLOCKED, INVALID = Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.WITHDRAWAL_ENABLED, Diagnosis.INVALID_KEY


@pytest.fixture
def world(tmp_path):
    return World(tmp_path, "main", "other")


@pytest.fixture
def said(caplog):
    caplog.set_level(logging.INFO, "reconciler.watch")
    return lambda: [record.getMessage() for record in caplog.records if record.name.startswith("reconciler")]


def gaps(moments):
    return [round(two - one, 6) for one, two in itertools.pairwise(moments)]


def test_every_key_is_tested_at_its_interval_and_nothing_else_is_done(world):
    world.run(24 * 60)

    for name in ("main", "other"):
        first, *rest = gaps(world.moments(name))
        assert set(rest) == {15}
        assert 1 <= first <= 16
        assert len(rest) in (94, 95)
    assert world.changes() == ["create main", "create other", "create main-grid", "create other-grid"]


def test_a_connection_has_an_interval_of_its_own_and_nobody_goes_below_the_floor(tmp_path):
    world = World(tmp_path, floor="2m")
    world.declare(BUILD.connection("often", interval="5s", **refs("often")), BUILD.connection("seldom", interval="3h"))

    world.run(12 * 60)

    assert min(gaps(world.moments("often"))) >= 2
    assert set(gaps(world.moments("seldom"))[1:]) == {180}


def test_many_keys_never_come_at_once(tmp_path):
    world = World(tmp_path, *(f"key-{number}" for number in range(60)), floor="4m", interval="30m")

    world.run(60)

    minutes = [int(moment) for name, at in world.prober.asked if (moment := (at - SPACE["NOW"]) / SPACE["MINUTE"]) > 1]
    assert max(map(minutes.count, set(minutes))) < 10


def test_a_right_gained_is_found_within_the_interval_stopped_at_once_and_resumed_once_it_is_gone(world):
    world.run(120, (40, world.diagnose("main", BLOCKED)), (80, world.diagnose("main", None)))

    assert world.changes()[4:] == ["suspend main-grid", "resume main-grid"]
    told = world.look(lambda store: memory.history(store, "main"))
    told = [((one.at - SPACE["NOW"]) / SPACE["MINUTE"], one.after) for one in told if one.number >= 6]
    assert [after for _, after in told] == [Truth.FALSE, Truth.TRUE]
    assert 40 < told[0][0] <= 55 + 0.1
    assert 80 < told[1][0] <= 95 + 0.1


def test_a_key_that_is_blocked_does_not_wait_for_the_slowest_of_its_pass(world):
    seen = []

    async def slow(target):
        for _ in range(50 if target.name == "other" and world.prober.diagnoses else 0):
            await asyncio.sleep(0)
        if target.name == "other":
            seen.append(world.held().get("main-grid"))

    world.prober.before = slow
    world.run(60, (30, lambda: (world.diagnose("main", BLOCKED)(), world.ask()())))

    assert [one.suspended is not None for one in seen if one][:4] == [False, False, True, True]


def test_an_outage_changes_nothing_backs_off_and_is_over_when_it_is_over(world):
    outage = [(60, world.diagnose("main", AWAY)), (60 * 12, world.diagnose("main", None))]

    world.run(60 * 14, *outage)

    asked = [moment for moment in world.moments("main") if 60 < moment < 12 * 60]
    assert len(asked) < 4 * 11 + 6
    assert min(gaps(asked)) >= 1
    assert max(gaps(asked)) <= 16
    assert world.changes()[4:] == []
    assert world.states()["main"].transitions == 6
    assert world.states()["main"].failures == 0


def test_proof_does_not_count_for_ever(tmp_path):
    world = World(tmp_path, "main", staleAfter="2h")

    world.run(60 * 6, (60, world.diagnose("main", AWAY)))

    kept = world.states()["main"]
    assert kept.result.diagnosis is Diagnosis.UNVERIFIED
    assert {one.kind: one.truth for one in kept.conditions} == {
        **dict.fromkeys(ConditionKind, Truth.UNKNOWN),
        ConditionKind.FRESH: Truth.FALSE,
    }
    assert world.changes() == ["create main", "create main-grid"]


def test_a_refused_key_is_left_alone_until_it_is_another_one(world):
    def turn():
        world.keys.turns["main"] += 1
        world.diagnose("main", None)()
        world.declare(*world.manifests.connections, *world.manifests.bindings)

    world.run(24 * 60, (30, world.diagnose("main", INVALID)), (20 * 60, turn))

    while_refused = [moment for moment in world.moments("main") if 30 < moment < 20 * 60]
    assert len(while_refused) == 1
    assert next(moment for moment in world.moments("main") if moment >= 20 * 60) < 20 * 60 + 2
    assert world.states()["main"].quarantine is None
    assert "replace main" in world.changes()


def test_a_secret_that_changed_without_a_sign_is_noticed_at_the_next_look(world):
    def turn():
        world.keys.turns["main"] += 1
        world.diagnose("main", None)()

    world.run(4 * 60, (30, world.diagnose("main", INVALID)), (120, turn))

    assert 120 < next(moment for moment in world.moments("main") if moment > 60) <= 136


@pytest.mark.parametrize("names", [(), ("main",)])
def test_whoever_asks_is_served_at_once_in_quarantine_or_not(world, names):
    world.diagnose("main", INVALID)()

    world.run(60, (30, world.ask(*names)))

    assert len([moment for moment in world.moments("main") if 30 <= moment < 31.1]) == 1
    assert world.look(memory.wishes) == {}
    assert len(world.moments("main")) == 2


def test_a_wish_from_before_the_start_is_served_and_an_unknown_name_is_told(world, said):
    world.run(5)
    world.ask("main", "nobody")()

    world.run(2)

    assert len(world.moments("main")) == 2
    assert said().count("asked for a connection that is not declared") == 1


def test_an_edit_is_tested_and_applied_at_once_and_nothing_else_is_tested(world):
    edited = BUILD.connection("main", displayName="Main", **refs("main")), *world.manifests.connections[1:]

    world.run(2, (1, world.edit(*edited, *world.manifests.bindings)))

    assert world.moments("main") == [0, 1]
    assert world.moments("other") == [0]
    assert world.changes()[4:] == ["update main"]


def test_a_broken_edit_keeps_the_last_good_set_running_and_is_told_once(world, said):
    good = world.manifests
    mend = world.edit(*good.connections, *good.bindings)

    world.run(180, (31, world.edit(findings=broken())), (90, world.diagnose("main", BLOCKED)), (150, mend))

    assert said().count("the manifests are broken; the last good set goes on") == 1
    assert said().count("manifests are good again") == 1
    assert world.changes()[4:] == ["suspend main-grid"]
    assert set(gaps(world.moments("other"))[1:]) == {15}


def test_a_broken_set_is_no_beginning(world):
    world.declare(findings=broken())

    with pytest.raises(InvalidConfig, match="it may not"):
        world.run(1)


def test_what_is_no_longer_declared_is_forgotten(world):
    left = world.manifests

    world.run(60, (30, world.edit(left.connections[0], left.bindings[0])))

    assert set(world.states()) == set(world.held()) - {"main-grid"} == {"main"}
    assert {one.name for one in world.look(memory.history)} == {"main"}


def test_a_restart_neither_hammers_nor_forgets(world):
    world.run(60, (30, world.diagnose("main", INVALID)))
    before, tested = world.states(), len(world.prober.asked)

    for _ in range(10):
        world.run(0.05)

    assert world.states() == before
    assert len(world.prober.asked) == tested
    assert world.states()["main"].quarantine is not None


def test_a_first_test_that_was_cut_off_is_not_begun_again_at_once(world):
    async def never(target):
        await asyncio.Event().wait()

    world.prober.before = never
    for _ in range(5):
        with pytest.raises(TimeoutError):
            asyncio.run(asyncio.wait_for(world.watching()[0](), 0.2))
    world.prober.before = None
    began = world.clock.now()
    world.run(3)

    assert {name for name, _ in world.prober.asked} == {"main", "other"}
    assert (world.prober.asked[0][1] - began).total_seconds() > 55


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_a_clock_that_jumps_leads_to_no_silence_and_no_storm(world, days):
    world.run(120, (30, lambda: world.clock.jump(days)))

    after = [at for name, at in world.prober.asked if name == "main"]
    assert len(after) in range(8, 12)
    assert after[-1] - after[-2] == SPACE["MINUTE"] * 15


def test_what_is_only_observed_is_told_and_left_but_for_a_key_that_may_withdraw(tmp_path):
    world = World(tmp_path, "main", mode="observe")

    world.run(30)
    observed = world.changes()
    world.watch = world.watch.model_copy(update={"mode": "enforce"})
    world.run(30)
    world.watch = world.watch.model_copy(update={"mode": "observe"})
    world.run(60, (5, world.diagnose("main", BLOCKED)), (30, world.diagnose("main", None)))

    assert observed == []
    assert world.changes() == ["create main", "create main-grid", "suspend main-grid"]


def test_the_second_watcher_stands_by_and_takes_over_when_the_first_ends(world, said):
    async def both():
        first, second = world.watching("ann@host"), world.watching("bob@host")
        at = world.clock.now()
        world.clock.at(at + 60 * SPACE["MINUTE"], first[1].stop)
        world.clock.at(at + 120 * SPACE["MINUTE"], second[1].stop)
        tasks = [asyncio.ensure_future(one[0]()) for one in (first, second)]
        await asyncio.gather(*tasks)

    asyncio.run(both())

    assert said().count("watching") == 2
    assert said().count("standing by: another watcher holds the lease") == 1
    # Whoever stands by looks once a minute here.
    assert all(13 <= gap <= 17 for gap in gaps(world.moments("main"))[1:])
    assert world.changes() == ["create main", "create other", "create main-grid", "create other-grid"]


def test_a_run_by_hand_meanwhile_delays_a_pass_and_does_not_end_the_loop(world, said):
    store = open_store(world.folder / "state.db")
    asyncio.run(store.lock("bob@host", world.clock.now(), 300))

    world.run(20)

    asyncio.run(store.close())
    assert said().count("trouble") == said().count("no trouble any more") == 1
    assert 5 <= world.moments("main")[0] <= 6.1


def test_a_call_to_stop_ends_in_the_middle_of_the_tests_and_gives_everything_back(world):
    async def story():
        run, calls = world.watching()

        async def hang(target):
            calls.stop()
            calls.stop()
            await asyncio.Event().wait()

        world.prober.before = hang
        await run()

    asyncio.run(story())

    other = open_store(world.folder / "state.db")
    for name in ("writer", "watch"):
        asyncio.run(other.lock("bob@host", world.clock.now(), 60, name))
    asyncio.run(other.close())
    assert world.changes() == []


def test_what_is_asked_to_read_anew_does_so(world):
    async def story():
        run, calls = world.watching()
        world.clock.at(world.clock.now() + 5 * SPACE["MINUTE"], calls.reload)
        world.clock.at(world.clock.now() + 6 * SPACE["MINUTE"], calls.stop)
        await run()

    asyncio.run(story())

    assert world.reads == 3
    assert len(world.moments("main")) == 1 + (world.moments("main")[-1] > 0)


def test_a_log_has_a_line_for_each_change_and_none_for_a_pass(world, said):
    world.run(24 * 60, (600, world.diagnose("main", BLOCKED)))

    assert sorted(said()) == sorted(["watching", *["change made"] * 5, "condition changed", "drift"])
