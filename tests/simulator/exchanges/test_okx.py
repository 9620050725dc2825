"""OKX's own ways: ISO timestamps, plain passphrases, batches, sub-accounts, what account/config says."""

from __future__ import annotations

import json

import pytest

INFO = ("GET", "/api/v5/account/config", {})
ORDER = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "px": "1", "sz": "1"}
TRADER = ["read", "trade_spot"]


def asked(simulate, request, *, tamper=None, late=0, **fields):
    async def story(bench):
        return await bench.ask(bench.key(**fields), request, tamper=tamper, late=late)

    reply = simulate("okx", story)
    return reply.status, reply.json


def code(simulate, request, **how):
    status, body = asked(simulate, request, **how)
    return status, body["code"]


def config(simulate, **fields):
    return asked(simulate, INFO, **fields)[1]["data"][0]


def test_key_information_has_the_documented_fields(simulate):
    info = config(simulate, rights=["trade_spot", "withdraw"], ip_allowlist=["127.0.0.1", "::/0"], account="44705892")

    documented = {
        "acctLv": "2",
        "enableSpotBorrow": False,
        "ip": "127.0.0.1,::/0",
        "label": "key-1",
        "mainUid": "44705892",
        "uid": "44705892",
        "perm": "read_only,trade,withdraw",
        "type": "0",
    }
    assert documented.items() <= info.items()
    assert len(info) == 29


def test_every_key_may_read_and_one_word_stands_for_all_trading(simulate):
    async def story(bench):
        return bench.key([]).rights, bench.key(["transfer"]).rights

    only_reads, transfers = simulate("okx", story)

    assert only_reads == {"read"}
    assert transfers == {"read", "trade_spot", "trade_margin", "trade_futures", "transfer"}
    assert config(simulate, rights=[])["perm"] == "read_only"


def test_a_sub_account_has_a_number_of_its_own(simulate):
    info = config(simulate, account="7", sub_account="bots")

    assert (info["mainUid"], info["type"]) == ("7", "1")
    assert info["uid"] != "7"


@pytest.mark.parametrize(
    ("request_", "fields", "expected"),
    [
        (INFO, {"state": "deleted"}, (401, "50119")),
        (INFO, {"state": "expired"}, (401, "50119")),
        (INFO, {"state": "frozen"}, (400, "50100")),
        (INFO, {"ip_allowlist": ["203.0.113.1"]}, (401, "50110")),
        (INFO, {"late": 31}, (401, "50102")),
        (INFO, {"late": -31}, (401, "50102")),
        (("POST", "/api/v5/trade/order", ORDER), {}, (401, "50120")),
        (("GET", "/api/v5/nowhere", {}), {}, (404, 404)),
    ],
)
def test_refusals_have_the_documented_code_and_status(simulate, request_, fields, expected):
    assert code(simulate, request_, **fields) == expected


def test_the_refused_address_is_named(simulate):
    _, body = asked(simulate, INFO, ip_allowlist=["203.0.113.1"])

    assert body["msg"] == "Your IP 127.0.0.1 is not included in your API key's IP whitelist."


def changed(name, value):
    return lambda target, headers, body: (target, {**headers, name: value}, body)


def without(name):
    return lambda target, headers, body: (target, {k: v for k, v in headers.items() if k != name}, body)


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (changed("OK-ACCESS-PASSPHRASE", "wrong"), (401, "50105")),
        (changed("OK-ACCESS-SIGN", "wrong"), (401, "50113")),
        (changed("OK-ACCESS-KEY", "nobody"), (401, "50119")),
        (changed("OK-ACCESS-TIMESTAMP", "1795348800000"), (401, "50112")),
        (changed("OK-ACCESS-TIMESTAMP", "2026-13-22T12:00:00.000Z"), (401, "50112")),
        (changed("OK-ACCESS-TIMESTAMP", "2026-11-22T12:00:01Z"), (401, "50113")),
        (changed("x-simulated-trading", "1"), (401, "50101")),
        (changed("x-simulated-trading", "0"), (200, "0")),
        (without("OK-ACCESS-KEY"), (401, "50103")),
        (without("OK-ACCESS-PASSPHRASE"), (401, "50104")),
        (without("OK-ACCESS-SIGN"), (401, "50106")),
        (without("OK-ACCESS-TIMESTAMP"), (401, "50107")),
    ],
)
def test_each_header_counts(simulate, tamper, expected):
    assert code(simulate, INFO, tamper=tamper) == expected


def test_queries_are_signed_as_they_are_sent(simulate):
    assert code(simulate, ("GET", "/api/v5/account/balance", {"ccy": "BTC%2CETH"})) == (200, "0")
    assert code(simulate, ("GET", "/api/v5/account/balance", {"ccy": "BTC,ETH"})) == (200, "0")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (ORDER, "0"),
        ({**ORDER, "ordType": "market", "px": ""}, "0"),
        ({**ORDER, "instId": "BTC-USDT-SWAP"}, "0"),
        ({**ORDER, "px": ""}, "51000"),
        ({**ORDER, "tdMode": ""}, "51000"),
        ({**ORDER, "instId": "NOPE-USDT"}, "51001"),
    ],
)
def test_orders_are_checked(simulate, given, expected):
    _, body = asked(simulate, ("POST", "/api/v5/trade/order", given), rights=TRADER)

    assert body["data"][0]["sCode"] == expected
    assert body["code"] == ("0" if expected == "0" else "1")


def test_a_batch_is_answered_order_by_order(simulate):
    batch = ("POST", "/api/v5/trade/batch-orders", [ORDER, {**ORDER, "sz": ""}])
    _, body = asked(simulate, batch, rights=TRADER)

    assert (body["code"], [one["sCode"] for one in body["data"]]) == ("2", ["0", "51000"])


@pytest.mark.parametrize("body", [b"[", b"{}"])
def test_a_batch_that_is_no_list_is_refused(simulate, body):
    async def story(bench):
        key = bench.key(TRADER)
        ms = round(bench.clock.now().timestamp() * 1000)
        target, headers, _ = bench.dialect.sign(key, "GET", "/api/v5/trade/batch-orders", {}, ms)
        text = f"{headers['OK-ACCESS-TIMESTAMP']}POST{target}{body.decode()}"
        headers["OK-ACCESS-SIGN"] = bench.dialect.signature(key, text)
        return (await bench.send("POST", target, headers, body)).json["code"]

    assert simulate("okx", story) == "50002"


@pytest.mark.parametrize(
    ("path", "given", "rights"),
    [
        ("asset/withdrawal", {"ccy": "USDT", "amt": "1", "dest": "4"}, ["withdraw"]),
        ("asset/transfer", {"ccy": "USDT", "amt": "1", "from": "6"}, ["transfer"]),
        ("trade/order-precheck", {"instId": "BTC-USDT"}, TRADER),
        ("users/subaccount/apikey", {"label": "x"}, TRADER),
    ],
)
def test_what_is_missing_is_named(simulate, path, given, rights):
    request = ("POST", f"/api/v5/{path}", given)

    assert code(simulate, request, rights=rights, ip_allowlist=["127.0.0.1"]) == (200, "51000")


def test_keys_of_sub_accounts_are_listed_and_made_only_by_keys_that_are_bound_to_addresses(simulate):
    new = ("POST", "/api/v5/users/subaccount/apikey", {"subAcct": "bots", "label": "l", "perm": "trade"})

    async def story(bench):
        bench.key(TRADER, account="7", sub_account="bots", api_key="b" * 24)
        reader, bound = bench.key(account="7"), bench.key(TRADER, account="7", ip_allowlist=["127.0.0.1"])
        unbound = bench.key(TRADER, account="7")
        made = await bench.ask(bound, new)
        listed = await bench.ask(reader, ("GET", "/api/v5/users/subaccount/apikey", {"subAcct": "bots"}))
        names = await bench.ask(reader, ("GET", "/api/v5/users/subaccount/list", {}))
        refused = [(await bench.ask(key, new)).json["code"] for key in (reader, unbound)]
        return made.json["data"][0], listed.json["data"], names.json["data"], refused

    made, listed, names, refused = simulate("okx", story)

    assert made["secretKey"]
    assert [(one["apiKey"], one["perm"]) for one in listed] == [("b" * 24, "read_only,trade")]
    assert [one["subAcct"] for one in names] == ["bots"]
    assert refused == ["50120", "50035"]


def test_while_it_is_maintained_the_status_says_so(simulate):
    async def story(bench):
        before = await bench.send("GET", "/api/v5/system/status")
        bench.sim.add_fault("okx", "maintenance")
        during = await bench.send("GET", "/api/v5/system/status")
        return before.json["data"], during.json["data"][0]["state"], (await bench.ask(bench.key(), INFO)).json["code"]

    assert simulate("okx", story) == ([], "ongoing", "50001")


def test_each_endpoint_has_a_limit_of_its_own(simulate):
    async def story(bench):
        key = bench.key()
        first = [(await bench.ask(key, INFO)).status for _ in range(6)]
        other = await bench.ask(key, ("GET", "/api/v5/account/balance", {}))
        return first, other.status, json.loads(other.body)["code"]

    assert simulate("okx", story, enforce_limits=True) == ([200] * 5 + [429], 200, "0")
