"""Regexes out of files: read as SOPS does, or refused."""

from __future__ import annotations

import pytest

from reconciler.errors import SecretRejected
from reconciler.sealed.regexes import BoundedRegex


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^(data|stringData)$", "data", True),
        ("^(data|stringData)$", "data\n", False),
        ("^(data|stringData)$", "metadata", False),
        ("secret", "my_secret_key", True),
        ("(?i)SECRET", "secret", True),
        (r"\.dev\.yaml$", "a.dev.yaml", True),
        (r"\.dev\.yaml$", "a-dev-yaml", False),
        (r"^\w+_key$", "api_key", True),
        ("[a-c]{2,3}x?", "abx", True),
        (r"\d", "٣", False),
        ("^secrets/.*$", "secrets/a.yaml", True),
        (r"a\z", "a", True),
        ("^$", "", True),
    ],
)
def test_a_regex_is_found_as_re2_finds_it(pattern, text, found):
    assert BoundedRegex(pattern).found_in(text) is found


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|a)*$",
        "((a*)b)*",
        "(a?){20}",
        "a**",
        "a*+",
        "*a",
        "(?=a)",
        "(?<n>a)",
        "(?P<n>a)",
        r"\1",
        r"\pL",
        r"\Qa\E",
        "[[:alpha:]]",
        "[a&&b]",
        "(?U)a",
        "(a",
        "a)",
        "[a",
        "x" * 201,
    ],
)
def test_a_regex_that_could_differ_or_explode_is_refused(pattern):
    with pytest.raises(SecretRejected):
        BoundedRegex(pattern)


def test_a_regex_is_refused_once_it_has_cost_too_much():
    regex = BoundedRegex(".*a.*b.*c.*d.*e$")

    with pytest.raises(SecretRejected, match="too costly"):
        regex.found_in("abcd" * 100)


def test_many_keys_of_usual_length_are_no_trouble():
    regex = BoundedRegex("^(username|password|token|key|api|secret)$")

    assert not any(regex.found_in(f"connection_{number}") for number in range(5000))
