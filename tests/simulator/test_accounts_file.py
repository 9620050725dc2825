from __future__ import annotations

import json

import pytest

from reconciler.errors import InvalidConfig
from reconciler.simulator.accounts_file import read_accounts

CANARY = "canary-5f1c0e9a7b3d42e8"


def written(tmp_path, text):
    path = tmp_path / "accounts.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("spell", [json.dumps, lambda keys: "- {exchange: mexc, rights: [read], name: mine}\n"])
def test_keys_are_read_from_yaml_and_json(tmp_path, spell):
    path = written(tmp_path, spell([{"exchange": "mexc", "rights": ["read"], "name": "mine"}]))

    assert read_accounts(path) == ({"exchange": "mexc", "rights": ["read"], "name": "mine"},)


def test_an_empty_list_is_no_keys(tmp_path):
    assert read_accounts(written(tmp_path, "[]")) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must be a list of keys"),
        ("{exchange: mexc}", "must be a list of keys"),
        ("- exchange: [", r"accounts.yaml:\d+:\d+ is neither YAML nor JSON"),
        ("- !!python/object/apply:os.system [true]", "is neither YAML nor JSON"),
        ("- mexc", "key 1: a key must be an object"),
        ("- {exchange: mexc}\n- {rights: [read]}", "key 2: a key needs the field exchange"),
        ("- {exchange: mexc, api_key: x}", "key 1: a key has a field that is not known"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(tmp_path, text, words):
    with pytest.raises(InvalidConfig, match=words):
        read_accounts(written(tmp_path, text))


def test_a_missing_file_is_told_by_name(tmp_path):
    with pytest.raises(InvalidConfig, match=r"none\.yaml cannot be read"):
        read_accounts(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    "text", [f"- {{exchange: mexc, secret: [{CANARY}]}}", f"- {CANARY}: 1", f"- secret: [{CANARY}"]
)
def test_no_value_of_the_file_is_repeated(tmp_path, text):
    with pytest.raises(InvalidConfig) as caught:
        read_accounts(written(tmp_path, text))

    assert CANARY not in f"{caught.value} {caught.value.hint} {caught.value.__cause__}"
