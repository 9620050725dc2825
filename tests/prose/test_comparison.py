"""A comparison reads from what is wider to what is neutral, and shows nothing that could hurt a terminal."""

from reconciler.model.comparison import Comparison, Difference, Direction, Part, Step
from reconciler.model.finding import Finding
from reconciler.model.format import Style
from reconciler.prose.comparison import comparison, summary
from reconciler.values.location import Location
from reconciler.values.severity import Severity

AT = Location("a.yaml", 3, 5)


def compared(*differences, unread=()):
    return Comparison("main", "the working tree", differences, unread)


def changed(*parts, step=Step.CHANGED, name="spot", moved_from=None):
    return Difference(step, "Connection", name, AT, parts, moved_from)


def test_each_part_has_its_mark_its_values_and_its_reason():
    wider = Part("spec.markets", ["spot"], ["spot", "futures"], Direction.WIDER, "gains futures")

    lines = comparison(compared(changed(wider, Part("spec.displayName", "a", None, Direction.NEUTRAL))), Style())

    assert lines == [
        "▲ wider     changed  Connection       spot  a.yaml:3:5",
        "    ▲ spec.markets: spot → spot, futures  (gains futures)",
        "    · spec.displayName: a → none",
    ]


def test_a_secret_shows_its_reference_and_never_two_that_are_the_same():
    part = Part("spec.credentials.secret", "sops:a#b", "sops:a#b", Direction.NEUTRAL, "changed: another ciphertext")

    assert comparison(compared(changed(part)), Style())[1] == (
        "    · spec.credentials.secret: sops:a#b  (changed: another ciphertext)"
    )


def test_a_renamed_document_says_what_it_was_called():
    part = Part("metadata.name", "old", "spot", Direction.NEUTRAL)

    assert "(was old)" in comparison(compared(changed(part, step=Step.MOVED, moved_from="old")), Style())[0]


def test_names_from_a_pull_request_cannot_reach_the_terminal():
    part = Part("spec.x", "\x1b[2J", "b\u202ec", Direction.NEUTRAL, "\x1b[31m")

    text = "\n".join(comparison(compared(changed(part, name="a\x1bb")), Style()))

    assert "\x1b" not in text
    assert "\u202e" not in text


def test_the_summary_counts_by_direction_and_names_both_sides():
    found = changed(Part("spec.x", 1, 2, Direction.WIDER))

    assert summary(compared(found)) == "1 document differs between main and the working tree: 1 wider."
    assert summary(compared()) == "Nothing differs between main and the working tree."


def test_the_summary_says_what_could_not_be_read_of_the_base():
    broken = Finding("syntax", Severity.DENY, "x", AT)

    told = summary(compared(changed(Part("", None, "spot", Direction.WIDER, "mexc")), unread=(broken, broken)))

    assert told.endswith("1 file of main could not be read in full; what is missing there counts as added.")
    assert summary(compared(unread=(broken,))).endswith("what is missing there counts as added.")
