"""Binance's own ways: three kinds of keys, forms and queries, windows, and one code for address and right."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote, urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

INFO = ("GET", "/sapi/v1/account/apiRestrictions", {})
ACCOUNT = ("GET", "/api/v3/account", {})
FUTURES = ("GET", "/fapi/v3/account", {})
ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "1"}


def asked(simulate, request, *, tamper=None, late=0, **fields):
    async def story(bench):
        return await bench.ask(bench.key(**fields), request, tamper=tamper, late=late)

    reply = simulate("binance", story)
    return reply.status, reply.json


def code(simulate, request, **how):
    status, body = asked(simulate, request, **how)
    return status, body["code"]


def now_ms(bench):
    return round(bench.clock.now().timestamp() * 1000)


def by_hash(key, text):
    return hmac.new(key.secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def sent(simulate, query, sign=by_hash, path="/api/v3/account", **fields):
    """Send a request whose query is given as text, `{ms}` being the time, signed as wanted."""

    async def story(bench):
        key = bench.key(**fields)
        text = query.format(ms=now_ms(bench))
        target = f"{path}?{text}&signature={sign(key, text)}"
        reply = await bench.send("GET", target, {"X-MBX-APIKEY": key.api_key})
        return reply.json.get("code")

    return simulate("binance", story)


def test_key_information_has_the_documented_fields(simulate):
    status, info = asked(simulate, INFO, rights=["trade_margin"], ip_allowlist=["127.0.0.1"])

    assert status == 200
    assert info == {
        "ipRestrict": True,
        "createTime": 1795348800000,
        "enableReading": True,
        "enableWithdrawals": False,
        "enableInternalTransfer": False,
        "enableMargin": True,
        "enableFutures": False,
        "permitsUniversalTransfer": False,
        "enableVanillaOptions": False,
        "enableFixApiTrade": False,
        "enableFixReadOnly": False,
        "enableSpotAndMarginTrading": True,
        "enablePortfolioMarginTrading": False,
    }


def test_the_account_says_of_itself_what_the_key_may_not(simulate):
    _, account = asked(simulate, ACCOUNT, rights=["read"])

    assert account["canTrade"] is account["canWithdraw"] is True


def test_borrowing_alone_places_no_order(simulate):
    request = ("POST", "/sapi/v1/margin/order", ORDER)

    assert code(simulate, request, permissions="enableReading,enableMargin") == (400, -2015)
    assert asked(simulate, request, rights=["trade_margin"])[0] == 200


@pytest.mark.parametrize(("request_", "status"), [(INFO, 400), (ACCOUNT, 401), (FUTURES, 401)])
def test_an_excluded_address_is_told_with_the_status_of_the_host(simulate, request_, status):
    seen, body = asked(simulate, request_, rights=["trade_futures"], ip_allowlist=["203.0.113.10"])

    assert (seen, body["code"]) == (status, -2015)
    assert body["msg"].endswith("request ip: 127.0.0.1")


def test_a_missing_right_has_the_code_of_an_excluded_address(simulate):
    status, body = asked(simulate, FUTURES, rights=["trade_spot"])

    assert (status, body) == (401, {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."})


def test_a_key_of_a_wrong_form_is_told_from_an_unknown_one(simulate):
    def renamed(name):
        return lambda target, headers, body: (target, {"X-MBX-APIKEY": name}, body)

    assert code(simulate, ACCOUNT, tamper=renamed("with-a-dash")) == (401, -2014)
    assert code(simulate, ACCOUNT, tamper=renamed("Q" * 64)) == (401, -2008)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("timestamp={ms}", None),
        ("recvWindow=5000&timestamp={ms}", None),
        ("timestamp={ms}000", None),
        ("timestamp={ms}&recvWindow=60000", None),
        ("timestamp={ms}&recvWindow=4999.5", None),
        ("timestamp={ms}&recvWindow=60001", -1131),
        ("timestamp={ms}&recvWindow=soon", -1131),
        ("recvWindow=5000", -1102),
        ("timestamp=now", -1021),
    ],
)
def test_times_are_taken_as_documented(simulate, query, expected):
    assert sent(simulate, query) == expected


def test_hex_digits_may_be_of_either_case_and_nothing_is_sorted(simulate):
    assert sent(simulate, "timestamp={ms}", lambda key, text: by_hash(key, text).upper()) is None
    assert sent(simulate, "z=1&timestamp={ms}&a=2") is None
    assert sent(simulate, "z=1&timestamp={ms}&a=2", lambda key, text: by_hash(key, "&".join(sorted(text)))) == -1022
    assert sent(simulate, "timestamp={ms}", lambda key, text: "") == -1102


def test_query_and_body_are_signed_as_one_text(simulate):
    async def story(bench):
        key = bench.key(["trade_spot"])
        query, body = "symbol=BTCUSDT&side=BUY", f"type=MARKET&quantity=1&timestamp={now_ms(bench)}"
        headers = {"X-MBX-APIKEY": key.api_key, "Content-Type": "application/x-www-form-urlencoded"}
        replies = []
        for text in (query + body, f"{query}&{body}"):
            signed = f"{body}&signature={by_hash(key, text)}"
            replies.append(await bench.send("POST", f"/api/v3/order/test?{query}", headers, signed.encode()))
        return [(reply.status, reply.json) for reply in replies]

    good, bad = simulate("binance", story)

    assert good == (200, {})
    assert bad[1]["code"] == -1022


def pair(kind):
    if kind == "RSA":
        key = rsa.generate_private_key(65537, 2048)
        return key, lambda text: key.sign(text.encode(), padding.PKCS1v15(), SHA256())
    key = ed25519.Ed25519PrivateKey.generate()
    return key, lambda text: key.sign(text.encode())


@pytest.mark.parametrize("kind", ["RSA", "Ed25519"])
def test_a_private_key_signs_in_base64_of_which_the_case_counts(simulate, kind):
    key, sign = pair(kind)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def signed(_, text):
        return quote(base64.b64encode(sign(text)).decode(), safe="")

    assert sent(simulate, "timestamp={ms}", signed, secret=secret) is None
    assert sent(simulate, "timestamp={ms}", lambda *given: signed(*given).swapcase(), secret=secret) == -1022
    assert sent(simulate, "timestamp={ms}", by_hash, secret=secret) == -1022
    assert sent(simulate, "timestamp={ms}", signed) == -1022


def test_orders_are_looked_at_before_nothing_happens(simulate):
    def asks(path, **params):
        return asked(simulate, ("POST", path, params), rights=["trade_spot", "trade_futures"])[1]

    assert asks("/api/v3/order/test", **ORDER) == {}
    assert asks("/api/v3/order", **ORDER)["orderId"] > 0
    assert asks("/api/v3/order", **{**ORDER, "symbol": "NOSUCH"})["code"] == -1121
    assert asks("/api/v3/order", symbol="BTCUSDT")["code"] == -1102
    assert asks("/fapi/v1/order", **{**ORDER, "type": "LIMIT"})["code"] == -1102


def test_while_it_is_maintained_the_status_says_so(simulate):
    async def story(bench):
        bench.sim.add_fault("binance", "maintenance")
        return (await bench.send("GET", "/sapi/v1/system/status")).json

    assert simulate("binance", story) == {"status": 1, "msg": "system_maintenance"}


def test_an_address_is_banned_by_weight(simulate):
    async def story(bench):
        key = bench.key()
        for _ in range(300):
            await bench.ask(key, ACCOUNT)
        reply = await bench.ask(key, ACCOUNT)
        other = await bench.ask(key, INFO)
        return reply.status, reply.json["code"], reply.headers["Retry-After"], other.status

    assert simulate("binance", story, enforce_limits=True) == (429, -1003, "60", 200)


def test_parameters_are_decoded_as_a_form(simulate):
    query = urlencode({"symbol": "BTC/USDT", "note": "a b+c"}) + "&timestamp={ms}"

    assert sent(simulate, query) is None
