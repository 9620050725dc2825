from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from reconciler.prose.words import listed, moment, number, relative, said, span
from reconciler.values.secret import Secret


def test_a_moment_is_told_to_the_minute_in_utc():
    assert moment(datetime(2026, 11, 22, 14, 5, 59, tzinfo=timezone(timedelta(hours=2)))) == "2026-11-22 12:05 UTC"
    assert moment(datetime(2026, 1, 2, 3, 4, tzinfo=UTC)) == "2026-01-02 03:04 UTC"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3 * 3600, "3 h"),
        (47 * 3600, "47 h"),
        (12 * 86400, "12 d"),
    ],
)
def test_a_span_is_told_in_the_unit_a_person_would_use(seconds, told):
    assert span(timedelta(seconds=seconds)) == told


def test_a_number_agrees_with_its_noun():
    assert [number(count, "finding") for count in (0, 1, 2)] == ["0 findings", "1 finding", "2 findings"]


def test_a_long_list_ends_with_how_many_more_there_are():
    names = [f"k{n}" for n in range(10)]

    assert listed(names, most=8) == "k0, k1, k2, k3, k4, k5, k6, k7 and 2 more"
    assert listed(names[:9], most=8).endswith("k7, k8")
    assert listed(["a\nb"]) == "a\\nb"


def test_what_others_said_holds_no_secret_and_no_commands():
    Secret("words-canary-value")

    assert said("bad key words-canary-value \x1b[2J") == "bad key *** <U+001B>[2J"


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("./a.yaml", "a.yaml"),
        ("b/../a.yaml", "a.yaml"),
        ("a\nb.yaml", "a\\nb.yaml"),
        ("c\\a.yaml", "c/a.yaml"),
        ("", ""),
    ],
)
def test_a_file_is_told_by_its_plain_path(file, told):
    assert relative(file) == told
