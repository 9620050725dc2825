"""A pass does the verbs in order, and every way it can end is a report."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.engine.observing import HELD
from reconciler.engine.order import Asking, Known, Mode
from reconciler.engine.pipeline import only_suspensions
from reconciler.errors import RequestRefused
from reconciler.kit.clock import iso
from reconciler.model.plan import Action, Change, Plan
from reconciler.model.probe import Diagnosis
from reconciler.model.state import Kind


@pytest.fixture
def manifests(build):
    return build.manifests(build.connection(), build.binding())


def test_a_pass_applies_and_the_next_finds_nothing_to_do(world, build, manifests):
    world.prober.results = build.online("main")

    first, second = world.reconcile(manifests), world.reconcile(manifests)

    assert [(one.change.action, one.change.name, one.done) for one in first.outcomes] == [
        (Action.CREATE, "main", True),
        (Action.CREATE, "grid", True),
    ]
    assert (second.changes, second.unchanged, second.drift) == ((), 2, ())
    assert world.prober.closed == 2


@pytest.mark.parametrize("mode", [Mode.TEST, Mode.PLAN])
def test_a_pass_that_only_looks_writes_nothing(world, build, manifests, mode):
    world.prober.results = build.online("main")

    report = world.reconcile(manifests, mode)

    assert report.outcomes is None
    assert list(world.folder.iterdir()) == []


def test_without_anybody_to_confirm_no_key_is_even_asked(world, build, manifests):
    report = world.reconcile(manifests, confirm=None)

    assert [one.exit_code for one in report.failures] == [6]
    assert world.prober.asked == []
    assert world.held() == {}


def test_a_no_changes_nothing_and_is_told(world, build, manifests):
    world.prober.results = build.online("main")
    shown = []

    report = world.reconcile(manifests, confirm=lambda report: shown.append(len(report.changes)))

    assert shown == [2]
    assert [one.exit_code for one in report.failures] == [6]
    assert world.held() == {}


def test_a_key_that_may_withdraw_stops_its_bindings_in_the_same_pass(world, build, manifests):
    world.prober.results = build.online("main")
    world.reconcile(manifests)
    world.prober.results = {"main": build.result(diagnosis=Diagnosis.WITHDRAWAL_ENABLED)}

    report = world.reconcile(manifests)

    assert world.held()["grid"].suspended == "connection main is Blocked: Withdrawal enabled"
    assert [(one.path, one.actual) for one in report.drift] == [("rights.withdraw", "granted")]


def test_a_blocked_key_stops_even_when_the_rest_of_the_plan_is_refused(world, build):
    many = [build.binding(f"grid-{number}") for number in range(12)]
    world.prober.results = build.online("main")
    world.reconcile(build.manifests(build.connection(), *many))
    world.prober.results = {"main": build.result(diagnosis=Diagnosis.WITHDRAWAL_ENABLED)}

    report = world.reconcile(build.manifests(build.connection(), many[0]))

    assert [one.exit_code for one in report.failures] == [6]
    assert len(world.held()) == 13
    assert all(world.held()[one.name].suspended for one in many)


@pytest.mark.parametrize("diagnosis", [Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.UNVERIFIED, Diagnosis.INVALID_KEY])
def test_a_binding_that_cannot_move_yet_does_not_run_on_the_blocked_key_it_leaves(world, build, diagnosis):
    world.prober.results = build.online("main")
    world.reconcile(build.manifests(build.connection(), build.binding()))
    moved = build.manifests(build.connection(), build.connection("other"), build.binding(connection="other"))
    blocked = build.result(diagnosis=Diagnosis.WITHDRAWAL_ENABLED)
    world.prober.results = {"main": blocked, "other": build.result("other", diagnosis)}
    world.reconcile(moved)
    stopped = world.held()["grid"]
    world.prober.results["other"] = build.result("other")
    world.reconcile(moved)

    assert stopped.suspended == "connection main is Blocked: Withdrawal enabled"
    assert (world.held()["grid"].suspended, world.held()["grid"].fields["spec.connection"]) == (None, "other")


def test_a_blocked_key_stops_the_bindings_beside_a_selection_too(world, build):
    world.prober.results = build.online("main")
    whole = build.manifests(build.connection(), build.binding(), build.binding("other"))
    world.reconcile(whole)
    world.prober.results = {"main": build.result(diagnosis=Diagnosis.WITHDRAWAL_ENABLED)}

    world.reconcile(build.manifests(build.connection(), build.binding()), selection=True)

    assert world.held()["other"].suspended == "connection main is Blocked: Withdrawal enabled"


def test_a_selection_neither_deletes_nor_reports_what_lies_outside(world, build, manifests):
    world.prober.results = build.online("main", "other")
    whole = build.manifests(*manifests.connections, *manifests.bindings, build.connection("other"))
    world.reconcile(whole)

    report = world.reconcile(manifests, selection=True)

    assert (report.changes, report.unmanaged) == ((), ())
    assert set(world.held()) == {"main", "grid", "other"}


def test_a_second_writer_is_refused_and_told_who_holds_the_lock(world, build, manifests):
    world.prober.results = build.online("main")

    def meanwhile(report):
        with ThreadPoolExecutor() as pool:
            second = pool.submit(world.reconcile, manifests, owner="bob@host").result()
        refused.extend(second.failures)
        return True

    refused = []
    report = world.reconcile(manifests, confirm=meanwhile)

    assert [one.exit_code for one in refused] == [6]
    assert "ann@host" in refused[0].message
    assert report.failures == ()


def test_the_last_report_is_remembered_by_a_run_that_applied(world, build, manifests):
    world.prober.results = build.online("main")
    world.reconcile(manifests)

    remembered = asyncio.run(world.ports(read_only=True).store.last_report())

    assert remembered is not None
    assert iso(remembered.finished_at) == iso(build.now)
    assert [one.name for one in remembered.connections] == ["main"]


def test_a_bug_is_not_taken_for_a_failure_of_the_outside(world, build, manifests):
    world.reconcile(build.manifests())

    def refuse(report):
        raise RequestRefused("POST /withdraw is not on the list")

    world.prober.results = build.online("main")
    with pytest.raises(RequestRefused):
        world.reconcile(manifests, confirm=refuse)


def test_only_what_takes_away_is_left_of_a_refused_plan():
    stop = Change(Action.SUSPEND, Kind.BINDING, "grid")

    left = only_suspensions(Plan((Change(Action.DELETE, Kind.BINDING, "old"), stop), unchanged=3))

    assert (left.changes, left.unchanged) == ((stop,), 3)


@pytest.mark.parametrize("mode", list(Mode))
def test_only_a_pass_that_applies_may_probe_a_key(world, build, mode):
    manifests = build.manifests(build.connection(proof={"withdrawalProbe": "when-applying"}))
    world.prober.results = build.online("main")

    world.reconcile(manifests, mode)

    assert world.prober.probed == (["main"] if mode is Mode.APPLY else [])


def test_what_is_only_observed_is_told_and_not_done(world, build):
    manifests = build.manifests(build.connection(mode="observe"), build.binding(), build.connection("other"))
    world.prober.results = build.online("main", "other")

    report = world.reconcile(manifests)

    assert [one.change.name for one in report.outcomes] == ["other"]
    assert {one.name: one.held for one in report.changes if one.held} == dict.fromkeys(["main", "grid"], HELD)


def test_a_mode_of_a_connection_wins_over_that_of_the_pass(world, build):
    manifests = build.manifests(build.connection(mode="enforce"), build.connection("other"))
    world.prober.results = build.online("main", "other")

    report = world.reconcile(manifests, observes=True)

    assert [one.change.name for one in report.outcomes] == ["main"]


def test_how_a_connection_is_watched_is_no_affair_of_the_platform(world, build):
    world.prober.results = build.online("main")
    world.reconcile(build.manifests(build.connection()))

    report = world.reconcile(build.manifests(build.connection(interval="5m", mode="enforce")))

    assert (report.changes, report.unchanged) == ((), 1)


def test_a_known_key_keeps_its_line_in_the_report_and_its_proof_is_not_written_again(world, build):
    manifests = build.manifests(build.connection())
    world.prober.results = build.online("main")
    world.reconcile(manifests)
    known = {"main": Known(world.held()["main"].fingerprint, build.result(), "abc…xyz", is_shut=True)}
    learned = []

    report = world.reconcile(manifests, asking=Asking(known), learned=learned.append)

    assert [(one.status, one.masked_key) for one in report.connections] == [("Online", "abc…xyz")]
    assert learned[0].tested == frozenset()
    assert world.prober.asked == ["main"]
