"""The table of the benchmarks says which side is cheaper, by how much, and whether that was the aim."""

import pytest

from benchmarks.figures import Figure, amount, skipped, table, times_less, times_the_cost


def test_a_tenth_of_the_cost_is_ten_times_less():
    figure = times_less("what", ours=0.1, peer=1.0, unit="s", peer_name="peer", at_least=10)

    assert (figure.ratio, figure.is_met) == ("10.0 times less", True)


def test_an_aim_that_is_not_reached_is_said_to_be_missed():
    figure = times_less("what", ours=0.2, peer=1.0, unit="s", peer_name="peer", at_least=10)

    assert figure.is_met is False
    assert "MISSED" in table([figure])


def test_a_cost_at_the_bound_is_not_under_it():
    assert times_the_cost("what", ours=2.0, peer=1.0, unit="s", peer_name="peer", below=2).is_met is False
    assert times_the_cost("what", ours=1.9, peer=1.0, unit="s", peer_name="peer", below=2).is_met is True


def test_figures_of_a_quick_run_are_not_judged():
    figure = times_less("what", ours=0.2, peer=1.0, unit="s", peer_name="peer", at_least=10)

    assert "MISSED" not in table([figure], judged=False)


def test_what_could_not_be_measured_says_why():
    row = table([skipped("what", "age is not installed")]).splitlines()[-1]

    assert "skipped" in row
    assert "age is not installed" in row


@pytest.mark.parametrize(
    ("value", "unit", "written"), [(0.0123, "s", "12.3 ms"), (4.5, "s", "4.5 s"), (147.3, "MB", "147 MB")]
)
def test_amounts_are_written_for_a_person(value, unit, written):
    assert amount(value, unit) == written


def test_columns_stand_below_each_other():
    lines = table([Figure("a", "1", "2", "3", "4"), Figure("longer", "1", "2", "3", "4")]).splitlines()

    assert len({line.index("1") for line in lines[2:]}) == 1
