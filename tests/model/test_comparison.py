from reconciler.model.comparison import Comparison, Difference, Direction, Part, Step
from reconciler.values.location import Location


def part(direction, path="spec.x"):
    return Part(path, 1, 2, direction)


def difference(name, *directions):
    return Difference(Step.CHANGED, "Connection", name, Location("a.yaml"), tuple(map(part, directions)))


def test_a_document_is_wider_as_soon_as_one_part_is():
    assert difference("a", Direction.NEUTRAL, Direction.NARROWER, Direction.WIDER).direction is Direction.WIDER
    assert difference("a", Direction.NEUTRAL, Direction.NARROWER).direction is Direction.NARROWER
    assert difference("a", Direction.NEUTRAL).direction is Direction.NEUTRAL
    assert difference("a").direction is Direction.NEUTRAL


def test_what_is_wider_sorts_first():
    found = [difference("a", Direction.NEUTRAL), difference("c", Direction.WIDER), difference("b", Direction.NARROWER)]

    assert [one.name for one in sorted(found, key=lambda one: one.order)] == ["c", "b", "a"]


def test_documents_are_counted_by_direction():
    compared = Comparison("x", "y", (difference("a", Direction.WIDER), difference("b", Direction.WIDER)))

    assert [compared.count(direction) for direction in Direction] == [2, 0, 0]
