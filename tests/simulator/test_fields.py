from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from reconciler.errors import UsageError
from reconciler.simulator.fields import fault_fields, key_fields, text_field

END = datetime(2026, 12, 31, tzinfo=UTC)
CANARY = "canary-5f1c0e9a7b3d42e8"


def test_fields_of_a_key_are_read_by_their_names():
    given = {"exchange": "mexc", "rights": ["read"], "ipAllowlist": None, "subAccount": "bots", "keyInfo": {"a": 1}}

    assert key_fields(given) == {
        "exchange": "mexc",
        "rights": ["read"],
        "ip_allowlist": None,
        "sub_account": "bots",
        "key_info": {"a": 1},
    }


@pytest.mark.parametrize(
    "given",
    ["2026-12-31T00:00:00Z", "2026-12-31", date(2026, 12, 31), datetime(2026, 12, 31), END],
)
def test_an_end_is_a_moment_in_any_spelling_of_yaml_and_json(given):
    assert key_fields({"expiresAt": given}) == {"expires_at": END}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "a key must be an object"),
        ({"rights": "read"}, "rights must be a list of texts"),
        ({"rights": [1]}, "rights must be a list of texts"),
        ({"exchange": ""}, "exchange must be a text"),
        ({"exchange": None}, "exchange must be a text"),
        ({"version": True}, "version must be a whole number"),
        ({"expiresAt": "soon"}, "expiresAt must be a moment"),
        ({"keyInfo": []}, "keyInfo must be an object"),
        ({"permissions": 7}, "permissions must be a text"),
        ({"apikey": "x"}, "a key has a field that is not known"),
    ],
)
def test_a_wrong_field_of_a_key_is_named(given, words):
    with pytest.raises(UsageError, match=words):
        key_fields(given)


def test_a_near_miss_is_recognized():
    with pytest.raises(UsageError) as caught:
        key_fields({"apikey": "x"})

    assert caught.value.hint == 'did you mean "apiKey"?'


@pytest.mark.parametrize("given", [{CANARY: 1}, {"rights": CANARY}, {"expiresAt": CANARY}, {"version": CANARY}])
def test_no_value_is_ever_repeated(given):
    with pytest.raises(UsageError) as caught:
        key_fields(given)

    assert CANARY not in f"{caught.value} {caught.value.hint}"


def test_permissions_may_be_an_empty_text():
    assert key_fields({"permissions": ""}) == {"permissions": ""}


def test_fields_of_a_fault_are_read():
    given = {"exchange": "mexc", "fault": "down", "times": 2, "path": None}

    assert fault_fields(given) == ("mexc", "down", {"times": 2, "path": None})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"fault": "down"}, "needs the field exchange"),
        ({"exchange": "mexc"}, "needs the field fault"),
        ({"exchange": "mexc", "fault": "down", "times": "2"}, "times must be a whole number"),
        ({"exchange": "mexc", "fault": "down", "kind": "x"}, "a fault has a field that is not known"),
    ],
)
def test_a_wrong_field_of_a_fault_is_named(given, words):
    with pytest.raises(UsageError, match=words):
        fault_fields(given)


@pytest.mark.parametrize("given", [{}, {"ip": ""}, {"ip": "a", "port": 1}, "a"])
def test_a_single_field_is_read_and_nothing_else(given):
    with pytest.raises(UsageError):
        text_field(given, "ip")
    assert text_field({"ip": "203.0.113.1"}, "ip") == "203.0.113.1"
