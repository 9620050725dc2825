"""Bybit's own ways: what is signed, windows, read-only keys, and errors that travel with HTTP 200."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

INFO = ("GET", "/v5/user/query-api", {})
ORDER = {"category": "spot", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Market", "qty": "1"}


def asked(simulate, request, *, tamper=None, late=0, **fields):
    async def story(bench):
        return await bench.ask(bench.key(**fields), request, tamper=tamper, late=late)

    reply = simulate("bybit", story)
    return reply.status, reply.json


def info(simulate, **fields):
    return asked(simulate, INFO, **fields)[1]["result"]


def code(simulate, request, **how):
    status, body = asked(simulate, request, **how)
    return status, body["retCode"]


def by_hash(key, text):
    return hmac.new(key.secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def sent(simulate, *, sign=by_hash, window="5000", ahead=0, **fields):
    """Ask for the key info with a signature, window and time as wanted."""

    async def story(bench):
        key = bench.key(**fields)
        ms = round(bench.clock.now().timestamp() * 1000) + ahead
        headers = {"X-BAPI-API-KEY": key.api_key, "X-BAPI-TIMESTAMP": str(ms)}
        if window:
            headers["X-BAPI-RECV-WINDOW"] = window
        headers["X-BAPI-SIGN"] = sign(key, f"{ms}{key.api_key}{window}")
        return (await bench.send("GET", "/v5/user/query-api", headers)).json["retCode"]

    return simulate("bybit", story)


def test_key_information_has_the_documented_fields(simulate):
    told = info(simulate, rights=["trade_spot"], ip_allowlist=["127.0.0.1"], api_key="4Fo2QGpJ0PmDl4Vx8w")

    assert told["apiKey"] == "4Fo2QGpJ0PmDl4Vx8w"
    assert (told["readOnly"], told["secret"], told["ips"]) == (0, "", ["127.0.0.1"])
    assert told["permissions"]["Spot"] == ["SpotTrade"]
    assert told["permissions"]["Wallet"] == told["permissions"]["ContractTrade"] == []
    assert (told["expiredAt"], told["deadlineDay"]) == ("1970-01-01T00:00:00Z", -2)
    assert told["isMaster"] is True
    assert info(simulate)["ips"] == ["*"]


def test_a_key_of_a_sub_account_names_its_parent(simulate):
    told = info(simulate, account="77", sub_account="bots")

    assert (told["isMaster"], told["parentUid"]) == (False, "77")


def test_the_end_of_a_key_is_told_in_days_and_as_a_moment(simulate):
    async def story(bench):
        key = bench.key(expires_at=bench.clock.now() + timedelta(days=30))
        return (await bench.ask(key, INFO)).json["result"]

    told = simulate("bybit", story)

    assert (told["deadlineDay"], told["expiredAt"]) == (30, "2026-12-22T12:00:00Z")


def test_a_read_only_key_keeps_its_words_and_they_open_nothing(simulate):
    permissions = "ReadOnly,SpotTrade,Withdraw"

    told = info(simulate, permissions=permissions)

    assert told["readOnly"] == 1
    assert (told["permissions"]["Spot"], told["permissions"]["Wallet"]) == (["SpotTrade"], ["Withdraw"])
    assert code(simulate, ("POST", "/v5/order/create", ORDER), permissions=permissions) == (200, 10005)
    assert code(simulate, ("GET", "/v5/asset/withdraw/query-address", {}), permissions=permissions) == (200, 10005)


@pytest.mark.parametrize(
    ("window", "ahead", "expected"),
    [
        ("5000", 0, 0),
        ("5000", -5000, 0),
        ("5000", -5001, 10002),
        ("5000", 999, 0),
        ("5000", 1000, 10002),
        ("20000", -19000, 0),
        ("", -4000, 0),
        ("soon", 0, 10002),
    ],
)
def test_times_are_taken_as_documented(simulate, window, ahead, expected):
    assert sent(simulate, window=window, ahead=ahead) == expected


def test_the_query_as_sent_is_signed_or_the_body_and_never_both(simulate):
    async def story(bench):
        key = bench.key(["trade_spot"])
        ms = round(bench.clock.now().timestamp() * 1000)
        body = json.dumps(ORDER)
        seen = []
        for text in (body, "a=1" + body):
            sign = by_hash(key, f"{ms}{key.api_key}5000{text}")
            headers = {"X-BAPI-API-KEY": key.api_key, "X-BAPI-TIMESTAMP": str(ms), "X-BAPI-RECV-WINDOW": "5000"}
            reply = await bench.send("POST", "/v5/order/create?a=1", {**headers, "X-BAPI-SIGN": sign}, body.encode())
            seen.append(reply.json["retCode"])
        return seen

    assert simulate("bybit", story) == [0, 10004]


def test_a_private_key_signs_in_base64(simulate):
    key = rsa.generate_private_key(65537, 2048)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def signed(_, text):
        return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), SHA256())).decode()

    assert sent(simulate, sign=signed, secret=secret) == 0
    assert sent(simulate, sign=by_hash, secret=secret) == 10004
    assert sent(simulate, sign=signed) == 10004


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": "deleted"}, 10003),
        ({"state": "expired"}, 33004),
        ({"state": "frozen"}, 10008),
        ({"ip_allowlist": ["203.0.113.10"]}, 10010),
    ],
)
def test_a_key_that_is_no_good_is_told_why_under_a_good_status(simulate, fields, expected):
    assert code(simulate, INFO, **fields) == (200, expected)


def test_the_category_tells_which_right_an_order_takes(simulate):
    spot, swap = ("POST", "/v5/order/create", ORDER), ("POST", "/v5/order/create", {**ORDER, "category": "linear"})

    assert code(simulate, spot, rights=["trade_spot"]) == (200, 0)
    assert code(simulate, swap, rights=["trade_spot"]) == (200, 10005)
    assert code(simulate, swap, rights=["trade_futures"]) == (200, 0)


def test_orders_are_looked_at_before_nothing_happens(simulate):
    for changes in ({"symbol": "NOSUCH"}, {"qty": ""}):
        assert code(simulate, ("POST", "/v5/order/create", {**ORDER, **changes}), rights=["trade_spot"]) == (200, 10001)


def test_only_unified_accounts_have_a_wallet(simulate):
    assert code(simulate, ("GET", "/v5/account/wallet-balance", {"accountType": "CONTRACT"})) == (200, 10001)


def test_while_it_is_maintained_the_status_says_so(simulate):
    async def story(bench):
        bench.sim.add_fault("bybit", "maintenance")
        return (await bench.send("GET", "/v5/system/status")).json["result"]["list"][0]

    assert simulate("bybit", story)["state"] == "ongoing"
