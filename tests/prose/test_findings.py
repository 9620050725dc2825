from __future__ import annotations

from reconciler.model.finding import Finding
from reconciler.model.format import Style
from reconciler.model.report import Failure
from reconciler.model.state import Kind
from reconciler.prose.findings import WORDS, failures, findings, unmanaged
from reconciler.values.location import Location
from reconciler.values.severity import Severity


def test_every_severity_has_a_word_that_editors_know():
    assert [WORDS[severity][0] for severity in Severity] == ["error", "warning", "note"]


def test_the_worst_finding_comes_first_at_its_place(nouns):
    assert findings([nouns.NO_ALLOWLIST, nouns.NO_WITHDRAW], Style(100)) == [
        "connections.d/kucoin.yaml:4:9: error: kucoin-futures-conservative may withdraw; no key may [no-withdraw]",
        '  hint: clear "Withdrawal" for this key at the exchange, then run: reconcile test',
        "connections.d/mexc.yaml:12:3: warning: mexc-spot-main answers to every address [ip-allowlist]",
        "  hint: name your addresses at the exchange and under spec.ipAllowlist",
    ]


def test_the_line_with_the_place_is_never_broken():
    long = Finding("naming", Severity.WARN, "word " * 40, Location("a.yaml", 1, 2), "hint " * 40)

    lines = findings([long], Style(60))

    assert lines[0].startswith("a.yaml:1:2: warning: word word")
    assert lines[0].endswith("[naming]")
    assert all(len(line) <= 60 for line in lines[1:])


def test_a_file_that_could_not_be_read_is_named_without_a_line(nouns):
    assert findings([nouns.INVALID_MANIFESTS[3]], Style(100))[0] == (
        "connections.d/c.yaml: error: the file is not UTF-8 [encoding]"
    )


def test_a_failure_is_told_with_its_hint():
    assert failures([Failure("the store is locked", "wait", 6), Failure("so it is", "", 1)], Style(100)) == [
        "error: the store is locked",
        "  hint: wait",
        "error: so it is",
    ]


def test_what_is_left_alone_is_named():
    assert unmanaged([], Style(100)) == []
    assert unmanaged([(Kind.CONNECTION, "theirs")], Style(100)) == ["Unmanaged, left alone: Connection theirs"]


def test_a_note_that_says_the_same_of_many_is_told_once_and_names_them_all():
    def note(name, line):
        place = Location("a.yaml", line, 1)
        return Finding("egress-rights", Severity.INFO, "not shown", place, "ask", "Connection", name)

    lines = findings([note("b", 2), note("a", 1), note("c", 3)], Style(80))

    assert lines == ["a.yaml:1:1: note: not shown [egress-rights]", "  hint: ask", "  also: b, c"]


def test_many_warnings_of_one_rule_do_not_drown_an_error(nouns):
    many = [Finding("naming", Severity.WARN, "odd", Location("a.yaml", n), "", None, f"c{n}") for n in range(1, 31)]

    lines = findings([*many, nouns.NO_WITHDRAW], Style(100))

    assert "error:" in lines[0]
    assert [line for line in lines if line.endswith("warning: odd [naming]")] == [
        f"a.yaml:{n}:0: warning: odd [naming]" for n in (1, 2, 3)
    ]
    assert lines[-1] == (
        "warning: 27 more of [naming]: c4, c5, c6, c7, c8, c9, c10, c11 and 19 more; -o json lists them all"
    )


def test_a_few_warnings_and_all_errors_are_shown():
    few = [Finding("naming", Severity.WARN, "odd", Location("a.yaml", n), "", None, f"c{n}") for n in range(1, 6)]
    errors = [Finding("naming", Severity.DENY, "bad", Location("b.yaml", n), "", None, f"c{n}") for n in range(1, 31)]

    assert len(findings([*few, *errors], Style(100))) == 35
