"""The rulebook joins what all policies ask of a connection."""

from pathlib import Path

from reconciler import wiring
from reconciler.engine.rulebook import Rulebook
from reconciler.manifests.load import load
from reconciler.values.severity import Severity

POLICY = """\
apiVersion: reconciler/v1
kind: Policy
metadata: {{name: {name}}}
spec: {{select: {{labels: {{{labels}}}}}, rules: {{naming: {level}}}}}
"""


def levels(folder: Path, *policies, labels):
    text = "---\n".join(POLICY.format(name=f"p{n}", labels=who, level=level) for n, (who, level) in enumerate(policies))
    (folder / "a.yaml").write_text(text)
    book = Rulebook(load([folder], root=folder, known=wiring.known()).policies, wiring.rules())
    return {rule.id: setting.level for rule, setting in book.all_of(labels)}, {rule.id for rule, _ in book.of(labels)}


def test_a_policy_speaks_only_of_what_its_labels_select(tmp_path):
    of_core, _ = levels(tmp_path, ("team: core", "deny"), labels={"team": "core"})
    of_free, _ = levels(tmp_path, ("team: core", "deny"), labels={"team": "free"})

    assert (of_core["naming"], of_free["naming"]) == (Severity.DENY, Severity.WARN)


def test_the_strictest_of_several_holds(tmp_path):
    found, _ = levels(tmp_path, ("", "off"), ("", "deny"), labels={})

    assert found["naming"] is Severity.DENY


def test_a_rule_that_is_off_is_not_judged_and_no_withdraw_always_is(tmp_path):
    found, judged = levels(tmp_path, ("", "off"), labels={})

    assert found["naming"] is None
    assert "naming" not in judged
    assert "no-withdraw" in judged
