"""A fleet and its loop in virtual time: the real engine, platform and store, with prepared answers of the exchange.

Tests run this file to have it. Time passes only while the loop rests; what happens meanwhile is a script.
"""

from __future__ import annotations

import asyncio
import contextlib
import runpy
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from reconciler.documents.config import WatchSpec
from reconciler.engine.order import Ports, Surroundings
from reconciler.engine.pipeline import Reconciler
from reconciler.kit.clock import ManualClock
from reconciler.model.probe import Account
from reconciler.platforms.embedded import open_platform
from reconciler.policies.no_withdraw import RULE as NO_WITHDRAW
from reconciler.stores.sqlite import open_store
from reconciler.values.secret import Secret
from reconciler.watch import memory
from reconciler.watch.loop import Loop
from reconciler.watch.outside import Calls, Outside, Setting

ENGINE = runpy.run_path(str(Path(__file__).parents[1] / "engine" / "conftest.py"))
RESULT = runpy.run_path(str(Path(__file__).with_name("nouns.py")))["result"]
BUILD, NOW = ENGINE["Build"](), ENGINE["NOW"]
MINUTE = timedelta(minutes=1)


class Script(ManualClock):
    """A clock on which things happen: each at its moment, while somebody sleeps."""

    def __init__(self, start: datetime = NOW) -> None:
        super().__init__(start)
        self._events: list = []

    def at(self, moment: datetime, do) -> None:
        self._events.append((moment, len(self._events), do))
        self._events.sort(key=lambda event: event[:2])

    def jump(self, days: float) -> None:
        """Be set to another day; what is to happen happens as much later as before."""
        self.advance(days * 86_400)
        self._events = [(moment + timedelta(days=days), *rest) for moment, *rest in self._events]

    async def sleep(self, seconds: float) -> None:
        until = self.now() + timedelta(seconds=seconds)
        if self._events and self._events[0][0] <= until:
            moment, _, do = self._events.pop(0)
            self.advance(max((moment - self.now()).total_seconds(), 0))
            do()
        else:
            self.advance(seconds)
        await asyncio.sleep(0)


class Answers:
    """A prober with a diagnosis for each connection; every answer is of the moment it is given."""

    def __init__(self, clock: Script) -> None:
        self.clock, self.diagnoses, self.asked = clock, {}, []
        self.before = None

    async def probe(self, target):
        if self.before is not None:
            await self.before(target)
        now = self.clock.now()
        self.asked.append((target.name, now))
        return RESULT(self.diagnoses.get(target.name), at=now, name=target.name, account=Account("10000001"))

    async def close(self) -> None:
        pass


class Keys:
    """A secret provider with a value for every reference; `turn` gives all of a connection another one."""

    def __init__(self) -> None:
        self.turns = Counter()

    def open(self, ref, place):
        return Secret(f"value-of-{ref.key}-{self.turns[ref.key.split('.')[0]]}")


class World:
    """One folder, one exchange, one clock; watchers come and go."""

    def __init__(self, folder: Path, *names: str, **watch: str) -> None:
        self.folder, self.clock = folder, Script()
        self.prober, self.keys = Answers(self.clock), Keys()
        self.watch = WatchSpec.model_validate(watch)
        self.file = folder / "manifests.yaml"
        self.reads = 0
        self.declare(*[BUILD.connection(name, **refs(name)) for name in names], *[grid(name) for name in names])

    def declare(self, *placed, findings=()) -> None:
        """Write another set of manifests."""
        self.manifests, self.findings = BUILD.manifests(*placed), findings
        self.file.write_text(repr((placed, findings, self.reads)))

    def edit(self, *placed, findings=()):
        """Return what declares another set, to be put into a script."""
        return lambda: self.declare(*placed, findings=findings)

    def read(self) -> Setting:
        self.reads += 1
        return Setting(self.manifests, self.watch, self.findings, (self.file,))

    async def make(self, setting: Setting, order):
        ports = Ports(
            providers={"sops": self.keys},
            prober=self.prober,
            platform=open_platform(self.folder / "platform.db", key=BUILD.key),
            store=open_store(self.folder / "state.db"),
            fingerprinter=BUILD.key.fingerprinter(),
            clock=self.clock,
        )
        around = Surroundings("ann@host pid 1", "abc1234", rules=[NO_WITHDRAW])
        return await Reconciler(setting.manifests, ports, around).run(order)

    def watching(self, owner: str = "ann@host", calls: Calls | None = None, *, seed: int = 1, poll: float = 60):
        """Return a watcher: what runs it, and how it is called; its store is closed when it ends."""
        calls = calls or Calls()
        store = open_store(self.folder / "state.db")
        loop = Loop(Outside(owner, self.clock, store, Random(seed).random, self), calls, poll_seconds=poll)

        async def run() -> None:
            try:
                await loop.run()
            finally:
                await store.close()

        return run, calls

    def run(self, minutes: float, *events, **options) -> None:
        """Watch for so long; an event is a pair of the minute and what happens then, given the calls."""
        asyncio.run(self._run(minutes, events, options))

    async def _run(self, minutes: float, events, options) -> None:
        run, calls = self.watching(**options)
        began = self.clock.now()
        for minute, do in events:
            self.clock.at(began + minute * MINUTE, lambda do=do: (do(), calls.changed()))
        self.clock.at(began + minutes * MINUTE, calls.stop)
        await run()

    def ask(self, *names: str):
        """Return what asks for a test, to be put into a script."""

        def do() -> None:
            store = open_store(self.folder / "state.db")
            drive(memory.wish(store, names, self.clock.now()))
            drive(store.close())

        return do

    def diagnose(self, name: str, diagnosis):
        """Return what changes a key at the exchange, to be put into a script."""
        return lambda: self.prober.diagnoses.__setitem__(name, diagnosis)

    def held(self) -> dict:
        """Return what the platform holds, by name."""
        platform = open_platform(self.folder / "platform.db", key=BUILD.key, read_only=True)
        return {one.name: one for one in drive(platform.read())}

    def look(self, question):
        """Ask the store something, read-only."""
        store = open_store(self.folder / "state.db", read_only=True)
        try:
            return drive(question(store))
        finally:
            drive(store.close())

    def states(self) -> dict:
        return self.look(memory.states)

    def changes(self) -> list[str]:
        """Return the history of changes, oldest first."""
        found = self.look(lambda store: store.history(10_000))
        return [f"{one['action']} {one['name']}" for one in reversed(found)]

    def moments(self, name: str) -> list[float]:
        """Return when a key was asked for, in minutes from the start."""
        return [(at - NOW) / MINUTE for asked, at in self.prober.asked if asked == name]


def drive(coroutine):
    """Run a coroutine that never waits, inside of a loop or outside."""
    with contextlib.suppress(StopIteration) as _:
        try:
            coroutine.send(None)
        except StopIteration as done:
            return done.value
    raise AssertionError("it waited")


def refs(name: str) -> dict:
    """Return references to secrets of a connection's own."""
    return {"credentials": {"sops": "secrets/a.sops.yaml", "key": name}}


def grid(name: str):
    """Return the binding of a connection."""
    return BUILD.binding(f"{name}-grid", name)


def broken():
    """Return what a broken edit leads to."""
    return (BUILD.deny(ENGINE["Kind"].CONNECTION, "main"),)
