"""The file of a plan comes back as it was written, and nothing that was not written here is read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.errors import PlanRefused
from reconciler.kit.clock import parse_iso
from reconciler.model.plan import Action, Change, FieldChange
from reconciler.model.plan_file import MAX_BYTES, digest_of, digested, document, read, render
from reconciler.model.probe import Diagnosis, Status
from reconciler.model.saved import Basis, KeyState, Permissions, SavedPlan, Seen
from reconciler.model.state import Kind
from reconciler.values.rights import Right, Verdict

NOW = parse_iso("2026-11-22T12:00:00Z")
SHA = "0123456789abcdef" * 4
FIELDS = (
    FieldChange("spec.credentials", "ab" * 16, "mx0v…3f2a"),
    FieldChange("spec.settings", None, {"a": [1, 1.5, None, True, "\ud800 ☃"]}),
)
PLAN = digested(
    SavedPlan(
        id="ab" * 16,
        created_at=NOW,
        expires_at=NOW + timedelta(hours=1),
        permissions=Permissions(7, ("main",)),
        basis=Basis("0.1.0", "abc1234", ((Kind.CONNECTION, "main"),), SHA, SHA, SHA),
        seen=Seen(SHA, SHA),
        keys=(
            KeyState("main", "mx0v…3f2a", "cd" * 16, Status.ONLINE, None, dict.fromkeys(Right, Verdict.DENIED)),
            KeyState(
                "other", None, None, Status.BLOCKED, Diagnosis.WITHDRAWAL_ENABLED, dict.fromkeys(Right, Verdict.UNKNOWN)
            ),
        ),
        changes=(
            Change(Action.REPLACE, Kind.CONNECTION, "main", FIELDS, "its key changed"),
            Change(Action.CREATE, Kind.BINDING, "grid", held="connection other is held"),
        ),
        unchanged=3,
    )
)


def edited(**fields) -> bytes:
    """Return the plan with other fields, and a digest that fits them: what somebody would write by hand."""
    whole = {**document(PLAN), **fields}
    return json.dumps({**whole, "digest": digest_of(whole)}).encode()


def test_a_plan_comes_back_as_it_was_written():
    assert read(render(PLAN).encode()) == PLAN
    assert read(render(digested(replace(PLAN, seal=SHA))).encode()).seal == SHA


def test_the_digest_is_over_everything_but_itself_and_the_seal():
    assert digested(replace(PLAN, seal=SHA)).digest == PLAN.digest
    assert digested(replace(PLAN, unchanged=4)).digest != PLAN.digest


def test_a_plan_that_was_edited_is_refused():
    text = render(PLAN).replace('"deletes": 7', '"deletes": 700')

    with pytest.raises(PlanRefused, match="changed after it was made"):
        read(text.encode())


@pytest.mark.parametrize("version", ["reconciler/plan/v2", "", None, 1, ["reconciler/plan/v1"]])
def test_a_plan_of_another_format_is_refused(version):
    with pytest.raises(PlanRefused, match="format that this program does not read"):
        read(edited(schema=version))


HOSTILE = {
    "another field": {"force": True},
    "a field of a key": {"keys": [{**document(PLAN)["keys"][0], "secret": "x"}]},
    "a field of a change": {"changes": [{**document(PLAN)["changes"][0], "target": {}}]},
    "a number for a text": {"id": 7},
    "a truth for a number": {"unchanged": True},
    "a fraction for a number": {"unchanged": 3.0},
    "less than none": {"permissions": {"deletes": -1}},
    "a text for an object": {"bound": "x"},
    "a list for an object": {"permissions": []},
    "an object for a list": {"keys": {}},
    "a word nobody knows": {"changes": [{**document(PLAN)["changes"][0], "action": "withdraw"}]},
    "a right nobody knows": {"keys": [{**document(PLAN)["keys"][0], "rights": {"everything": "granted"}}]},
    "a moment nobody knows": {"expiresAt": "never"},
    "a moment written otherwise": {"expiresAt": "2026-11-22T13:00:00+00:00"},
    "no moment": {"createdAt": None},
    "a scope of texts": {"scope": ["main"]},
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_not_of_the_written_shape_is_refused(case):
    with pytest.raises(PlanRefused, match="not of the shape"):
        read(edited(**HOSTILE[case]))


def test_a_plan_that_lacks_a_field_is_refused():
    whole = {name: value for name, value in document(PLAN).items() if name != "seen" and name != "keys"}

    with pytest.raises(PlanRefused, match="not of the shape"):
        read(json.dumps({**whole, "digest": digest_of(whole)}).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b'"plan"',
        b"{",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"schema": "reconciler/plan/v1", "schema": "reconciler/plan/v1"}',
        b'{"a": NaN}',
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "null", "list", "text", "cut", "utf16", "bom", "deep-lists", "deep", "twice", "nan", "long-number"],
)
def test_what_is_no_json_object_is_refused(data):
    with pytest.raises(PlanRefused, match="no JSON object"):
        read(data)


def test_a_number_without_end_is_refused():
    text = render(PLAN).replace('"unchanged": 3', '"unchanged": 1e999')

    with pytest.raises(PlanRefused, match="not of the shape"):
        read(text.encode())


def test_a_huge_file_is_refused_unread():
    with pytest.raises(PlanRefused, match="larger than 64 MiB"):
        read(b" " * (MAX_BYTES + 1))


def test_no_refusal_repeats_what_stands_in_the_file():
    for data in (edited(force="mx0v-secret"), edited(id=["mx0v-secret"]), b'{"schema": "mx0v-secret"}', b"mx0v-secret"):
        with pytest.raises(PlanRefused) as refusal:
            read(data)
        assert "mx0v" not in f"{refusal.value!r} {refusal.value.hint}"
