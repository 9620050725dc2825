from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from reconciler.documents.credentials import CredentialRefs
from reconciler.values.secret import SecretRef

ADAPTER = TypeAdapter(CredentialRefs)
CANARY = "CANARY-5f0e8b7a"


def wrong(data, known):
    with pytest.raises(ValidationError) as caught:
        ADAPTER.validate_python(data, context=known)
    assert CANARY not in str([(error["msg"], error.get("ctx")) for error in caught.value.errors()])
    return [(error["type"], error["loc"]) for error in caught.value.errors()]


def test_each_credential_has_a_reference_of_its_own(known):
    data = {"apiKey": {"sops": "f", "key": "a.b"}, "secret": {"age": "g"}, "passphrase": {"env": "RECONCILE_SECRET_X"}}

    refs = ADAPTER.validate_python(data, context=known)

    assert refs.refs == {
        "apiKey": SecretRef("sops", "f", "a.b"),
        "secret": SecretRef("age", "g"),
        "passphrase": SecretRef("env", "RECONCILE_SECRET_X"),
    }
    assert refs.group is None
    assert ADAPTER.dump_python(refs) == data


def test_one_reference_for_all_names_the_fields_inside_its_group(known):
    refs = ADAPTER.validate_python({"sops": "f", "key": "main"}, context=known)

    assert refs.group == SecretRef("sops", "f", "main")
    assert refs.refs["apiKey"] == SecretRef("sops", "f", "main.api_key")
    assert ADAPTER.dump_python(refs) == {"sops": "f", "key": "main"}


@pytest.mark.parametrize("value", [CANARY, 5, True, [CANARY], None])
def test_a_plain_value_is_refused_without_repeating_it(value, known):
    assert wrong(value, known) == [("secret_literal", ())]
    assert wrong({"apiKey": value, "secret": {"age": "g"}}, known) == [("secret_literal", ("apiKey",))]


@pytest.mark.parametrize(
    ("reference", "kind", "place"),
    [
        ({}, "one_reference", ()),
        ({"age": "a", "env": "B"}, "one_reference", ()),
        ({"sops": "f"}, "reference_key", ()),
        ({"sops": "f", "key": 5}, "reference_key", ("key",)),
        ({"sops": "f", "key": "a\x1b[2J"}, "reference_key", ("key",)),
        ({"age": "f", "key": "k"}, "reference_no_key", ("key",)),
        ({"age": ""}, "reference_text", ("age",)),
        ({"age": ["f"]}, "reference_text", ("age",)),
        ({"age": "a\n"}, "reference_text", ("age",)),
        ({"age": "x" * 501}, "reference_text", ("age",)),
        ({"age": "f", CANARY: 1}, "unknown_reference", (CANARY,)),
    ],
)
def test_a_reference_that_is_none_is_told_where_it_is_wrong(reference, kind, place, known):
    assert (kind, ("secret", *place)) in wrong({"apiKey": {"age": "g"}, "secret": reference}, known)


def test_every_mistake_is_told_at_once(known):
    assert {kind for kind, _ in wrong({"secret": CANARY, CANARY: {"age": "a"}}, known)} == {
        "secret_literal",
        "unknown_credential",
        "missing",
    }


def test_one_reference_for_all_must_be_able_to_name_a_key(known):
    assert wrong({"age": "f"}, known) == [("one_for_all", ("age",))]
