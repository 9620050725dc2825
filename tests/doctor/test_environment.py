from __future__ import annotations

import json

import pytest

from reconciler.doctor.environment import rows
from reconciler.doctor.row import State

CANARY = "canary-value-of-a-secret"


def test_nothing_is_said_of_an_environment_without_our_variables():
    assert list(rows({"PATH": "/bin", "HOME": "/root"})) == []


def test_secrets_are_counted_and_never_shown():
    found = list(rows({"RECONCILE_SECRET_A": CANARY, "RECONCILE_SECRET_B": CANARY}))

    assert [(row.state, row.fact) for row in found] == [(State.OK, "2 set")]


def test_a_misspelt_variable_is_warned_of_without_its_value():
    (row,) = rows({"RECONCILE_ALLOW_HOST": CANARY})

    assert (row.check, row.state) == ("RECONCILE_ALLOW_HOST", State.WARN)
    assert row.fix == "did you mean RECONCILE_ALLOW_HOSTS?"
    assert CANARY not in row.fact


@pytest.mark.parametrize(
    ("name", "value", "state"),
    [
        ("RECONCILE_ALLOW_ENV", "MEXC_*", State.OK),
        ("RECONCILE_ALLOW_ENV", "MEXC_*,*", State.WARN),
        ("RECONCILE_ALLOW_HOSTS", "proxy.internal:8443", State.OK),
        ("RECONCILE_ALLOW_HOSTS", "https://proxy.internal", State.WARN),
        ("RECONCILE_ALLOW_HOSTS", "*.internal", State.WARN),
        ("RECONCILE_ALLOW_FILES", "relative", State.FAIL),
        ("RECONCILE_ALLOW_FILES", "/no/such/folder", State.FAIL),
        ("RECONCILE_ALLOW_FILES", "/", State.WARN),
        ("RECONCILE_SIMULATOR", "/no/such/file", State.FAIL),
    ],
)
def test_values_are_judged(name, value, state):
    (row,) = rows({name: value})

    assert (row.check, row.state) == (name, state)


def test_a_folder_and_a_ready_file_that_are_there_are_fine(tmp_path):
    ready = tmp_path / "ready.json"
    ready.write_text(json.dumps({"exchanges": {"mexc": "http://127.0.0.1:1"}}))

    found = list(rows({"RECONCILE_ALLOW_FILES": str(tmp_path), "RECONCILE_SIMULATOR": str(ready)}))

    assert [row.state for row in found] == [State.OK, State.OK]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"exchanges": 1}', "\x00"])
def test_a_ready_file_of_another_shape_fails(tmp_path, text):
    ready = tmp_path / "ready.json"
    ready.write_text(text)

    (row,) = rows({"RECONCILE_SIMULATOR": str(ready)})

    assert row.state is State.FAIL
