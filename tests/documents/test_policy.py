from __future__ import annotations

import pytest
from pydantic import ValidationError

from reconciler.documents.policy import Policy, Setting
from reconciler.values.severity import Severity


def policy(rules, known):
    data = {"apiVersion": "reconciler/v1", "kind": "Policy", "metadata": {"name": "a"}, "spec": {"rules": rules}}
    return Policy.model_validate(data, context=known)


def test_a_rule_is_set_by_a_level_or_by_a_map(known):
    rules = policy({"naming": "deny", "key-age": {"maxDays": 30}, "ip-allowlist": "off"}, known).spec.rules

    assert rules["naming"] == Setting("deny", Severity.DENY, {})
    assert rules["key-age"] == Setting("warn", Severity.WARN, {"maxDays": 30})
    assert rules["ip-allowlist"].level is None


def test_a_rule_nobody_sets_has_its_default(known):
    setting = Setting.default(known.rules["key-age"])

    assert (setting.word, setting.level, setting.parameters) == ("warn", Severity.WARN, {"maxDays": 90})


def test_every_mistake_is_told_at_its_rule(known):
    with pytest.raises(ValidationError) as caught:
        policy({"naming": "forbid", "key-age": {"maxDays": 0, "severity": "x", "y": 1}, "none": "off"}, known)

    assert {error["loc"][2:] for error in caught.value.errors()} == {
        ("naming",),
        ("key-age", "maxDays"),
        ("key-age", "severity"),
        ("key-age", "y"),
        ("none",),
    }


def test_equal_settings_are_equal_and_hash_alike(known):
    one, two = (policy({"key-age": {"maxDays": 30}}, known).spec.rules["key-age"] for _ in range(2))

    assert one == two
    assert len({one, two}) == 1
    assert one != "warn"


def test_rules_are_dumped_as_they_can_be_written_again(known):
    dumped = policy({"naming": "deny", "key-age": {"maxDays": 30}}, known).model_dump(mode="json", by_alias=True)

    assert policy(dumped["spec"]["rules"], known).spec.rules["key-age"].parameters == {"maxDays": 30}
    assert dumped["spec"]["rules"] == {"naming": "deny", "key-age": {"severity": "warn", "maxDays": 30}}
