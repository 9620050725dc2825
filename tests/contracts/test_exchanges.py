"""What every exchange must get right, over real HTTP through ccxt, against the simulator: all rights, all errors.

A new exchange is covered as soon as its two files and its error table are there.
"""

import asyncio
import itertools
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from reconciler.model.exchange import SIGNED_BUDGET, Purpose
from reconciler.model.probe import Check, CheckState, Diagnosis, Status
from reconciler.values.rights import Right, Verdict

TRADING = {"spot": Right.TRADE_SPOT, "margin": Right.TRADE_MARGIN, "futures": Right.TRADE_FUTURES}
ERRORS = Path(__file__).parent.parent / "exchanges" / "errors"


def all_rights(bench):
    possible, always = bench.rights
    free = sorted(possible - always)
    return [
        frozenset(chosen) | always for size in range(len(free) + 1) for chosen in itertools.combinations(free, size)
    ]


def all_markets(bench):
    markets = sorted(bench.facts.traits.markets)
    return [chosen for size in range(1, len(markets) + 1) for chosen in itertools.combinations(markets, size)]


@cache
def results_of_all_rights(bench):
    """Test a key of every set of rights for every set of markets; return the results and the requests made."""

    async def run():
        async with bench.simulator() as simulator:
            asking = bench.prober(simulator)
            wanted = []
            for rights, markets in itertools.product(all_rights(bench), all_markets(bench)):
                key = simulator.create_key(exchange=bench.id, rights=rights)
                # Where one permission stands for several rights, a key has more than it was given.
                wanted.append((key.rights, markets, bench.target(key, markets)))
            results = await asyncio.gather(*(asking.probe(target) for _, _, target in wanted))
            await asking.close()
            asked = bench.assert_harmless(simulator)
        return [(rights, markets, result) for (rights, markets, _), result in zip(wanted, results, strict=True)], asked

    return asyncio.run(run())


def test_the_verdicts_equal_the_simulated_rights_for_every_set_of_rights(bench):
    results, _ = results_of_all_rights(bench)
    possible, _ = bench.rights

    right = 0
    for rights, markets, result in results:
        expected = {r: bench.verdict(r, rights, markets) for r in possible}
        if not rights:
            # A key without any permission has an empty list of words, which proves nothing: never "denied".
            expected = dict.fromkeys(possible, Verdict.UNKNOWN)
        assert {r: result.rights.verdict(r) for r in possible} == expected, (rights, markets)
        right += 1
    print(f"{bench.id}: {right} of {len(results)} keys with every set of rights are read as they are")


def test_a_key_is_blocked_exactly_when_it_can_withdraw(bench):
    results, _ = results_of_all_rights(bench)

    for rights, markets, result in results:
        assert (result.status is Status.BLOCKED) == (Right.WITHDRAW in rights), (rights, markets)


def test_a_key_is_online_exactly_when_it_has_the_declared_rights_and_no_withdrawal(bench):
    results, _ = results_of_all_rights(bench)
    # Where withdrawal can never be ruled out, no key is called Online; everything else about it is as good.
    best = Status.ONLINE if bench.best is None else Status.UNVERIFIED
    permissions = CheckState.PASS if bench.best is None else CheckState.UNKNOWN

    for rights, markets, result in results:
        needed = {Right.READ, *(TRADING[market] for market in markets)}
        is_fine = needed <= rights and Right.WITHDRAW not in rights
        assert (result.status is best) == is_fine, (rights, markets, result.message)
        if is_fine:
            assert result.checks == {**dict.fromkeys(Check, CheckState.PASS), Check.PERMISSIONS: permissions}
        elif Right.WITHDRAW not in rights and rights:
            assert result.diagnosis is Diagnosis.NO_TRADE_PERMISSION, (rights, markets)


def test_no_key_costs_more_than_four_signed_requests_and_every_verdict_has_evidence(bench):
    results, asked = results_of_all_rights(bench)

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


def error_cases(bench):
    rows = yaml.safe_load((ERRORS / f"{bench.id}.yaml").read_text()) + yaml.safe_load((ERRORS / "any.yaml").read_text())
    return [(row, status) for row in rows if bench.id not in row.get("except", ()) for status in row["http"]]


async def diagnosed(bench, simulator, row, status):
    headers = {"Content-Type": row.get("type", "application/json")}
    if "location" in row:
        headers["Location"] = row["location"]
    simulator.clear_faults()
    bodies = {row["asked"]: row["body"]} | ({"second look": row["then"]} if "then" in row else {})
    for asked, body in bodies.items():
        answer = {"status": status, "headers": headers, "body": body}
        simulator.add_fault(bench.id, "answer", path=bench.path(asked), answer=answer)
    key = simulator.create_key(exchange=bench.id, rights=["read", *bench.trading])
    return await bench.result(simulator, bench.target(key, bench.markets))


def test_every_row_of_the_error_table_leads_to_its_diagnosis(bench):
    if bench.family:
        pytest.skip("every row is tried with the first family of accounts")

    async def run():
        async with bench.simulator() as simulator:
            found = [(row, status, await diagnosed(bench, simulator, row, status)) for row, status in cases]
            bench.assert_harmless(simulator)
            return found

    cases = error_cases(bench)

    results = asyncio.run(run())

    for row, status, result in results:
        told = (bench.id, row, status, result.message)
        assert result.diagnosis == (row["diagnosis"] or bench.best), told
        assert result.egress_seen == row.get("egress"), told
        assert row.get("egress", "") in result.message, told
        assert row.get("says", "") in result.message, told
        assert ("clock" in result.remedy) == row.get("clock", False), told
        assert result.requests <= SIGNED_BUDGET
        assert bool(result.remedy) == (result.diagnosis is not None)
        assert Verdict.DENIED not in {p.verdict for p in result.rights.proofs.values()} or row["asked"] != "key info", (
            told
        )
    print(f"{bench.id}: {len(results)} of {len(cases)} error answers lead to their diagnosis")


def test_every_code_with_causes_of_several_diagnoses_is_tried_with_each_way_a_second_look_can_end(bench):
    table = yaml.safe_load((ERRORS / f"{bench.id}.yaml").read_text())
    codes = {row.code for row in bench.facts.errors if row.is_open}
    looked = [row for row in table if row["code"] in codes and row["asked"] == "key info"]

    assert bool(codes) == bool(bench.facts.asked_for(Purpose.SECOND_LOOK))
    for code in codes:
        ends = {row["diagnosis"] for row in looked if row["code"] == code and row.get("then") != row["body"]}
        assert ends >= {"Invalid key", "IP not allowed", "Unverified"}, code


def test_every_code_that_an_exchange_file_knows_is_tried(bench):
    rows = yaml.safe_load((ERRORS / f"{bench.id}.yaml").read_text())

    assert {row.code for row in bench.facts.errors} == {row["code"] for row in rows if row["code"]}
