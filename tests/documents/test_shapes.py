from __future__ import annotations

import ipaddress
import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.documents import shapes


def fits(pattern: str, text: str) -> bool:
    return re.match(pattern.removesuffix("$") + r"\Z", text) is not None


@given(st.dates(date(1990, 1, 1), date(2110, 12, 31)))
def test_every_day_of_this_century_is_a_date_and_no_other(day):
    assert fits(shapes.DATE, day.isoformat()) == (2000 <= day.year < 2100)


def test_no_day_that_does_not_exist_is_a_date():
    days = {(date(2000, 1, 1) + timedelta(days=number)).isoformat() for number in range(36525)}

    written = {f"20{y:02}-{m:02}-{d:02}" for y in (0, 1, 4, 26, 27, 28, 96, 99) for m in range(14) for d in range(33)}

    assert {text for text in written if fits(shapes.DATE, text)} == written & days


@given(st.one_of(st.ip_addresses().map(str), st.ip_addresses().map(lambda a: f"{a}/{a.max_prefixlen - 4}")))
def test_every_address_and_network_fits(text):
    assert fits(shapes.ADDRESS, text) == ("." not in text or ":" not in text)


@given(st.lists(st.sampled_from(["::", ":", "0", "ffff", "1:", ":2", "/64", "/129", "1.2.3.4", ".", "256", "/0", "x"])))
def test_what_fits_is_an_address_that_python_reads_too(pieces):
    text = "".join(pieces)

    if fits(shapes.ADDRESS, text):
        ipaddress.ip_network(text, strict=False)


@pytest.mark.parametrize("text", ["a", "a/b", "./a", ".hidden", "...", "a/..b", "a/", "a b", "ä", "a/./b"])
def test_a_path_inside_fits(text):
    assert fits(shapes.RELATIVE_PATH, text)


@pytest.mark.parametrize("text", ["", "/", "/a", "..", "../a", "a/..", "a/../b", "a//b", "a\nb", "a\0", "a/\x1b"])
def test_a_path_that_could_lead_out_does_not(text):
    assert not fits(shapes.RELATIVE_PATH, text)


@pytest.mark.parametrize("text", ["", "-a", "a-", "A", "a_b", "a.b", "a" * 64, "a\n", "ä"])
def test_a_name_is_a_dns_label(text):
    assert not fits(shapes.DNS_LABEL, text)


def test_a_name_may_be_short_or_as_long_as_a_dns_label():
    assert all(fits(shapes.DNS_LABEL, text) for text in ("a", "0", "a-b", "a" * 63))


@pytest.mark.parametrize(
    ("text", "spot", "futures"),
    [
        ("BTC/USDT", True, False),
        ("1INCH/USDT", True, False),
        ("BTC/USDT:USDT", False, True),
        ("BTC/USD:BTC-261225", False, True),
        ("BTC-USDT", False, False),
        ("BTCUSDT", False, False),
        ("btc/usdt", False, False),
        ("BTC/USDT:", False, False),
        ("BTC/USDT-261225", False, False),
    ],
)
def test_a_pair_is_of_spot_or_of_futures_or_of_neither(text, spot, futures):
    assert (fits(shapes.SPOT_PAIR, text), fits(shapes.FUTURES_PAIR, text)) == (spot, futures)
    assert fits(shapes.PAIR, text) == (spot or futures)


def test_patterns_use_only_what_all_dialects_read_alike():
    for pattern in shapes.WORDS:
        assert pattern.isascii()
        assert pattern.startswith("^")
        assert pattern.endswith("$")
        assert not re.search(r"\\[dDwWsSbBAZ]|\(\?|[*+?}][?+]", pattern)
