from dataclasses import replace

from reconciler.model.format import Style
from reconciler.model.plan import Action, Change
from reconciler.model.state import Kind, ManagedObject
from reconciler.prose.changes import changes
from reconciler.prose.incidents import NO_INCIDENTS, incidents
from reconciler.prose.problems import problems
from reconciler.reporters.text import render

WIDE = Style(200)
NAME = "kucoin-futures-conservative"


def blocked(nouns, *more, held="no-withdraw: the key may withdraw, shown by GET /api/v1/user/api-key"):
    """Return a report of a key that may withdraw, with the change of its connection held for a reason."""
    own = Change(Action.REPLACE, Kind.CONNECTION, NAME, held=held)
    return replace(nouns.CASES["blocked-and-suspended"], changes=(own, *more))


def binding(name, action, held=None, connection=NAME):
    target = ManagedObject(Kind.BINDING, name, {"spec.connection": connection})
    return Change(action, Kind.BINDING, name, held=held, target=target)


def test_the_problem_says_what_follows_and_where_it_is_declared(nouns):
    report = blocked(
        nouns,
        binding("grid", Action.SUSPEND),
        binding("trend", Action.CREATE, held=f"connection {NAME} is held"),
        binding("other", Action.SUSPEND, connection="mexc-spot-main"),
    )

    lines = problems(report.connections, WIDE, incidents(report))

    assert "    so: grid suspended, 2 changes held" in lines
    assert "    at: connections.d/kucoin.yaml:4:9: [no-withdraw]" in lines


def test_the_reason_and_the_remedy_are_told_once(nouns):
    report = blocked(nouns)

    text = render(report, WIDE)

    assert text.count("may withdraw") == 1
    assert text.count("fix:") == 1
    assert "held: Withdrawal enabled" in text
    assert "[ip-allowlist]" in text


def test_another_reason_to_hold_is_told_in_full(nouns):
    report = blocked(nouns, held="egress-rights: the key may transfer")

    assert any("egress-rights: the key may transfer" in line for line in changes(report, WIDE, incidents(report)))


def test_a_finding_is_kept_where_no_problem_tells_it(nouns):
    report = blocked(nouns)
    fine = replace(report, connections=())

    assert [one.rule for one in incidents(report).others(report.findings)] == ["ip-allowlist"]
    assert incidents(fine).others(report.findings) == list(report.findings)
    assert NO_INCIDENTS.others(report.findings) == list(report.findings)


def test_the_report_itself_is_not_touched(nouns):
    report = blocked(nouns)

    render(report, WIDE)

    assert report.changes[0].held.startswith("no-withdraw")
