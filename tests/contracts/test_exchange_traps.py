"""What only one exchange does, and has misled others: from its own words over the wire to the verdict."""

import asyncio
from dataclasses import replace

import pytest

from reconciler.model.probe import Diagnosis, Status
from reconciler.values.rights import Right, Verdict


def tried(bench, *, declared=(), client_ip=None, **fields):
    """Test a key of these fields that is declared to trade spot, bound to some addresses or none."""

    async def run():
        async with bench.simulator() as simulator:
            key = simulator.create_key(exchange=bench.id, **fields)
            if client_ip is not None:
                simulator.set_client_ip(client_ip)
            return await bench.result(simulator, replace(bench.target(key, ["spot"]), ip_allowlist=declared))

    return asyncio.run(run())


@pytest.mark.parametrize("bench", ["bybit"], indirect=True)
@pytest.mark.parametrize("words", ["ReadOnly,SpotTrade,Withdraw", "ReadOnly,Withdraw", "Withdraw"])
def test_a_read_only_key_with_withdrawal_ticked_is_blocked(bench, words):
    result = tried(bench, permissions=words)

    assert result.status is Status.BLOCKED
    assert result.diagnosis is Diagnosis.WITHDRAWAL_ENABLED


@pytest.mark.parametrize("bench", ["bybit"], indirect=True)
def test_a_read_only_key_with_trading_ticked_may_not_trade(bench):
    result = tried(bench, permissions="ReadOnly,SpotTrade")

    assert result.diagnosis is Diagnosis.NO_TRADE_PERMISSION
    assert "read-only" in result.message
    assert result.rights.verdict(Right.READ) is Verdict.GRANTED


@pytest.mark.parametrize("bench", ["binance"], indirect=True)
def test_what_the_account_may_do_is_not_held_against_the_key(bench):
    # The simulated account says canWithdraw of itself to every key, as the real one does.
    result = tried(bench, rights=["read", "trade_spot"])

    assert result.diagnosis is None
    assert result.rights.verdict(Right.WITHDRAW) is Verdict.DENIED
    assert result.account.uid is not None


@pytest.mark.parametrize("bench", ["binance"], indirect=True)
def test_a_flag_left_out_is_no_proof_against_withdrawal(bench):
    result = tried(bench, rights=["read", "trade_spot"], omit_key_info=["enableWithdrawals"])

    assert result.diagnosis is Diagnosis.UNVERIFIED


@pytest.mark.parametrize("bench", ["binance"], indirect=True)
@pytest.mark.parametrize(
    ("text", "declared", "diagnosis"),
    [
        ("Invalid API-key, IP, or permissions for action.", (), Diagnosis.INVALID_KEY),
        ("Invalid API-key, IP, or permissions for action.", ("203.0.113.10",), Diagnosis.IP_NOT_ALLOWED),
    ],
)
def test_a_refusal_of_three_possible_causes_is_read_by_what_is_declared(bench, text, declared, diagnosis):
    async def run():
        async with bench.simulator() as simulator:
            body = f'{{"code":-2015,"msg":"{text}"}}'
            answer = {"status": 400, "headers": {"Content-Type": "application/json"}, "body": body}
            simulator.add_fault(bench.id, "answer", answer=answer)
            simulator.add_fault(
                bench.id, "answer", path="time", answer=answer | {"body": '{"serverTime":1795348800000}'}
            )
            key = simulator.create_key(exchange=bench.id, rights=["read", "trade_spot"])
            return await bench.result(simulator, replace(bench.target(key, ["spot"]), ip_allowlist=declared))

    result = asyncio.run(run())

    assert result.diagnosis is diagnosis
    assert "less likely" in result.message
    assert result.requests == 2


@pytest.mark.parametrize("bench", ["coinbase"], indirect=True)
@pytest.mark.parametrize(
    ("declared", "egress", "diagnosis"),
    [
        ((), (), Diagnosis.INVALID_KEY),
        ((), ("203.0.113.10",), Diagnosis.INVALID_KEY),
        (("203.0.113.10",), (), Diagnosis.IP_NOT_ALLOWED),
        (("203.0.113.10",), ("198.51.100.7",), Diagnosis.IP_NOT_ALLOWED),
        (("203.0.113.10",), ("203.0.113.10", "198.51.100.7"), Diagnosis.IP_NOT_ALLOWED),
        (("203.0.113.0/24",), ("203.0.113.10",), Diagnosis.INVALID_KEY),
    ],
)
def test_a_bare_refusal_is_the_addresss_where_this_host_may_go_out_from_another_than_the_declared(
    bench, declared, egress, diagnosis
):
    async def run():
        async with bench.simulator() as simulator:
            key = simulator.create_key(exchange=bench.id, rights=["read"], state="deleted")
            target = replace(bench.target(key, ["spot"]), ip_allowlist=declared, egress=egress)
            return await bench.result(simulator, target)

    result = asyncio.run(run())

    assert result.diagnosis is diagnosis
    assert "address" in result.message


@pytest.mark.parametrize("bench", ["binance"], indirect=True)
@pytest.mark.parametrize(
    ("declared", "says"), [(("203.0.113.10",), " and to spec.ipAllowlist"), (("198.51.100.0/24",), "lists it already")]
)
def test_the_address_it_saw_is_compared_with_the_declared_ones(bench, declared, says):
    result = tried(bench, rights=["read"], ip_allowlist=["203.0.113.10"], client_ip="198.51.100.7", declared=declared)

    assert result.diagnosis is Diagnosis.IP_NOT_ALLOWED
    assert result.egress_seen == "198.51.100.7"
    assert says in result.remedy
