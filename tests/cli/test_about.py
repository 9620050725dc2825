"""What a format for machines is told of the program describes everything that a report can be about."""

from reconciler import __version__
from reconciler.cli.about import BESIDE, about
from reconciler.manifests.mistakes import MISTAKES
from reconciler.prose.notices import DIAGNOSED
from reconciler.values.severity import Severity
from reconciler.wiring import rules


def test_every_id_that_a_report_can_name_is_described():
    told = about(0).rules

    assert set(told) == {rule.id for rule in rules()} | set(MISTAKES) | set(DIAGNOSED.values()) | set(BESIDE)
    assert all(text.summary.endswith(".") and text.page.strip() for text in told.values())


def test_no_id_means_two_things():
    ids = [*(rule.id for rule in rules()), *MISTAKES, *DIAGNOSED.values(), *BESIDE]

    assert len(set(ids)) == len(ids)


def test_a_rule_is_as_bad_as_it_is_by_default():
    told = about(5)

    assert (told.version, told.exit_code) == (__version__, 5)
    assert told.rules["no-withdraw"].severity is Severity.DENY
    assert told.rules["naming"].severity is Severity.WARN
    assert told.rules["exchange-unavailable"].severity is Severity.WARN
