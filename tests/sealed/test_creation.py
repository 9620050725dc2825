"""For whom a new file is encrypted, by `.sops.yaml`."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretRejected
from reconciler.sealed import creation
from reconciler.sealed.selection import Rule


def config(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".sops.yaml").write_text(text)


def test_the_nearest_file_upwards_counts(tmp_path):
    config(tmp_path, "creation_rules: [{age: far}]")
    config(tmp_path / "a", "creation_rules: [{age: near}]")

    assert creation.sealing_for(tmp_path / "a" / "b" / "x.yaml").groups == [["near"]]
    assert creation.sealing_for(tmp_path / "c" / "x.yaml").groups == [["far"]]


def test_the_first_rule_whose_path_fits_counts(tmp_path):
    text = r"""
creation_rules:
  - path_regex: ^prod/.*\.yaml$
    age: p1, p2
    encrypted_regex: ^secret
    mac_only_encrypted: true
  - path_regex: prod
    age: [q, q]
  - age: rest
"""
    config(tmp_path, text)

    prod = creation.sealing_for(tmp_path / "prod" / "x.yaml")
    assert (prod.groups, prod.rule, prod.mac_only) == ([["p1", "p2"]], Rule("encrypted_regex", "^secret"), True)
    assert creation.sealing_for(tmp_path / "preprod" / "x.json").groups == [["q"]]
    assert creation.sealing_for(tmp_path / "x.yaml").groups == [["rest"]]


def test_key_groups_are_taken_with_their_threshold(tmp_path):
    config(tmp_path, "creation_rules: [{key_groups: [{age: [a]}, {age: [b]}, {age: [c]}], shamir_threshold: 2}]")

    sealing = creation.sealing_for(tmp_path / "x.yaml")

    assert (sealing.groups, sealing.threshold) == ([["a"], ["b"], ["c"]], 2)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("creation_rules: [{path_regex: nothing, age: a}]", "no rule"),
        ("creation_rules: [{pgp: ABC, age: a}]", "pgp"),
        ("creation_rules: [{key_groups: [{age: [a]}, {kms: [{arn: x}]}]}]", "kms"),
        ("creation_rules: [{key_groups: [{age: [a]}, {age: [b]}], shamir_threshold: 5}]", "does not fit"),
        ("creation_rules: [{key_groups: [5]}]", "cannot be written"),
        ("creation_rules: [{}]", "no age recipient"),
        ("creation_rules: 5", "no list"),
        ("creation_rules: [5]", "no list"),
        ("{}", "no list"),
        ("[", "not valid YAML"),
        ("creation_rules: [{path_regex: (a+)+, age: a}]", "regex"),
        ("creation_rules: [{age: a, encrypted_regex: a, encrypted_suffix: b}]", "several"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(tmp_path, text, reason):
    config(tmp_path, text)

    with pytest.raises(SecretRejected, match=reason):
        creation.sealing_for(tmp_path / "x.yaml")


def test_without_a_file_there_is_no_rule(tmp_path):
    assert creation.sealing_for(tmp_path / "x.yaml") is None


@pytest.mark.parametrize(("value", "listed"), [(None, []), ("a, b,,a", ["a", "b"]), (["a ", "a", ""], ["a"])])
def test_recipients_are_a_list_or_a_text_with_commas(value, listed):
    assert creation.listed(value) == listed
