"""One pass, from manifests to report: the order of the verbs, and nothing of how each is done."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

from reconciler.engine import fitting
from reconciler.engine.apply import Work, apply
from reconciler.engine.desired import desired
from reconciler.engine.drift import drift
from reconciler.engine.freezing import frozen
from reconciler.engine.guard import guard_deletions
from reconciler.engine.learn import Facts, learn
from reconciler.engine.observe import Observed
from reconciler.engine.observing import hold_observed
from reconciler.engine.order import Mode, Order, Ports, Surroundings
from reconciler.engine.places import places
from reconciler.engine.plan import plan
from reconciler.engine.recover import recorded_after, recover
from reconciler.engine.replacing import Replacing
from reconciler.engine.saving import Frame, basis, saved
from reconciler.engine.select import Scope, scope_of
from reconciler.engine.standing import standing
from reconciler.engine.urgent import Stops
from reconciler.errors import (
    GuardRefused,
    MassDeletion,
    NotConfirmed,
    OperationalError,
    PlanRefused,
    ReconcilerError,
)
from reconciler.model.manifest import Manifests
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Action, Plan
from reconciler.model.ports import Run
from reconciler.model.report import Failure, Report
from reconciler.model.saved import SavedPlan

# Longer than any pass over thousands of keys; a killed writer's lock is free after that.
LOCK_SECONDS = 900
BUG = ReconcilerError.exit_code


class Reconciler:
    """Makes passes over one set of manifests."""

    def __init__(self, manifests: Manifests, ports: Ports, around: Surroundings) -> None:
        self._manifests = manifests
        self._ports = ports
        self._around = around
        self._scope: Scope | None = scope_of(manifests) if around.is_selection else None

    async def run(self, order: Order) -> Report:
        """Make one pass and report it; what a guard or the outside refuses becomes a failure in the report."""
        started = self._ports.clock.now()
        blank = Report(order.command, started, started, self._around.revision, documents=self._manifests.count)
        try:
            if order.mode is Mode.APPLY:
                return await self._locked(order, blank)
            return await self._pass(order, blank, None)
        except ReconcilerError as error:
            if error.exit_code == BUG:
                raise
            return self._finished(with_failure(blank, error))
        finally:
            await self._ports.prober.close()
            await self._ports.platform.close()
            await self._ports.store.close()

    async def _locked(self, order: Order, blank: Report) -> Report:
        if order.confirm is None:
            raise NotConfirmed("nobody is there to confirm the changes", hint="add --yes, or look first with --dry-run")
        run = Run(uuid.uuid4().hex, self._around.owner, blank.started_at, order.command, self._around.revision)
        store = self._ports.store
        await store.lock(run.owner, run.started_at, LOCK_SECONDS)
        try:
            await store.begin(run)
            report = await self._pass(order, blank, run)
            await store.finish(run, report)
        finally:
            await store.unlock(run.owner)
        return report

    async def _pass(self, order: Order, blank: Report, run: Run | None) -> Report:
        stops = None
        if run is not None and order.asking.is_urgent:
            stops = Stops(self._ports, run, scope_of(self._manifests), LOCK_SECONDS)
        facts = await learn(
            self._manifests,
            self._ports,
            self._around,
            # A saved plan relies on what its dry run could see, so no more is asked when it is applied.
            is_applying=run is not None and order.saved is None,
            asking=order.asking,
            stops=stops,
        )
        order.learned(facts)
        now = self._ports.clock.now()
        lines = tuple(
            standing(placed, facts.results.get(placed.name), facts.resolved.credentials, now, facts.known)
            for placed in self._manifests.connections
        )
        report = replace(blank, connections=lines, findings=facts.findings)
        if order.mode is Mode.TEST:
            return self._finished(report)
        report = await self._compare(order, facts, report, run)
        return _told_first(report, stops.outcomes) if stops is not None else report

    async def _compare(self, order: Order, facts: Facts, report: Report, run: Run | None) -> Report:
        seen = facts.observed.within(self._scope)
        if run is not None:
            await recover(self._ports.store, facts.observed.actual, self._ports.clock.now())
        recorded = recorded_after(seen.recorded, seen.intents, seen.actual)
        moves, permitted = facts.renames, order.permitted
        there, known = moves.of(seen.actual), moves.of(recorded)
        wanted = desired(self._manifests, facts.fingerprints, facts.results, there, self._ports.clock.now())
        planned = plan(
            wanted,
            seen.actual,
            recorded,
            results=facts.results,
            findings=facts.findings,
            beside=facts.observed.beside(self._scope),
            renames=moves,
            freezing=frozen(self._manifests.policies, self._ports.clock.now()),
            replacing=Replacing(moves.of_known(seen.accepted), frozenset(permitted.replaces)),
        )
        planned = hold_observed(planned, self._is_observed(order), facts.observed.actual, facts.results)
        report = replace(
            report,
            changes=planned.changes,
            unchanged=planned.unchanged,
            unmanaged=planned.unmanaged,
            drift=drift(wanted, there, known, accepted=moves.of_known(seen.accepted), proofs=facts.proofs),
        )
        for refusal in planned.refused:
            report = with_failure(report, GuardRefused(refusal.message, hint=refusal.hint))
        try:
            guard_deletions(planned, managed=len(recorded), allowed=permitted.deletes)
        except MassDeletion as error:
            # What must not run is stopped all the same: a guard against loss is no reason to leave a key in use.
            report, planned = with_failure(report, error), only_suspensions(planned)
        if order.saved is not None:
            try:
                planned = await self._fitted(order.saved, facts, seen, planned)
            except PlanRefused as error:
                return self._finished(with_failure(replace(report, outcomes=()), error))
            report = replace(report, changes=planned.changes)
        if run is None:
            if order.keep is not None and not report.failures:
                report = _kept(order.keep, self._saved(order, facts, seen, planned), report)
            return self._finished(report)
        return self._finished(await self._apply(order, planned, facts, report, run))

    def _saved(self, order: Order, facts: Facts, seen: Observed, planned: Plan) -> SavedPlan:
        now, seal = self._ports.clock.now(), self._ports.seal
        frame = Frame(uuid.uuid4().hex, now, now + order.lifetime, order.permitted, is_sealed=seal is not None)
        made = saved(frame, basis(self._manifests, self._around), facts, seen, planned)
        return made if seal is None else replace(made, seal=seal(made.digest))

    async def _fitted(self, asked: SavedPlan, facts: Facts, seen: Observed, planned: Plan) -> Plan:
        """Return what a saved plan asks for of a fresh one, once it is sure that it still holds."""
        store, now, seal = self._ports.store, self._ports.clock.now(), self._ports.seal
        # What a test has shown is known from now on, whatever becomes of the plan.
        await store.remember(facts.proofs)
        everything = facts.observed
        is_new = not (everything.actual or everything.recorded or everything.intents)
        fitting.refuse_spent(asked, await store.spent(asked.id))
        fitting.refuse_unless_ours(asked, seal(asked.digest) if seal else None, is_new=is_new)
        last = await store.last_report()
        fitting.refuse_unless_timely(asked, now, known_time=last.finished_at if last else None)
        present = basis(self._manifests, self._around)
        fitting.refuse_unless_based(asked, present)
        frame = Frame(asked.id, asked.created_at, asked.expires_at, asked.permissions, is_sealed=asked.seal is not None)
        chosen = fitting.fitted(asked, saved(frame, present, facts, seen, planned), planned)
        if chosen.ready:
            await store.spend(asked.id, now)
        return chosen

    async def _apply(self, order: Order, planned: Plan, facts: Facts, report: Report, run: Run) -> Report:
        await self._ports.store.remember(facts.fresh)
        if planned.ready and order.confirm is not None and not order.confirm(self._finished(report)):
            return with_failure(report, NotConfirmed("the changes were not confirmed", hint="nothing was changed"))
        work = Work(
            run,
            self._ports.platform,
            self._ports.store,
            self._ports.clock,
            credentials=facts.resolved.credentials,
            proofs=facts.proofs,
            lock_seconds=LOCK_SECONDS,
            stop=order.stop,
        )
        return replace(report, outcomes=await apply(planned, work))

    def _is_observed(self, order: Order) -> Callable[[str], bool]:
        modes = {placed.name: placed.document.spec.mode for placed in self._manifests.connections}
        return lambda name: order.observes if modes.get(name) is None else modes[name] == "observe"

    def _finished(self, report: Report) -> Report:
        return replace(report, finished_at=self._ports.clock.now(), places=places(report, self._manifests))


def _kept(keep: Callable[[SavedPlan], None], made: SavedPlan, report: Report) -> Report:
    """Have a plan kept; where it cannot be, the report is owed all the same, and says so."""
    try:
        keep(made)
    except (GuardRefused, OperationalError) as error:
        return with_failure(report, error)
    return report


def _told_first(report: Report, outcomes: tuple[Outcome, ...]) -> Report:
    """Return a report that also tells of what was done before everything else."""
    return replace(
        report,
        changes=(*(outcome.change for outcome in outcomes), *report.changes),
        outcomes=(*outcomes, *(report.outcomes or ())),
    )


def with_failure(report: Report, error: ReconcilerError) -> Report:
    """Return a report that also tells of something that went wrong or was refused."""
    return replace(report, failures=(*report.failures, Failure(error.message, error.hint, error.exit_code)))


def only_suspensions(planned: Plan) -> Plan:
    """Return the part of a plan that only takes away: bindings that must stop running."""
    stops = tuple(change for change in planned.changes if change.action is Action.SUSPEND)
    return Plan(changes=stops, unchanged=planned.unchanged)
