"""What a run learns joins today's answers with what was proven before."""

import asyncio
from datetime import timedelta

from reconciler.engine.learn import learn
from reconciler.engine.order import Asking, Known, Surroundings
from reconciler.model.ports import Proven
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


def known_of(world, build, name="main", **more):
    return {name: Known(world.held()[name].fingerprint, build.result(name), "abc…xyz", **more)}


def learnt_with(world, manifests, known, stale_after=None):
    asking = Asking(known=known, stale_after={"main": stale_after} if stale_after else {})
    return asyncio.run(learn(manifests, world.ports(read_only=True), AROUND, asking=asking))


def applied(world, build, *connections):
    manifests = build.manifests(*connections)
    world.prober.results = build.online(*(one.name for one in connections))
    world.reconcile(manifests)
    world.prober.asked.clear()
    return manifests


def test_a_known_key_is_not_asked_and_its_result_stands(world, build):
    manifests = applied(world, build, build.connection(), build.connection("other"))

    facts = learnt_with(world, manifests, known_of(world, build))

    assert world.prober.asked == ["other"]
    assert facts.tested == {"other"}
    assert facts.results["main"] == build.result()
    assert set(facts.proofs) == {"main", "other"}
    assert set(facts.fresh) == {"other"}


def test_a_key_that_changed_since_is_asked(world, build):
    manifests = applied(world, build, build.connection())

    facts = learnt_with(world, manifests, {"main": Known("another key", build.result())})

    assert (world.prober.asked, facts.known) == (["main"], {})


def test_a_shut_secret_stays_shut_while_the_platform_holds_that_key(world, build):
    manifests = applied(world, build, build.connection())
    world.keys.closed = {"main.apiKey", "main.secret"}

    facts = learnt_with(world, manifests, known_of(world, build, is_shut=True))

    assert (facts.findings, facts.resolved.credentials) == ((), {})
    assert facts.fingerprints["main"] == world.held()["main"].fingerprint


def test_a_shut_secret_is_opened_where_the_platform_holds_another_key_or_none(world, build):
    manifests = build.manifests(build.connection())
    world.prober.results = build.online("main")
    known = {"main": Known(build.key.fingerprinter().of(()), build.result(), is_shut=True)}

    facts = learnt_with(world, manifests, known)

    assert set(facts.resolved.credentials) == {"main"}


def test_the_secret_of_a_key_that_lists_others_is_never_shut(world, build):
    sub, reader = build.connection("sub", proof={"listedBy": "main"}), build.connection()
    manifests = applied(world, build, reader, sub)

    facts = learnt_with(world, manifests, known_of(world, build, is_shut=True))

    assert set(facts.resolved.credentials) == {"main", "sub"}
    assert world.prober.asked == ["sub"]


def test_proof_of_too_long_ago_does_not_count(world, build):
    manifests = applied(world, build, build.connection())
    world.clock.advance(25 * 3600)

    facts = learnt_with(world, manifests, known_of(world, build), timedelta(days=1))

    assert facts.results["main"].status is Status.UNVERIFIED
    assert facts.results["main"].rights.verdict(Right.WITHDRAW) is Verdict.UNKNOWN
    assert facts.proofs == {}


def test_a_newer_proof_of_the_same_key_stands_before_what_is_known(world, build):
    manifests = applied(world, build, build.connection())
    blocked = build.result(diagnosis=Diagnosis.WITHDRAWAL_ENABLED, tested_at=build.now + timedelta(minutes=1))
    mark = world.held()["main"].fingerprint
    asyncio.run(world.ports(read_only=False).store.remember({"main": Proven(mark, blocked)}))

    newer = learnt_with(world, manifests, known_of(world, build))
    older = learnt_with(
        world, manifests, {"main": Known(mark, build.result(tested_at=build.now + timedelta(minutes=2)))}
    )

    assert (newer.results["main"].status, older.results["main"].status) == (Status.BLOCKED, Status.ONLINE)
    assert world.prober.asked == []
