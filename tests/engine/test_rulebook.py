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


ADA = "age1y4clwcqcfz62xfu95l9fk0tgqxenul6w2rd2l3dxnqlmf58leyps6hgx9z"
BOB = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"


def lists(folder, *settings):
    text = "---\n".join(
        f"apiVersion: reconciler/v1\nkind: Policy\nmetadata: {{name: p{n}}}\nspec: {{rules: {{recipients: {given}}}}}\n"
        for n, given in enumerate(settings)
    )
    (folder / "a.yaml").write_text(text)
    loaded = load([folder], root=folder, known=wiring.known())
    assert loaded.findings == ()
    book = Rulebook(loaded.policies, wiring.rules())
    return next(setting for rule, setting in book.all_of({}) if rule.id == "recipients").texts


def test_only_what_all_policies_allow_is_allowed_and_all_that_any_requires_is_required(tmp_path):
    one = f"{{allowed: [{ADA}, {BOB}], required: [{ADA}]}}"
    two = f"{{allowed: [{BOB}], required: [{BOB}]}}"

    assert lists(tmp_path, one, two) == {"allowed": (BOB,), "required": (ADA, BOB)}


def test_two_policies_that_agree_on_nobody_allow_nobody(tmp_path):
    assert lists(tmp_path, f"{{allowed: [{ADA}]}}", f"{{allowed: [{BOB}]}}")["allowed"] == ()


def test_a_list_beside_off_and_one_that_was_left_out_ask_nothing(tmp_path):
    off = f"{{allowed: [{ADA}], severity: 'off'}}"

    assert lists(tmp_path, off, "warn") == {"allowed": None, "required": None}
