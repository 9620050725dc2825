"""A policy is loosened where less holds in the end, not where a line was taken out."""

from reconciler.documents.policy import Setting
from reconciler.engine.loosening import directions
from reconciler.model.comparison import Direction
from reconciler.values.severity import Severity

DENY, WARN = Setting("deny", Severity.DENY, {"maxDays": 90}), Setting("warn", Severity.WARN, {"maxDays": 90})
OFF = Setting("off", None, {"maxDays": 90})


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
