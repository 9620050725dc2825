from __future__ import annotations

import base64
import json
import logging
import sys
import urllib.parse

import pytest

from reconciler.kit.redact import MASK, RedactingFilter, redact, remember

VALUE = 'S3cret/"value"+42'


@pytest.fixture(autouse=True)
def _remembered():
    remember(VALUE)


@pytest.mark.parametrize(
    "form",
    [VALUE, urllib.parse.quote(VALUE, safe=""), base64.b64encode(VALUE.encode()).decode(), json.dumps(VALUE)[1:-1]],
    ids=["plain", "in a URL", "base64", "in JSON"],
)
def test_a_known_value_is_struck_out_in_each_of_its_forms(form):
    assert redact(f"GET /?k={form}&x=1 and {form}") == f"GET /?k={MASK}&x=1 and {MASK}"


def test_a_text_without_secrets_stays_as_it_is():
    assert redact("nothing to see here") == "nothing to see here"


def test_the_longer_of_two_values_that_begin_alike_goes_first():
    remember("prefix-one")
    remember("prefix-one-and-more")

    assert redact("a prefix-one-and-more b prefix-one c") == f"a {MASK} b {MASK} c"


def test_each_line_of_a_value_is_struck_out_alone():
    remember("first line here\nsecond line here")

    assert redact("only second line here") == f"only {MASK}"


def test_what_is_too_short_to_guard_anything_is_left_in_place():
    remember("the")

    assert redact("the end") == "the end"


def test_a_value_that_is_no_utf8_is_struck_out_all_the_same():
    remember("bad\udc80value")

    assert redact("x bad\udc80value y") == f"x {MASK} y"


def record(message: str, *arguments: object, error: bool = False) -> logging.LogRecord:
    return logging.LogRecord("x", logging.INFO, "x.py", 1, message, arguments, sys.exc_info() if error else None)


def test_a_log_record_is_cleaned_with_its_arguments():
    one = record("key %s", VALUE)

    assert RedactingFilter().filter(one)
    assert one.getMessage() == f"key {MASK}"


def test_a_traceback_is_cleaned():
    try:
        int(VALUE)
    except ValueError:
        one = record("it broke", error=True)

    RedactingFilter().filter(one)

    assert one.exc_info is None
    assert one.exc_text.endswith(f"with base 10: '{MASK}'")


def test_a_record_whose_arguments_do_not_fit_is_told_and_not_raised():
    one = record("two %s %s", VALUE)

    RedactingFilter().filter(one)

    assert one.getMessage() == "two %s %s (unreadable arguments)"
