"""What every exchange must get right, over real HTTP through ccxt, against the simulator: all rights, all errors.

A new exchange is covered as soon as its two files and its error table are there.
"""

import asyncio
import itertools
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
import yaml

from reconciler import exchanges
from reconciler.kit import discover
from reconciler.kit.clock import SystemClock
from reconciler.model.exchange import SIGNED_BUDGET, Purpose
from reconciler.model.probe import Check, CheckState, Diagnosis, Status, Target
from reconciler.probing.prober import CcxtProber
from reconciler.probing.venue import Pace
from reconciler.simulator.faults import FaultKind
from reconciler.simulator.server import Simulator, rights_at, simulated
from reconciler.values.rights import Right, Verdict
from reconciler.values.secret import Credentials, Secret

ALL = {word: discover.load(exchanges.__name__, word).EXCHANGE for word in discover.names(exchanges.__name__)}
TRADING = {"spot": Right.TRADE_SPOT, "margin": Right.TRADE_MARGIN, "futures": Right.TRADE_FUTURES}
ERRORS = Path(__file__).parent.parent / "exchanges" / "errors"
PACE = Pace(keys=32)
# Only where an answer never comes: a slow machine must not turn a good answer into a missing one.
HURRY = Pace(keys=32, seconds_per_request=0.25)


def credentials(key):
    return Credentials(Secret(key.api_key), Secret(key.secret), Secret(key.passphrase) if key.passphrase else None)


def target_of(key, exchange, markets, permissions=("read", "trade"), **changes):
    given = changes or {"credentials": credentials(key)}
    return Target(key.id, exchange, "simulator", tuple(markets), tuple(permissions), **given)


def prober(simulator, clock=None, pace=PACE):
    urls = simulator.ready["exchanges"]
    return CcxtProber(
        ALL,
        clock=clock or SystemClock(),
        base_url=lambda exchange, environment: urls[exchange] if environment == "simulator" else None,
        pace=pace,
    )


async def result_of(simulator, target, clock=None, pace=PACE):
    asking = prober(simulator, clock, pace)
    try:
        return await asking.probe(target)
    finally:
        await asking.close()


def assert_only_harmless_requests(simulator, exchange):
    allowed = {(request.method, request.path) for request in ALL[exchange].requests}
    asked = simulator.requests(exchange)
    assert {(one["method"], one["path"].partition("?")[0]) for one in asked} <= allowed
    return asked


@pytest.fixture(params=sorted(ALL))
def exchange(request):
    assert request.param in simulated(), "every exchange has a simulated one"
    return request.param


def all_rights(exchange):
    possible, always = rights_at(exchange)
    free = sorted(possible - always)
    return [
        frozenset(chosen) | always for size in range(len(free) + 1) for chosen in itertools.combinations(free, size)
    ]


def all_markets(exchange):
    markets = sorted(ALL[exchange].traits.markets)
    return [chosen for size in range(1, len(markets) + 1) for chosen in itertools.combinations(markets, size)]


@cache
def results_of_all_rights(exchange):
    """Test a key of every set of rights for every set of markets; return the results and the requests made."""

    async def run():
        async with Simulator(exchanges=[exchange]) as simulator:
            asking = prober(simulator)
            wanted = []
            for rights, markets in itertools.product(all_rights(exchange), all_markets(exchange)):
                key = simulator.create_key(exchange=exchange, rights=rights)
                wanted.append((rights, markets, target_of(key, exchange, markets)))
            results = await asyncio.gather(*(asking.probe(target) for _, _, target in wanted))
            await asking.close()
            asked = assert_only_harmless_requests(simulator, exchange)
        return [(rights, markets, result) for (rights, markets, _), result in zip(wanted, results, strict=True)], asked

    return asyncio.run(run())


def test_the_verdicts_equal_the_simulated_rights_for_every_set_of_rights(exchange):
    results, _ = results_of_all_rights(exchange)
    possible, _ = rights_at(exchange)

    right = 0
    for rights, markets, result in results:
        expected = {r: Verdict.GRANTED if r in rights else Verdict.DENIED for r in possible}
        if not rights:
            # A key without any permission has an empty list of words, which proves nothing: never "denied".
            expected = dict.fromkeys(possible, Verdict.UNKNOWN)
        assert {r: result.rights.verdict(r) for r in possible} == expected, (rights, markets)
        right += 1
    print(f"{exchange}: {right} of {len(results)} keys with every set of rights are read as they are")


def test_a_key_is_blocked_exactly_when_it_can_withdraw(exchange):
    results, _ = results_of_all_rights(exchange)

    for rights, markets, result in results:
        assert (result.status is Status.BLOCKED) == (Right.WITHDRAW in rights), (rights, markets)


def test_a_key_is_online_exactly_when_it_has_the_declared_rights_and_no_withdrawal(exchange):
    results, _ = results_of_all_rights(exchange)

    for rights, markets, result in results:
        needed = {Right.READ, *(TRADING[market] for market in markets)}
        is_fine = needed <= rights and Right.WITHDRAW not in rights
        assert (result.status is Status.ONLINE) == is_fine, (rights, markets, result.message)
        if is_fine:
            assert set(result.checks.values()) == {CheckState.PASS}
        elif Right.WITHDRAW not in rights and rights:
            assert result.diagnosis is Diagnosis.NO_TRADE_PERMISSION, (rights, markets)


def test_no_key_costs_more_than_four_signed_requests_and_every_verdict_has_evidence(exchange):
    results, asked = results_of_all_rights(exchange)

    counted = {}
    for one in asked:
        if one["signature"] != "absent":
            counted[one["keyId"]] = counted.get(one["keyId"], 0) + 1
    assert max(counted.values()) <= SIGNED_BUDGET
    assert counted == {result.name: result.requests for _, _, result in results}
    assert sum(one["signature"] == "absent" for one in asked) == 1, "time is asked for once"
    for _, _, result in results:
        for proof in result.rights.proofs.values():
            assert proof.evidence is not None
            assert re.fullmatch("[0-9a-f]{64}", proof.evidence.sha256)


def error_cases(exchange):
    rows = yaml.safe_load((ERRORS / f"{exchange}.yaml").read_text()) + yaml.safe_load((ERRORS / "any.yaml").read_text())
    return [(row, status) for row in rows if row.get("except") != exchange for status in row["http"]]


def path_of(exchange, on):
    wanted = {"key info": Purpose.KEY_INFO, "status": Purpose.STATUS}
    requests = ALL[exchange].plan(["spot", "futures"])
    if on in wanted:
        return next(request.path for request in requests if request.purpose is wanted[on])
    market = on.removesuffix(" balance")
    return next(r.path for r in requests if r.purpose is Purpose.BALANCE and market in r.markets)


async def diagnosed(simulator, exchange, row, status):
    headers = {"Content-Type": row.get("type", "application/json")}
    if "location" in row:
        headers["Location"] = row["location"]
    simulator.clear_faults()
    simulator.add_fault(
        exchange,
        "answer",
        path=re.escape(path_of(exchange, row["asked"])) + "$",
        answer={"status": status, "headers": headers, "body": row["body"]},
    )
    key = simulator.create_key(exchange=exchange, rights=["read", "trade_spot", "trade_futures"])
    return await result_of(simulator, target_of(key, exchange, ["spot", "futures"]))


def test_every_row_of_the_error_table_leads_to_its_diagnosis(exchange):
    async def run():
        async with Simulator(exchanges=[exchange]) as simulator:
            found = [(row, status, await diagnosed(simulator, exchange, row, status)) for row, status in cases]
            assert_only_harmless_requests(simulator, exchange)
            return found

    cases = error_cases(exchange)

    results = asyncio.run(run())

    for row, status, result in results:
        told = (exchange, row, status, result.message)
        assert result.diagnosis == row["diagnosis"], told
        assert result.egress_seen == row.get("egress"), told
        assert row.get("egress", "") in result.message, told
        assert row.get("says", "") in result.message, told
        assert ("clock" in result.remedy) == row.get("clock", False), told
        assert result.requests <= SIGNED_BUDGET
        assert result.remedy
        assert Verdict.DENIED not in {p.verdict for p in result.rights.proofs.values()} or row["asked"] != "key info", (
            told
        )
    print(f"{exchange}: {len(results)} of {len(cases)} error answers lead to their diagnosis")


def test_every_code_that_an_exchange_file_knows_is_tried(exchange):
    rows = yaml.safe_load((ERRORS / f"{exchange}.yaml").read_text())

    assert {row.code for row in ALL[exchange].errors} == {row["code"] for row in rows if row["code"]}


FAULTS: Mapping[str, Diagnosis | None] = {
    "down": Diagnosis.EXCHANGE_UNAVAILABLE,
    "timeout": Diagnosis.EXCHANGE_UNAVAILABLE,
    "http_500": Diagnosis.EXCHANGE_UNAVAILABLE,
    "html_502": Diagnosis.EXCHANGE_UNAVAILABLE,
    "cloudflare_403": Diagnosis.EXCHANGE_UNAVAILABLE,
    "geo_block": Diagnosis.EXCHANGE_UNAVAILABLE,
    "empty_body": Diagnosis.EXCHANGE_UNAVAILABLE,
    "truncated_json": Diagnosis.EXCHANGE_UNAVAILABLE,
    "rate_limit": Diagnosis.EXCHANGE_UNAVAILABLE,
    "maintenance": Diagnosis.EXCHANGE_UNAVAILABLE,
    # The exchange's whole clock is off: measured, allowed for, and no fault of the key.
    "clock_skew": None,
}


def test_every_fault_of_the_simulator_has_an_expected_diagnosis():
    assert {*FAULTS, "answer"} == set(FaultKind)


@pytest.mark.parametrize("where", ["everywhere", "key info", "spot balance", "futures balance", "status"])
def test_every_fault_of_the_simulator_leads_to_its_diagnosis(exchange, where):
    async def run(kind):
        async with Simulator(exchanges=[exchange]) as simulator:
            path = None if where == "everywhere" else re.escape(path_of(exchange, where)) + "$"
            simulator.add_fault(exchange, kind, path=path)
            key = simulator.create_key(exchange=exchange, rights=["read", "trade_spot", "trade_futures"])
            pace = HURRY if kind == "timeout" else PACE
            return await result_of(simulator, target_of(key, exchange, ["spot", "futures"]), pace=pace)

    for kind, diagnosis in FAULTS.items():
        result = asyncio.run(run(kind))

        expected = Diagnosis.EXCHANGE_UNAVAILABLE if kind == "clock_skew" and where != "everywhere" else diagnosis
        assert result.diagnosis is expected, (kind, where, result.message)
        assert result.requests <= SIGNED_BUDGET
    print(f"{exchange}: {len(FAULTS)} of {len(FAULTS)} faults on {where} lead to their diagnosis")


@pytest.mark.parametrize("kind", sorted(set(FAULTS) - {"timeout"}))
def test_a_key_that_can_withdraw_is_blocked_whatever_else_fails(exchange, kind):
    async def run():
        async with Simulator(exchanges=[exchange]) as simulator:
            simulator.add_fault(exchange, kind, path=re.escape(path_of(exchange, "spot balance")) + "$")
            key = simulator.create_key(exchange=exchange, rights=["read", "withdraw"])
            return await result_of(simulator, target_of(key, exchange, ["spot"]))

    assert asyncio.run(run()).diagnosis is Diagnosis.WITHDRAWAL_ENABLED


def spoilt(exchange, simulator, how):
    """Make a key that is no good in one way, and say how it is tested."""
    key = simulator.create_key(exchange=exchange, rights=["read", "trade_spot"])
    good = credentials(key)
    if how == "wrong secret":
        return target_of(
            key, exchange, ["spot"], credentials=Credentials(good.api_key, Secret("x" * 32), good.passphrase)
        )
    if how == "wrong key":
        other = Credentials(Secret("mx0vNOSUCHKEY12345678"), good.secret, good.passphrase)
        return target_of(key, exchange, ["spot"], credentials=other)
    if how == "wrong passphrase":
        return target_of(
            key, exchange, ["spot"], credentials=Credentials(good.api_key, good.secret, Secret("wrong-one"))
        )
    if how == "no passphrase":
        return target_of(key, exchange, ["spot"], credentials=Credentials(good.api_key, good.secret))
    if how == "excluded address":
        simulator.change_key(key.id, ip_allowlist=["203.0.113.10"])
    elif how == "past its end":
        simulator.change_key(key.id, expires_at=datetime.now(UTC) - timedelta(days=1))
    else:
        simulator.change_key(key.id, state=how)
    return target_of(key, exchange, ["spot"])


@pytest.mark.parametrize(
    "how",
    ["wrong secret", "wrong key", "wrong passphrase", "no passphrase", "expired", "frozen", "deleted", "past its end"],
)
def test_a_key_that_is_no_good_is_invalid_and_asked_once(exchange, how):
    if "passphrase" in how and not ALL[exchange].traits.needs_passphrase:
        pytest.skip("this exchange has no passphrases")

    async def run():
        async with Simulator(exchanges=[exchange]) as simulator:
            return await result_of(simulator, spoilt(exchange, simulator, how))

    result = asyncio.run(run())

    assert result.diagnosis is Diagnosis.INVALID_KEY, result.message
    assert result.checks[Check.KEY] is CheckState.FAIL
    assert result.checks[Check.BALANCE] is CheckState.SKIPPED
    assert result.requests <= 1


def test_an_excluded_address_is_named(exchange):
    async def run():
        async with Simulator(exchanges=[exchange]) as simulator:
            simulator.set_client_ip("198.51.100.7")
            return await result_of(simulator, spoilt(exchange, simulator, "excluded address"))

    result = asyncio.run(run())

    assert result.diagnosis is Diagnosis.IP_NOT_ALLOWED
    assert result.egress_seen == "198.51.100.7"
    assert "198.51.100.7" in result.message
    assert "198.51.100.7" in result.remedy
    assert result.requests == 1


class Hasty(SystemClock):
    """A clock that is an hour off."""

    def __init__(self, hours):
        self._hours = hours

    def now(self):
        return super().now() + timedelta(hours=self._hours)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_an_hour_off_is_allowed_for(exchange, hours):
    async def run():
        async with Simulator(exchanges=[exchange]) as simulator:
            key = simulator.create_key(exchange=exchange, rights=["read", "trade_spot"])
            return await result_of(simulator, target_of(key, exchange, ["spot"]), Hasty(hours))

    result = asyncio.run(run())

    assert result.diagnosis is None, result.message
    assert any("clock" in note for note in result.notes)


def test_a_clock_that_jumps_during_the_test_is_corrected_once_within_the_budget(exchange):
    async def run(markets):
        async with Simulator(exchanges=[exchange]) as simulator:
            simulator.add_fault(exchange, "clock_skew", times=1, path=re.escape(path_of(exchange, "key info")) + "$")
            key = simulator.create_key(exchange=exchange, rights=["read", "trade_spot", "trade_futures"])
            return await result_of(simulator, target_of(key, exchange, markets))

    one, both = asyncio.run(run(["spot"])), asyncio.run(run(["spot", "futures"]))

    assert one.diagnosis is None, one.message
    assert one.requests <= SIGNED_BUDGET
    # With two markets the second try takes the request that the status check needed.
    assert both.diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE
    assert both.rights.verdict(Right.WITHDRAW) is Verdict.DENIED
    assert both.requests == SIGNED_BUDGET


def test_a_dead_exchange_is_asked_once_for_a_whole_fleet(exchange):
    async def run():
        async with Simulator(exchanges=[exchange]) as simulator:
            simulator.add_fault(exchange, "timeout")
            keys = [simulator.create_key(exchange=exchange, rights=["read"]) for _ in range(50)]
            asking = prober(simulator, pace=HURRY)
            results = await asyncio.gather(*(asking.probe(target_of(key, exchange, ["spot"])) for key in keys))
            await asking.close()
            return results, simulator.requests(exchange)

    results, asked = asyncio.run(run())

    assert {result.diagnosis for result in results} == {Diagnosis.EXCHANGE_UNAVAILABLE}
    assert len(asked) <= 1


def test_no_result_holds_a_secret(exchange):
    async def run():
        async with Simulator(exchanges=[exchange]) as simulator:
            found = []
            for kind in [*FAULTS, None]:
                simulator.clear_faults()
                if kind is not None and kind != "timeout":
                    simulator.add_fault(exchange, kind)
                key = simulator.create_key(exchange=exchange, rights=["read", "trade_spot"])
                found.append((key, await result_of(simulator, target_of(key, exchange, ["spot"]))))
            return found

    for key, result in asyncio.run(run()):
        for secret in filter(None, (key.api_key, key.secret, key.passphrase)):
            assert secret not in repr(result)
