from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reconciler.exchanges.binance import EXCHANGE as BINANCE
from reconciler.exchanges.bingx import EXCHANGE as BINGX
from reconciler.exchanges.bybit import EXCHANGE as BYBIT
from reconciler.exchanges.coinbase import EXCHANGE as COINBASE
from reconciler.exchanges.gate import EXCHANGE as GATE
from reconciler.exchanges.htx import EXCHANGE as HTX
from reconciler.exchanges.kucoin import EXCHANGE as KUCOIN
from reconciler.exchanges.mexc import EXCHANGE as MEXC
from reconciler.exchanges.okx import EXCHANGE as OKX
from reconciler.model.exchange import Purpose
from reconciler.model.limits import Per
from reconciler.probing.answer import Answer
from reconciler.probing.patience import rest_asked, seconds_told

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MS = int(NOON.timestamp() * 1000)
BANNED = f"Way too much request weight used; IP banned until {MS + 240_000}. Please use WebSocket Streams."


def asked(exchange, status, *, code=None, text="", headers=(), retry_after=None):
    request = exchange.asked_for(Purpose.KEY_INFO)[0]
    answer = Answer(request, NOON, status, text=text, headers=dict(headers), retry_after=retry_after)
    found = rest_asked(exchange, answer, code)
    return found and (found.per, found.seconds)


# In the words of the exchanges' pages; last verified 2026-11-22.
@pytest.mark.parametrize(
    ("exchange", "signs", "per", "seconds"),
    [
        (BINANCE, {"status": 418, "code": "-1003", "text": BANNED}, Per.ADDRESS, 240),
        (BINANCE, {"status": 418, "retry_after": 900.0}, Per.ADDRESS, 900),
        (BINANCE, {"status": 429, "code": "-1003", "retry_after": 17.0}, Per.ADDRESS, 17),
        (BINANCE, {"status": 429, "code": "-1003"}, Per.ADDRESS, 60),
        (BYBIT, {"status": 403, "text": "403, access too frequent"}, Per.ADDRESS, 600),
        (BYBIT, {"status": 200, "code": "10006"}, Per.ACCOUNT, 1),
        (
            BYBIT,
            {"status": 200, "code": "10006", "headers": {"X-Bapi-Limit-Reset-Timestamp": str(MS + 700)}.items()},
            Per.ACCOUNT,
            0.7,
        ),
        (
            KUCOIN,
            {"status": 429, "code": "429000", "headers": {"gw-ratelimit-reset": "1489"}.items()},
            Per.ACCOUNT,
            1.489,
        ),
        (
            GATE,
            {
                "status": 429,
                "code": "TOO_MANY_REQUESTS",
                "headers": {"X-Gate-RateLimit-Reset-Timestamp": str(MS // 1000 + 7)}.items(),
            },
            Per.ACCOUNT,
            7,
        ),
        (
            HTX,
            {
                "status": 200,
                "code": "rate-too-many-requests",
                "headers": {"X-HB-RateLimit-Requests-Expire": "800"}.items(),
            },
            Per.ACCOUNT,
            0.8,
        ),
        (BINGX, {"status": 200, "code": "100410", "text": f"will be unblocked after {MS + 90_000}"}, Per.ADDRESS, 90),
        (BINGX, {"status": 200, "code": "100410", "text": "rate limited"}, Per.ADDRESS, 1),
        (MEXC, {"status": 418, "code": "429", "retry_after": 120.0}, Per.ADDRESS, 120),
        (MEXC, {"status": 429, "code": "429"}, Per.ADDRESS, 10),
        (OKX, {"status": 200, "code": "50011"}, Per.ACCOUNT, 2),
        (COINBASE, {"status": 429}, Per.ACCOUNT, 1),
    ],
)
def test_an_exchange_is_understood_that_wants_to_be_left_alone(exchange, signs, per, seconds):
    found = asked(exchange, **signs)

    assert (found[0], round(found[1], 3)) == (per, seconds)


def test_without_a_documented_sign_a_status_is_believed_that_comes_with_the_time():
    plain = replace(OKX, rests=())

    assert asked(plain, 503, retry_after=30.0) == (Per.ADDRESS, 30)
    assert asked(plain, 429) is None
    assert asked(plain, 400, retry_after=30.0) is None


def test_no_rest_is_taken_to_last_longer_than_a_week():
    week = 7 * 86_400

    assert asked(GATE, 429, code="TOO_MANY_REQUESTS", retry_after=1e300) == (Per.ACCOUNT, week)
    assert asked(replace(OKX, rests=()), 503, retry_after=week + 1.0) == (Per.ADDRESS, week)


def test_what_is_wrong_otherwise_asks_for_no_rest():
    assert asked(BYBIT, 403, text="<html>Request blocked</html>") is None
    assert asked(KUCOIN, 401, code="400003") is None


@pytest.mark.parametrize(
    ("text", "unit", "seconds"),
    [
        ("30", 1, 30),
        ("1489", 0.001, 1.489),
        ("1000030", 1, 1_000_030),
        ("1030000000", 1, 30_000_000),
        ("1000000005000", 0.001, 5),
        ("900000000", 1, 900_000_000),
        ("", 1, None),
        ("soon", 1, None),
        ("-1", 1, None),
        ("nan", 1, None),
        ("inf", 1, None),
        ("9" * 30, 1, None),
    ],
)
def test_a_span_or_a_moment_is_read_and_nothing_else(text, unit, seconds):
    assert seconds_told(text, unit, 1e9) == seconds
