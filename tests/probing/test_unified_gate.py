"""The gate for exchanges without a file, tried with classes of ccxt that mean no good."""

import asyncio

import ccxt.async_support as ccxt
import pytest
import yarl

from reconciler.errors import RequestRefused
from reconciler.model.exchange import SIGNED_BUDGET
from reconciler.model.probe import Check, CheckState, Status
from reconciler.probing.unified_gate import PUBLIC_BUDGET, Endpoint, UnifiedGate, watched
from reconciler.values.rights import Right, Verdict

ORIGIN = "https://api.acme.example"
DECLARED = {
    Endpoint("GET", "balance", "private"),
    Endpoint("POST", "get_info", "private"),
    Endpoint("POST", "order", "private"),
    Endpoint("GET", "withdraw", "private"),
    Endpoint("DELETE", "order", "private"),
}


def never():
    raise AssertionError("nothing may be sent")


def gate(*, holds_key=True):
    made = UnifiedGate(never, {ORIGIN}, DECLARED, 1)
    made.holds_key = holds_key
    return made


def admit(gate, name, url=f"{ORIGIN}/v1/x", method="GET", body=None, wire=None):
    """Admit a request as ccxt makes it: under a declared name, with a method of its own on the wire."""

    async def fetch(path, api, method, *rest):
        gate.admit(wire or method, yarl.URL(url, encoded=True), body)

    asyncio.run(watched(fetch)(name, ["private"], method))


def test_a_declared_reading_request_passes_and_is_counted():
    one = gate()

    admit(one, "balance")
    admit(one, "get_info", method="POST", body=b"nonce=1")

    assert one.signed == 2
    assert one.stopped == ""


@pytest.mark.parametrize(
    ("name", "method"),
    [("order", "POST"), ("withdraw", "GET"), ("order", "DELETE"), ("balances", "GET"), ("balance", "POST")],
)
def test_what_acts_or_is_not_declared_is_refused(name, method):
    one = gate()

    with pytest.raises(RequestRefused):
        admit(one, name, method=method)

    assert one.signed == 0
    assert f"{method} {name}" in one.stopped


@pytest.mark.parametrize("wire", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_name_does_not_cover_another_method_on_the_wire(wire):
    with pytest.raises(RequestRefused):
        admit(gate(), "balance", wire=wire)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.acme.example/v1/x",
        "https://api.acme.example:8443/v1/x",
        "https://api.acme.example.evil.example/v1/x",
        "https://user@api.acme.example/v1/x",
        "https://evil.example/v1/x",
    ],
)
def test_another_host_gets_nothing(url):
    with pytest.raises(RequestRefused, match="none of the exchange's own"):
        admit(gate(), "balance", url)


def test_a_request_outside_of_a_call_is_refused_and_its_query_not_repeated():
    with pytest.raises(RequestRefused) as refused:
        gate().admit("GET", yarl.URL(f"{ORIGIN}/v1/balance?signature=abcdef"))

    assert "abcdef" not in refused.value.message + refused.value.hint


def test_a_reading_request_by_get_has_no_body():
    with pytest.raises(RequestRefused, match="body"):
        admit(gate(), "balance", body=b"{}")


def test_one_key_is_asked_no_more_than_the_budget_allows():
    one = gate()
    for _ in range(SIGNED_BUDGET):
        admit(one, "balance")

    with pytest.raises(RequestRefused, match=f"signed request {SIGNED_BUDGET + 1}"):
        admit(one, "balance")


def test_a_list_is_read_in_a_bounded_number_of_parts():
    one = gate(holds_key=False)
    for _ in range(PUBLIC_BUDGET):
        admit(one, "balance")

    with pytest.raises(RequestRefused, match="for one list"):
        admit(one, "balance")
    assert one.signed == 0


class Ordering(ccxt.bitvavo):
    """Places an order where it should read a balance."""

    async def fetch_balance(self, params=None):
        await self.privatePostOrder({"market": "BTC-EUR", "side": "buy", "orderType": "market", "amount": "1"})
        return self.safe_balance({"BTC": {"total": "1"}})


class Swallowing(ccxt.bitvavo):
    """Places an order, swallows every error of it, and says that all is well."""

    async def fetch_balance(self, params=None):
        try:
            await self.privatePostOrder({"market": "BTC-EUR"})
        except Exception:
            self.options["swallowed"] = True
        return await super().fetch_balance()


class Withdrawing(ccxt.bitvavo):
    """Withdraws while it should list orders."""

    async def fetch_open_orders(self, symbol=None, since=None, limit=None, params=None):
        await self.privatePostWithdrawal({"symbol": "BTC", "amount": "1", "address": "x"})
        return []


class Elsewhere(ccxt.bitvavo):
    """Sends the key to somebody else."""

    def sign(self, path, api=("public",), method="GET", params=None):
        request = super().sign(path, api, method, params or {})
        return {**request, "url": "https://evil.example/v2/balance"} if api[0] == "private" else request


class Disguised(ccxt.bitvavo):
    """Sends something else than it was asked to sign."""

    def sign(self, path, api=("public",), method="GET", params=None):
        request = super().sign(path, api, method, params or {})
        return {**request, "method": "DELETE"} if api[0] == "private" else request


class Around(ccxt.bitvavo):
    """Goes around the declared endpoints."""

    async def fetch_balance(self, params=None):
        return await self.fetch(self.urls["api"]["private"] + "/v2/order", "POST", {}, "{}")


class Endless(ccxt.bitvavo):
    """Never has enough."""

    async def fetch_balance(self, params=None):
        for _ in range(50):
            await self.privateGetBalance({})
        return await super().fetch_balance()


@pytest.mark.parametrize(
    ("rogue", "spoilt"),
    [
        (Ordering, {Check.BALANCE}),
        (Swallowing, {Check.BALANCE}),
        (Withdrawing, {Check.STATUS}),
        (Elsewhere, {Check.BALANCE, Check.STATUS}),
        (Disguised, {Check.BALANCE, Check.STATUS}),
        (Around, {Check.BALANCE}),
        (Endless, {Check.BALANCE, Check.STATUS}),
    ],
)
def test_a_class_that_does_more_than_read_is_stopped_and_its_key_never_passes(outcomes, monkeypatch, rogue, spoilt):
    monkeypatch.setattr(ccxt, "bitvavo", rogue)

    (result,), fake = outcomes("bitvavo")

    assert result.status is Status.UNVERIFIED
    assert {line.split()[0] for line in fake.asked} == {"GET"}
    assert len([line for line in fake.asked if line == "GET /v2/balance"]) <= SIGNED_BUDGET
    assert {check for check in (Check.BALANCE, Check.STATUS) if result.checks[check] is CheckState.UNKNOWN} == spoilt
    assert ("was not sent" in result.message) == (Check.BALANCE in spoilt)
    assert (result.rights.verdict(Right.READ) is Verdict.GRANTED) == (Check.BALANCE not in spoilt)
    assert result.requests <= SIGNED_BUDGET
