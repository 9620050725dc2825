"""What was remembered, for commands that only look back: the store is opened read-only, and nothing else at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reconciler.engine.recall import COMMAND, recall
from reconciler.errors import ReconcilerError
from reconciler.kit.clock import SystemClock
from reconciler.manifests.config import read_config
from reconciler.model.manifest import Manifests
from reconciler.model.report import Failure, Report
from reconciler.wiring import Workspace, known, open_store


def last_known(config: Path | None, only: Sequence[str]) -> Report:
    """Return the last known state; what stands in the way of it becomes a failure in the report.

    Manifests are not read: a broken one must not hide what is known.
    """
    now = SystemClock().now()
    try:
        settings = read_config(config, cwd=Path.cwd(), known=known())
        if settings.findings:
            return Report(COMMAND, now, now, findings=settings.findings, is_valid=False)
        workspace = Workspace(settings.root, settings.config, Manifests(settings.root))
        return recall(_read(workspace), now, only)
    except ReconcilerError as error:
        if error.exit_code == ReconcilerError.exit_code:
            raise
        return Report(COMMAND, now, now, failures=(Failure(error.message, error.hint, error.exit_code),))


def _read(workspace: Workspace) -> Report | None:
    import asyncio

    async def read() -> Report | None:
        store = open_store(workspace, read_only=True)
        try:
            return await store.last_report()
        finally:
            await store.close()

    return asyncio.run(read())
