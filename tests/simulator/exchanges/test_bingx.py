"""BingX's own ways: signed text without escapes, JSON bodies, answers without an envelope, masked keys."""

from __future__ import annotations

import hashlib
import hmac
import json
from urllib.parse import quote, urlencode

import pytest

RESTRICTIONS = ("GET", "/openApi/v1/account/apiRestrictions", {})
PERMISSIONS = ("GET", "/openApi/v1/account/apiPermissions", {})
ORDER = {"symbol": "BTC-USDT", "side": "BUY", "type": "LIMIT", "quantity": "1", "price": "5"}
SORTED = "amount=1&asset=USDT&type=FUND_PFUTURES"
SPOT, SWAP = "/openApi/spot/v1/trade/order", "/openApi/swap/v2/trade/order"


def asked(simulate, request, *, tamper=None, late=0, **fields):
    async def story(bench):
        return await bench.ask(bench.key(**fields), request, tamper=tamper, late=late)

    return simulate("bingx", story).json


def signed_by_hand(simulate, method, path, text, *, escaped=None, body=None, rights=("read",)):
    """Send a request whose signed text and whose spelling on the wire are given."""

    async def story(bench):
        key = bench.key(rights)
        ms = round(bench.clock.now().timestamp() * 1000)
        signature = hmac.new(key.secret.encode(), text.format(ms=ms).encode(), hashlib.sha256).hexdigest()
        headers = {"X-BX-APIKEY": key.api_key}
        if body is not None:
            sent = json.dumps({**body, "timestamp": ms, "signature": signature}).encode()
            return await bench.send(method, path, headers, sent)
        query = (escaped or text).format(ms=ms)
        return await bench.send(method, f"{path}?{query}&signature={signature}", headers)

    return simulate("bingx", story).json.get("code")


def test_the_two_key_infos_have_no_envelope_and_tell_the_same(simulate):
    fields = {"rights": ["read", "trade_spot", "withdraw"], "ip_allowlist": ["127.0.0.1"]}
    flags, listed = asked(simulate, RESTRICTIONS, **fields), asked(simulate, PERMISSIONS, **fields)

    assert {name for name, is_on in flags.items() if is_on is True} == {
        "ipRestrict",
        "enableReading",
        "enableSpotAndMarginTrading",
        "enableWithdrawals",
    }
    assert "code" not in flags
    assert set(listed) == {"apiKey", "permissions", "ipAddresses", "note"}
    assert (listed["permissions"], listed["ipAddresses"]) == ([2, 1, 5], ["127.0.0.1"])


def test_a_key_without_addresses_has_an_empty_text_in_its_list(simulate):
    assert asked(simulate, PERMISSIONS)["ipAddresses"] == [""]
    assert asked(simulate, RESTRICTIONS)["ipRestrict"] is False


def test_the_keys_of_an_account_are_listed_with_their_middle_starred_out(simulate):
    (key,) = asked(simulate, ("GET", "/openApi/account/v1/apiKey/query", {"uid": "7"}))["data"]["apiInfos"]

    assert key["apiKey"][4:-4] == "****"
    assert key["permissions"] == [2]


def test_one_right_stands_for_spot_and_margin(simulate):
    async def story(bench):
        return bench.key(["trade_margin"]).rights

    assert simulate("bingx", story) == {"read", "trade_spot", "trade_margin"}


@pytest.mark.parametrize("text", ["recvWindow=5000&timestamp={ms}", "timestamp={ms}&recvWindow=5000", "timestamp={ms}"])
def test_parameters_may_be_signed_sorted_or_as_they_are_sent(simulate, text):
    assert signed_by_hand(simulate, "GET", "/openApi/account/v1/uid", text) == 0


def test_values_are_signed_without_their_escapes(simulate):
    note, listed = "a b&c", '["1",2]'
    plain = f"note={note}&list={listed}&timestamp={{ms}}"
    escaped = f"note={quote(note)}&list={quote(listed)}&timestamp={{ms}}"

    assert signed_by_hand(simulate, "GET", "/openApi/account/v1/uid", plain, escaped=escaped) == 0
    assert signed_by_hand(simulate, "GET", "/openApi/account/v1/uid", escaped) == 100001


def test_lists_in_json_bodies_are_signed_without_quotes_and_spaces(simulate):
    path, body = "/openApi/subAccount/v1/apiKey/create", {"subUid": 7, "permissions": [1, 2], "note": "n"}

    good = signed_by_hand(simulate, "POST", path, "note=n&permissions=[1,2]&subUid=7&timestamp={ms}", body=body)
    bad = signed_by_hand(simulate, "POST", path, "note=n&permissions=[1, 2]&subUid=7&timestamp={ms}", body=body)

    assert (good, bad) == (0, 100001)


def test_the_time_may_be_signed_behind_the_sorted_rest(simulate):
    path, body = "/openApi/api/v3/post/asset/transfer", {"type": "FUND_PFUTURES", "asset": "USDT", "amount": "1"}

    last = signed_by_hand(simulate, "POST", path, SORTED + "&timestamp={ms}", body=body, rights=["transfer"])
    first = signed_by_hand(simulate, "POST", path, "timestamp={ms}&" + SORTED, body=body, rights=["transfer"])

    assert (last, first) == (None, 100001)


def test_orders_may_be_sent_in_the_query_as_well(simulate):
    text = urlencode(sorted(ORDER.items())) + "&timestamp={ms}"

    assert signed_by_hand(simulate, "POST", SPOT, text, rights=["trade_spot"]) == 0


def test_a_broken_body_is_not_signed_right(simulate):
    async def story(bench):
        return await bench.send("POST", SPOT, {"X-BX-APIKEY": bench.key().api_key}, b"{broken")

    assert simulate("bingx", story).json["code"] == 100412


@pytest.mark.parametrize("late", [-6, 6])
def test_a_request_out_of_its_window_is_refused(simulate, late):
    assert asked(simulate, RESTRICTIONS, late=late)["code"] == 100421


def test_a_longer_window_than_allowed_counts_as_the_longest(simulate):
    text = "recvWindow=60000&timestamp=1000"

    assert signed_by_hand(simulate, "GET", "/openApi/account/v1/uid", text) == 100421


def test_a_missing_right_is_named(simulate):
    assert "Perpetual Futures Trading permission" in asked(simulate, ("POST", SWAP, ORDER))["msg"]


@pytest.mark.parametrize(
    ("path", "changes", "code"),
    [
        (SPOT, {}, 0),
        (SWAP, {}, 0),
        (SPOT, {"type": "MARKET", "quantity": "", "quoteOrderQty": "9"}, 0),
        (SPOT, {"price": ""}, 100400),
        (SWAP, {"quantity": ""}, 100400),
        (SPOT, {"symbol": "NO-SUCH"}, 100490),
        (SWAP, {"symbol": "NO-SUCH"}, 109425),
    ],
)
def test_orders_are_looked_at_and_nothing_happens(simulate, path, changes, code):
    order = {**ORDER, **changes}

    assert asked(simulate, ("POST", path, order), rights=["trade_spot", "trade_futures"])["code"] == code


def test_a_spot_order_is_answered_with_the_fields_that_others_have_read(simulate):
    # https://github.com/vispar-tech/bingx-py wants every one of them, last verified 2026-11-22.
    answer = asked(simulate, ("POST", SPOT, ORDER), rights=["trade_spot"])

    assert set(answer) == {"code", "msg", "debugMsg", "data"}
    assert {name: answer["data"][name] for name in ("symbol", "origQty", "executedQty", "status", "stopPrice")} == {
        "symbol": "BTC-USDT",
        "origQty": "1",
        "executedQty": "0",
        "status": "PENDING",
        "stopPrice": "0",
    }


def test_a_new_key_of_a_sub_account_has_a_secret_that_is_shown_once(simulate):
    request = ("POST", "/openApi/subAccount/v1/apiKey/create", {"subUid": 7, "note": "n", "permissions": [1]})
    data = asked(simulate, request)["data"]

    assert len(data["apiKey"]) == len(data["secretKey"]) == 80
