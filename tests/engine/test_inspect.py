"""Rules see every connection with its own bindings, and offline they see no key."""

from dataclasses import replace

from reconciler.documents.known import RuleTraits
from reconciler.engine.inspect import inspect, validate
from reconciler.engine.order import Surroundings
from reconciler.model.finding import Finding
from reconciler.model.probe import Status
from reconciler.model.report import Report
from reconciler.model.rule import Rule
from reconciler.values.severity import Severity


def tell(subject, fleet, setting, now):
    facts = f"{[one.name for one in subject.bindings]} {subject.probe is not None} {subject.fingerprint}"
    yield Finding("tell", setting.level, facts, subject.connection.source.where(), "", "Connection", subject.name)


RULE = Rule("tell", "tells what it sees", "", RuleTraits({"warn": Severity.WARN}, "warn"), tell)
AROUND = Surroundings("ann", rules=[RULE])


def test_a_rule_sees_a_connection_with_its_bindings_and_its_key(build):
    manifests = build.manifests(build.connection(), build.connection("idle"), build.binding())

    found = inspect(manifests, AROUND, build.now, results=build.online("main"), fingerprints={"main": "f1"})

    assert {one.name: one.message for one in found} == {"main": "['grid'] True f1", "idle": "[] False None"}


def test_offline_every_connection_is_pending_and_no_key_is_seen(build):
    blank = Report("validate", build.now, build.now)

    report = validate(build.manifests(build.connection()), AROUND, blank)

    assert [one.status for one in report.connections] == [Status.PENDING]
    assert [one.message for one in report.findings] == ["[] False None"]
    assert replace(report, connections=(), findings=()) == blank
