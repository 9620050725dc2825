import json

from reconciler.model.secret_scheme import Flaw
from reconciler.sealed.positions import placed, positions


def test_values_of_yaml_have_their_places():
    data = b"a:\n  b: x\n  c:\n    - y\n    - {d: z}\n---\ne: 1\n"

    assert positions(data, "yaml") == {"a.b": (2, 6), "a.c.0": (4, 7), "a.c.1.d": (5, 11), "e": (7, 4)}


def test_values_of_json_have_theirs():
    data = json.dumps({"a": {"b": "x"}}, indent=2).encode()

    assert positions(data, "json") == {"a.b": (3, 10)}


def test_values_of_dotenv_have_theirs():
    assert positions(b"# note\nA=x\n\nLONG=y=z\n", "dotenv") == {"A": (2, 3), "LONG": (4, 6)}


def test_a_file_that_breaks_off_and_a_format_without_places_have_none():
    assert positions(b"a: [", "yaml") == {}
    assert positions(b"[a]\nb = c\n", "ini") == {}


def test_an_alias_points_at_what_it_stands_for_and_a_loop_ends():
    assert set(positions(b"a: &x {b: c}\nd: *x\n", "yaml").values()) == {(1, 11)}
    assert positions(b"a: &x [*x]\n", "yaml") == {}


def test_only_flaws_of_values_are_placed():
    flaws = [Flaw("m", "r", "value", "a"), Flaw("m", "r", "mac"), Flaw("m", "r", "value", "gone")]

    assert [(flaw.line, flaw.column) for flaw in placed(flaws, b"a: b\n", "yaml")] == [(1, 4), (0, 0), (0, 0)]
