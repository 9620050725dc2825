from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifests.compose import compose
from reconciler.starting.emitting import document

TEXTS = st.text(max_size=20) | st.sampled_from(
    [
        "yes",
        "No",
        "null",
        "~",
        "",
        "500",
        "1.5",
        "1e3",
        "0x10",
        "2026-10-01",
        "203.0.113.0/24",
        "a: b",
        "a #b",
        "- a",
        "\x85",
        "😀",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)


def test_a_document_looks_as_in_the_examples():
    data = {
        "kind": "Connection",
        "metadata": {"name": "a", "labels": {"team": "core"}},
        "spec": {
            "displayName": "MEXC Spot Main",
            "pairs": ["BTC/USDT:USDT"],
            "credentials": {"apiKey": {"sops": "secrets/a.sops.yaml", "key": "main.api_key"}},
            "marginLimit": {"amount": "500", "currency": "USDT"},
            "rotation": {"createdAt": "2026-10-01", "maxAgeDays": 90},
            "ipAllowlist": ["203.0.113.10", "2001:db8::1"],
        },
    }

    assert document(data, ["first", "second"]) == (
        "# first\n# second\n"
        "kind: Connection\n"
        "metadata:\n  name: a\n  labels: {team: core}\n"
        "spec:\n"
        "  displayName: MEXC Spot Main\n"
        "  pairs: [BTC/USDT:USDT]\n"
        "  credentials:\n    apiKey: {sops: secrets/a.sops.yaml, key: main.api_key}\n"
        '  marginLimit: {amount: "500", currency: USDT}\n'
        "  rotation: {createdAt: 2026-10-01, maxAgeDays: 90}\n"
        '  ipAllowlist: [203.0.113.10, "2001:db8::1"]\n'
    )


def test_what_does_not_fit_into_a_line_is_broken_up():
    long = {f"setting{number}": "x" * 20 for number in range(6)}

    text = document({"spec": {"settings": long}})

    assert max(map(len, text.splitlines())) < 100
    assert yaml.safe_load(text) == {"spec": {"settings": long}}


@given(st.dictionaries(TEXTS.filter(lambda name: name != "<<"), VALUES, min_size=1, max_size=3))
def test_what_is_written_is_read_as_it_was(data):
    text = document(data)

    composed = compose(text.encode())

    assert composed.data == data


@given(st.dictionaries(st.sampled_from("abc"), VALUES, min_size=1))
def test_readers_of_the_older_yaml_read_the_same(data):
    # Days alone mean more to them than text.
    assert yaml.load(document(data), Loader=yaml.BaseLoader).keys() == data.keys()
