"""Bitget's own ways: two families of accounts, decoded queries, what the account info of either says."""

from __future__ import annotations

import base64
import hashlib
import hmac

import ccxt.async_support as ccxt
import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

INFO = ("GET", "/api/v3/account/info", {})
OLD_INFO = ("GET", "/api/v2/spot/account/info", {})
ORDER = {"category": "SPOT", "symbol": "BTCUSDT", "qty": "1", "price": "1", "side": "buy", "orderType": "limit"}
OLD_ORDER = {"symbol": "BTCUSDT", "size": "1", "price": "1", "side": "buy", "orderType": "limit"}
TRADER = ["read", "trade_spot"]


def asked(simulate, request, *, tamper=None, late=0, **fields):
    async def story(bench):
        return await bench.ask(bench.key(**fields), request, tamper=tamper, late=late)

    reply = simulate("bitget", story)
    return reply.status, reply.json


def code(simulate, request, **how):
    status, body = asked(simulate, request, **how)
    return status, body["code"]


def test_the_info_of_a_unified_account_has_the_documented_fields(simulate):
    status, body = asked(simulate, INFO, rights=["trade_spot"], ip_allowlist=["127.0.0.1"], account="123456789")

    assert (status, body["code"], body["msg"], body["requestTime"]) == (200, "00000", "success", 1795348800000)
    assert body["data"] == {
        "userId": "123456789",
        "inviterId": "",
        "parentId": "",
        "channelCode": "",
        "channel": "",
        "ips": "127.0.0.1",
        "permType": "read-and-write",
        "permissions": ["uta_mgt", "uta_trade"],
        "regisTime": "1704067200000",
    }


def test_the_info_of_a_classic_account_has_the_documented_fields(simulate):
    _, body = asked(simulate, OLD_INFO, version=2, rights=["trade_futures", "withdraw", "convert_pay"], account="7")

    assert body["data"] == {
        "userId": "7",
        "inviterId": "",
        "channelCode": "",
        "channel": "",
        "ips": "",
        "authorities": ["stor", "smor", "coor", "cpor", "wtor", "coow", "cpow", "wwow", "p2p"],
        "parentId": 0,
        "traderType": "not_trader",
        "regisTime": "1704067200000",
    }


def test_a_key_without_a_right_to_trade_is_read_only_whatever_it_may_withdraw(simulate):
    assert asked(simulate, INFO, rights=["withdraw"])[1]["data"]["permType"] == "read-only"


@pytest.mark.parametrize(("request_", "version"), [(INFO, 3), (OLD_INFO, 2)])
def test_a_sub_account_has_a_parent(simulate, request_, version):
    _, body = asked(simulate, request_, version=version, account="7", sub_account="bots")

    assert (str(body["data"]["parentId"]), body["data"]["userId"]) == ("7", "97")


@pytest.mark.parametrize(
    ("request_", "version", "expected"),
    [
        (INFO, 3, (200, "00000")),
        (INFO, 2, (400, "40084")),
        (("GET", "/api/v3/account/assets", {}), 2, (400, "40084")),
        (OLD_INFO, 2, (200, "00000")),
        (OLD_INFO, 3, (400, "40085")),
        (("GET", "/api/v2/mix/account/accounts", {"productType": "USDT-FUTURES"}), 3, (400, "40085")),
    ],
)
def test_each_family_of_accounts_refuses_the_other(simulate, request_, version, expected):
    assert code(simulate, request_, version=version) == expected


def test_a_right_that_is_missing_is_named_with_its_direction(simulate):
    _, unified = asked(simulate, ("POST", "/api/v3/account/withdrawal", {}))
    _, classic = asked(simulate, OLD_INFO, version=2, permissions="x")
    _, futures = asked(simulate, ("POST", "/api/v2/mix/order/place-order", OLD_ORDER), version=2, rights=TRADER)

    assert unified["msg"] == "Incorrect permissions, need withdraw write permissions"
    assert classic["code"] == "00000", "what every key can do it can do whatever its string says"
    assert (futures["code"], futures["msg"]) == (
        "40014",
        "Incorrect permissions, need contract order write permissions",
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": "deleted"}, (400, "40037")),
        ({"state": "expired"}, (400, "40037")),
        ({"state": "frozen"}, (400, "40024")),
        ({"ip_allowlist": ["203.0.113.1"]}, (400, "40018")),
        ({"late": 31}, (400, "40008")),
        ({"late": -31}, (400, "40008")),
    ],
)
def test_refusals_have_the_documented_code(simulate, fields, expected):
    assert code(simulate, INFO, **fields) == expected


def test_an_unknown_path_is_not_found(simulate):
    assert code(simulate, ("GET", "/api/v3/nowhere", {})) == (404, "40404")


def changed(name, value):
    return lambda target, headers, body: (target, {**headers, name: value}, body)


def without(name):
    return lambda target, headers, body: (target, {k: v for k, v in headers.items() if k != name}, body)


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (changed("ACCESS-PASSPHRASE", "wrong"), "40012"),
        (changed("ACCESS-SIGN", "wrong"), "40009"),
        (changed("ACCESS-KEY", "nobody"), "40037"),
        (changed("ACCESS-TIMESTAMP", "soon"), "40005"),
        (changed("ACCESS-TIMESTAMP", "1795348800001"), "40009"),
        (without("ACCESS-KEY"), "40001"),
        (without("ACCESS-SIGN"), "40002"),
        (without("ACCESS-TIMESTAMP"), "40005"),
        (without("ACCESS-PASSPHRASE"), "40011"),
    ],
)
def test_each_header_counts(simulate, tamper, expected):
    assert code(simulate, INFO, tamper=tamper) == (400, expected)


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("{ms}", "00000"),
        ("{ms}.0", "00000"),
        ("{ms}.123456", "00000"),
        ("{ms}.", "40005"),
        ("-{ms}", "40005"),
        ("soon", "40005"),
        ("1795348800", "40008"),
        ("1795348831001.0", "40008"),
    ],
)
def test_a_time_may_have_a_fraction(simulate, stamp, expected):
    async def story(bench):
        key = bench.key()
        told = stamp.format(ms=round(bench.clock.now().timestamp() * 1000))
        target, headers, body = bench.dialect.sign(key, *INFO, told)
        return (await bench.send("GET", target, headers, body)).json["code"]

    assert simulate("bitget", story) == expected


def test_a_pair_of_ones_own_signs_in_base64(simulate):
    pair, other = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    secret = pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    async def story(bench):
        key = bench.key(secret=secret)
        ms = round(bench.clock.now().timestamp() * 1000)
        target, by_secret, _ = bench.dialect.sign(key, *INFO, ms)
        text = f"{ms}GET{target}".encode()
        signatures = [one.sign(text, padding.PKCS1v15(), SHA256()) for one in (pair, other)]
        headers = [{**by_secret, "ACCESS-SIGN": base64.b64encode(one).decode()} for one in signatures]
        return [(await bench.send("GET", target, one)).json["code"] for one in (*headers, by_secret)]

    assert simulate("bitget", story) == ["00000", "40009", "40009"]


def test_queries_are_signed_as_they_read_and_not_as_they_are_sent(simulate):
    request = ("GET", "/api/v3/trade/unfilled-orders", {"category": "SPOT", "note": "a:b,ü"})

    def as_sent(key):
        def tamper(target, headers, body):
            text = f"{headers['ACCESS-TIMESTAMP']}GET{target}"
            digest = hmac.new(key.secret.encode(), text.encode(), hashlib.sha256).digest()
            return target, {**headers, "ACCESS-SIGN": base64.b64encode(digest).decode()}, body

        return tamper

    async def story(bench):
        key = bench.key(TRADER)
        wrong = await bench.ask(key, request, tamper=as_sent(key))
        return (await bench.ask(key, request)).json["code"], wrong.json["code"]

    assert simulate("bitget", story) == ("00000", "40009")


@pytest.mark.parametrize(
    ("path", "given", "fields", "expected"),
    [
        ("v3/trade/place-order", ORDER, {"rights": TRADER}, "00000"),
        ("v3/trade/place-order", {**ORDER, "orderType": "market", "price": ""}, {"rights": TRADER}, "00000"),
        ("v3/trade/place-order", {**ORDER, "price": ""}, {"rights": TRADER}, "40019"),
        ("v3/trade/place-order", {**ORDER, "symbol": "NOPE"}, {"rights": TRADER}, "40034"),
        ("v2/spot/trade/place-order", OLD_ORDER, {"rights": TRADER, "version": 2}, "00000"),
        ("v2/spot/trade/place-order", {**OLD_ORDER, "side": ""}, {"rights": TRADER, "version": 2}, "40019"),
        ("v2/margin/crossed/place-order", OLD_ORDER, {"rights": TRADER, "version": 2}, "40014"),
        ("v3/account/withdrawal", {"coin": "USDT"}, {"rights": ["withdraw"]}, "40019"),
        ("v2/spot/wallet/transfer", {"coin": "USDT"}, {"rights": ["transfer"], "version": 2}, "40019"),
    ],
)
def test_what_is_asked_for_is_checked(simulate, path, given, fields, expected):
    assert code(simulate, ("POST", f"/api/{path}", given), **fields)[1] == expected


def test_keys_of_sub_accounts_are_listed_only_for_keys_that_are_bound_to_addresses(simulate):
    request = ("GET", "/api/v2/user/virtual-subaccount-apikey-list", {"subAccountUid": "bots"})
    new = ("POST", "/api/v2/user/create-virtual-subaccount-apikey", {"subAccountUid": "bots", "passphrase": "p"})

    async def story(bench):
        bench.key(TRADER, version=2, account="7", sub_account="bots", api_key="bg_bots")
        bound = bench.key(["manage_keys"], version=2, account="7", ip_allowlist=["127.0.0.1"])
        free = bench.key(["manage_keys"], version=2, account="7")
        listed = await bench.ask(bound, request)
        return listed.json["data"], (await bench.ask(free, request)).json["code"], (await bench.ask(bound, new)).json

    listed, refused, made = simulate("bitget", story)

    assert [(one["subAccountApiKey"], "stow" in one["permList"]) for one in listed] == [("bg_bots", True)]
    assert refused == "22010"
    assert made["data"]["secret"]


def test_classic_key_info_can_be_asked_for_once_in_a_second(simulate):
    async def story(bench):
        key = bench.key(version=2)
        return [(await bench.ask(key, OLD_INFO)).status for _ in range(2)]

    assert simulate("bitget", story, enforce_limits=True) == [200, 429]


@pytest.mark.parametrize("kind", ["spot", "swap"])
def test_an_unmodified_client_finds_out_that_an_account_is_classic(simulate, kind):
    async def story(bench):
        key = bench.key(["read", "trade_spot", "trade_futures"], version=2)
        settings = {"apiKey": key.api_key, "secret": key.secret, "password": key.passphrase}
        client = ccxt.bitget({**settings, "options": {"defaultType": kind}, "enableRateLimit": False})
        client.urls["api"] = dict.fromkeys(client.urls["api"], bench.sim.ready["exchanges"]["bitget"])
        # The simulator's clock stands still.
        client.nonce = lambda: round(bench.clock.now().timestamp() * 1000)
        try:
            return await client.load_markets(), await client.fetch_balance(), client.options["uta"]
        finally:
            await client.close()

    markets, balance, is_unified = simulate("bitget", story)

    assert {"BTC/USDT", "BTC/USDT:USDT"} <= markets.keys()
    assert balance["USDT"]["free"] == (1000 if kind == "spot" else 500)
    assert is_unified is False
