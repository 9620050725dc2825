from dataclasses import replace

import pytest

from reconciler.model.exchange import Source, Unprovable
from reconciler.model.permissions import (
    Permission,
    all_of,
    any_of,
    flags_of,
    is_read_only,
    leave_open,
    read_words,
    says_withdraw,
    shown,
    split,
    unreadable,
)
from reconciler.values.rights import Right, Verdict

SOURCE = Source("https://acme.example/docs", "2026-11-22")
KNOWN = {
    "look": Permission("Look", "read", SOURCE, frozenset({Right.READ})),
    "deal": Permission("Deal", "trade", SOURCE, frozenset({Right.TRADE_SPOT}), frozenset({Right.TRADE_MARGIN})),
    "lend": Permission("Lend", "margin", SOURCE, frozenset({Right.TRADE_MARGIN})),
    "out": Permission("Out", "withdraw", SOURCE, frozenset({Right.WITHDRAW})),
}
BEYOND = {right: "no word for it" for right in Right if right not in {g for p in KNOWN.values() for g in p.grants}}


def verdict(words, right):
    return read_words(words, KNOWN, BEYOND).rights[right].verdict


def test_every_right_gets_a_reading_with_a_reason():
    rights = read_words(["Look"], KNOWN, BEYOND).rights

    assert set(rights) == set(Right)
    assert all(reading.why for reading in rights.values())


def test_a_right_is_granted_denied_or_unknown_by_the_words():
    assert verdict(["Look"], Right.READ) is Verdict.GRANTED
    assert verdict(["Look"], Right.WITHDRAW) is Verdict.DENIED
    assert verdict(["Look"], Right.TRANSFER) is Verdict.UNKNOWN
    assert verdict(["Deal"], Right.TRADE_MARGIN) is Verdict.UNKNOWN
    assert verdict(["Deal", "LEND"], Right.TRADE_MARGIN) is Verdict.GRANTED


def test_one_strange_word_keeps_absence_from_being_proof():
    assert verdict(["Look", "Zap"], Right.WITHDRAW) is Verdict.UNKNOWN
    assert verdict(["Look", "Zap"], Right.READ) is Verdict.GRANTED
    assert verdict(["Look", "zap_read"], Right.WITHDRAW) is Verdict.DENIED


def test_an_unconfirmed_word_may_grant_a_right_but_its_absence_alone_denies_none():
    rumour = Permission("Gone", "withdraw", replace(SOURCE, doubt="that it exists"), frozenset({Right.WITHDRAW}))
    without = {name: one for name, one in KNOWN.items() if name != "out"}

    found = [
        read_words(words, {**known, "gone": rumour}, BEYOND).rights[Right.WITHDRAW].verdict
        for words, known in ((["Gone"], without), (["Look"], without), (["Look"], KNOWN))
    ]

    assert found == [Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED]


def test_a_verdict_that_hangs_on_another_right_is_left_open_only_beside_it():
    never = Unprovable(Right.WITHDRAW, Verdict.DENIED, "nobody says", "look", SOURCE)
    beside = replace(never, beside=frozenset({Right.TRADE_SPOT}))
    reads, deals = (read_words([word], KNOWN, BEYOND).rights for word in ("Look", "Deal"))

    assert leave_open(reads, [beside]) == reads
    assert leave_open(deals, [beside])[Right.WITHDRAW] == never.reading
    assert leave_open(reads, [never])[Right.WITHDRAW] == never.reading
    assert leave_open(reads, [replace(never, verdict=Verdict.GRANTED)]) == reads


def test_a_strange_word_that_says_withdraw_grants_it():
    assert verdict(["Look", "AutoWithdraw"], Right.WITHDRAW) is Verdict.GRANTED


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ORDER_READ", True),
        ("A_R", True),
        ("readonly", True),
        ("SPREAD", False),
        ("reader", False),
        ("WRITE_READ", False),
        ("not_read_only", False),
    ],
)
def test_only_a_whole_last_part_makes_a_word_read_only(word, expected):
    assert is_read_only(word) is expected
    assert says_withdraw(f"withdraw_{word}") is not expected


@pytest.mark.parametrize(
    "between", [" ", ";", "|", "\n", "\t", "/", "+", "\uff0c", "\u3001", "\u200b_", "\u200d", "__"]
)
@pytest.mark.parametrize("word", ["OUT", "Out_Write", "AUTO_WITHDRAW_WRITE", "Payout"])
def test_two_words_joined_by_a_new_separator_never_hide_the_first_behind_the_second(between, word):
    joined = f"{word}{between}BOOK_READ"

    assert verdict(split(f"Look,{joined}"), Right.WITHDRAW) is not Verdict.DENIED


@pytest.mark.parametrize(
    "word", ["W\u0456THDRAW", "with\u200bdraw", "withdr\u0430w", "\uff57ithdraw", "w1thdraw_\u017f"]
)
def test_a_look_alike_of_withdraw_is_never_taken_for_its_absence(word):
    assert verdict(["Look", word], Right.WITHDRAW) is not Verdict.DENIED
    assert verdict(["Look", f"{word}_READ"], Right.WITHDRAW) is not Verdict.DENIED


def test_a_field_is_split_into_words_and_nothing_else():
    assert split(" a, b,,") == ("a", "b")
    assert split(["a"]) == split(None) == split(" , ") == ()


def test_an_unreadable_answer_leaves_everything_unknown():
    assert {reading.verdict for reading in unreadable("why").values()} == {Verdict.UNKNOWN}
    assert set(unreadable("why")) == set(Right)


def test_only_true_and_false_are_flags():
    fields = {"a": True, "b": "false", "c": "true", "d": 1, "e": None, "f": "yes", "g": [], "h": 0}

    assert flags_of(fields) == {"a": True, "b": False, "c": True, **dict.fromkeys("defgh")}


@pytest.mark.parametrize(
    ("flags", "any_verdict", "all_verdict"),
    [
        ({"a": True, "b": True}, Verdict.GRANTED, Verdict.GRANTED),
        ({"a": True, "b": False}, Verdict.GRANTED, Verdict.DENIED),
        ({"a": False, "b": False}, Verdict.DENIED, Verdict.DENIED),
        ({"a": True, "b": None}, Verdict.GRANTED, Verdict.UNKNOWN),
        ({"a": False}, Verdict.UNKNOWN, Verdict.DENIED),
        ({}, Verdict.UNKNOWN, Verdict.UNKNOWN),
    ],
)
def test_a_flag_that_is_not_told_is_never_taken_for_false(flags, any_verdict, all_verdict):
    assert any_of(flags, "a", "b").verdict is any_verdict
    assert all_of(flags, "a", "b").verdict is all_verdict
    assert any_of(flags, "a", "b").why


def test_words_from_outside_are_shown_short_and_printable():
    assert shown(["a\x1b[31m" + "x" * 100]) == '"' + "a\\x1b[31m" + "x" * 34 + '"'
    assert shown(["w"] * 9).count("w") == 5
