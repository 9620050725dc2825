"""What the loop knows outlives it, and never grows without end."""

import asyncio
import runpy
from pathlib import Path

import pytest

from reconciler.errors import StoreError
from reconciler.model.watched import ConditionKind, Transition, Truth, Watched
from reconciler.stores.sqlite import open_store
from reconciler.watch.memory import Step, Wish, history, keep, states, wish, wishes
from reconciler.watch.transitions import KEPT

NOUNS = runpy.run_path(str(Path(__file__).with_name("nouns.py")))
NOON, after, result = NOUNS["NOON"], NOUNS["after"], NOUNS["result"]


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path / "state.db")
    yield store
    asyncio.run(store.close())


def told(number, name="main"):
    return Transition(name, number, ConditionKind.FRESH, Truth.TRUE, Truth.FALSE, "Stale", after(hours=number))


def test_what_is_kept_comes_back(store):
    one, two = Watched("main", "key", result=result(), next_at=NOON), Watched("other")

    asyncio.run(keep(store, Step([one, two], [told(0)])))

    assert asyncio.run(states(store)) == {"main": one, "other": two}
    assert asyncio.run(history(store)) == (told(0),)


def test_the_newest_transitions_of_each_connection_are_kept(store):
    asyncio.run(keep(store, Step(transitions=[told(number) for number in range(KEPT + 7)])))
    asyncio.run(keep(store, Step(transitions=[told(3, "other")])))

    assert [one.number for one in asyncio.run(history(store, "main"))] == list(range(7, KEPT + 7))
    assert asyncio.run(history(store, "other")) == (told(3, "other"),)


def test_of_a_connection_that_is_gone_nothing_is_left(store):
    asyncio.run(keep(store, Step([Watched("main"), Watched("other")], [told(5), told(6), told(1, "other")])))

    asyncio.run(keep(store, Step(gone=["main"])))

    assert set(asyncio.run(states(store))) == {"other"}
    assert asyncio.run(history(store)) == (told(1, "other"),)


def test_a_wish_stays_until_it_is_granted(store, tmp_path):
    asyncio.run(wish(store, ["main"], NOON))
    asyncio.run(wish(store, [], NOON))

    found = asyncio.run(wishes(store))
    assert sorted(found.values(), key=lambda one: one.names) == [Wish((), NOON), Wish(("main",), NOON)]

    asyncio.run(keep(store, Step(granted=list(found))))
    assert asyncio.run(wishes(store)) == {}


@pytest.mark.parametrize(("topic", "read"), [("watched", states), ("transitions", history), ("asked", wishes)])
def test_what_cannot_be_read_is_an_error_with_a_way_out(store, topic, read):
    asyncio.run(store.note({topic: {"main": ["nonsense"]}}))

    with pytest.raises(StoreError, match="cannot be read") as refusal:
        asyncio.run(read(store))

    assert refusal.value.hint
