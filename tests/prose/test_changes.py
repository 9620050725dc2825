from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.kit.terminal import cells
from reconciler.model.format import Style
from reconciler.model.plan import Action
from reconciler.prose.changes import DONE, MARKS, changes, shown

WIDE = Style(200)


def test_every_action_has_a_mark_and_a_past():
    assert set(MARKS) == set(DONE) == set(Action)
    assert len({mark for mark, _ in MARKS.values()}) == len(Action)


def test_a_plan_shows_what_a_change_is_about(nouns):
    report = nouns.report("dry-run", changes=(nouns.CREATE, nouns.UPDATE))

    assert changes(report, WIDE) == [
        "+ create     Connection       mexc-spot-main      exchange mexc, account main, markets spot",
        "~ update     StrategyBinding  btc-eth-new-groups",
        "    spec.riskLevel: balanced → conservative",
        "    spec.pairs: BTC/USDT:USDT → BTC/USDT:USDT, ETH/USDT:USDT",
        "    spec.marginLimit.amount: none → 500",
    ]


def test_a_change_that_is_held_says_why(nouns):
    assert "    held: Withdrawal enabled: the new key may withdraw" in changes(
        nouns.report("dry-run", changes=(nouns.HELD,)), WIDE
    )


def test_after_an_apply_each_change_says_what_became_of_it(nouns):
    lines = changes(nouns.CASES["applied"], WIDE)
    told = [line for line in lines if not line.startswith("    ")]

    assert [line.split()[:2] for line in told] == [
        ["✓", "created"],
        ["✓", "created"],
        ["✗", "update"],
        ["!", "replace"],
        ["✓", "suspended"],
        ["✓", "resumed"],
        ["!", "delete"],
    ]
    assert "    failed: the platform answered 409: the binding was changed meanwhile" in lines
    assert lines[-1] == "    not tried"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "none"),
        ("main", "main"),
        ("", '""'),
        (" x", '" x"'),
        ("a\x1b[2J", '"a\\u001b[2J"'),
        (5, "5"),
        (True, "true"),
        ([], "none"),
        (["spot", "futures"], "spot, futures"),
        ({"b": 1, "a": "x"}, '{"a": "x", "b": 1}'),
        ("x" * 100, "x" * 59 + "…"),
    ],
)
def test_a_value_is_told_on_one_line(value, told):
    assert shown(value) == told


@pytest.mark.parametrize("width", [60, 80])
def test_no_line_is_wider_than_the_terminal(nouns, width):
    told = [line for case in nouns.CASES.values() for line in changes(case, Style(width))]

    assert [line for line in told if cells(line) > width] == []


def test_what_a_change_is_about_stands_beside_all_of_a_kind_or_below_all(nouns):
    near, far = nouns.CREATE, replace(nouns.CREATE, name="n" * 50)

    alone = changes(nouns.report("dry-run", changes=(near,)), Style(100))
    together = changes(nouns.report("dry-run", changes=(near, far)), Style(100))

    assert len(alone) == 1
    assert [line for line in together if line.startswith("    ")] == [
        "    exchange mexc, account main, markets spot",
        "    exchange mexc, account main, markets spot",
    ]
