"""A policy is loosened where less holds in the end, not where a line was taken out."""

import pytest

from reconciler.documents import shapes
from reconciler.documents.known import Joining, RuleTraits, Texts
from reconciler.documents.policy import Setting
from reconciler.engine import loosening
from reconciler.model.comparison import Direction
from reconciler.values.severity import Severity

DENY, WARN = Setting("deny", Severity.DENY, {"maxDays": 90}), Setting("warn", Severity.WARN, {"maxDays": 90})
OFF = Setting("off", None, {"maxDays": 90})
TRAITS = RuleTraits(
    {},
    "warn",
    texts={
        "allowed": Texts(Joining.COMMON, shapes.RECIPIENT, "Who may."),
        "required": Texts(Joining.ALL, shapes.RECIPIENT, "Who must."),
    },
)
WIDER, NARROWER = Direction.WIDER, Direction.NARROWER


def directions(old: Setting, new: Setting) -> frozenset[Direction]:
    return loosening.directions(old, new, TRAITS)


def listed(level: Severity = Severity.WARN, **texts: tuple[str, ...] | None) -> Setting:
    return Setting(level.value, level, {}, texts)


def test_a_level_that_sinks_is_wider_and_one_that_rises_is_narrower():
    assert directions(DENY, WARN) == directions(WARN, OFF) == {Direction.WIDER}
    assert directions(WARN, DENY) == directions(OFF, WARN) == {Direction.NARROWER}


def test_a_number_counts_where_the_level_is_the_same():
    longer = Setting("warn", Severity.WARN, {"maxDays": 120})

    assert directions(WARN, longer) == {Direction.WIDER}
    assert directions(longer, WARN) == {Direction.NARROWER}
    assert directions(DENY, longer) == {Direction.WIDER}


def test_the_number_of_a_rule_that_is_off_means_nothing():
    assert directions(OFF, Setting("off", None, {"maxDays": 1})) == frozenset()


def test_the_same_setting_goes_nowhere():
    assert directions(WARN, WARN) == frozenset()


def test_a_level_that_rises_hides_no_number_that_grows():
    longer = Setting("deny", Severity.DENY, {"maxDays": 900})

    assert directions(WARN, longer) == {WIDER, NARROWER}


@pytest.mark.parametrize(
    ("old", "new", "ways"),
    [
        ((), ("ada",), {WIDER}),
        (("ada",), ("ada", "bob"), {WIDER}),
        (("ada", "bob"), ("ada",), {NARROWER}),
        (("ada",), ("bob",), {WIDER, NARROWER}),
        (("ada", "bob"), ("bob", "ada"), set()),
        (None, ("ada",), {NARROWER}),
        (("ada",), None, {WIDER}),
    ],
)
def test_who_is_allowed_is_wider_with_each_one_more(old, new, ways):
    assert directions(listed(allowed=old), listed(allowed=new)) == ways


@pytest.mark.parametrize(
    ("old", "new", "ways"),
    [
        (("ada",), ("ada", "bob"), {NARROWER}),
        (("ada", "bob"), ("ada",), {WIDER}),
        (None, ("ada",), {NARROWER}),
        (("ada",), None, {WIDER}),
        (("ada",), ("bob",), {WIDER, NARROWER}),
    ],
)
def test_who_is_required_is_narrower_with_each_one_more(old, new, ways):
    assert directions(listed(required=old), listed(required=new)) == ways


def test_a_level_that_rises_hides_no_list_that_grows():
    assert directions(listed(allowed=("ada",)), listed(Severity.DENY, allowed=("ada", "bob"))) == {WIDER, NARROWER}
