"""KuCoin's own ways: passphrases and key versions, one path for spot and futures, what user/api-key says."""

from __future__ import annotations

import pytest

INFO = ("GET", "/api/v1/user/api-key", {})
ACCOUNTS = ("GET", "/api/v1/accounts", {})
ORDER = {"clientOid": "a", "side": "buy", "symbol": "BTC-USDT", "price": "1", "size": "1"}


def asked(simulate, request, *, tamper=None, late=0, **fields):
    async def story(bench):
        return await bench.ask(bench.key(**fields), request, tamper=tamper, late=late)

    reply = simulate("kucoin", story)
    return reply.status, reply.json


def code(simulate, request, **how):
    status, body = asked(simulate, request, **how)
    return status, body["code"]


def test_key_information_has_the_documented_fields(simulate):
    status, body = asked(
        simulate,
        INFO,
        rights=["trade_spot", "withdraw"],
        ip_allowlist=["127.0.0.1", "203.0.113.1"],
        account="165111215",
        api_key="6705f5c311545b000157d3eb",
    )

    assert (status, body["code"]) == (200, "200000")
    assert body["data"] == {
        "remark": "key-1",
        "apiKey": "6705f5c311545b000157d3eb",
        "apiVersion": 3,
        "permission": "General,Spot,Transfer",
        "ipWhitelist": "127.0.0.1,203.0.113.1",
        "createdAt": 1795348800000,
        "uid": 165111215,
        "isMaster": True,
    }


def test_a_sub_accounts_key_says_whose_it_is(simulate):
    _, body = asked(simulate, INFO, sub_account="bots")

    assert (body["data"]["isMaster"], body["data"]["subName"]) == (False, "bots")


def test_every_key_may_read(simulate):
    assert asked(simulate, INFO, rights=[])[1]["data"]["permission"] == "General"


def test_withdrawal_is_called_transfer_and_transfer_is_called_inner(simulate):
    _, may_withdraw = asked(simulate, INFO, rights=["withdraw"])
    _, may_transfer = asked(simulate, INFO, rights=["transfer"])

    assert may_withdraw["data"]["permission"] == "General,Transfer"
    assert may_transfer["data"]["permission"] == "General,InnerTransfer"


@pytest.mark.parametrize(
    ("request_", "fields", "expected"),
    [
        (INFO, {"state": "deleted"}, (401, "400003")),
        (INFO, {"state": "expired"}, (401, "400003")),
        (INFO, {"state": "frozen"}, (200, "411100")),
        (INFO, {"ip_allowlist": ["203.0.113.1"]}, (403, "400006")),
        (INFO, {"late": 6}, (400, "400002")),
        (INFO, {"late": -6}, (400, "400002")),
        (("GET", "/api/v1/account-overview", {}), {}, (403, "400007")),
        (("GET", "/api/v1/nowhere", {}), {}, (404, "404000")),
    ],
)
def test_refusals_have_the_documented_code_and_status(simulate, request_, fields, expected):
    assert code(simulate, request_, **fields) == expected


def test_the_refused_address_is_named(simulate):
    _, body = asked(simulate, INFO, ip_allowlist=["203.0.113.1"])

    assert body["msg"] == "Invalid request ip, the current clientIp is:127.0.0.1"


def changed(name, value):
    return lambda target, headers, body: (target, {**headers, name: value}, body)


def without(name):
    return lambda target, headers, body: (target, {k: v for k, v in headers.items() if k != name}, body)


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (changed("KC-API-PASSPHRASE", "wrong"), (401, "400004")),
        (changed("KC-API-SIGN", "wrong"), (401, "400005")),
        (changed("KC-API-TIMESTAMP", "soon"), (400, "400002")),
        (changed("KC-API-KEY", "nobody"), (401, "400003")),
        (changed("KC-API-KEY-VERSION", "1"), (400, "400007")),
        (changed("KC-API-KEY-VERSION", "9"), (400, "400007")),
        (without("KC-API-KEY-VERSION"), (400, "400007")),
        (without("KC-API-PASSPHRASE"), (401, "400001")),
        (without("KC-API-SIGN"), (401, "400001")),
        (changed("KC-API-KEY-VERSION", "3"), (200, "200000")),
    ],
)
def test_each_header_counts(simulate, tamper, expected):
    assert code(simulate, INFO, tamper=tamper) == expected


def test_a_wrong_secret_shows_in_the_passphrase_first(simulate):
    async def story(bench):
        key = bench.key()
        bench.sim.change_key(key.id, state="deleted")
        real = bench.key(api_key="real")
        mixed = type(key)(
            id="x",
            exchange="kucoin",
            created_at=key.created_at,
            api_key="real",
            secret=key.secret,
            passphrase=real.passphrase,
        )
        return (await bench.ask(mixed, INFO)).json["code"]

    assert simulate("kucoin", story) == "400004"


@pytest.mark.parametrize(
    ("version", "claimed", "expected"), [(1, "1", "200000"), (1, "2", "400007"), (2, "2", "200000"), (2, "1", "400007")]
)
def test_old_keys_send_their_passphrase_as_it_is(simulate, version, claimed, expected):
    async def story(bench):
        key = bench.key(version=version)
        ms = round(bench.clock.now().timestamp() * 1000)
        target, headers, _ = bench.dialect.sign(key, *INFO, ms, version=claimed)
        return (await bench.send("GET", target, headers)).json["code"]

    assert simulate("kucoin", story) == expected


def test_unescaped_queries_are_signed_as_they_are_sent(simulate):
    assert code(simulate, ("GET", "/api/v1/hf/orders/active", {"symbol": "BTC-USDT", "note": "a:b,c"})) == (
        200,
        "200000",
    )


@pytest.mark.parametrize(
    ("signed", "sent", "expected"),
    [
        # The documented example: https://www.kucoin.com/docs-new/authentication, last verified 2026-11-22.
        ("subName=test&passphrase=abc!@#11", "subName=test&passphrase=abc%21%40%2311", "200000"),
        ("subName=one (of) many", "subName=one+%28of%29%20many", "200000"),
        ("subName=a+b", "subName=a%2Bb", "200000"),
        ("subName=abc%21", "subName=abc%21", "400005"),
        ("subName=abc", "subName=abd", "400005"),
    ],
)
def test_an_encoded_query_is_signed_as_it_was_before(simulate, signed, sent, expected):
    async def story(bench):
        key, path = bench.key(), "/api/v1/sub/api-key"
        ms = round(bench.clock.now().timestamp() * 1000)
        _, headers, _ = bench.dialect.sign(key, "GET", f"{path}?{signed}", {}, ms)
        return (await bench.send("GET", f"{path}?{sent}", headers)).json["code"]

    assert simulate("kucoin", story) == expected


def test_a_get_with_a_body_ends_at_the_firewall(simulate):
    async def story(bench):
        return await bench.ask(bench.key(), INFO, tamper=lambda target, headers, body: (target, headers, b"{}"))

    reply = simulate("kucoin", story)

    assert (reply.status, reply.body[:9]) == (403, b"<!DOCTYPE")


def test_balances_can_be_narrowed(simulate):
    _, trade = asked(simulate, ("GET", "/api/v1/accounts", {"type": "trade", "currency": "BTC"}))
    _, all_of_them = asked(simulate, ACCOUNTS)

    assert [(one["currency"], one["type"]) for one in trade["data"]] == [("BTC", "trade")]
    assert {one["type"] for one in all_of_them["data"]} == {"main", "trade"}


def test_the_futures_wallet_needs_the_futures_right_even_to_be_read(simulate):
    request = ("GET", "/api/v1/account-overview", {"currency": "USDT"})

    assert code(simulate, request, rights=["trade_spot"]) == (403, "400007")
    assert code(simulate, request, rights=["trade_futures"]) == (200, "200000")


def test_a_unified_account_has_no_futures_wallet(simulate):
    assert code(simulate, ("GET", "/api/v1/account-overview", {}), permissions="Unified") == (404, "404000")


def test_an_order_needs_the_right_of_its_market(simulate):
    contract = ("POST", "/api/v1/orders", {**ORDER, "symbol": "ETHUSDTM"})

    assert code(simulate, ("POST", "/api/v1/orders", ORDER), rights=["trade_futures"]) == (403, "400007")
    assert code(simulate, contract, rights=["trade_spot"]) == (403, "400007")
    assert code(simulate, contract, rights=["trade_futures"]) == (200, "200000")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({**ORDER, "clientOid": ""}, "400100"),
        ({**ORDER, "symbol": "NOPE-USDT"}, "900001"),
        ({"clientOid": "a", "side": "buy", "symbol": "BTC-USDT", "type": "market"}, "200000"),
    ],
)
def test_orders_are_checked(simulate, given, expected):
    assert code(simulate, ("POST", "/api/v1/hf/orders/test", given), rights=["trade_spot"])[1] == expected


def test_orders_are_listed_by_symbol_only(simulate):
    path = "/api/v1/hf/orders/active"

    assert code(simulate, ("GET", path, {})) == (200, "400100")
    assert asked(simulate, ("GET", path, {"symbol": "BTC-USDT"}))[1]["data"] == []


def test_keys_that_trade_spot_may_move_between_their_own_wallets(simulate):
    request = ("POST", "/api/v2/accounts/inner-transfer", {"clientOid": "a", "amount": "1"})

    assert code(simulate, request, rights=["trade_spot"]) == (200, "200000")
    assert code(simulate, request, rights=["trade_futures"]) == (403, "400007")


def test_sub_accounts_and_their_keys_are_listed_and_new_keys_are_no_keys(simulate):
    async def story(bench):
        key = bench.key(account="7")
        bench.key(["trade_spot"], account="7", sub_account="bots", api_key="b" * 24)
        made = await bench.ask(key, ("POST", "/api/v1/sub/api-key", {"subName": "bots", "permission": "Spot"}))
        listed = await bench.ask(key, ("GET", "/api/v1/sub/api-key", {"subName": "bots"}))
        users = await bench.ask(key, ("GET", "/api/v2/sub/user", {}))
        return made.json["data"], listed.json["data"], users.json["data"]["items"]

    made, listed, users = simulate("kucoin", story)

    assert made["apiSecret"]
    assert [(one["apiKey"], one["permission"]) for one in listed] == [("b" * 24, "General,Spot")]
    assert [one["subName"] for one in users] == ["bots"]


def test_while_it_is_maintained_the_status_says_closed(simulate):
    async def story(bench):
        before = await bench.send("GET", "/api/v1/status")
        bench.sim.add_fault("kucoin", "maintenance")
        during = await bench.send("GET", "/api/v1/status")
        return before.json["data"]["status"], during.json["data"]["status"], (await bench.ask(bench.key(), INFO)).status

    assert simulate("kucoin", story) == ("open", "close", 503)


def test_the_callers_address_can_be_asked_for(simulate):
    async def story(bench):
        bench.sim.set_client_ip("203.0.113.9")
        return (await bench.send("GET", "/api/ua/v1/user/my-ip")).json["data"]

    assert simulate("kucoin", story) == {"ip": "203.0.113.9"}
