"""Coinbase's own ways: tokens and their claims, one refusal for everything, one flag for every transfer."""

from __future__ import annotations

import pytest

INFO = ("GET", "/api/v3/brokerage/key_permissions", {})
ORDER = {"product_id": "BTC-USDT", "side": "BUY", "order_configuration": {"market_market_ioc": {"quote_size": "5"}}}


def asked(simulate, request, **fields):
    async def story(bench):
        return await bench.ask(bench.key(**fields), request)

    return simulate("coinbase", story)


def with_claims(simulate, *, kid=None, scheme="Bearer", **changes):
    """Ask for the key info with some claims of the token changed."""

    async def story(bench):
        key, now = bench.key(), round(bench.clock.now().timestamp())
        claims = {
            "sub": key.api_key,
            "iss": "cdp",
            "nbf": now,
            "exp": now + 120,
            "uri": "GET api.coinbase.com" + INFO[1],
        }
        shift = {name: now + changes.pop(name) for name in ("nbf", "exp") if isinstance(changes.get(name), int | float)}
        made = {name: value for name, value in {**claims, **shift, **changes}.items() if value is not ...}
        token = bench.dialect.token(key, made, kid)
        return await bench.send("GET", INFO[1], {"Authorization": f"{scheme} {token}"})

    return simulate("coinbase", story).status


def test_key_information_has_the_documented_fields(simulate):
    info = asked(simulate, INFO, rights=["withdraw"]).json

    assert {name: info[name] for name in ("can_view", "can_trade", "can_transfer", "can_receive")} == {
        "can_view": True,
        "can_trade": False,
        "can_transfer": True,
        "can_receive": False,
    }
    assert info["portfolio_type"] == "CONSUMER"


def test_the_accounts_say_what_is_held_and_list_what_is_not(simulate):
    listed = asked(simulate, ("GET", "/api/v3/brokerage/accounts", {})).json
    free = {one["currency"]: one["available_balance"]["value"] for one in listed["accounts"]}

    assert (free["USDT"], free["BTC"], free["ETH"], listed["size"]) == ("1000", "0.05", "0", len(free))


def test_one_flag_stands_for_every_transfer_and_one_for_every_order(simulate):
    async def story(bench):
        return bench.key(["transfer"]).rights, bench.key(["trade_futures"]).rights

    assert simulate("coinbase", story) == ({"read", "transfer", "withdraw"}, {"read", "trade_spot", "trade_futures"})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"iss": "coinbase-cloud", "aud": ["retail_rest_api_proxy"]},
        {"uri": ..., "uris": ["GET api.coinbase.com" + INFO[1]]},
        {"iss": ...},
        # Its own client may see a second end between the two claims.
        {"exp": 121},
        {"nbf": 0.5, "exp": 119.5},
    ],
)
def test_tokens_of_every_client_are_taken(simulate, changes):
    assert with_claims(simulate, **changes) == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": "another"},
        {"kid": "another"},
        {"scheme": "Basic"},
        {"uri": ...},
        {"uri": "POST api.coinbase.com" + INFO[1]},
        {"uri": "GET api.coinbase.com/api/v3/brokerage/accounts"},
        {"uri": "GET api.coinbase.com/another" + INFO[1]},
        {"uri": "GET " + INFO[1]},
        {"uri": "GET api.coinbase.com" + INFO[1] + "?limit=1"},
        {"uris": "GET", "uri": 7},
        {"exp": 122},
        {"exp": ...},
        {"nbf": 5},
        {"nbf": 1.5},
        {"nbf": "0"},
        {"nbf": -200, "exp": -80},
    ],
)
def test_a_token_that_is_not_for_this_request_is_refused(simulate, changes):
    assert with_claims(simulate, **changes) == 401


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer a.b", "Bearer a.b.c", "Bearer W10.W10.W10", "Bearer é.é.é"])
def test_what_is_no_token_is_refused_in_one_plain_word(simulate, token):
    async def story(bench):
        bench.key()
        return await bench.send("GET", INFO[1], {"Authorization": token})

    reply = simulate("coinbase", story)

    assert (reply.status, reply.body) == (401, b"Unauthorized\n")


def test_every_reason_to_refuse_a_key_is_told_alike(simulate):
    async def story(bench):
        bodies = set()
        for fields in ({"state": "frozen"}, {"state": "deleted"}, {"ip_allowlist": ["203.0.113.10"]}):
            bodies.add((await bench.ask(bench.key(**fields), INFO)).body)
        return bodies

    assert simulate("coinbase", story) == {b"Unauthorized\n"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [({}, 200), ({"product_id": "BTC-PERP-CDE"}, 200), ({"product_id": "NO-SUCH"}, 400), ({"side": ""}, 400)],
)
@pytest.mark.parametrize("path", ["/api/v3/brokerage/orders", "/api/v3/brokerage/orders/preview"])
def test_orders_are_looked_at_and_nothing_happens(simulate, path, changes, status):
    assert asked(simulate, ("POST", path, {**ORDER, **changes}), rights=["trade_spot"]).status == status


def test_a_send_needs_all_its_fields(simulate):
    request = ("POST", "/v2/accounts/account-BTC/transactions", {"type": "send", "to": "a"})

    assert asked(simulate, request, rights=["withdraw"]).json["errors"][0]["id"] == "param_required"


def test_both_apis_tell_the_time(simulate):
    async def story(bench):
        old, new = [(await bench.send("GET", path)).json for path in ("/v2/time", "/api/v3/brokerage/time")]
        return str(old["data"]["epoch"]) == new["epochSeconds"], old["data"]["iso"] == new["iso"]

    assert simulate("coinbase", story) == (True, True)
