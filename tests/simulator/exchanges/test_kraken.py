"""Kraken's own ways: nonces, signatures over path and body, two permissions to read, errors with status 200."""

from __future__ import annotations

import pytest

INFO = ("POST", "/0/private/GetApiKeyInfo", {})
ORDER = {"pair": "XBTUSDT", "type": "buy", "ordertype": "limit", "price": "1", "volume": "1"}


def asked(simulate, request, *, tamper=None, **fields):
    async def story(bench):
        return await bench.ask(bench.key(**fields), request, tamper=tamper)

    reply = simulate("kraken", story)
    return reply.status, reply.json


def error(simulate, request, **how):
    status, body = asked(simulate, request, **how)
    return status, next(iter(body["error"]), None)


def test_key_information_has_the_documented_fields(simulate):
    status, body = asked(
        simulate,
        INFO,
        rights=["read", "trade_spot"],
        ip_allowlist=["127.0.0.1", "203.0.113.0/24"],
        account="84012345678901",
        api_key="4/SDrDBc",
    )
    nonce = body["result"].pop("nonce")

    assert (status, body["error"], nonce.isdecimal()) == (200, [], True)
    assert body["result"] == {
        "apiKeyName": "key-1",
        "apiKey": "4/SDrDBc",
        "nonceWindow": 0,
        "permissions": ["query-funds", "query-open-trades", "modify-trades"],
        "iban": "AA84 0123 4567 8901",
        "validUntil": "0",
        "queryFrom": "0",
        "queryTo": "0",
        "createdTime": "1795348800",
        "modifiedTime": "1795348800",
        "ipAllowlist": ["127.0.0.1", "203.0.113.0/24"],
        "lastUsed": "1795348800",
    }


def test_the_end_of_a_key_is_told_in_seconds(simulate):
    async def story(bench):
        key = bench.key(expires_at=bench.clock.now().replace(hour=13))
        return (await bench.ask(key, INFO)).json["result"]["validUntil"]

    assert simulate("kraken", story) == "1795352400"


def test_a_key_without_any_permission_may_read_its_own_info(simulate):
    _, body = asked(simulate, INFO, rights=[])

    assert body["result"]["permissions"] == []


@pytest.mark.parametrize(
    ("request_", "fields", "expected"),
    [
        (INFO, {"state": "deleted"}, "EAPI:Invalid key"),
        (INFO, {"state": "expired"}, "EAPI:Invalid key"),
        (INFO, {"state": "frozen"}, "EAuth:Account temporary disabled"),
        (INFO, {"ip_allowlist": ["203.0.113.1"]}, "EAPI:Invalid key"),
        (("POST", "/0/private/OpenOrders", {}), {"permissions": "query-funds"}, "EGeneral:Permission denied"),
        (("POST", "/0/private/Balance", {}), {"permissions": "query-open-trades"}, "EGeneral:Permission denied"),
        (("POST", "/0/private/Balance", {}), {"permissions": "query-funds"}, None),
    ],
)
def test_refusals_come_with_status_200(simulate, request_, fields, expected):
    assert error(simulate, request_, **fields) == (200, expected)


def test_an_unknown_method_is_named(simulate):
    assert error(simulate, ("POST", "/0/private/Nowhere", {})) == (404, "EGeneral:Unknown method")


def changed(name, value):
    return lambda target, headers, body: (target, {**headers, name: value}, body)


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (changed("API-Key", "nobody"), "EAPI:Invalid key"),
        (changed("API-Key", ""), "EAPI:Invalid key"),
        (changed("API-Sign", ""), "EAPI:Invalid signature"),
        (changed("API-Sign", "wrong"), "EAPI:Invalid signature"),
        (lambda target, headers, body: (target, headers, body + b"&otp=1"), "EAPI:Invalid signature"),
        (lambda target, headers, body: (target + "?x=1", headers, body), "EAPI:Invalid signature"),
        (lambda target, headers, body: (target, headers, b""), "EAPI:Invalid signature"),
        (lambda target, headers, body: ("/0/private/Balance", headers, body), "EAPI:Invalid signature"),
    ],
)
def test_path_nonce_and_body_are_signed(simulate, tamper, expected):
    assert error(simulate, INFO, tamper=tamper) == (200, expected)


def test_a_request_that_is_sent_twice_is_refused_the_second_time(simulate):
    async def story(bench):
        target, headers, body = bench.dialect.sign(bench.key(), *INFO, 1)
        return [(await bench.send("POST", target, headers, body)).json["error"] for _ in range(2)]

    assert simulate("kraken", story) == [[], ["EAPI:Invalid nonce"]]


def test_a_request_that_is_signed_wrong_spends_no_nonce(simulate):
    async def story(bench):
        target, headers, body = bench.dialect.sign(bench.key(), *INFO, 1)
        await bench.send("POST", target, {**headers, "API-Sign": "wrong"}, body)
        return (await bench.send("POST", target, headers, body)).json["error"]

    assert simulate("kraken", story) == []


def test_the_nonces_of_two_keys_have_nothing_to_do_with_each_other(simulate):
    async def story(bench):
        one, other = bench.key(), bench.key()
        await bench.ask(one, INFO, late=-3600)
        return (await bench.ask(other, INFO)).json["error"], (await bench.ask(one, INFO)).json["error"]

    assert simulate("kraken", story) == ([], ["EAPI:Invalid nonce"])


def test_a_secret_that_is_no_base64_signs_nothing(simulate):
    async def story(bench):
        good, bad = bench.key(), bench.key(secret="no base64!")
        target, headers, body = bench.dialect.sign(good, *INFO, 1)
        return (await bench.send("POST", target, {**headers, "API-Key": bad.api_key, "API-Sign": ""}, body)).json

    assert simulate("kraken", story) == {"error": ["EAPI:Invalid signature"]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (ORDER, None),
        ({**ORDER, "ordertype": "market", "price": ""}, None),
        ({**ORDER, "price": ""}, "EGeneral:Invalid arguments"),
        ({**ORDER, "pair": "NOPEUSD"}, "EQuery:Unknown asset pair"),
        ({**ORDER, "volume": ""}, "EGeneral:Invalid arguments"),
    ],
)
def test_orders_are_checked(simulate, given, expected):
    assert error(simulate, ("POST", "/0/private/AddOrder", given), rights=["trade_spot"]) == (200, expected)


def test_an_order_that_is_only_validated_gets_no_number(simulate):
    _, checked = asked(
        simulate, ("POST", "/0/private/AddOrder", {**ORDER, "validate": "true"}), rights=["trade_margin"]
    )
    _, placed = asked(simulate, ("POST", "/0/private/AddOrder", ORDER), rights=["trade_spot"])

    assert checked["result"] == {"descr": {"order": "buy 1 XBTUSDT @ limit 1"}}
    assert placed["result"]["txid"][0].startswith("O")


def test_reading_funds_is_enough_to_move_them_to_the_futures_wallet(simulate):
    request = ("POST", "/0/private/WalletTransfer", {"asset": "XBT", "from": "Spot Wallet", "to": "x", "amount": "1"})

    assert error(simulate, request, rights=["read"]) == (200, None)
    assert error(simulate, request, rights=["withdraw"]) == (200, "EGeneral:Permission denied")


def test_a_withdrawal_names_a_stored_address(simulate):
    request = ("POST", "/0/private/Withdraw", {"asset": "XBT", "amount": "1"})

    assert error(simulate, request, rights=["withdraw"]) == (200, "EGeneral:Invalid arguments")


def test_the_time_is_told_twice(simulate):
    async def story(bench):
        return (await bench.send("GET", "/0/public/Time")).json["result"]

    assert simulate("kraken", story) == {"unixtime": 1795348800, "rfc1123": "Sun, 22 Nov 2026 12:00:00 GMT"}


def test_values_are_minted_in_krakens_form(simulate):
    async def story(bench):
        key = bench.key()
        return len(key.api_key), len(key.secret), key.secret[-2:]

    assert simulate("kraken", story) == (56, 88, "==")
