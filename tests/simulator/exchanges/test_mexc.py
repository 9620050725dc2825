"""MEXC's own ways: two protocols, hex digits, windows, what apiKeyInfo says."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import pytest

INFO = ("GET", "/api/v3/apiKeyInfo", {"accessKey": "{api_key}"})
ACCOUNT = ("GET", "/api/v3/account", {})
ASSETS = ("GET", "/api/v1/private/account/assets", {})
SUBMIT = "/api/v1/private/order/submit"


def asked(simulate, request, *, tamper=None, late=0, **fields):
    async def story(bench):
        return await bench.ask(bench.key(**fields), request, tamper=tamper, late=late)

    reply = simulate("mexc", story)
    return reply.status, reply.json


def code(simulate, request, **how):
    status, body = asked(simulate, request, **how)
    return status, body["code"]


def signed(key, text):
    return hmac.new(key.secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def now_ms(bench):
    return round(bench.clock.now().timestamp() * 1000)


def test_key_information_has_the_documented_fields(simulate):
    status, info = asked(simulate, INFO, rights=["trade_spot"], ip_allowlist=["127.0.0.1"], api_key="mx0vTESTKEY")

    assert status == 200
    assert info == {
        "note": "key-1",
        "accessKey": "mx0vTESTKEY",
        "permissions": "SPOT_DEAL_WRITE",
        "ipWhiteList": "127.0.0.1",
        "createTime": "2026-11-22T12:00:00.000+00:00",
        "remainingValidity": -999,
        "status": "VALID",
    }


def test_what_is_left_of_a_key_is_counted_in_days(simulate):
    async def story(bench):
        key = bench.key(expires_at=bench.clock.now() + timedelta(days=29, hours=1))
        return (await bench.ask(key, INFO)).json["remainingValidity"]

    assert simulate("mexc", story) == 30


def test_a_frozen_key_can_still_ask_about_itself(simulate):
    assert asked(simulate, INFO, state="frozen")[1]["status"] == "FROZEN"


def test_another_key_of_the_account_can_be_asked_about_and_a_strangers_cannot(simulate):
    async def story(bench):
        key, other = bench.key(account="7"), bench.key(account="7", state="expired")
        stranger = bench.key(account="8")
        named = [("GET", "/api/v3/apiKeyInfo", {"accessKey": one.api_key}) for one in (other, stranger)]
        replies = [(await bench.ask(key, request)).json for request in named]
        return other.api_key, replies

    api_key, (about_other, about_stranger) = simulate("mexc", story)

    assert (about_other["accessKey"], about_other["remainingValidity"]) == (api_key, 0)
    assert about_stranger["code"] == 730706


def test_key_information_must_name_a_key(simulate):
    assert code(simulate, ("GET", "/api/v3/apiKeyInfo", {})) == (400, 730707)


@pytest.mark.parametrize(
    ("request_", "fields", "expected"),
    [
        (ACCOUNT, {"state": "deleted"}, (400, 10072)),
        (ACCOUNT, {"state": "expired"}, (400, 10072)),
        (ACCOUNT, {"state": "frozen"}, (400, 60005)),
        (ACCOUNT, {"rights": []}, (400, 700007)),
        (ACCOUNT, {"ip_allowlist": ["203.0.113.1"]}, (400, 700006)),
        (ACCOUNT, {"late": 6}, (400, 700003)),
        (ACCOUNT, {"late": -1}, (400, 700003)),
        (ASSETS, {"state": "deleted"}, (200, 401)),
        (ASSETS, {"state": "expired"}, (200, 402)),
        (ASSETS, {"ip_allowlist": ["203.0.113.1"]}, (200, 406)),
        (ASSETS, {"rights": []}, (200, 701)),
        (ASSETS, {"late": 11}, (200, 513)),
        (ASSETS, {"late": -11}, (200, 513)),
        (("GET", "/api/v1/private/position/open_positions", {}), {"rights": []}, (200, 703)),
        (("POST", SUBMIT, {}), {"rights": []}, (200, 704)),
        (("POST", "/api/v1/private/position/change_leverage", {}), {"rights": []}, (200, 702)),
    ],
)
def test_refusals_have_the_documented_code_and_status(simulate, request_, fields, expected):
    assert code(simulate, request_, **fields) == expected


def test_the_refused_address_stands_in_brackets(simulate):
    _, body = asked(simulate, ACCOUNT, ip_allowlist=["203.0.113.1"])

    assert body["msg"] == "IP [127.0.0.1] not in the ip white list"


def test_a_key_with_a_list_of_addresses_is_told_apart_only_after_its_signature(simulate):
    def forged(target, headers, body):
        return target.partition("signature=")[0] + "signature=00", headers, body

    assert code(simulate, ACCOUNT, ip_allowlist=["203.0.113.1"], tamper=forged) == (400, 700002)


def test_upper_case_hex_digits_are_refused(simulate):
    def shouted(target, headers, body):
        head, _, signature = target.partition("signature=")
        return f"{head}signature={signature.upper()}", headers, body

    assert code(simulate, ACCOUNT, tamper=shouted) == (400, 700002)


def test_a_key_of_impossible_form_is_told_so(simulate):
    def mangled(target, headers, body):
        return target, {"X-MEXC-APIKEY": "a b"}, body

    assert code(simulate, ACCOUNT, tamper=mangled) == (400, 700001)


def test_parameters_may_travel_in_the_body_and_are_signed_after_the_query(simulate):
    async def story(bench):
        key = bench.key(["trade_spot"])
        query, form = "symbol=BTCUSDT&side=BUY", f"type=LIMIT&quantity=1&price=2&timestamp={now_ms(bench)}"
        headers = {"X-MEXC-APIKEY": key.api_key, "Content-Type": "application/x-www-form-urlencoded"}
        body = f"{form}&signature={signed(key, query + form)}".encode()
        return await bench.send("POST", f"/api/v3/order?{query}", headers, body)

    reply = simulate("mexc", story)

    assert (reply.status, reply.json["symbol"]) == (200, "BTCUSDT")


def test_percent_encoded_values_are_signed_as_they_are_sent(simulate):
    request = ("GET", "/api/v3/openOrders", {"symbol": "A B/C"})

    assert asked(simulate, request) == (200, [])


@pytest.mark.parametrize(
    ("window", "age", "expected"),
    [("60000", 59_000, None), ("60001", 0, 700005), ("1000", 1500, 700003), ("x", 0, 10073), ("", 0, 10073)],
)
def test_the_window_is_the_callers_up_to_a_minute(simulate, window, age, expected):
    async def story(bench):
        key = bench.key()
        query = f"timestamp={now_ms(bench) - age}&recvWindow={window}"
        target = f"/api/v3/account?{query}&signature={signed(key, query)}"
        return (await bench.send("GET", target, {"X-MEXC-APIKEY": key.api_key})).json.get("code")

    assert simulate("mexc", story) == expected


@pytest.mark.parametrize(("seconds", "age", "expected"), [("60", 59, 0), ("900", 61, 513), ("5", 6, 513)])
def test_futures_widen_the_window_by_a_header_up_to_a_minute(simulate, seconds, age, expected):
    def widened(target, headers, body):
        return target, {**headers, "Recv-Window": seconds}, body

    assert code(simulate, ASSETS, tamper=widened, late=age) == (200, expected)


def test_futures_sign_their_parameters_in_the_order_of_their_names(simulate):
    def turned(target, headers, body):
        path, _, query = target.partition("?")
        return f"{path}?{'&'.join(reversed(query.split('&')))}", headers, body

    request = ("GET", "/api/v1/private/order/list/open_orders", {"page_num": 1, "page_size": 20, "symbol": "A B"})

    assert code(simulate, request, tamper=turned) == (200, 0)


def test_the_account_endpoint_says_yes_whatever_the_key_may_do(simulate):
    _, account = asked(simulate, ACCOUNT, rights=["read"])

    assert (account["canTrade"], account["canWithdraw"]) == (True, True)


def test_reading_withdrawals_is_no_withdrawal(simulate):
    read = ("GET", "/api/v3/capital/withdraw/history", {})
    to_a_user = {"toAccountType": "EMAIL", "toAccount": "a", "asset": "USDT", "amount": "1"}

    assert asked(simulate, read, rights=["read"]) == (200, [])
    assert code(simulate, ("POST", "/api/v3/capital/transfer/internal", to_a_user), rights=["read"]) == (400, 700007)


def test_shortened_permissions_count_as_the_long_ones(simulate):
    assert asked(simulate, ACCOUNT, permissions="spot_account_r")[0] == 200


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, 700004),
        ({"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "quantity": "1"}, 700004),
        ({"symbol": "NOPEUSDT", "side": "BUY", "type": "MARKET", "quantity": "1"}, -1121),
        ({"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quoteOrderQty": "1"}, None),
    ],
)
def test_orders_are_checked(simulate, given, expected):
    _, body = asked(simulate, ("POST", "/api/v3/order/test", given), rights=["trade_spot"])

    assert body.get("code") == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [({"symbol": "BTC_USDT"}, 600), ({"symbol": "X", "vol": 1, "side": 1, "type": 1, "openType": 1}, 1001)],
)
def test_futures_orders_are_checked(simulate, given, expected):
    assert code(simulate, ("POST", SUBMIT, given), rights=["trade_futures"]) == (200, expected)


def test_sub_accounts_and_their_keys_are_listed_and_new_keys_are_no_keys(simulate):
    async def story(bench):
        key = bench.key(account="7", permissions="SPOT_ACCOUNT_READ")
        bench.key(["trade_spot"], account="7", sub_account="bots", api_key="mx0vBOTKEY")
        new = ("POST", "/api/v3/sub-account/apiKey", {"subAccount": "bots", "permissions": "SPOT_DEAL_WRITE"})
        made = (await bench.ask(key, new)).json
        listed = (await bench.ask(key, ("GET", "/api/v3/sub-account/apiKey", {"subAccount": "bots"}))).json
        names = (await bench.ask(key, ("GET", "/api/v3/sub-account/list", {}))).json
        return made, listed["subAccount"], [one["subAccount"] for one in names["subAccounts"]]

    made, listed, names = simulate("mexc", story)

    assert made["secretKey"]
    assert [(one["apiKey"], one["permissions"]) for one in listed] == [("mx0vBOTKEY", "SPOT_DEAL_WRITE")]
    assert names == ["bots"]


def test_maintenance_and_limits_of_futures_are_worded_as_futures(simulate):
    async def story(bench):
        key = bench.key()
        bench.sim.add_fault("mexc", "maintenance", times=1)
        bench.sim.add_fault("mexc", "rate_limit", times=1)
        return [(await bench.ask(key, ASSETS)).json["code"] for _ in range(2)]

    assert simulate("mexc", story) == [801, 510]


def test_the_uid_is_the_accounts(simulate):
    assert asked(simulate, ("GET", "/api/v3/uid", {}), account="4711")[1] == {"uid": "4711"}
