"""What a run learns joins today's answers with what was proven before."""

import asyncio

from reconciler.engine.learn import learn
from reconciler.engine.order import Surroundings
from reconciler.model.probe import Account, Diagnosis, Status
from reconciler.values.rights import Right, Verdict

AROUND = Surroundings("ann@host pid 1")


def learnt(world, manifests):
    return asyncio.run(learn(manifests, world.ports(read_only=True), AROUND))


def test_a_clean_answer_is_proof_about_its_key(world, build):
    world.prober.results = build.online("main")

    facts = learnt(world, build.manifests(build.connection()))

    assert facts.proofs["main"].fingerprint == facts.fingerprints["main"]
    assert facts.findings == ()


def test_a_closed_secret_is_a_finding_and_the_key_is_not_asked(world, build):
    world.keys.closed = {"main.secret"}

    facts = learnt(world, build.manifests(build.connection()))

    assert world.prober.asked == []
    assert facts.results["main"].status is Status.UNVERIFIED
    assert [one.rule for one in facts.findings] == ["secret-unreadable"]
    assert facts.proofs == {}


def test_an_outage_proves_nothing_and_keeps_what_was_proven(world, build):
    manifests = build.manifests(build.connection(), build.binding())
    world.prober.results = build.online("main")
    world.reconcile(manifests)
    world.prober.results = {
        "main": build.result(diagnosis=Diagnosis.EXCHANGE_UNAVAILABLE, rights=build.rights(withdraw="unknown"))
    }

    facts = learnt(world, manifests)

    assert facts.results["main"].rights.verdict(Right.WITHDRAW) is Verdict.DENIED
    assert facts.results["main"].status is Status.UNAVAILABLE
    assert facts.proofs == {}


def test_the_account_that_a_key_was_proven_to_be_of_is_known_at_its_next_test(world, build):
    manifests = build.manifests(build.connection())
    world.prober.results = {"main": build.result(account=Account("10000001"))}
    world.reconcile(manifests)
    learnt(world, manifests)

    world.keys.value = "another"
    learnt(world, manifests)

    assert world.prober.uids == [None, "10000001", None]
