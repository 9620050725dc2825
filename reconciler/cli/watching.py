"""Watching from the command line: signals, files and passes on one side, the loop on the other."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from logging import getLogger
from pathlib import Path
from secrets import SystemRandom

from reconciler.cli.options import Selection
from reconciler.engine.order import Order
from reconciler.engine.select import select
from reconciler.errors import LockHeld
from reconciler.kit.clock import SystemClock
from reconciler.kit.duration import duration
from reconciler.manifests.files import CONFIG
from reconciler.model.ports import Prober, Store
from reconciler.model.report import Report
from reconciler.rehearsal import attached
from reconciler.watch import files, memory
from reconciler.watch.loop import LEASE, Loop
from reconciler.watch.outside import Calls, Outside, Setting
from reconciler.wiring import (
    BaseUrl,
    Workspace,
    base_urls,
    make_key,
    make_prober,
    open_store,
    owner,
    read_workspace,
    reconciler,
    secret_providers,
)

_LOG = getLogger("reconciler.watch")


class Passes:
    """Makes the passes of one watcher: secrets are opened anew for each, one prober knows what all of them spent."""

    def __init__(self, selection: Selection, environ: Mapping[str, str]) -> None:
        self._selection, self._environ = selection, environ
        self._good: Workspace | None = None
        self._used: Workspace | None = None
        self._simulated: Mapping[str, str] = {}
        self._simulator = ExitStack()
        self._base_url: BaseUrl = lambda exchange, environment: None
        self._prober: Prober | None = None

    @property
    def workspace(self) -> Workspace:
        """What was read last and is good."""
        return self._good or self._workspace()

    def read(self) -> Setting:
        """Read manifests and config as they are now."""
        workspace = self._workspace()
        if not workspace.findings:
            self._good = workspace
        given = self._selection.config
        config = Path.cwd() / given if given else workspace.root / CONFIG
        manifests = [Path.cwd() / path for path in self._selection.manifests]
        places = manifests or [workspace.root / name for name in workspace.config.manifests]
        read = (config, *places, *files.secret_files(workspace.manifests))
        return Setting(workspace.manifests, workspace.config.watch, workspace.findings, read)

    async def make(self, setting: Setting, order: Order) -> Report:
        """Make one pass over what was read last and is good."""
        if self._used is None or self._used.manifests is not setting.manifests:
            self._attach(self.workspace)
        workspace = replace(self._used or self.workspace, providers=secret_providers(self._environ))
        self._prober = self._prober or make_prober(lambda *place: self._base_url(*place), SystemClock())
        return await reconciler(workspace, order, self._simulated, None, self._prober).run(order)

    def close(self) -> None:
        """Let go of a simulator of our own, if there is one."""
        self._simulator.close()

    def _attach(self, workspace: Workspace) -> None:
        self._simulator.close()
        self._simulated = self._simulator.enter_context(attached(workspace, self._environ))
        self._used, self._base_url = workspace, base_urls(workspace, self._simulated)

    def _workspace(self) -> Workspace:
        return read_workspace(
            cwd=Path.cwd(),
            environ=self._environ,
            config=self._selection.config,
            manifests=self._selection.manifests,
            labels=dict(self._selection.labels),
            only=self._selection.only,
        )


def watch(selection: Selection) -> int:
    """Watch until a signal ends it, and return the exit code."""
    passes = Passes(selection, os.environ)
    try:
        passes.read()
        asyncio.run(_watch(passes))
    finally:
        passes.close()
    return 0


async def _watch(passes: Passes) -> None:
    calls, running = Calls(), asyncio.get_running_loop()
    running.add_signal_handler(signal.SIGHUP, calls.reload)
    for number in (signal.SIGTERM, signal.SIGINT):
        running.add_signal_handler(number, calls.stop)
    make_key(passes.workspace)
    store = open_store(passes.workspace, read_only=False)
    loop = Loop(Outside(owner(), SystemClock(), store, SystemRandom().random, passes), calls)
    listening = asyncio.ensure_future(_listen(loop, calls, passes))
    try:
        await loop.run()
    finally:
        calls.is_stopping.set()
        await listening
        await store.close()
    _LOG.info("stopped")


async def _listen(loop: Loop, calls: Calls, passes: Passes) -> None:
    debounce = duration(passes.workspace.config.watch.debounce)
    try:
        await files.listen(loop.desired.folders, calls.changed, calls.is_stopping, debounce)
    except OSError as error:
        # No more of them to be had: the files are looked at before each pass all the same.
        _LOG.warning("files cannot be watched; they are looked at before each pass", extra={"why": str(error)})


def ask(names: Sequence[str], config: Path | None) -> str:
    """Ask the watcher for a test of some connections, or of all, and say what comes of it.

    Raises NothingMatched when a name is none, InvalidConfig when the settings cannot be used.
    """
    workspace = read_workspace(cwd=Path.cwd(), environ=None, config=config)
    wanted: list[str] = []
    if names and not workspace.findings:
        wanted = [placed.name for placed in select(workspace.manifests, labels={}, only=names).connections]
    elif names:
        # Manifests that are broken now are no reason to refuse: the watcher goes on with the last good ones.
        wanted = list(names)

    async def write() -> bool:
        make_key(workspace)
        store = open_store(workspace, read_only=False)
        try:
            await memory.wish(store, wanted, SystemClock().now())
            return await _is_watched(store)
        finally:
            await store.close()

    asked = ", ".join(wanted) if wanted else "all connections"
    if asyncio.run(write()):
        return f"asked for: {asked}; the watcher tests now"
    return f"asked for: {asked}; no watcher is running, and the next one begins with it"


async def _is_watched(store: Store) -> bool:
    me = owner()
    try:
        await store.lock(me, SystemClock().now(), 1, LEASE)
    except LockHeld:
        return True
    await store.unlock(me, LEASE)
    return False
