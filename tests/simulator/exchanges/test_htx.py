"""HTX's own ways: the host is signed, three envelopes word one refusal, a key is asked for by its user's number."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

ACCOUNTS = ("GET", "/v1/account/accounts", {})
BALANCE = ("GET", "/v5/account/balance", {})
KEYS = ("GET", "/v2/user/api-key", {"uid": "{uid}", "accessKey": "{api_key}"})


def asked(simulate, request, *, tamper=None, late=0, host=None, **fields):
    async def story(bench):
        if host is None:
            return await bench.ask(bench.key(**fields), request, tamper=tamper, late=late)
        own = bench.sim.ready["exchanges"]["htx"].removeprefix("http://")
        named = {"own": own, "own without port": own.partition(":")[0]}.get(host, host)
        ms = round(bench.clock.now().timestamp() * 1000)
        target, headers, body = bench.dialect.sign(bench.key(**fields), *request, ms, host=named)
        return await bench.send(request[0], target, headers, body)

    reply = simulate("htx", story)
    return reply.status, reply.json


@pytest.mark.parametrize(
    ("request_", "host", "is_accepted"),
    [
        (ACCOUNTS, "api.huobi.pro", True),
        (ACCOUNTS, "api-aws.huobi.pro", True),
        (ACCOUNTS, "own", True),
        (ACCOUNTS, "own without port", True),
        (ACCOUNTS, "api.hbdm.vn", False),
        (ACCOUNTS, "API.HUOBI.PRO", False),
        (ACCOUNTS, "api.huobi.example", False),
        (BALANCE, "api.hbdm.vn", True),
        (BALANCE, "api.hbdm.com", True),
        (BALANCE, "own", True),
        (BALANCE, "api.huobi.pro", False),
    ],
)
def test_the_host_in_the_signed_text_must_be_one_that_serves_the_path(simulate, request_, host, is_accepted):
    _, body = asked(simulate, request_, host=host)

    assert ("Verification failure" not in str(body)) == is_accepted


@pytest.mark.parametrize("spelled", ["Ed25519", "ED25519"])
def test_a_pair_of_ones_own_signs_by_the_method_it_is_for(simulate, spelled):
    pair, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    secret = pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    async def told(bench, key, signing, method):
        stamp = bench.clock.now().strftime("%Y-%m-%dT%H%%3A%M%%3A%S")
        query = f"AccessKeyId={key.api_key}&SignatureMethod={method}&SignatureVersion=2&Timestamp={stamp}"
        text = f"GET\napi.huobi.pro\n{ACCOUNTS[1]}\n{query}"
        signature = quote(base64.b64encode(signing.sign(text.encode())).decode(), safe="")
        reply = await bench.send("GET", f"{ACCOUNTS[1]}?{query}&Signature={signature}")
        return reply.json["status"]

    async def story(bench):
        key, by_secret = bench.key(secret=secret), bench.key()
        tries = ((key, pair, spelled), (key, other, spelled), (key, pair, "HmacSHA256"), (by_secret, pair, spelled))
        return [await told(bench, *one) for one in tries]

    assert simulate("htx", story) == ["ok", "error", "error", "error"]


@pytest.mark.parametrize(
    ("request_", "envelope"),
    [
        (ACCOUNTS, {"status": "error", "err-code": "api-signature-not-valid", "err-msg": ..., "data": None}),
        (("GET", "/v2/user/uid", {}), {"code": 1003, "message": ..., "data": None}),
        (BALANCE, {"code": 401, "message": ..., "data": None}),
        (("POST", "/swap-api/v1/swap_account_info", {}), {"status": "error", "err_code": 403, "err_msg": ..., "ts": 1}),
    ],
)
def test_one_refusal_comes_in_the_envelope_of_its_path(simulate, request_, envelope):
    status, body = asked(simulate, request_, ip_allowlist=["203.0.113.1"])

    text = "Signature not valid: Incorrect IP address [IP地址错误]:127.0.0.1"
    filled = {name: text if value is ... else value for name, value in envelope.items()}
    assert (status, {**body, **({"ts": 1} if "ts" in body else {})}) == (200, filled)


def test_key_information_has_the_documented_fields(simulate):
    status, body = asked(
        simulate, KEYS, rights=["trade_spot", "withdraw"], ip_allowlist=["127.0.0.1", "203.0.113.0/24"], api_key="abc"
    )

    assert (status, body) == (
        200,
        {
            "code": 200,
            "message": "success",
            "data": [
                {
                    "accessKey": "abc",
                    "note": "key-1",
                    "permission": "readOnly,trade,withdraw",
                    "ipAddresses": "127.0.0.1,203.0.113.0/24",
                    "validDays": -1,
                    "status": "normal",
                    "createTime": 1795348800000,
                    "updateTime": 1795348800000,
                }
            ],
        },
    )


def test_keys_are_listed_by_their_user_and_only_to_the_parent(simulate):
    async def story(bench):
        mine, other, late = (bench.key(name=name, account="7") for name in "abc")
        sub = bench.key(name="d", account="7", sub_account="bots")
        bench.sim.change_key(other.id, state="deleted")
        bench.sim.change_key(late.id, state="expired")
        requests = {"all": {"uid": "7"}, "none": {}, "foreign": {"uid": "8"}, "unknown": {"uid": "7", "accessKey": "x"}}
        replies = {what: await bench.ask(mine, ("GET", KEYS[1], asked)) for what, asked in requests.items()}
        replies["sub"] = await bench.ask(sub, ("GET", KEYS[1], {"uid": "7"}))
        return {what: reply.json for what, reply in replies.items()}

    told = simulate("htx", story)

    assert [(one["note"], one["status"]) for one in told["all"]["data"]] == [("a", "normal"), ("c", "expired")]
    assert [told[what]["code"] for what in ("none", "foreign", "sub")] == [2002, 2002, 1002]
    assert told["unknown"]["data"] == []


def test_the_days_a_key_has_left_are_counted_up(simulate):
    async def story(bench):
        key = bench.key(expires_at=bench.clock.now().replace(day=25, hour=13))
        return (await bench.ask(key, KEYS)).json["data"][0]["validDays"]

    assert simulate("htx", story) == 4


@pytest.mark.parametrize("stamp", ["soon", "", "2026-11-22T12%3A00%3A00Z", "1795348800"])
def test_a_time_in_another_form_is_refused(simulate, stamp):
    def stamped(target, headers, body):
        before, _, rest = target.partition("Timestamp=")
        return f"{before}Timestamp={stamp}&{rest.partition('&')[2]}", headers, body

    assert "submission time" in asked(simulate, ACCOUNTS, tamper=stamped)[1]["err-msg"]


@pytest.mark.parametrize(
    ("path", "order", "text"),
    [
        ("/v1/order/orders/place", {"symbol": "btcusdt"}, "Field is missing"),
        (
            "/v1/order/orders/place",
            {"account-id": "1", "symbol": "nopair", "type": "buy-limit", "amount": "1"},
            "symbol is invalid",
        ),
        ("/v5/trade/order", {"contract_code": "NO-PAIR", "volume": 1}, "doesnt exist"),
        ("/v5/trade/order", {"contract_code": "BTC-USDT"}, "Field is missing"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_for_that(simulate, path, order, text):
    _, body = asked(simulate, ("POST", path, order), rights=["trade_spot"])

    assert text in str(body)


def test_the_contract_host_tells_the_time_in_its_own_field(simulate):
    async def story(bench):
        return (await bench.send("GET", "/api/v1/timestamp")).json

    assert simulate("htx", story) == {"status": "ok", "ts": 1795348800000}
