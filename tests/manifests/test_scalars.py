from __future__ import annotations

import io

import pytest
from check_jsonschema.parsers.yaml import construct_yaml_implementation, impl2loader

from reconciler.manifests.scalars import NoNumber, resolve

# Words in which readers of YAML 1.1 and 1.2, or careless ones, differ.
WORDS = """
    yes no on off y n true True TRUE tRUE false ~ null Null NULL nUll 2026-10-01 12:30 1:30 0 -0 00 08 017 0o17 0o8
    0x1F 0x +5 -5 5. .5 +.5 1.0 1e3 12e03 1e-3 1.5e2 e3 1e . .. 1.2.3 - -. 1,000 0b1x USDT 500USDT
"""


@pytest.mark.parametrize("word", [word for word in WORDS.split() if word != "-"])
def test_a_word_means_what_another_reader_of_yaml_1_2_takes_it_for(word):
    other = impl2loader(construct_yaml_implementation())(io.BytesIO(f"a: {word}".encode()))["a"]

    assert resolve(word) == other
    assert isinstance(resolve(word), bool) == isinstance(other, bool)


def test_only_true_and_false_are_booleans():
    assert [resolve(word) for word in ("true", "FALSE", "yes", "on", "off", "tRUE")] == [
        True,
        False,
        "yes",
        "on",
        "off",
        "tRUE",
    ]


def test_a_whole_float_is_a_whole_number_as_in_json():
    assert (resolve("5.0"), resolve("1e3"), resolve("2.5")) == (5, 1000, 2.5)
    assert type(resolve("5.0")) is int


def test_a_date_stays_text():
    assert resolve("2026-10-01") == "2026-10-01"


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "1e999", "9007199254740992", "9" * 5000, "0x" + "f" * 40])
def test_a_number_without_an_exact_meaning_is_refused(text):
    with pytest.raises(NoNumber):
        resolve(text)


def test_the_largest_exact_number_is_taken():
    assert resolve("-9007199254740991") == -9007199254740991
