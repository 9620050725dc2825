"""A connection or binding that only has another name is not deleted and made anew: all that is known of it goes on."""

from __future__ import annotations

import asyncio

import pytest

from reconciler.engine.order import Mode
from reconciler.engine.renames import renames
from reconciler.model.moving import Move
from reconciler.model.plan import Action, FieldChange
from reconciler.model.probe import Diagnosis
from reconciler.model.saved import Permissions
from reconciler.model.state import Kind
from reconciler.values.rights import Right, Verdict

CONNECTION, BINDING = Kind.CONNECTION, Kind.BINDING


@pytest.fixture
def applied(world, build):
    """A world in which `main` with `grid` and `net` was applied."""
    world.prober.results = build.online("main", "first")
    # One and the same key behind both names, as a rename has it.
    world.reconcile(build.manifests(build.connection(), build.binding(), build.binding("net")))
    return world


@pytest.fixture
def renamed(build):
    """The same, by another name."""
    return build.manifests(
        build.connection("first", was="main"), build.binding(connection="first"), build.binding("net", "first")
    )


def remembered(world):
    store = world.ports(read_only=True).store

    async def read():
        return await store.recorded(), await store.proven(), await store.accepted(), await store.history()

    return asyncio.run(read())


def steps(report):
    return [(one.action, one.kind, one.name, one.held) for one in report.changes]


def test_a_rename_is_one_step_and_says_from_which_name_to_which(applied, renamed):
    report = applied.reconcile(renamed, Mode.PLAN)

    assert steps(report) == [(Action.UPDATE, CONNECTION, "first", None)]
    assert report.changes[0].fields == (FieldChange("metadata.name", "main", "first"),)
    assert (report.drift, report.unchanged, report.unmanaged) == ((), 3, ())


def test_everything_goes_on_under_the_new_name(applied, renamed, build):
    before = applied.held()

    report = applied.reconcile(renamed)
    after = applied.held()
    again = applied.reconcile(renamed)

    assert [one.done for one in report.outcomes] == [True]
    assert set(after) == {"first", "grid", "net"}
    assert after["first"].fingerprint == before["main"].fingerprint
    assert {after[name].fields["spec.connection"] for name in ("grid", "net")} == {"first"}
    recorded, proven, accepted, history = remembered(applied)
    assert {one.id: one for one in recorded} == {one.id: one for one in after.values()}
    assert (set(proven), set(accepted)) == ({"first"}, {"first"})
    assert [(entry["action"], entry["called"]) for entry in history if entry["name"] == "first"] == [
        ("update", None),
        ("create", "main"),
    ]
    assert (again.changes, again.drift, again.unchanged) == ((), (), 3)


def test_a_rename_is_done_once_and_its_line_may_stay(applied, renamed):
    applied.reconcile(renamed)

    assert applied.reconcile(renamed, Mode.PLAN).changes == ()


def test_where_the_old_name_is_not_there_the_new_one_is_simply_new(world, build, renamed):
    world.prober.results = build.online("first")

    report = world.reconcile(renamed)

    assert [(one.change.action, one.change.name) for one in report.outcomes] == [
        (Action.CREATE, "first"),
        (Action.CREATE, "grid"),
        (Action.CREATE, "net"),
    ]


def test_a_binding_and_its_connection_are_renamed_together_and_changed_as_well(applied, build):
    manifests = build.manifests(
        build.connection("first", was="main", displayName="First"),
        build.binding("mesh", "first", was="grid", riskLevel="aggressive"),
        build.binding("net", "first"),
    )

    report = applied.reconcile(manifests)

    assert [(one.change.action, one.change.name, one.done) for one in report.outcomes] == [
        (Action.UPDATE, "first", True),
        (Action.UPDATE, "mesh", True),
        (Action.UPDATE, "first", True),
        (Action.UPDATE, "mesh", True),
    ]
    assert report.pending == ()
    assert set(applied.held()) == {"first", "mesh", "net"}
    assert applied.reconcile(manifests, Mode.PLAN).changes == ()


def test_a_key_that_was_replaced_with_the_rename_is_replaced_after_it(applied, renamed, build):
    applied.keys.value = "another-value-of-the-secret"

    guarded = applied.reconcile(renamed)
    report = applied.reconcile(renamed, permissions=Permissions(replaces=("first",)))

    assert [(one.change.action, one.change.name) for one in guarded.outcomes] == [(Action.UPDATE, "first")]
    assert [(one.change.action, one.change.name) for one in report.outcomes] == [(Action.REPLACE, "first")]
    assert applied.reconcile(renamed, Mode.PLAN).changes == ()


@pytest.mark.parametrize("diagnosis", [Diagnosis.EXCHANGE_UNAVAILABLE, Diagnosis.UNVERIFIED, Diagnosis.INVALID_KEY])
def test_a_name_needs_no_proof(applied, renamed, build, diagnosis):
    applied.prober.results = {"first": build.result("first", diagnosis)}

    report = applied.reconcile(renamed)

    assert [(one.change.action, one.done) for one in report.outcomes] == [(Action.UPDATE, True)]


def test_a_key_that_cannot_be_opened_now_is_renamed_with_what_is_proven_of_it(applied, renamed, build):
    applied.prober.results = {"main": build.result(diagnosis=Diagnosis.WITHDRAWAL_ENABLED)}
    applied.reconcile(build.manifests(build.connection(), build.binding(), build.binding("net")))
    applied.keys.closed = {"main.api_key"}

    report = applied.reconcile(renamed)

    assert [str(one.status) for one in report.connections] == ["Blocked"]
    assert set(applied.held()) == {"first", "grid", "net"}
    assert all(applied.held()[name].suspended for name in ("grid", "net"))


def test_a_right_to_withdraw_that_was_proven_stands_under_the_new_name(applied, renamed, build):
    applied.prober.results = {"main": build.result(diagnosis=Diagnosis.WITHDRAWAL_ENABLED)}
    applied.reconcile(build.manifests(build.connection(), build.binding(), build.binding("net")))
    unseen = build.result("first", rights=build.rights(withdraw="unknown"))
    applied.prober.results = {"first": unseen}

    report = applied.reconcile(renamed)

    (line,) = report.connections
    assert line.diagnosis is Diagnosis.WITHDRAWAL_ENABLED
    assert line.result.rights.verdict(Right.WITHDRAW) is Verdict.GRANTED
    assert all(applied.held()[name].suspended for name in ("grid", "net"))


def test_what_runs_on_a_blocked_key_is_stopped_before_the_rename(applied, renamed, build):
    applied.prober.results = {"first": build.result("first", Diagnosis.WITHDRAWAL_ENABLED)}

    report = applied.reconcile(renamed)

    assert [(one.change.action, one.change.name, one.done) for one in report.outcomes] == [
        (Action.SUSPEND, "grid", True),
        (Action.SUSPEND, "net", True),
        (Action.UPDATE, "first", True),
    ]
    assert applied.held()["grid"].suspended == "connection first is Blocked: Withdrawal enabled"
    assert [(one.path, one.actual) for one in report.drift] == [("rights.withdraw", "granted")]


def test_what_a_key_gained_is_not_accepted_with_its_new_name(applied, renamed, build):
    gained = build.result("first", rights=build.rights(transfer="granted"))
    known = build.result(rights=build.rights(transfer="denied"))
    applied.prober.results = {"main": known}
    applied.reconcile(build.manifests(build.connection(displayName="Main"), build.binding(), build.binding("net")))
    applied.prober.results = {"first": gained}
    named = build.manifests(
        build.connection("first", was="main", displayName="Main"),
        build.binding(connection="first"),
        build.binding("net", "first"),
    )

    told = [applied.reconcile(named).drift for _ in range(2)]

    assert [[(one.name, one.path, one.actual) for one in drift] for drift in told] == [
        [("first", "rights.transfer", "granted")]
    ] * 2


def conflict(report):
    assert {one.exit_code for one in report.failures} == {6}
    return [one.message for one in report.failures]


def test_a_rename_is_refused_where_both_are_on_the_platform(applied, build):
    both = build.manifests(
        build.connection(), build.connection("first"), build.binding(), build.binding("net", "first")
    )
    applied.reconcile(both)
    held = applied.held()
    moved = build.manifests(
        build.connection("first", was="main", displayName="First"),
        build.binding(connection="first"),
        build.binding("net", "first"),
    )

    report = applied.reconcile(moved)

    assert conflict(report) == ["not renamed: both main and first are on the platform"]
    assert all(held_ is not None for *_, held_ in steps(report))
    assert applied.held() == held


def test_a_rename_is_refused_where_the_old_name_is_still_declared(applied, build):
    manifests = build.manifests(
        build.connection(), build.connection("first", was="main"), build.binding(), build.binding("net")
    )

    report = applied.reconcile(manifests)

    assert conflict(report) == ["not renamed: main is declared as well, and first says that it was called so"]
    assert set(applied.held()) == {"main", "grid", "net"}


def test_two_that_claim_one_name_get_nothing(applied, build):
    applied.prober.results = build.online("first", "second")
    manifests = build.manifests(
        build.connection("first", was="main"),
        build.connection("second", was="main"),
        build.binding(connection="first"),
        build.binding("net", "second"),
    )

    report = applied.reconcile(manifests)

    assert conflict(report) == ["not renamed: more than one document says that it was called main"]
    assert set(applied.held()) == {"main", "grid", "net"}


def test_a_selection_renames_nothing(applied, renamed):
    report = applied.reconcile(renamed, selection=True)

    assert conflict(report)[0].startswith("not renamed: main becomes first in a run over everything only")
    assert set(applied.held()) == {"main", "grid", "net"}


def test_what_was_never_declared_here_is_not_taken_over_by_a_name(applied, renamed, build):
    store = applied.ports(read_only=False).store
    asyncio.run(store.adopt([], [one.id for one in applied.held().values()]))

    report = applied.reconcile(renamed, Mode.PLAN)

    assert (CONNECTION, "main") in report.unmanaged
    assert [(one.action, one.name) for one in report.changes if one.kind is CONNECTION] == [(Action.CREATE, "first")]


def test_connections_move_before_bindings(build):
    manifests = build.manifests(build.connection("b", was="a"), build.binding("a", "b", was="z"))
    then = build.desired(build.manifests(build.connection("a"), build.binding("z", "a")), {})

    found = renames(manifests, then, then, is_selection=False)

    assert found.moves == (Move(CONNECTION, "a", "b"), Move(BINDING, "z", "a"))
    assert {one.id for one in found.of(then)} == {(CONNECTION, "b"), (BINDING, "a")}
    assert found.called == {"a": "b"}
