"""Exchanges without a file, over real HTTP through ccxt's own signing and parsing."""

import asyncio

import ccxt.async_support as ccxt
import pytest

from reconciler.kit.clock import SystemClock
from reconciler.model.exchange import SIGNED_BUDGET, Purpose
from reconciler.model.probe import Check, CheckState, Diagnosis, Status
from reconciler.probing.client import Wire, own_origins
from reconciler.probing.reading import is_reading
from reconciler.probing.unified import UnifiedPool
from reconciler.values.rights import Right, Verdict
from reconciler.wiring import exchanges

BALANCE = {
    "bitvavo": "GET /v2/balance",
    "bitstamp": "POST /api/v2/account_balances/",
    "indodax": "getInfo",
}
STATUS = {"bitvavo": "GET /v2/ordersOpen", "bitstamp": "POST /api/v2/open_orders/all/", "indodax": "openOrders"}
MARKETS = {"bitvavo": "GET /v2/markets", "bitstamp": "GET /api/v2/markets/", "indodax": "GET /api/pairs"}
everywhere = pytest.mark.parametrize("id", sorted(BALANCE))
PAGE = "<html><body>Attention required</body></html>"


@everywhere
def test_a_good_key_reads_and_nothing_more_is_known_of_it(outcomes, id):
    (result,), _ = outcomes(id)

    checks = {Check.KEY: "pass", Check.BALANCE: "pass", Check.STATUS: "pass", Check.PERMISSIONS: "unknown"}
    assert result.status is Status.UNVERIFIED
    assert result.checks == checks
    assert result.rights.verdict(Right.READ) is Verdict.GRANTED
    assert {result.rights.verdict(right) for right in set(Right) - {Right.READ}} == {Verdict.UNKNOWN}
    assert "has no facts on what keys of" in result.message
    assert "withdraw" in result.message
    assert "reconcile explain exchanges" in result.remedy
    assert result.proven_at is None


@everywhere
def test_the_evidence_names_the_request_on_the_wire(outcomes, id):
    (result,), _ = outcomes(id)

    evidence = result.rights.of(Right.READ).evidence
    path = "POST /tapi (getInfo)" if id == "indodax" else BALANCE[id]
    assert (evidence.request, evidence.http_status, len(evidence.sha256)) == (path, 200, 64)


@everywhere
def test_markets_are_read_once_for_all_keys_and_every_key_is_asked_little(outcomes, id):
    results, fake = outcomes(id, secrets=("s3cr3ts3cr3ts3cr3t",) * 4)

    assert {result.requests for result in results} == {2}
    assert fake.asked.count(MARKETS[id]) == 1
    assert fake.asked.count(BALANCE[id]) == fake.asked.count(STATUS[id]) == 4
    assert max(result.requests for result in results) <= SIGNED_BUDGET


@everywhere
def test_a_wrong_secret_is_an_invalid_key_and_asked_once(outcomes, id):
    (result,), fake = outcomes(id, secrets=("wr0ngwr0ngwr0ng",))

    assert result.diagnosis is Diagnosis.INVALID_KEY
    assert result.checks[Check.KEY] is CheckState.FAIL
    assert result.rights.verdict(Right.READ) is Verdict.UNKNOWN
    assert fake.asked.count(BALANCE[id]) == 1
    assert STATUS[id] not in fake.asked


REFUSED = {
    "bitvavo": (403, {"errorCode": 317, "error": "This account is banned."}),
    "bitstamp": (403, {"status": "error", "reason": "No permission found", "code": "API0006"}),
    "indodax": (200, {"success": 0, "error": "view permission is required"}),
}


@pytest.mark.parametrize("spoilt", ["balance", "status"])
@everywhere
def test_a_refusal_that_is_not_plainly_about_the_key_never_passes_and_never_blocks(outcomes, id, spoilt):
    where = (BALANCE if spoilt == "balance" else STATUS)[id]

    (result,), _ = outcomes(id, {where: REFUSED[id]})

    assert result.status in (Status.UNVERIFIED, Status.UNAVAILABLE, Status.FAILED)
    assert result.checks[Check(spoilt)] is not CheckState.PASS
    assert result.rights.verdict(Right.WITHDRAW) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "answer",
    [
        (200, PAGE),
        (401, PAGE),
        (403, PAGE),
        (404, PAGE),
        (407, PAGE),
        (429, PAGE),
        (451, PAGE),
        (500, {"error": "no"}),
        (502, PAGE),
        (503, {}),
        (511, PAGE),
        (524, PAGE),
        (524, {"symbol": "BTC"}),
        (301, {}),
        (200, ""),
        (200, "nul"),
        (200, '[{"symbol": "BTC", "ava'),
        (200, {}),
        (200, {"error": "maintenance"}),
        (200, {"success": False, "balances": []}),
    ],
)
@pytest.mark.parametrize("where", ["balance", "status", "markets"])
@everywhere
def test_what_is_no_plain_answer_says_nothing_of_the_key(outcomes, id, where, answer):
    line = {"balance": BALANCE, "status": STATUS, "markets": MARKETS}[where][id]

    (result,), _ = outcomes(id, {line: answer})

    assert result.status in (Status.UNAVAILABLE, Status.UNVERIFIED), result.message
    assert result.diagnosis is not Diagnosis.INVALID_KEY
    assert result.remedy
    if where == "markets":
        assert result.requests == 0
        assert result.checks[Check.KEY] is CheckState.UNKNOWN
    else:
        assert result.checks[Check(where)] is not CheckState.PASS, result.message
    if where == "balance":
        assert result.rights.verdict(Right.READ) is Verdict.UNKNOWN


@pytest.mark.parametrize("answer", [[], [{}], [None], [1], [[]], [{"symbol": None}], [{"symbol": ["BTC"]}]])
@pytest.mark.parametrize("id", ["bitvavo", "bitstamp"])
def test_a_balance_that_names_no_currency_proves_nothing(outcomes, id, answer):
    (result,), _ = outcomes(id, {BALANCE[id]: (200, answer)})

    assert result.checks[Check.BALANCE] is not CheckState.PASS
    assert result.rights.verdict(Right.READ) is Verdict.UNKNOWN


@pytest.mark.parametrize("where", ["balance", "status", "markets"])
def test_an_answer_that_never_comes_is_an_outage(outcomes, where):
    line = {"balance": BALANCE, "status": STATUS, "markets": MARKETS}[where]["bitvavo"]

    (result,), _ = outcomes("bitvavo", {line: None}, seconds=0.2)

    assert result.diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE
    assert "in time" in result.message


def test_a_list_of_markets_that_cannot_be_read_is_not_asked_for_again_at_once(outcomes):
    results, fake = outcomes("bitstamp", {MARKETS["bitstamp"]: (502, PAGE)}, secrets=("a1b2c3d4", "e5f6g7h8"))

    assert {result.diagnosis for result in results} == {Diagnosis.EXCHANGE_UNAVAILABLE}
    assert fake.asked == [MARKETS["bitstamp"]]


def test_a_key_that_was_let_in_is_not_called_invalid_by_a_later_refusal(outcomes):
    refusal = (403, {"status": "error", "reason": "Invalid signature", "code": "API0005"})

    (result,), _ = outcomes("bitstamp", {STATUS["bitstamp"]: refusal})

    assert result.status is Status.UNVERIFIED
    assert result.checks[Check.KEY] is CheckState.PASS
    assert result.checks[Check.STATUS] is CheckState.UNKNOWN


def test_a_refused_address_is_told_from_a_wrong_key(outcomes):
    refusal = (403, {"errorCode": 307, "error": "This key does not allow access from this IP: not whitelisted."})

    (result,), _ = outcomes("bitvavo", {BALANCE["bitvavo"]: refusal})

    assert result.diagnosis is Diagnosis.IP_NOT_ALLOWED


@everywhere
def test_no_result_holds_a_secret_whatever_comes_back(outcomes, id):
    echo = {"error": "k3yk3yk3yk3yk3yk3y s3cr3ts3cr3ts3cr3t", "success": 0}
    for answer in [(403, echo), (500, echo), (200, echo), (400, echo), (401, "k3yk3yk3yk3yk3yk3y")]:
        (result,), _ = outcomes(id, {BALANCE[id]: answer})

        assert "k3yk3y" not in repr(result)
        assert "s3cr3t" not in repr(result)


@everywhere
def test_what_all_clients_share_is_written_to_by_no_key(fake, good_credentials, id):
    exchange = exchanges()[id]

    async def run():
        async with fake(id).served() as url:
            wire = Wire(connections=4)
            pool = UnifiedPool(exchange, wire, SystemClock(), base_url=url, seconds=5)
            await pool.markets(exchange.time_request())
            before = {name: repr(value) for name, value in vars(pool.pattern).items()}
            async with pool.lease(good_credentials) as lease:
                for request in exchange.plan(["spot"]):
                    await lease.ask(request)
            async with pool.lease(good_credentials) as second:
                clients = lease._client, second._client
            await wire.close()
            return before, {name: repr(value) for name, value in vars(pool.pattern).items()}, clients

    before, after, clients = asyncio.run(run())

    assert after == before
    assert clients[0] is not clients[1]
    assert clients[0].markets is clients[1].markets or clients[1].markets is None


@everywhere
def test_a_client_holds_nothing_of_a_key_afterwards(fake, good_credentials, id):
    async def run():
        async with fake(id).served() as url:
            wire = Wire(connections=4)
            pool = UnifiedPool(exchanges()[id], wire, SystemClock(), base_url=url, seconds=5)
            async with pool.lease(good_credentials) as lease:
                answers = [await lease.ask(request) for request in exchanges()[id].plan(["spot"])]
            await wire.close()
            return lease, answers

    lease, answers = asyncio.run(run())

    told = repr({name: value for name, value in vars(lease._client).items() if name != "logger"})
    assert [answer.request.purpose for answer in answers] == [Purpose.BALANCE, Purpose.STATUS]
    assert "k3yk3y" not in told + repr(answers)
    assert "s3cr3t" not in told + repr(answers)


def test_a_class_that_extends_another_has_only_the_hosts_that_it_adds():
    hosts = {origin.split("//")[1] for origin in own_origins(ccxt.binanceus())}

    assert hosts == {"api.binance.us", "www.binance.us"}


@pytest.mark.parametrize("id", sorted(one.id for one in exchanges().values() if one.is_unified))
def test_every_host_of_an_exchange_is_reached_by_tls_only(id):
    origins = own_origins(getattr(ccxt, id)())

    assert origins
    assert {origin.split("//")[0] for origin in origins} == {"https:"}


@pytest.mark.parametrize("id", sorted(one.id for one in exchanges().values() if one.is_unified))
def test_what_acting_methods_alone_make_use_of_is_never_admitted(id):
    wire = Wire(connections=1)
    pool = UnifiedPool(exchanges()[id], wire, SystemClock(), base_url=None, seconds=1)

    admitted = {(one.method, one.name) for one in pool._declared if is_reading(one.method, one.name)}

    assert {method for method, _ in admitted} <= {"GET", "POST"}
    assert (
        not {("POST", name) for name in ("order", "orders", "orders/cancel", "withdraw", "trade", "AddOrder")}
        & admitted
    )
    assert not {("POST", "allOpenOrders"), ("GET", "buy"), ("GET", "sell"), ("POST", "orderList/oco")} & admitted
