"""Keys that are no good, hosts whose clock is off, and exchanges that are dead: what becomes of them."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.kit.clock import SystemClock
from reconciler.model.exchange import SIGNED_BUDGET
from reconciler.model.probe import Check, CheckState, Diagnosis, ProbeResult
from reconciler.values.rights import Right, Verdict
from reconciler.values.secret import Credentials, Secret


def spoilt(bench, simulator, how):
    """Make a key that is no good in one way, and say how it is tested."""
    key = simulator.create_key(exchange=bench.id, rights=["read", "trade_spot"])
    good = bench.credentials(key)
    wrong = {
        "wrong secret": Credentials(good.api_key, Secret("x" * 32), good.passphrase),
        "wrong key": Credentials(Secret("mx0vNOSUCHKEY12345678"), good.secret, good.passphrase),
        "wrong passphrase": Credentials(good.api_key, good.secret, Secret("wrong-one")),
        "no passphrase": Credentials(good.api_key, good.secret),
    }
    if how in wrong:
        return bench.target(key, ["spot"], wrong[how])
    if how == "excluded address":
        simulator.change_key(key.id, ip_allowlist=["203.0.113.10"])
        # Some refusals mean an address only where the key is declared to be bound to some.
        return replace(bench.target(key, ["spot"]), ip_allowlist=("203.0.113.10",))
    if how == "past its end":
        simulator.change_key(key.id, expires_at=datetime.now(UTC) - timedelta(days=1))
    else:
        simulator.change_key(key.id, state=how)
    return bench.target(key, ["spot"])


@pytest.mark.parametrize(
    "how",
    ["wrong secret", "wrong key", "wrong passphrase", "no passphrase", "expired", "frozen", "deleted", "past its end"],
)
def test_a_key_that_is_no_good_is_invalid_and_asked_once(bench, how):
    if "passphrase" in how and not bench.facts.traits.needs_passphrase:
        pytest.skip("this exchange has no passphrases")

    async def run():
        async with bench.simulator() as simulator:
            return await bench.result(simulator, spoilt(bench, simulator, how))

    result = asyncio.run(run())

    assert result.diagnosis is Diagnosis.INVALID_KEY, result.message
    assert result.checks[Check.KEY] is CheckState.FAIL
    assert result.checks[Check.BALANCE] is CheckState.SKIPPED
    assert result.requests <= bench.tries


def test_an_excluded_address_is_named_where_the_exchange_names_it(bench):
    async def run():
        async with bench.simulator() as simulator:
            simulator.set_client_ip("198.51.100.7")
            return await bench.result(simulator, spoilt(bench, simulator, "excluded address"))

    result = asyncio.run(run())

    assert result.diagnosis is Diagnosis.IP_NOT_ALLOWED
    assert result.egress_seen == ("198.51.100.7" if bench.names_addresses else None)
    assert ("198.51.100.7" in result.message) == ("198.51.100.7" in result.remedy) == bench.names_addresses
    assert "address of this host" in result.remedy or bench.names_addresses
    assert result.requests <= bench.tries


class Hasty(SystemClock):
    """A clock that is an hour off."""

    def __init__(self, hours):
        self._hours = hours

    def now(self):
        return super().now() + timedelta(hours=self._hours)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_an_hour_off_is_allowed_for(bench, hours):
    async def run():
        async with bench.simulator() as simulator:
            key = simulator.create_key(exchange=bench.id, rights=["read", "trade_spot"])
            return await bench.result(simulator, bench.target(key, ["spot"]), clock=Hasty(hours))

    result = asyncio.run(run())

    assert result.diagnosis is bench.best, result.message
    assert any("clock" in note for note in result.notes)


def test_a_clock_that_jumps_during_the_test_is_corrected_once_within_the_budget(bench):
    async def run(markets):
        async with bench.simulator() as simulator:
            simulator.add_fault(bench.id, "clock_skew", times=1, path=bench.path("key info"))
            key = simulator.create_key(exchange=bench.id, rights=["read", *bench.trading])
            return await bench.result(simulator, bench.target(key, markets))

    one, both = asyncio.run(run(["spot"])), asyncio.run(run(bench.markets))

    # Where no request is to spare, the second try takes the one that the status check needed.
    for result, markets in ((one, ["spot"]), (both, bench.markets)):
        is_enough = bench.spare(markets) or bench.counts_nonces
        expected = bench.best if is_enough else Diagnosis.EXCHANGE_UNAVAILABLE
        assert result.diagnosis is expected, result.message
        assert result.requests <= SIGNED_BUDGET
    assert both.rights.verdict(Right.WITHDRAW) is bench.verdict(Right.WITHDRAW, ())
    assert both.requests == (len(bench.facts.plan(bench.markets)) if bench.counts_nonces else SIGNED_BUDGET)


def test_a_dead_exchange_is_asked_once_for_a_whole_fleet(bench):
    async def run():
        async with bench.simulator() as simulator:
            simulator.add_fault(bench.id, "timeout")
            keys = [simulator.create_key(exchange=bench.id, rights=["read"]) for _ in range(50)]
            asking = bench.prober(simulator, is_hurried=True)
            results = await asyncio.gather(*(asking.probe(bench.target(key, ["spot"])) for key in keys))
            await asking.close()
            return results, simulator.requests(bench.id)

    results, asked = asyncio.run(run())

    assert {result.diagnosis for result in results} == {Diagnosis.EXCHANGE_UNAVAILABLE}
    assert len(asked) <= 1


def test_keys_tested_at_once_never_get_the_answers_of_one_another(bench):
    rights = [["read", *more] for more in ([], ["trade_spot"], ["withdraw"], ["trade_spot", "withdraw"])]

    async def run():
        async with bench.simulator() as simulator:
            keys = [
                simulator.create_key(exchange=bench.id, rights=rights[number % 4], account=f"account {number}")
                for number in range(160)
            ]
            simulator.add_fault(bench.id, "truncated_json", times=20, path=bench.path("key info"))
            asking = bench.prober(simulator)
            tests = [asyncio.create_task(asking.probe(bench.target(key, ["spot"]))) for key in keys]
            await asyncio.sleep(0)
            for test in tests[::16]:
                test.cancel()
            results = await asyncio.gather(*tests, return_exceptions=True)
            alone = {key.id: (await asking.probe(bench.target(key, ["spot"]))).account.uid for key in keys[-20:]}
            await asking.close()
            pairs = zip(keys, results, strict=True)
            return [(key, result) for key, result in pairs if isinstance(result, ProbeResult)], alone

    pairs, alone = asyncio.run(run())
    told = [(key, result) for key, result in pairs if result.rights.verdict(Right.READ) is Verdict.GRANTED]

    assert len(told) >= 100
    for key, result in told:
        given = {Right.READ, Right.TRADE_SPOT, Right.WITHDRAW}
        assert result.rights.granted() & given == key.rights & given
        assert result.rights.verdict(Right.WITHDRAW) is bench.verdict(Right.WITHDRAW, key.rights)
        assert (result.diagnosis is Diagnosis.WITHDRAWAL_ENABLED) is (Right.WITHDRAW in key.rights)
        assert result.account.uid in (alone.get(key.id, result.account.uid), None)
    uids = [result.account.uid for _, result in told if result.account.uid is not None]
    assert len(set(uids)) == len(uids)
