"""Every measured field tells more from less, and every measure is one of a field that exists."""

from itertools import pairwise
from typing import get_args

import pytest

from reconciler.documents.binding import BindingSpec
from reconciler.documents.connection import ConnectionSpec
from reconciler.engine.widening import MEASURES, parts, turned
from reconciler.model.comparison import Direction

WIDER, NARROWER, NEUTRAL = Direction


def directions(kind, before, after):
    return [(part.path, part.direction) for part in parts(kind, before, after)]


@pytest.mark.parametrize(("kind", "model"), [("Connection", ConnectionSpec), ("StrategyBinding", BindingSpec)])
def test_a_measure_is_of_a_field_that_exists(kind, model):
    names = {field.alias for field in model.model_fields.values()}

    assert {path.split(".")[1] for path in MEASURES[kind]} <= names


def test_every_risk_level_has_its_place():
    words = get_args(BindingSpec.model_fields["risk_level"].annotation)

    for low, high in pairwise(words):
        assert directions("StrategyBinding", {"spec.riskLevel": low}, {"spec.riskLevel": high}) == [
            ("spec.riskLevel", WIDER)
        ]


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [("9", "10", WIDER), ("10", "9", NARROWER), ("10", "10.0", NEUTRAL), (None, "1", NARROWER), ("1", None, WIDER)],
)
def test_amounts_are_compared_as_numbers_and_none_bounds_nothing(before, after, direction):
    path = "spec.marginLimit.amount"
    one, two = ({path: value} if value else {} for value in (before, after))

    assert directions("StrategyBinding", one, two) == [(path, direction)]


def test_what_is_exchanged_is_one_gained_and_one_lost():
    found = list(parts("StrategyBinding", {"spec.pairs": ["A/B", "C/D"]}, {"spec.pairs": ["C/D", "E/F"]}))

    assert [(part.direction, part.why) for part in found] == [(WIDER, "gains E/F"), (NARROWER, "loses A/B")]


def test_what_has_no_measure_is_neutral():
    assert directions("Connection", {"spec.displayName": "a"}, {"spec.displayName": "b"}) == [
        ("spec.displayName", NEUTRAL)
    ]


def test_a_word_that_only_looks_equal_is_a_change():
    assert directions("StrategyBinding", {"spec.settings": 1}, {"spec.settings": True}) == [("spec.settings", NEUTRAL)]


def test_an_address_that_cannot_be_read_is_never_taken_for_covered():
    found = directions("Connection", {"spec.ipAllowlist": ["0.0.0.0/0"]}, {"spec.ipAllowlist": ["nonsense"]})

    assert ("spec.ipAllowlist", WIDER) in found


@pytest.mark.parametrize("direction", Direction)
def test_turned_twice_is_as_before(direction):
    assert turned(turned(direction)) is direction


def test_who_vouches_for_a_key_and_that_it_is_probed_is_wider_where_it_comes():
    listed, probed = {"spec.proof.listedBy": "reader"}, {"spec.proof.withdrawalProbe": "when-applying"}

    assert directions("Connection", {}, listed) == [("spec.proof.listedBy", WIDER)]
    assert directions("Connection", listed, probed) == [
        ("spec.proof.listedBy", NARROWER),
        ("spec.proof.withdrawalProbe", WIDER),
    ]
    assert directions("Connection", probed, {}) == [("spec.proof.withdrawalProbe", NARROWER)]


@pytest.mark.parametrize(
    ("path", "before", "after", "direction"),
    [
        ("spec.interval", "15m", "1h", WIDER),
        ("spec.interval", "1h", "15m", NARROWER),
        ("spec.interval", "60m", "1h", NEUTRAL),
        ("spec.interval", None, "1h", NEUTRAL),
        ("spec.mode", None, "observe", WIDER),
        ("spec.mode", "observe", None, NARROWER),
        ("spec.mode", None, "enforce", NEUTRAL),
    ],
)
def test_how_a_connection_is_watched_has_a_measure(path, before, after, direction):
    one, two = ({path: value} if value else {} for value in (before, after))

    assert directions("Connection", one, two) == [(path, direction)]


def test_how_the_loop_runs_has_a_measure():
    path = "watch.staleAfter"

    assert directions("Config", {path: "24h"}, {path: "7d"}) == [(path, WIDER)]
