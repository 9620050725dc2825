"""What every store must do, over everything found in the folder."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.errors import GuardRefused, LockHeld, NothingMatched, StoreError
from reconciler.kit import discover
from reconciler.kit.clock import parse_iso
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Change, FieldChange
from reconciler.model.ports import Proven, Run
from reconciler.model.probe import ProbeResult
from reconciler.model.report import Report
from reconciler.model.state import Kind, ManagedObject

NOW = parse_iso("2026-11-22T12:00:00.123456Z")
ANN, BOB = "ann@host pid 1", "bob@host pid 2"
RUN = Run("run-1", ANN, NOW, "run", "abc1234")
MAIN = ManagedObject(Kind.CONNECTION, "main", {"spec.account": "main", "spec.markets": ["spot"]}, "aa")
GRID = ManagedObject(Kind.BINDING, "grid", {"spec.settings": {"a": [1, 1.5, None, True]}}, suspended="why")
CREATE = Change(
    Action.CREATE, Kind.CONNECTION, "main", (FieldChange("spec.account", None, "main"),), "why", target=MAIN
)
DELETE = Change(Action.DELETE, Kind.CONNECTION, "main", reason="no longer declared")
PROOF = Proven("aa", ProbeResult("main", "mexc", None, "fine", NOW))


@pytest.fixture(params=discover.names("reconciler.stores"))
def opened(request, tmp_path):
    """A function that opens the same store again and again."""
    module = discover.load("reconciler.stores", request.param)
    stores = []

    def open_it(*, read_only: bool = False):
        store = module.open_store(tmp_path / "state.db", read_only=read_only)
        stores.append(store)
        return store

    yield open_it
    for store in stores:
        asyncio.run(store.close())


@pytest.fixture
def store(opened):
    """A store whose lock the run of these tests holds."""
    store = opened()
    asyncio.run(store.lock(ANN, NOW, 60))
    asyncio.run(store.begin(RUN))
    return store


def do(*steps):
    """Run calls one after the other and return what the last one gave."""

    async def all_of_them():
        result = None
        for step in steps:
            result = await step
        return result

    return asyncio.run(all_of_them())


def settle(store, change, number=0, *, error=None, accepted=None, run=RUN):
    intent = do(store.intend(run, number, change, accepted))
    do(store.settle(intent, Outcome(change, error), NOW))
    return intent


def test_a_new_store_is_empty(opened):
    store = opened(read_only=True)

    assert do(store.recorded()) == do(store.intents()) == do(store.history()) == []
    assert do(store.proven()) == do(store.accepted()) == {}
    assert do(store.last_report()) is None


def test_an_intent_is_seen_by_the_next_reader_until_it_is_settled(store, opened):
    intent = do(store.intend(RUN, 3, CREATE, PROOF))

    assert do(opened(read_only=True).intents()) == [intent]

    do(store.settle(intent, Outcome(CREATE), NOW))

    assert do(opened(read_only=True).intents()) == []


def test_intents_come_in_the_order_they_were_made(store):
    made = [do(store.intend(RUN, number, CREATE)) for number in (0, 1, 10, 2)]

    assert do(store.intents()) == made


def test_a_settled_change_is_recorded_with_its_proof_and_told(store, opened):
    settle(store, CREATE, accepted=PROOF)

    again = opened(read_only=True)

    assert do(again.recorded()) == [MAIN]
    assert do(again.accepted()) == {"main": PROOF}
    (entry,) = do(again.history())
    told = {"who": ANN, "command": "run", "revision": "abc1234", "action": "create", "kind": "Connection"}
    assert entry.items() >= {**told, "name": "main", "reason": "why", "error": None}.items()
    assert parse_iso(str(entry["at"])) == NOW


def test_an_object_comes_back_as_it_was(store, opened):
    settle(store, Change(Action.CREATE, Kind.BINDING, "grid", target=GRID))

    assert do(opened(read_only=True).recorded()) == [GRID]


def test_a_change_that_failed_is_told_and_not_recorded(store):
    settle(store, CREATE, error="the disk is full", accepted=PROOF)

    assert do(store.recorded()) == do(store.intents()) == []
    assert do(store.accepted()) == {}
    assert [entry["error"] for entry in do(store.history())] == ["the disk is full"]


def test_settling_twice_tells_and_records_once(store):
    intent = settle(store, CREATE)
    settle(store, DELETE, 1)

    do(store.settle(intent, Outcome(CREATE), NOW))

    assert [entry["action"] for entry in do(store.history())] == ["delete", "create"]
    assert do(store.recorded()) == []


def test_a_deletion_forgets_the_object_and_its_proof(store):
    do(store.remember({"main": PROOF}))
    settle(store, CREATE, accepted=PROOF)

    settle(store, DELETE, 1)

    assert do(store.recorded()) == []
    assert do(store.accepted()) == do(store.proven()) == {}


def test_an_update_without_new_proof_keeps_the_old(store):
    settle(store, CREATE, accepted=PROOF)

    settle(store, replace(CREATE, action=Action.UPDATE), 1)

    assert do(store.accepted()) == {"main": PROOF}


def test_an_abandoned_intent_leaves_no_trace(store):
    intent = do(store.intend(RUN, 0, CREATE))

    do(store.abandon(intent))

    assert do(store.intents()) == do(store.history()) == do(store.recorded()) == []


def test_adopting_records_and_forgets_and_tells_nothing(store):
    settle(store, CREATE, accepted=PROOF)

    do(store.adopt([GRID], [MAIN.id], {}))

    assert do(store.recorded()) == [GRID]
    assert do(store.accepted()) == {}
    assert len(do(store.history())) == 1


def test_adopting_never_replaces_a_proof_about_the_same_key(store):
    wild = Proven("aa", replace(PROOF.result, message="later"))
    other = Proven("bb", replace(PROOF.result, message="another key"))

    do(store.adopt([MAIN], [], {"main": PROOF}), store.adopt([MAIN], [], {"main": wild}))
    kept = do(store.accepted())
    do(store.adopt([MAIN], [], {"main": other}))

    assert (kept, do(store.accepted())) == ({"main": PROOF}, {"main": other})


def test_what_is_accepted_takes_the_place_of_what_was(store, opened):
    settle(store, CREATE, accepted=PROOF)
    less = Proven("aa", replace(PROOF.result, message="it may do less"))

    do(store.accept({"main": less}))

    assert do(opened(read_only=True).accepted()) == {"main": less}


def test_proofs_are_kept_and_replaced_by_name(store, opened):
    later = Proven("aa", replace(PROOF.result, tested_at=NOW + timedelta(hours=1)))

    do(store.remember({"main": PROOF, "other": PROOF}), store.remember({"main": later}))

    assert do(opened(read_only=True).proven()) == {"main": later, "other": PROOF}


def test_a_plan_is_spent_once_and_for_all(store, opened):
    assert do(store.spent("plan-1")) is None

    do(store.spend("plan-1", NOW), store.spend("plan-1", NOW + timedelta(hours=1)))

    assert do(opened(read_only=True).spent("plan-1")) == NOW
    assert do(store.spent("plan-2")) is None


def test_a_rename_takes_all_that_is_remembered_along(store, opened):
    other = replace(GRID, fields={"spec.connection": "main"})
    settle(store, CREATE, accepted=PROOF)
    settle(store, Change(Action.CREATE, Kind.BINDING, "grid", target=other), 1)
    do(store.remember({"main": PROOF}), store.note({"watched": {"main": {"name": "main", "since": 1}, "else": {}}}))
    moved = replace(MAIN, name="first")

    settle(store, Change(Action.UPDATE, Kind.CONNECTION, "first", reason="why", target=moved, moved_from="main"), 2)

    again = opened(read_only=True)
    known = {"first": replace(PROOF, result=replace(PROOF.result, name="first"))}
    assert do(again.recorded()) == [moved, replace(other, fields={"spec.connection": "first"})]
    assert do(again.proven()) == do(again.accepted()) == known
    assert do(again.notes("watched")) == {"else": {}, "first": {"name": "first", "since": 1}}
    told = [(entry["action"], entry["name"], entry["called"]) for entry in do(again.history())]
    assert told == [("update", "first", None), ("create", "grid", None), ("create", "first", "main")]


def test_what_is_known_under_the_new_name_is_newer_than_what_stands_under_the_old(store):
    newer = replace(PROOF, result=replace(PROOF.result, name="first", message="newer"))
    settle(store, CREATE)
    do(store.remember({"main": PROOF, "first": newer}))

    moved = replace(MAIN, name="first")
    settle(store, Change(Action.UPDATE, Kind.CONNECTION, "first", target=moved, moved_from="main"), 1)

    assert do(store.proven()) == {"first": newer}


def test_a_rename_that_failed_moves_nothing(store):
    settle(store, CREATE, accepted=PROOF)
    moved = replace(MAIN, name="first")

    settle(
        store, Change(Action.UPDATE, Kind.CONNECTION, "first", target=moved, moved_from="main"), 1, error="it is gone"
    )

    assert (do(store.recorded()), do(store.accepted())) == ([MAIN], {"main": PROOF})


def test_the_last_report_comes_back_whole(store, opened):
    first, second = Report("run", NOW, NOW), Report("run", NOW, NOW, "abc", changes=(CREATE,), unchanged=3)

    do(store.finish(RUN, first), store.finish(RUN, second))

    assert do(opened(read_only=True).last_report()) == second


def test_history_is_newest_first_and_bounded(store):
    for number in range(5):
        settle(store, replace(CREATE, reason=f"number {number}"), number)

    assert [entry["reason"] for entry in do(store.history(2))] == ["number 4", "number 3"]


def test_a_second_writer_is_told_who_holds_the_lock_and_how_long(store, opened):
    told = f"{ANN} is writing since 2026-11-22T12:00:00Z, and holds lock .* until 2026-11-22T12:01:00Z"
    with pytest.raises(LockHeld, match=told):
        do(opened().lock(BOB, NOW + timedelta(seconds=59), 60))


def test_a_lock_can_be_renewed_by_its_owner_alone(store, opened):
    do(store.lock(ANN, NOW + timedelta(seconds=50), 60))

    with pytest.raises(LockHeld):
        do(opened().lock(BOB, NOW + timedelta(seconds=100), 60))


def test_an_expired_lock_is_taken_over_and_its_old_owner_may_not_write_on(store, opened):
    do(opened().lock(BOB, NOW + timedelta(seconds=60), 60))

    with pytest.raises(LockHeld, match=f"lost to {BOB}"):
        do(store.intend(RUN, 0, CREATE))
    with pytest.raises(LockHeld):
        do(store.lock(ANN, NOW + timedelta(seconds=61), 60))
    assert do(store.intents()) == []


def test_a_lock_that_was_given_back_is_free_and_nobody_gives_back_anothers(store, opened):
    other = opened()
    do(other.unlock(BOB))
    with pytest.raises(LockHeld):
        do(other.lock(BOB, NOW, 60))

    do(store.unlock(ANN))
    do(other.lock(BOB, NOW, 60))

    with pytest.raises(LockHeld, match="lost"):
        do(store.intend(RUN, 0, CREATE))


def test_locks_of_two_names_are_two_locks(store, opened):
    other = opened()

    do(other.lock(BOB, NOW, 60, "watch"))

    with pytest.raises(LockHeld):
        do(store.lock(ANN, NOW, 60, "watch"))
    do(store.intend(RUN, 0, CREATE), other.unlock(BOB, "watch"), store.lock(ANN, NOW, 60, "watch"))
    with pytest.raises(LockHeld):
        do(other.lock(BOB, NOW, 60))


def test_what_is_noted_is_found_by_the_next_reader_under_its_topic(store, opened):
    do(store.note({"one": {"b": {"x": [1, None, "é"]}, "a": 1}, "two": {"a": False}}))

    reader = opened(read_only=True)
    assert list(do(reader.notes("one")).items()) == [("a", 1), ("b", {"x": [1, None, "é"]})]
    assert do(reader.notes("two")) == {"a": False}
    assert do(reader.notes("three")) == {}


def test_a_note_is_replaced_and_forgotten_by_name(store):
    do(store.note({"one": {"a": 1, "b": 2}}), store.note({"one": {"a": 3, "b": None, "c": None}}))

    assert do(store.notes("one")) == {"a": 3}


def test_a_lock_is_broken_by_its_id_alone_and_its_owner_writes_no_more(store, opened):
    (held,) = do(store.locks())
    assert (held.owner, held.since, held.until) == (ANN, NOW, NOW + timedelta(seconds=60))
    other = opened()
    with pytest.raises(GuardRefused, match="another id") as refusal:
        do(other.break_lock("00000000"))
    assert held.id in refusal.value.hint

    assert do(other.break_lock(held.id)) == held

    with pytest.raises(LockHeld, match="lost"):
        do(store.intend(RUN, 0, CREATE))
    with pytest.raises(NothingMatched):
        do(other.break_lock(held.id))


def test_a_lock_that_is_renewed_keeps_its_id_and_one_taken_anew_has_another(store, opened):
    (first,) = do(store.locks())
    do(store.lock(ANN, NOW + timedelta(seconds=30), 60))
    (second,) = do(opened(read_only=True).locks())
    do(store.unlock(ANN), store.lock(ANN, NOW + timedelta(seconds=40), 60))
    (third,) = do(store.locks())

    assert (second.id, second.since, second.until) == (first.id, NOW, NOW + timedelta(seconds=90))
    assert third.id != first.id


WRITES = {
    "lock": lambda store: store.lock(ANN, NOW, 60),
    "break": lambda store: store.break_lock("00000000"),
    "unlock": lambda store: store.unlock(ANN),
    "begin": lambda store: store.begin(RUN),
    "intend": lambda store: store.intend(RUN, 0, CREATE),
    "adopt": lambda store: store.adopt([MAIN], []),
    "accept": lambda store: store.accept({"main": PROOF}),
    "spend": lambda store: store.spend("plan-1", NOW),
    "remember": lambda store: store.remember({"main": PROOF}),
    "finish": lambda store: store.finish(RUN, Report("run", NOW, NOW)),
    "note": lambda store: store.note({"topic": {"name": 1}}),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_store_that_is_read_only_refuses_to_write(opened, name):
    with pytest.raises(StoreError, match="reading only"):
        do(WRITES[name](opened(read_only=True)))


def test_a_reader_sees_what_was_committed_before_it_opened(store, opened):
    settle(store, CREATE)
    early = opened(read_only=True)

    settle(store, Change(Action.CREATE, Kind.BINDING, "grid", target=GRID), 1)

    assert MAIN in do(early.recorded())
    assert do(opened(read_only=True).recorded()) == [MAIN, GRID]
