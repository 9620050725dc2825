from __future__ import annotations

import pytest
from pydantic import ValidationError

from reconciler import wiring
from reconciler.documents.policy import Policy, Setting
from reconciler.values.severity import Severity


@pytest.fixture
def known_in_full():
    return wiring.known()


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


ADA = "age1y4clwcqcfz62xfu95l9fk0tgqxenul6w2rd2l3dxnqlmf58leyps6hgx9z"


def test_a_rule_takes_lists_of_texts_and_is_dumped_with_those_it_was_given(known_in_full):
    rules = policy({"recipients": {"allowed": [ADA, "pgp"]}, "naming": "info"}, known_in_full)

    assert rules.spec.rules["recipients"].texts == {"allowed": (ADA, "pgp"), "required": None}
    assert rules.model_dump(mode="json", by_alias=True)["spec"]["rules"] == {
        "recipients": {"severity": "deny", "allowed": [ADA, "pgp"]},
        "naming": "info",
    }


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ("x", ("allowed",)),
        ([], ("allowed",)),
        ([ADA, "nobody"], ("allowed", 1)),
        ([ADA, ADA], ("allowed", 1)),
        ([ADA, 5], ("allowed", 1)),
        ([f"{ADA}\n"], ("allowed", 0)),
    ],
)
def test_a_list_that_holds_something_else_is_a_mistake_at_its_item(given, at, known_in_full):
    with pytest.raises(ValidationError) as caught:
        policy({"recipients": {"allowed": given}}, known_in_full)

    assert [error["loc"][2:] for error in caught.value.errors()] == [("recipients", *at)]
