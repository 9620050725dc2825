"""Plain scalars mean what they mean to go-yaml."""

from __future__ import annotations

import math

import pytest

from reconciler.sealed.scalars import read_plain, read_stamp
from reconciler.sealed.tree import Stamp

CASES = [
    ("", None),
    ("~", None),
    ("NULL", None),
    ("nULL", "nULL"),
    ("true", True),
    ("FALSE", False),
    ("yes", "yes"),
    ("on", "on"),
    ("42", 42),
    ("-7", -7),
    ("+7", 7),
    ("0x1F", 31),
    ("0b101", 5),
    ("0o755", 493),
    ("0755", 493),
    ("0o9", "0o9"),
    ("08", 8.0),
    ("1_000", 1000),
    ("1e3", 1000.0),
    ("1.50", 1.5),
    (".5", 0.5),
    (".", "."),
    ("1e400", "1e400"),
    (".inf", math.inf),
    ("-.INF", -math.inf),
    ("12:30:45", "12:30:45"),
    ("=", "="),
    ("9223372036854775808", 2**63),
    ("99999999999999999999", 1e20),
    ("2024-05-06", Stamp("2024-05-06T00:00:00Z")),
    ("2024-5-6 7:8:9.50", Stamp("2024-05-06T07:08:09.5Z")),
    ("2024-05-06T07:08:09+02:00", Stamp("2024-05-06T07:08:09+02:00")),
    ("2024-05-06T07:08:09+00:00", Stamp("2024-05-06T07:08:09Z")),
    ("2024-02-30", "2024-02-30"),
    ("2024-05-06 07:08:09Z", "2024-05-06 07:08:09Z"),
    ("1" * 500, "1" * 500),
]


@pytest.mark.parametrize(("text", "meaning"), CASES)
def test_a_plain_scalar_means_what_go_yaml_takes_it_for(text, meaning):
    read = read_plain(text)

    assert read == meaning
    assert type(read) is type(meaning)


def test_nan_is_read():
    assert math.isnan(read_plain(".NaN"))


@pytest.mark.parametrize("text", ["2024-05-06T07:08:09", "2024-13-01", "now", "2024-05-06T07:08:09+25:00"])
def test_what_is_no_timestamp_is_told(text):
    assert read_stamp(text) is None
