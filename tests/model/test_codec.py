from __future__ import annotations

import json
import runpy
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.codec import decode, encode
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Change, FieldChange, Plan
from reconciler.model.ports import Intent, Proven
from reconciler.model.probe import ProbeResult
from reconciler.model.report import Report
from reconciler.model.state import ManagedObject
from reconciler.values.rights import Proof, Verdict
from reconciler.values.secret import Credentials, Secret

CASES: dict[str, Report] = runpy.run_path(str(Path(__file__).parents[1] / "reporters" / "cases.py"))["CASES"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
st.register_type_strategy(ManagedObject, st.builds(ManagedObject, fields=st.dictionaries(st.text(), JSON, max_size=3)))
st.register_type_strategy(FieldChange, st.builds(FieldChange, path=st.text(), before=JSON, after=JSON))
st.register_type_strategy(Proof, st.builds(Proof, verdict=st.just(Verdict.UNKNOWN), why=st.text()))
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))


def through_text(value):
    """Take a value the way a store does: to text and back."""
    return decode(type(value), json.loads(json.dumps(encode(value))))


@pytest.mark.parametrize("kind", [ProbeResult, Proven, ManagedObject, Change, Outcome, Intent, Plan])
@given(data=st.data())
def test_reading_undoes_writing(kind, data):
    value = data.draw(st.from_type(kind))

    assert through_text(value) == value


@pytest.mark.parametrize("case", CASES)
def test_a_whole_report_comes_back(case):
    assert through_text(CASES[case]) == CASES[case]


def test_what_holds_its_default_is_left_out_and_comes_back():
    assert encode(Plan()) == {}
    assert decode(Plan, {}) == Plan()


def test_what_a_later_version_added_is_passed_over():
    assert decode(Plan, {"unchanged": 3, "invented": {"later": True}}) == Plan(unchanged=3)


@pytest.mark.parametrize("value", [Secret("s3cret-value"), [Secret("s3cret-value")], {"a": Secret("s3cret-value")}])
def test_a_secret_is_never_written(value):
    with pytest.raises(TypeError) as refusal:
        encode(value)

    assert "s3cret" not in str(refusal.value)


def test_credentials_are_never_written():
    with pytest.raises(TypeError):
        encode(Credentials(Secret("s3cret-key-value"), Secret("s3cret-value")))


@pytest.mark.parametrize(
    "data", [None, [], "x", {"changes": 1}, {"changes": [{}]}, {"unchanged": "1"}, {"forgotten": [["Connection"]]}]
)
def test_what_is_of_another_shape_is_refused(data):
    with pytest.raises(ValueError, match="this is no Plan"):
        decode(Plan, data)
