"""What was remembered, for commands that need nothing else: no manifest is read, and no key is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from reconciler.engine.recall import COMMAND, recall
from reconciler.errors import InvalidConfig, ReconcilerError
from reconciler.kit.clock import SystemClock
from reconciler.manifests.config import Configured, read_config
from reconciler.model.lock import Held, by_id
from reconciler.model.manifest import Manifests
from reconciler.model.report import Failure, Report
from reconciler.model.watched import Watched
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
        report, watched = _read(_workspace(settings))
        return recall(report, now, only, watched)
    except ReconcilerError as error:
        if error.exit_code == ReconcilerError.exit_code:
            raise
        return Report(COMMAND, now, now, failures=(Failure(error.message, error.hint, error.exit_code),))


def unlocked(config: Path | None, lock_id: str) -> Held:
    """Break the lock of an id and return it; nothing is written where there is none.

    Raises NothingMatched where no lock is held, GuardRefused where it is another one.
    """
    import asyncio

    settings = read_config(config, cwd=Path.cwd(), known=known())
    if settings.findings:
        first = settings.findings[0]
        raise InvalidConfig(f"{first.location}: {first.message}", hint=first.remedy)
    workspace = _workspace(settings)

    async def broken() -> Held:
        reader = open_store(workspace, read_only=True)
        by_id(await reader.locks(), lock_id)
        await reader.close()
        store = open_store(workspace, read_only=False)
        try:
            return await store.break_lock(lock_id)
        finally:
            await store.close()

    return asyncio.run(broken())


def _workspace(settings: Configured) -> Workspace:
    return Workspace(settings.root, settings.config, Manifests(settings.root))


def _read(workspace: Workspace) -> tuple[Report | None, Mapping[str, Watched]]:
    import asyncio

    from reconciler.watch import memory

    async def read() -> tuple[Report | None, Mapping[str, Watched]]:
        store = open_store(workspace, read_only=True)
        try:
            return await store.last_report(), await memory.states(store)
        finally:
            await store.close()

    return asyncio.run(read())
