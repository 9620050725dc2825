"""One entry a change, and never more of them than are kept."""

import runpy
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.watched import Condition, ConditionKind, Truth
from reconciler.watch.transitions import KEPT, place, places, transitions

NOUNS = runpy.run_path(str(Path(__file__).with_name("nouns.py")))
NOON, after = NOUNS["NOON"], NOUNS["after"]

TRUTHS = st.lists(st.sampled_from(Truth), min_size=6, max_size=6)


def state(truths):
    return [Condition(kind, truth, "Why", NOON) for kind, truth in zip(ConditionKind, truths, strict=True)]


@given(TRUTHS, TRUTHS)
def test_there_is_an_entry_for_each_change_and_for_nothing_else(one, two):
    found = transitions("main", state(one), state(two), first=7, now=after(hours=1))

    changed = [kind for kind, then, now in zip(ConditionKind, one, two, strict=True) if then is not now]
    assert [each.kind for each in found] == changed
    assert [each.number for each in found] == list(range(7, 7 + len(changed)))
    assert all(each.before is not each.after and each.at == after(hours=1) for each in found)


def test_the_first_look_tells_what_is_known_and_nothing_of_the_rest():
    found = transitions("main", (), state([Truth.TRUE, Truth.FALSE, *[Truth.UNKNOWN] * 4]), first=0, now=NOON)

    assert [(each.before, each.after) for each in found] == [(None, Truth.TRUE), (None, Truth.FALSE)]


@given(st.integers(0, 10_000), TRUTHS, TRUTHS)
def test_every_entry_has_one_of_the_places_of_its_connection(first, one, two):
    found = transitions("main", state(one), state(two), first=first, now=NOON)

    assert {place(each) for each in found} <= set(places("main"))
    assert len({place(each) for each in found}) == len(found)
    assert len(set(places("main"))) == KEPT
