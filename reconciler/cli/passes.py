"""One pass from the command line: read, attach, run, print."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.options import Output, Selection
from reconciler.cli.publish import publish, rendered
from reconciler.engine.inspect import validate
from reconciler.errors import ReconcilerError
from reconciler.kit.clock import SystemClock
from reconciler.model.report import Failure, Report
from reconciler.wiring import Workspace, read_workspace, reconciler

if TYPE_CHECKING:
    from reconciler.engine.order import Mode, Order


def check(selection: Selection, output: Output) -> int:
    """Validate the manifests, print the report, and return the exit code."""
    return publish(_reported("validate", selection, _validated, offline=True), output)


def make_pass(
    selection: Selection, output: Output, command: str, mode: Mode, *, yes: bool = False, allow_deletes: int = 0
) -> int:
    """Make one pass, print its report, and return the exit code."""
    from reconciler.engine.order import Mode, Order

    confirm = _confirmation(yes=yes) if mode is Mode.APPLY else None
    order = Order(command, mode, allow_deletes, confirm)
    return publish(_reported(command, selection, lambda workspace: _run(workspace, order)), output)


def _reported(
    command: str, selection: Selection, work: Callable[[Workspace], Report], *, offline: bool = False
) -> Report:
    """Do the work and return its report, whatever stops it: a report is owed in every case."""
    now = SystemClock().now()
    try:
        workspace = read_workspace(
            cwd=Path.cwd(),
            environ=None if offline else os.environ,
            config=selection.config,
            manifests=selection.manifests,
            labels=dict(selection.labels),
            only=selection.only,
        )
        if workspace.findings:
            return replace(workspace.blank(command, SystemClock()), findings=workspace.findings, is_valid=False)
        return work(workspace)
    except ReconcilerError as error:
        if error.exit_code == ReconcilerError.exit_code:
            raise
        failure = Failure(error.message, error.hint, error.exit_code)
        return Report(command, now, SystemClock().now(), failures=(failure,))


def _validated(workspace: Workspace) -> Report:
    return validate(workspace.manifests, workspace.around(), workspace.blank("validate", SystemClock()))


def _run(workspace: Workspace, order: Order) -> Report:
    import asyncio

    from reconciler.cli.progress import progress
    from reconciler.rehearsal import attached

    with attached(workspace, os.environ) as simulated, progress(sys.stderr) as shown:

        async def run() -> Report:
            return await reconciler(workspace, order, simulated, shown).run(order)

        return asyncio.run(run())


def _confirmation(*, yes: bool) -> Callable[[Report], bool] | None:
    if yes:
        return lambda _: True
    return _ask if sys.stdin.isatty() and sys.stderr.isatty() else None


def _ask(report: Report) -> bool:
    click.echo(rendered(report, "text", sys.stderr), err=True)
    ready = sum(change.held is None for change in report.changes)
    return click.confirm(f"Make {ready} change{'' if ready == 1 else 's'}?", err=True)
