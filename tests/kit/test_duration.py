"""A span is read as it is written, and written as it is read."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.kit.duration import duration, spelled


@pytest.mark.parametrize(
    ("text", "seconds"), [("15m", 900), ("1h30m", 5400), ("7d", 604_800), ("90s", 90), ("0s", 0), ("1d1s", 86_401)]
)
def test_a_span_is_read(text, seconds):
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "15", "m", "15 m", "1m1h", "-1m", "1.5h", "15M", "15m\n", "1w"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(ValueError, match="such as 15m"):
        duration(text)


@given(st.integers(0, 10_000_000))
def test_reading_undoes_writing(seconds):
    assert duration(spelled(timedelta(seconds=seconds))) == timedelta(seconds=seconds)
