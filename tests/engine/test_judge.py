from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.documents.binding import StrategyBinding
from reconciler.documents.connection import Connection
from reconciler.documents.known import ExchangeTraits, Known, Parameter, RuleTraits
from reconciler.documents.policy import Policy, Setting
from reconciler.engine.judge import judge, survey
from reconciler.engine.rulebook import strictest
from reconciler.kit import discover
from reconciler.kit.clock import parse_iso
from reconciler.model.finding import Finding
from reconciler.model.grounds import Grounds, Item, TextFile
from reconciler.model.manifest import Placed
from reconciler.model.probe import Diagnosis, ProbeResult
from reconciler.model.rule import SWITCH, Fleet, Rule, Subject, finding
from reconciler.values.location import Location
from reconciler.values.rights import Evidence, Proof, Right, Rights, Verdict
from reconciler.values.severity import Severity

NOW = parse_iso("2026-11-22T12:00:00Z")


@dataclass(frozen=True)
class Top:
    """A document whose every field stands at its top."""

    file: str

    def where(self, *path: str | int) -> Location:
        return Location(self.file, 1, 1)


def _always(subject: Subject, fleet: Fleet, setting: Setting, now: object) -> Iterator[Finding]:
    message = f"{setting.word} {sorted(setting.parameters.values())}"
    yield finding(subject.connection, "some-rule", setting.level, message, "spec", remedy="none")


SOME = Rule("some-rule", "", "", RuleTraits(SWITCH, "warn", {"days": Parameter(90, 1, 999)}), _always)
QUIET = Rule("some-rule", "", "", RuleTraits(SWITCH, "off", {"days": Parameter(90, 1, 999)}), _always)
FIXED = Rule("some-rule", "", "", RuleTraits({"deny": Severity.DENY}, "deny"), _always, is_fixed=True)
ALL = tuple(discover.load("reconciler.policies", word).RULE for word in discover.names("reconciler.policies"))
KNOWN = Known(
    {"mexc": ExchangeTraits("MEXC", False, frozenset({"spot"}), False)},
    {"sops": True},
    {rule.id: rule.traits for rule in (SOME, *ALL) if not rule.is_fixed},
)


def connection(name: str, labels: dict | None = None) -> Placed[Connection]:
    document = {
        "apiVersion": "reconciler/v1",
        "kind": "Connection",
        "metadata": {"name": name, "labels": labels or {}},
        "spec": {
            "displayName": "MEXC Spot Main",
            "exchange": "mexc",
            "markets": ["spot"],
            "credentials": {"sops": "s.sops.yaml", "key": name},
            "ipAllowlist": ["203.0.113.10"],
        },
    }
    return Placed(Connection.model_validate(document, context=KNOWN), Top(f"{name}.yaml"))


def binding(name: str, to: str) -> Placed[StrategyBinding]:
    spec = {"connection": to, "strategy": "grid", "market": "spot", "pairs": ["BTC/USDT"]}
    document = {"apiVersion": "reconciler/v1", "kind": "StrategyBinding", "metadata": {"name": name}, "spec": spec}
    return Placed(StrategyBinding.model_validate(document, context=KNOWN), Top(f"{name}.yaml"))


def policy(rules: dict, labels: dict | None = None) -> Placed[Policy]:
    spec = {"select": {"labels": labels or {}}, "rules": rules}
    document = {"apiVersion": "reconciler/v1", "kind": "Policy", "metadata": {"name": "p"}, "spec": spec}
    return Placed(Policy.model_validate(document, context=KNOWN), Top("p.yaml"))


def said(rule: Rule, *policies: Placed[Policy], labels: dict | None = None) -> list[str]:
    fleet = Fleet((Subject(connection("a", labels)),))
    return [found.message for found in judge(fleet, policies, [rule], NOW)]


def test_where_no_policy_speaks_the_default_of_the_rule_holds():
    assert said(SOME) == ["warn [90]"]
    assert said(QUIET) == []


def test_a_policy_sets_a_rule():
    assert said(SOME, policy({"some-rule": {"days": 30, "severity": "deny"}})) == ["deny [30]"]
    assert said(SOME, policy({"some-rule": {"severity": "off"}})) == []


def test_a_policy_that_speaks_of_other_rules_leaves_this_one_alone():
    assert said(SOME, policy({"naming": "off"})) == ["warn [90]"]


@pytest.mark.parametrize(
    ("labels", "selected"),
    [({}, False), ({"team": "core"}, False), ({"team": "core", "tier": "1"}, True), ({"tier": "1"}, False)],
)
def test_a_policy_speaks_of_connections_with_all_its_labels(labels, selected):
    one = policy({"some-rule": "deny"} | {"some-rule": {"severity": "deny"}}, {"team": "core", "tier": "1"})

    assert said(SOME, one, labels=labels) == (["deny [90]"] if selected else ["warn [90]"])


def test_a_policy_without_labels_speaks_of_every_connection():
    assert said(SOME, policy({"some-rule": {"severity": "deny"}}), labels={"team": "core"}) == ["deny [90]"]


def test_of_several_policies_the_strictest_level_and_the_smallest_number_hold():
    loose = policy({"some-rule": {"days": 10, "severity": "warn"}})
    strict = policy({"some-rule": {"days": 60, "severity": "deny"}})

    assert said(SOME, loose, strict) == said(SOME, strict, loose) == ["deny [10]"]


def test_numbers_beside_off_ask_nothing():
    silent = policy({"some-rule": {"days": 1, "severity": "off"}})
    speaking = policy({"some-rule": {"days": 60, "severity": "warn"}})

    assert said(SOME, silent, speaking) == ["warn [60]"]


def test_a_fixed_rule_is_judged_whatever_a_policy_says():
    assert said(FIXED, policy({"some-rule": {"severity": "off"}})) == ["deny []"]


def setting() -> st.SearchStrategy[Setting]:
    return st.builds(
        lambda word, days: Setting(word, SWITCH[word], {"days": days}), st.sampled_from(list(SWITCH)), st.integers(1, 9)
    )


@given(st.lists(setting(), min_size=1, max_size=4))
def test_the_order_of_policies_does_not_matter(settings):
    joined, reversed_ = strictest(settings, SOME.traits), strictest(settings[::-1], SOME.traits)

    assert (joined.level, joined.parameters if joined.level else None) == (
        reversed_.level,
        reversed_.parameters if reversed_.level else None,
    )


@given(st.lists(setting(), min_size=1, max_size=4), setting())
def test_one_more_policy_never_makes_a_rule_milder(settings, more):
    before, after = strictest(settings, SOME.traits), strictest([*settings, more], SOME.traits)

    if before.level is not None:
        assert after.level is not None
        assert after.level.rank <= before.level.rank
        assert after.parameters["days"] <= before.parameters["days"]


def test_findings_come_worst_first_and_then_by_place():
    fleet = Fleet(tuple(Subject(connection(name, {"strict": name})) for name in ("c", "b", "a")))
    strict_b = policy({"some-rule": {"severity": "deny"}}, {"strict": "b"})

    found = judge(fleet, [strict_b], [SOME], NOW)

    assert [one.name for one in found] == ["b", "a", "c"]


def large_fleet(size: int) -> Fleet:
    evidence = Evidence("GET /rights", 200, NOW, "0" * 64)
    rights = Rights({right: Proof(Verdict.GRANTED, "", evidence) for right in Right})
    probe = ProbeResult(
        "a", "mexc", Diagnosis.WITHDRAWAL_ENABLED, "", NOW, rights=rights, ip_allowlist=("198.51.100.7",)
    )
    one = binding("one", "a")
    # One key behind all of them: the worst case for whoever compares connections with each other.
    subjects = tuple(Subject(connection(f"c{number}"), (one,), probe, "aa") for number in range(size))
    return Fleet(subjects, ("192.0.2.1",), {"mexc": "MEXC"})


def steps(rule: Rule, size: int) -> int:
    """Count the bytecodes that judging takes, which, unlike time, is the same on every machine."""
    fleet, count = large_fleet(size), 0

    def trace(frame: FrameType, event: str, _: object) -> object:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        judge(fleet, (), [rule], NOW)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_rule_takes_steps_in_proportion_to_the_connections(rule):
    small, large = steps(rule, 20), steps(rule, 200)

    # Ten times as many connections: a rule that compared each with each would take a hundred times as many steps.
    assert large < 12 * small


def surveyed(*policies: Placed, labels: Sequence[Mapping[str, str]] = ()) -> list[str]:
    def noted(item: Item, setting: Setting) -> list[Finding]:
        return [Finding("some-rule", Severity.WARN, f"{setting.word} {item.path}", Location(item.path))]

    rule = Rule("some-rule", "", "", SOME.traits, survey=noted)
    text = TextFile("a.yaml", "", labels=tuple(labels))
    return [one.message for one in survey(Grounds(texts=(text,)), policies, [rule], is_opened=False)]


def test_what_nobody_shares_is_judged_by_the_policies_of_everything():
    red = policy({"some-rule": {"severity": "deny"}}, labels={"team": "red"})
    everybody = policy({"some-rule": {"severity": "info"}})

    assert surveyed(red, everybody) == ["info a.yaml"]


def test_what_several_connections_share_is_judged_as_strictly_as_any_of_them():
    red = policy({"some-rule": {"severity": "deny"}}, labels={"team": "red"})
    blue = policy({"some-rule": {"severity": "off"}}, labels={"team": "blue"})

    assert surveyed(red, blue, labels=[{"team": "red"}, {"team": "blue"}]) == ["deny a.yaml"]
    assert surveyed(red, blue, labels=[{"team": "blue"}]) == []


def test_what_opening_shows_for_certain_is_not_surveyed_beside_it():
    def noted(item: Item, setting: Setting) -> list[Finding]:
        return [Finding("some-rule", Severity.WARN, "seen", Location(item.path))]

    rule = Rule("some-rule", "", "", SOME.traits, survey=noted, is_opened_anyway=True)
    around = Grounds(texts=(TextFile("a.yaml", ""),))

    assert survey(around, [], [rule], is_opened=True) == ()
    assert len(survey(around, [], [rule], is_opened=False)) == 1
