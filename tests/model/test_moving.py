"""A move takes along what leads to an object, and what is known of it."""

from datetime import UTC, datetime

import pytest

from reconciler.model.moving import Move, moved_key
from reconciler.model.ports import Proven
from reconciler.model.probe import ProbeResult
from reconciler.model.state import Kind, ManagedObject

MOVE = Move(Kind.CONNECTION, "old", "new")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def proven(name: str, message: str = "") -> Proven:
    return Proven("aa", ProbeResult(name, "mexc", None, message, NOW))


def test_the_object_gets_the_name_and_its_bindings_follow():
    connection = ManagedObject(Kind.CONNECTION, "old", {"spec.account": "a"}, "aa")
    binding = ManagedObject(Kind.BINDING, "grid", {"spec.connection": "old"}, suspended="why")

    assert MOVE.of(connection) == ManagedObject(Kind.CONNECTION, "new", {"spec.account": "a"}, "aa")
    assert MOVE.of(binding) == ManagedObject(Kind.BINDING, "grid", {"spec.connection": "new"}, suspended="why")


@pytest.mark.parametrize(
    "other",
    [
        ManagedObject(Kind.CONNECTION, "other"),
        ManagedObject(Kind.BINDING, "old", {"spec.connection": "other"}),
        ManagedObject(Kind.CONNECTION, "other", {"spec.connection": "old"}),
    ],
)
def test_what_has_nothing_to_do_with_it_stays_as_it_is(other):
    assert MOVE.of(other) is other


def test_a_binding_that_is_renamed_takes_nothing_along():
    grid = ManagedObject(Kind.BINDING, "net", {"spec.connection": "grid"})

    assert Move(Kind.BINDING, "grid", "mesh").of(grid) is grid


def test_what_is_known_goes_on_under_the_new_name_unless_more_is_known_there():
    assert moved_key({"old": proven("old"), "b": proven("b")}, MOVE) == {"new": proven("new"), "b": proven("b")}
    assert moved_key({"old": proven("old"), "new": proven("new", "newer")}, MOVE) == {"new": proven("new", "newer")}
    assert moved_key({"b": proven("b")}, MOVE) == {"b": proven("b")}


def test_a_note_says_the_new_name_wherever_it_says_its_own():
    body = {"name": "old", "result": {"name": "old", "message": "old"}, "since": 1, "conditions": [{"name": "old"}]}

    told = MOVE.of_note(body)

    assert told == {**body, "name": "new", "result": {"name": "new", "message": "old"}}
    assert MOVE.of_note(None) is None
