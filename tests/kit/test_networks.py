from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.kit.networks import Coverage, compare, fits, is_wide, parse


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("203.0.113.10", "203.0.113.10/32"),
        ("203.0.113.10/24", "203.0.113.0/24"),
        (" 203.0.113.10 ", "203.0.113.10/32"),
        ("2001:db8::1", "2001:db8::1/128"),
        ("::ffff:203.0.113.10", "203.0.113.10/32"),
        ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
    ],
)
def test_an_address_or_a_network_is_read(text, network):
    assert parse(text) == ipaddress.ip_network(network)


@pytest.mark.parametrize("text", ["", "999.1.1.1", "203.0.113", "203.0.113.10/33", "a:b", "203.**.113", "1.2.3.4/x"])
def test_what_is_neither_is_none(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "wide"),
    [("0.0.0.0/0", True), ("10.0.0.0/8", True), ("10.0.0.0/9", False), ("2001:db8::/32", True), ("::/33", False)],
)
def test_a_network_that_limits_nobody_is_wide(text, wide):
    assert is_wide(parse(text)) is wide


@given(st.lists(st.integers(0, 2**8 - 1), max_size=6), st.integers(0, 2**8 - 1), st.integers(27, 32))
def test_a_coverage_covers_what_the_networks_together_hold(lasts, last, prefix):
    networks = [ipaddress.ip_network(f"10.0.0.{one}/{prefix}", strict=False) for one in lasts]
    inner = ipaddress.ip_network(f"10.0.0.{last}/30", strict=False)

    covered = Coverage(networks).covers(inner)

    assert covered == all(any(address in network for network in networks) for address in inner)


def test_a_coverage_keeps_the_versions_apart():
    everything = Coverage([parse("0.0.0.0/0")])

    assert not everything.covers(parse("::1"))


@pytest.mark.parametrize(
    ("mask", "network", "may_be"),
    [
        ("203.**.113", "203.0.113.113", True),
        ("203.**.113", "203.0.113.10", False),
        ("203.**.**.10", "203.0.113.10", True),
        ("203.0.1**.10", "203.0.113.10", True),
        ("203.0.2**.10", "203.0.113.10", False),
        ("203.**.10", "203.0.113.0/24", True),
        ("203.**.10", "203.0.113.128/25", False),
        ("204.**", "203.0.113.10", False),
        ("**", "203.0.113.10", True),
        ("203.0.*", "203.0.113.10", True),
        ("1.2.3.4.*", "1.2.3.4", False),
        ("20.1*", "20.1.1.1", False),
        ("2001:**", "2001:db8::1", True),
        ("203.**.113", "2001:db8::1", False),
    ],
)
def test_a_masked_entry_is_compared_by_what_it_shows(mask, network, may_be):
    assert fits(mask, parse(network)) is may_be


def test_equal_lists_differ_in_nothing():
    difference = compare(["203.0.113.10", "198.51.100.0/24"], ["198.51.100.0/24", "203.0.113.10/32"])

    assert (difference.extra, difference.missing, difference.masked) == ((), (), ())


def test_a_wider_list_shows_as_extra_and_a_narrower_one_as_missing():
    wider, narrower = compare(["203.0.113.10"], ["203.0.113.0/24"]), compare(["203.0.113.0/24"], ["203.0.113.10"])

    assert (wider.extra, wider.missing) == (("203.0.113.0/24",), ())
    assert (narrower.extra, narrower.missing) == ((), ("203.0.113.0/24",))


def test_what_cannot_be_read_is_never_taken_for_equal():
    difference = compare(["300.0.0.1"], ["300.0.0.1", "anywhere"])

    assert difference.extra == ("300.0.0.1", "anywhere")
    assert difference.missing == ("300.0.0.1",)


def test_a_masked_entry_that_fits_is_told_apart_from_one_that_is_equal():
    difference = compare(["203.0.113.10"], ["203.**.10"])

    assert (difference.extra, difference.missing, difference.masked) == ((), (), ("203.**.10",))
