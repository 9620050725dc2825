"""Another id of an exchange that has a file: the same answers, at hosts and for markets of its own."""

import asyncio

import ccxt.async_support as ccxt
import pytest

from reconciler.model.exchange import SIGNED_BUDGET
from reconciler.model.probe import Check, CheckState, Diagnosis, Status
from reconciler.simulator.server import variants
from reconciler.values.rights import Right, Verdict
from reconciler.values.secret import Credentials, Secret
from reconciler.wiring import directory, exchanges


def outcome(bench, *, rights, secret=None):
    """Test a key that has these rights for all markets of a variant."""

    async def run():
        async with bench.simulator() as simulator:
            key = simulator.create_key(exchange=bench.id, rights=rights)
            own = bench.credentials(key)
            given = Credentials(own.api_key, Secret(secret), own.passphrase) if secret else own
            result = await bench.result(simulator, bench.target(key, declared(bench), given))
            bench.assert_harmless(simulator)
            return result

    return asyncio.run(run())


def declared(bench):
    return [market for market in ("spot", "margin", "futures") if market in bench.facts.traits.markets]


def trading(bench):
    return {Right.READ, *(Right(f"trade_{market}") for market in declared(bench))}


def test_both_sides_know_the_same_variants():
    assert dict(directory().variants) == dict(variants())
    assert {id for id in directory().variants if exchanges()[id].id != id} == set()


def test_a_key_without_withdrawal_is_as_good_as_its_exchange_can_tell(variant):
    result = outcome(variant, rights=trading(variant))

    assert result.diagnosis is variant.best, result.message
    assert result.exchange == variant.id
    assert result.rights.verdict(Right.WITHDRAW) is variant.verdict(Right.WITHDRAW, ())
    assert {result.checks[one] for one in (Check.KEY, Check.BALANCE, Check.STATUS)} == {CheckState.PASS}
    assert result.requests <= SIGNED_BUDGET


def test_a_key_with_withdrawal_is_blocked(variant):
    result = outcome(variant, rights={*trading(variant), Right.WITHDRAW})

    assert result.status is Status.BLOCKED
    assert result.rights.verdict(Right.WITHDRAW) is Verdict.GRANTED


def test_a_wrong_secret_is_an_invalid_key(variant):
    assert outcome(variant, rights=trading(variant), secret="x" * 32).diagnosis is Diagnosis.INVALID_KEY


def test_a_market_that_a_variant_does_not_have_is_asked_for_by_no_request(variant):
    facts = variant.facts

    assert {market for one in facts.requests for market in one.markets} == facts.traits.markets
    for market in facts.traits.markets:
        assert {market} <= {covered for one in facts.plan([market]) for covered in one.markets}


def test_a_key_goes_only_to_hosts_that_ccxt_knows_of_the_variant(variant):
    client = getattr(ccxt, variant.facts.ccxt_class)()
    hosts = set(_hosts(client, client.urls["api"]))

    assert {request.host for request in variant.facts.requests} <= hosts


@pytest.mark.parametrize("id", ["bybiteu", "bybitid", "gateeu", "myokx", "okxus"])
def test_a_regional_variant_shares_no_host_with_its_exchange(id):
    own = {request.host for request in exchanges()[id].requests}

    assert own.isdisjoint(request.host for request in exchanges()[directory().variants[id]].requests)


def _hosts(client, urls):
    if isinstance(urls, dict):
        for inner in urls.values():
            yield from _hosts(client, inner)
    elif isinstance(urls, str):
        yield client.implode_hostname(urls).split("/")[2]
