"""One pass from the command line: read, attach, run, print."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.asking import asker, interruptible
from reconciler.cli.baseline import Baselines, held_against
from reconciler.cli.failures import failure_of
from reconciler.cli.options import Output, Selection
from reconciler.cli.publish import publish, rendered
from reconciler.engine.gate import gated
from reconciler.engine.inspect import validate
from reconciler.kit.clock import SystemClock
from reconciler.model.report import Report
from reconciler.wiring import Workspace, read_workspace, reconciler

if TYPE_CHECKING:
    from reconciler.cli.saving import Keeper
    from reconciler.engine.order import Mode, Order
    from reconciler.model.saved import Permissions


def check(selection: Selection, output: Output, baselines: Baselines | None = None) -> int:
    """Validate the manifests, print the report, and return the exit code.

    A baseline is not written of manifests that are not valid.
    """

    def validated(workspace: Workspace) -> Report:
        report = _validated(workspace)
        if baselines is None or baselines == Baselines():
            return report
        return held_against(report, workspace, baselines)

    return publish(_reported("validate", selection, validated, offline=True), output)


def compare(
    selection: Selection, output: Output, base: str, head: str | None, *, from_ancestor: bool, fail_on: str | None
) -> int:
    """Compare two states of the manifests, print the report, and return the exit code."""
    from reconciler.sides import Wanted, compared

    wanted = Wanted(
        Path.cwd(),
        base,
        head,
        from_ancestor,
        selection.config,
        selection.manifests,
        dict(selection.labels),
        selection.only,
    )
    clock = SystemClock()
    started = clock.now()
    try:
        report = compared(wanted, "diff", clock)
    except (Exception, KeyboardInterrupt) as error:
        report = Report("diff", started, clock.now(), failures=(failure_of(error),))
    return publish(gated(report, fail_on), output)


def make_pass(
    selection: Selection,
    output: Output,
    command: str,
    mode: Mode,
    *,
    yes: bool = False,
    permissions: Permissions | None = None,
    keeper: Keeper | None = None,
) -> int:
    """Make one pass, print its report, and return the exit code."""
    from reconciler.engine.order import Mode, Order
    from reconciler.model.saved import Permissions

    confirm = _confirmation(yes=yes) if mode is Mode.APPLY else None
    order = Order(command, mode, permissions or Permissions(), confirm)
    if keeper is not None:
        order = replace(order, keep=keeper.keep, lifetime=keeper.lifetime)
    code = publish(_reported(command, selection, lambda workspace: _run(workspace, order)), output)
    if keeper is not None and keeper.told:
        click.echo(keeper.told, err=True)
    return code


def apply_saved(selection: Selection, output: Output, file: Path) -> int:
    """Make the pass that a saved plan asks for, print its report, and return the exit code."""
    from reconciler.cli.saving import read_plan
    from reconciler.engine.order import Mode, Order

    def work(workspace: Workspace) -> Report:
        order = Order("apply", Mode.APPLY, confirm=lambda _: True, saved=read_plan(file))
        return _run(workspace, order)

    return publish(_reported("apply", selection, work), output)


def _reported(
    command: str, selection: Selection, work: Callable[[Workspace], Report], *, offline: bool = False
) -> Report:
    """Do the work and return its report, whatever stops it: a report is owed in every case."""
    started = SystemClock().now()
    try:
        workspace = read_workspace(
            cwd=Path.cwd(),
            environ=None if offline else os.environ,
            config=selection.config,
            manifests=selection.manifests,
            labels=dict(selection.labels),
            only=selection.only,
            ask=asker(),
        )
        if workspace.findings:
            return replace(workspace.blank(command, SystemClock()), findings=workspace.findings, is_valid=False)
        return work(workspace)
    except (Exception, KeyboardInterrupt) as error:
        return Report(command, started, SystemClock().now(), failures=(failure_of(error),))


def _validated(workspace: Workspace) -> Report:
    return validate(workspace.manifests, workspace.around(), workspace.blank("validate", SystemClock()))


def _run(workspace: Workspace, order: Order) -> Report:
    import asyncio

    from reconciler.cli.progress import progress
    from reconciler.rehearsal import attached

    with attached(workspace, os.environ) as simulated, progress(sys.stderr) as shown:

        def confirmed(report: Report) -> bool:
            # A line that goes on being redrawn would overwrite the question.
            shown.close()
            with interruptible():
                return order.confirm is not None and order.confirm(report)

        asked = order if order.confirm is None else replace(order, confirm=confirmed)

        async def run() -> Report:
            task = asyncio.current_task()
            if task is not None and threading.current_thread() is threading.main_thread():
                # As for an interrupt: the change at hand is finished, the lock given back, and then it ends.
                asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
            return await reconciler(workspace, asked, simulated, shown).run(asked)

        try:
            return asyncio.run(run())
        except asyncio.CancelledError as error:
            raise KeyboardInterrupt from error


def _confirmation(*, yes: bool) -> Callable[[Report], bool] | None:
    if yes:
        return lambda _: True
    return _ask if sys.stdin.isatty() and sys.stderr.isatty() else None


def _ask(report: Report) -> bool:
    click.echo(rendered(report, "text", sys.stderr), err=True)
    ready = sum(change.held is None for change in report.changes)
    return click.confirm(f"Make {ready} change{'' if ready == 1 else 's'}?", err=True)
