"""Reading SOPS files: every vector gets its verdict, and no value comes out of a file that is not authentic."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from reconciler.errors import SecretLocked, SecretNotFound, SecretRejected
from reconciler.sealed import agefile, creation, keyfile, reading
from reconciler.sealed.tree import Stamp, float_text
from reconciler.sealed.writing import Sealing

VECTORS = Path(__file__).parent / "vectors"
CASES = json.loads((VECTORS / "manifest.json").read_text("utf-8"))
SOPS_CASES = [case for case in CASES if case["format"] != "age"]


def identities(case):
    if not case["identities"]:
        return []
    return [identity.key for identity in keyfile.read((VECTORS / case["identities"]).read_bytes())[0]]


def as_json(value):
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    if isinstance(value, Stamp):
        return {"$time": value.text}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, float) and float_text(value) in ("+Inf", "-Inf", "NaN"):
        return {"$float": float_text(value)}
    return value


def opened(case):
    data = (VECTORS / case["file"]).read_bytes()
    return reading.open_file(data, case["format"], [identities(case)])


def verdict(case) -> str:
    data = (VECTORS / case["file"]).read_bytes()
    try:
        file = opened(case)
    except SecretLocked:
        return "locked"
    except SecretRejected:
        return "rejected"
    if "holds" in case:
        assert as_json(file.documents) == case["holds"]
    if reading.notes(data, case["format"]):
        return "noted"
    if case["verdict"] == "refused as a secret":
        with pytest.raises(SecretRejected, match="colon"):
            file.secret("a:b")
        return "refused as a secret"
    original = [
        reading.read_metadata(reading.parse((VECTORS / "tampered/00-original.enc.yaml").read_bytes(), "yaml").metadata)
    ]
    if case["file"].startswith("tampered/") and creation.foreign_recipients(
        file.metadata, Sealing([original[0].recipients])
    ):
        return "foreign recipient"
    return "opened"


@pytest.mark.parametrize("case", SOPS_CASES, ids=lambda case: case["file"])
def test_a_vector_gets_its_verdict(case):
    assert verdict(case) == case["verdict"]


def test_every_verdict_every_format_and_every_tampering_is_among_the_vectors():
    assert len(CASES) == 73
    assert {case["format"] for case in CASES} == {"yaml", "json", "dotenv", "ini", "binary", "age"}
    assert sum(case["file"].startswith("tampered/") for case in CASES) == 32


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["format"] == "age" and c["identities"]], ids=lambda c: c["file"]
)
def test_a_bare_age_file_is_opened(case):
    data = (VECTORS / case["file"]).read_bytes()

    assert agefile.decrypt(data, identities(case)) == case["holds"].encode()


def test_a_value_is_found_by_its_dotted_key(sealed, alice):
    file = reading.open_file(sealed({"main": {"api_key": "abc"}, "list": ["x", "y"]}), "yaml", alice.stages)

    assert file.secret("main.api_key") == b"abc"
    assert file.secret("list.1") == b"y"


def test_a_missing_key_names_the_one_that_was_meant_and_no_value(sealed, alice):
    file = reading.open_file(sealed({"main": {"api_key": "abc-value"}}), "yaml", alice.stages)

    with pytest.raises(SecretNotFound) as caught:
        file.secret("main.apikey")

    assert caught.value.hint == 'did you mean "main.api_key"?'
    assert "abc-value" not in caught.value.message + caught.value.hint


def test_of_a_file_with_many_keys_only_a_near_one_is_named(sealed, alice):
    file = reading.open_file(sealed({f"k{number:03}": "x" for number in range(50)}), "yaml", alice.stages)

    hints = []
    for name in ("k0077", "nothing-like-it"):
        with pytest.raises(SecretNotFound) as caught:
            file.secret(name)
        hints.append(caught.value.hint)

    assert hints == ['did you mean "k007"?', "it has 50 others"]


@pytest.mark.parametrize(
    ("tree", "key", "reason"),
    [
        ({"a_unencrypted": "x"}, "a_unencrypted", "in clear"),
        ({"a": ""}, "a", "empty"),
        ({"a": {"b": "1"}, "a.b": "2"}, "a.b", "several"),
        ({"a:b": "1"}, "a:b", "colon"),
    ],
)
def test_a_value_that_must_not_be_trusted_is_never_served(sealed, alice, tree, key, reason):
    file = reading.open_file(sealed(tree), "yaml", alice.stages)

    with pytest.raises(SecretRejected, match=reason):
        file.secret(key)


def test_what_is_no_text_is_served_as_the_text_the_mac_proved(sealed, alice):
    tree = {"pin": 123456, "flag": True, "rate": 1.5, "day": Stamp("2024-05-06T00:00:00Z")}
    file = reading.open_file(sealed(tree), "yaml", alice.stages)

    assert [file.secret(name) for name in tree] == [b"123456", b"True", b"1.5", b"2024-05-06T00:00:00Z"]


def test_in_mac_only_files_values_in_clear_are_never_served(sealed, alice):
    file = reading.open_file(sealed({"a_unencrypted": "x", "b": "y"}, mac_only=True), "yaml", alice.stages)

    assert file.secret("b") == b"y"
    with pytest.raises(SecretRejected, match="in clear"):
        file.secret("a_unencrypted")


def test_a_file_for_somebody_else_names_its_recipients(sealed, alice, bob):
    with pytest.raises(SecretLocked) as caught:
        reading.open_file(sealed({"a": "b"}), "yaml", bob.stages)

    assert alice.public in caught.value.message


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.sops.yaml", "yaml"),
        ("a.yml", "yaml"),
        ("a.json", "json"),
        (".env", "dotenv"),
        ("a.pem", "binary"),
        ("x.env", "dotenv"),
    ],
)
def test_the_format_goes_by_the_name(name, expected):
    assert reading.format_of(name) == expected


def test_nothing_of_a_file_is_in_its_repr(sealed, alice):
    file = reading.open_file(sealed({"a": "very-secret"}), "yaml", alice.stages)

    assert "very-secret" not in repr(file) + repr(file.leaves)
