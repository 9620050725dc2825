"""Gate's own ways: groups that read or write, one label for two refusals, lists of keys, where a query is signed."""

from __future__ import annotations

import hashlib

import pytest

from reconciler.simulator.signing import hex_hmac

KEYS = ("GET", "/api/v4/account/main_keys", {})
ORDER = {"currency_pair": "BTC_USDT", "side": "buy", "amount": "1", "price": "1"}


def asked(simulate, request, *, tamper=None, late=0, **fields):
    async def story(bench):
        return await bench.ask(bench.key(**fields), request, tamper=tamper, late=late)

    reply = simulate("gate", story)
    return reply.status, reply.json


def test_the_list_of_keys_has_the_documented_fields(simulate):
    status, body = asked(
        simulate,
        KEYS,
        rights=["trade_spot", "withdraw"],
        ip_allowlist=["127.0.0.1"],
        account="10001",
        api_key="0123456789abcdef0123456789abcdef",
    )

    assert status == 200
    assert body == [
        {
            "key": "0123456789ab********************",
            "state": 1,
            "mode": 1,
            "name": "key-1",
            "currency_pairs": [],
            "user_id": 10001,
            "ip_whitelist": ["127.0.0.1"],
            "perms": [
                {"name": "account", "read_only": True},
                {"name": "spot", "read_only": False},
                {"name": "futures", "read_only": True},
                {"name": "withdraw", "read_only": False},
            ],
            "created_at": 1795348800,
            "update_at": 1795348800,
            "last_access": 1795348800,
        }
    ]


def test_all_keys_of_the_main_account_are_listed_and_none_of_a_sub_account(simulate):
    async def story(bench):
        mine, other, sub = (
            bench.key(name=name, account="7", sub_account=whose)
            for name, whose in (("a", None), ("b", None), ("c", "10002"))
        )
        bench.sim.change_key(other.id, ip_allowlist=["203.0.113.1"])
        own, subs = await bench.ask(mine, KEYS), await bench.ask(sub, KEYS)
        manager = bench.key(["manage_keys"], account="7")
        listed = await bench.ask(manager, ("GET", "/api/v4/sub_accounts/10002/keys", {}))
        return own.json, subs.json, listed.json

    own, subs, listed = simulate("gate", story)

    assert [entry["name"] for entry in own] == [entry["name"] for entry in subs] == ["a", "b"]
    assert [entry["name"] for entry in listed] == ["c"]


def test_account_detail_tells_the_calling_keys_addresses_and_no_rights(simulate):
    _, body = asked(simulate, ("GET", "/api/v4/account/detail", {}), ip_allowlist=["127.0.0.1"], account="10001")

    assert (body["user_id"], body["ip_whitelist"]) == (10001, ["127.0.0.1"])
    assert "perms" not in body


def test_what_is_missing_is_refused_by_its_group_and_what_may_only_be_read_as_read_only(simulate):
    transfer = ("POST", "/api/v4/wallet/transfers", {"currency": "USDT", "from": "a", "to": "b", "amount": "1"})

    assert asked(simulate, ("POST", "/api/v4/spot/orders", ORDER)) == (
        403,
        {"label": "READ_ONLY", "message": "API key only has read permission of spot"},
    )
    assert asked(simulate, transfer) == (
        403,
        {"label": "FORBIDDEN", "message": "Request API key does not have wallet permission"},
    )


def test_an_excluded_address_has_the_label_of_a_missing_group(simulate):
    status, body = asked(simulate, KEYS, ip_allowlist=["203.0.113.1"])

    assert (status, body) == (403, {"message": "Request IP not in whitelist: 127.0.0.1", "label": "FORBIDDEN"})


@pytest.mark.parametrize(("rights", "label"), [(["read"], "FORBIDDEN"), (["read", "withdraw"], "INVALID_WITHDRAW_ID")])
def test_cancelling_a_withdrawal_that_cannot_be_tells_who_may_withdraw(simulate, rights, label):
    _, body = asked(simulate, ("DELETE", "/api/v4/withdrawals/w0", {}), rights=rights)

    assert body["label"] == label


@pytest.mark.parametrize(
    ("signed", "sent", "status"),
    [
        ("USDT,BTC", "USDT,BTC", 200),
        ("USDT,BTC", "USDT%2CBTC", 200),
        ("USDT BTC", "USDT%20BTC", 200),
        ("USDT BTC", "USDT+BTC", 200),
        ("USDT+BTC", "USDT+BTC", 200),
        ("USDT+BTC", "USDT%2BBTC", 200),
        ("USDT%2CBTC", "USDT%2CBTC", 401),
        ("USDT+BTC", "USDT%20BTC", 401),
        ("USDT", "BTC", 401),
    ],
)
def test_a_query_is_signed_as_it_reads_however_it_is_escaped(simulate, signed, sent, status):
    def escaped(target, headers, body):
        return target.replace(signed, sent), headers, body

    request = ("GET", "/api/v4/spot/accounts", {"currency": signed})

    assert asked(simulate, request, tamper=escaped)[0] == status


@pytest.mark.parametrize("stamp", ["soon", "", "1e9", "-1", "1795348800000"])
def test_a_time_that_is_not_now_in_seconds_is_refused(simulate, stamp):
    def stamped(target, headers, body):
        return target, {**headers, "Timestamp": stamp}, body

    status, body = asked(simulate, KEYS, tamper=stamped)

    assert (status, body["label"] in ("REQUEST_EXPIRED", "MISSING_REQUIRED_HEADER")) == (401, True)


@pytest.mark.parametrize(
    ("path", "order", "label"),
    [
        ("spot/orders", {**ORDER, "currency_pair": "NO_PAIR"}, "INVALID_CURRENCY_PAIR"),
        ("spot/orders", {"currency_pair": "BTC_USDT"}, "MISSING_REQUIRED_PARAM"),
        ("futures/usdt/orders", {"contract": "NO_PAIR", "size": 1}, "CONTRACT_NOT_FOUND"),
        ("futures/usdt/orders", {"size": 1}, "MISSING_REQUIRED_PARAM"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_for_that(simulate, path, order, label):
    status, body = asked(simulate, ("POST", f"/api/v4/{path}", order), rights=["trade_spot", "trade_futures"])

    assert (status, body["label"]) == (400, label)


def test_the_documentations_own_example_is_signed_as_it_says():
    # https://www.gate.com/docs/developers/apiv4/en/#authentication, last verified 2026-11-22.
    digest = hashlib.sha512(b"").hexdigest()
    query = "contract=BTC_USD&status=finished&limit=50"
    text = "\n".join(("GET", "/api/v4/futures/orders", query, digest, "1541993715"))

    assert hex_hmac("secret", text, hashlib.sha512).startswith("55f84ea1")
