"""What the loop says in its log: one line for each thing that changed, and none for a pass that changed nothing."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable

from reconciler.errors import ReconcilerError
from reconciler.kit.clock import iso
from reconciler.model.drift import Drift
from reconciler.model.finding import Finding
from reconciler.model.report import Report
from reconciler.model.watched import Transition, Truth

_LOG = logging.getLogger("reconciler.watch")


class Teller:
    """Remembers what was said, so that what goes on is not said again."""

    def __init__(self) -> None:
        self._troubles: frozenset[str] = frozenset()
        self._drift_keys: frozenset[tuple[str, ...]] = frozenset()
        self._held: frozenset[tuple[str, ...]] = frozenset()
        self._stands_by = False
        self._is_broken = False

    def leads(self) -> None:
        """Say that this watcher holds the lease from now on."""
        self._stands_by = False
        _LOG.info("watching")

    def stands_by(self, error: ReconcilerError) -> None:
        """Say that another watcher holds the lease."""
        if not self._stands_by:
            _say(logging.WARNING, "standing by: another watcher holds the lease", why=error.message)
        self._stands_by = True

    def changed(self, transitions: Iterable[Transition]) -> None:
        """Say which conditions changed."""
        for one in transitions:
            # Of thousands of keys that are found fine at the first look nobody needs to hear.
            usual = logging.DEBUG if one.before is None else logging.INFO
            _say(
                usual if one.after is Truth.TRUE else logging.WARNING,
                "condition changed",
                connection=one.name,
                condition=one.kind.value,
                before=one.before.value if one.before else None,
                after=one.after.value,
                reason=one.reason,
                told=one.message or None,
                at=iso(one.at),
            )

    def ended(self, report: Report) -> None:
        """Say what a pass did, and what differs, is held or failed in it that was not told before."""
        for outcome in report.outcomes or ():
            change, level = outcome.change, logging.INFO if outcome.done else logging.ERROR
            _say(
                level,
                "change made" if outcome.done else "change failed",
                kind=change.kind.value,
                object=change.name,
                action=change.action.value,
                why=outcome.error or change.reason or None,
            )
        held = {(one.kind.value, one.name, one.action.value, one.held) for one in report.changes if one.held}
        for kind, name, action, why in sorted(held - self._held):
            _say(logging.WARNING, "change held", kind=kind, object=name, action=action, why=why)
        self._held = frozenset(held)
        self._drifted(report.drift)
        self._failing({one.message: one.hint for one in report.failures})

    def troubled(self, error: ReconcilerError) -> None:
        """Say what kept the loop from making a pass."""
        self._failing({error.message: error.hint})

    def broken(self, findings: Collection[Finding], error: ReconcilerError | None) -> None:
        """Say loudly that what was edited cannot be used, and that the last good set goes on."""
        self._is_broken = True
        why = error.message if error else None
        _say(logging.ERROR, "the manifests are broken; the last good set goes on", mistakes=len(findings), why=why)
        for one in findings:
            _say(
                logging.ERROR,
                "mistake",
                place=str(one.location),
                rule=one.rule,
                told=one.message,
                fix=one.remedy or None,
            )

    def mended(self) -> None:
        """Say that another set of manifests is in use."""
        _LOG.info("manifests read" if not self._is_broken else "manifests are good again")
        self._is_broken = False

    def unknown_names(self, names: Collection[str]) -> None:
        """Say who was asked for and is not declared."""
        for name in sorted(names):
            _say(logging.WARNING, "asked for a connection that is not declared", connection=name)

    def _drifted(self, drift: Iterable[Drift]) -> None:
        found = {(one.source.value, one.kind.value, one.name, one.path, one.severity.value): one for one in drift}
        for key, one in sorted(found.items(), key=lambda item: item[0]):
            if key in self._drift_keys:
                continue
            _say(
                logging.WARNING,
                "drift",
                source=one.source.value,
                kind=one.kind.value,
                object=one.name,
                path=one.path,
                desired=str(one.desired),
                actual=str(one.actual),
                severity=one.severity.value,
            )
        self._drift_keys = frozenset(found)

    def _failing(self, troubles: dict[str, str]) -> None:
        for message in sorted(troubles.keys() - self._troubles):
            _say(logging.ERROR, "trouble", why=message, fix=troubles[message] or None)
        if self._troubles and not troubles:
            _LOG.info("no trouble any more")
        self._troubles = frozenset(troubles)


def _say(level: int, event: str, **facts: object) -> None:
    _LOG.log(level, event, extra={name: fact for name, fact in facts.items() if fact is not None})
