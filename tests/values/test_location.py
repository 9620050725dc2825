from __future__ import annotations

from reconciler.values.location import Location


def test_a_place_is_written_so_that_editors_can_jump_to_it():
    assert str(Location("a.yaml", 14, 5)) == "a.yaml:14:5"
    assert str(Location("a.yaml")) == "a.yaml"


def test_places_are_ordered_by_file_then_line_then_column():
    places = [Location("b.yaml", 1, 1), Location("a.yaml", 10, 1), Location("a.yaml", 9, 2), Location("a.yaml", 9, 1)]

    assert [str(place) for place in sorted(places)] == ["a.yaml:9:1", "a.yaml:9:2", "a.yaml:10:1", "b.yaml:1:1"]
