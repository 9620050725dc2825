"""Apply one plan in process after process, each killed at a later SQL statement, and tell what the next run finds.

Run by `test_kill.py`, in a process of its own because it forks. Prints one JSON line for each kill.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import runpy
import shutil
import sys
from pathlib import Path

from reconciler.engine.apply import Work, apply
from reconciler.engine.drift import drift
from reconciler.engine.recover import recorded_after, recover
from reconciler.engine.renames import renames
from reconciler.errors import PlatformError
from reconciler.kit.clock import ManualClock
from reconciler.model.probe import Diagnosis
from reconciler.platforms.embedded import open_platform
from reconciler.stores.sqlite import open_store

KILLED = 9
build = runpy.run_path(str(Path(__file__).parent / "conftest.py"))["Build"]()

# What was applied before, and what is asked now: every action, on both kinds, with an object to adopt.
BEFORE = build.manifests(
    *(build.connection(name) for name in ("alt", "gone", "rekeyed", "renamed", "tainted")),
    build.binding("alt-grid", "alt"),
    build.binding("alt-net", "alt"),
    build.binding("gone-grid", "gone"),
    build.binding("moved-grid", "gone"),
    build.binding("resumed-grid", "renamed"),
    build.binding("suspended-grid", "tainted"),
)
NOW = build.manifests(
    *(build.connection(name) for name in ("new", "rekeyed", "tainted")),
    build.connection("renamed", displayName="Renamed"),
    build.connection("neu", was="alt"),
    build.binding("neu-grid", "neu", was="alt-grid"),
    build.binding("alt-net", "neu", riskLevel="aggressive"),
    build.binding("new-grid", "new"),
    build.binding("moved-grid", "new", riskLevel="aggressive"),
    build.binding("resumed-grid", "renamed"),
    build.binding("suspended-grid", "tainted"),
)
WORDS = {"rekeyed": "second"}
WAS = {"neu": "alt"}
RESULTS = {
    **build.online("neu", "new", "rekeyed", "renamed"),
    "tainted": build.result("tainted", Diagnosis.WITHDRAWAL_ENABLED),
}


def word(name: str) -> str:
    return f"{WAS.get(name, name)}-{WORDS.get(name, 'first')}"


def planned(actual, recorded, intents=()):
    fingerprints = {placed.name: build.fingerprint(word(placed.name)) for placed in NOW.connections}
    return build.plan(NOW, RESULTS, actual=actual, recorded=recorded, intents=intents, fingerprints=fingerprints)


async def prepare(folder: Path) -> None:
    """Bring the platform to the state before; one binding is suspended, and one was never recorded."""
    results = {**build.online("alt", "gone", "rekeyed", "renamed", "tainted")}
    first = build.plan(BEFORE, results)
    credentials = {name: build.credentials(f"{name}-first") for name in results}
    await run(folder, "run-0", first, credentials)
    blocked = {**results, "renamed": build.result("renamed", Diagnosis.WITHDRAWAL_ENABLED)}
    platform, store = open_platform(folder / "platform.db", key=build.key), open_store(folder / "state.db")
    actual = await platform.read()
    await store.adopt([], [one.id for one in actual if one.name == "tainted"])
    await platform.close()
    await store.close()
    keys = build.keys(BEFORE)
    await run(folder, "run-00", build.plan(BEFORE, blocked, actual=actual, fingerprints=keys), credentials)


async def run(folder: Path, run_id: str, plan=None, credentials=None, *, kill_at: int | None = None, later: int = 0):
    """Make one pass over what is there: recover, plan, apply; return what failed."""
    platform, store = open_platform(folder / "platform.db", key=build.key), open_store(folder / "state.db")
    if kill_at is not None:
        statements = itertools.count()
        for db in (platform._db, store._db):
            db.set_trace_callback(lambda _: os._exit(KILLED) if next(statements) == kill_at else None)
    this, clock = build.run(run_id, f"{run_id}@host"), ManualClock()
    clock.advance(later)
    await store.lock(this.owner, clock.now(), 60)
    await store.begin(this)
    actual = await platform.read()
    await recover(store, actual, clock.now())
    plan = plan or planned(actual, await store.recorded())
    keys = credentials or {name: build.credentials(word(name)) for name in RESULTS}
    proofs = {name: build.proof(word(name), result) for name, result in RESULTS.items()}
    outcomes = await apply(plan, Work(this, platform, store, clock, credentials=keys, proofs=proofs, lock_seconds=60))
    await store.unlock(this.owner)
    await platform.close()
    await store.close()
    return [outcome.error for outcome in outcomes if outcome.error]


async def seen(folder: Path) -> dict:
    """Tell what a reader finds, changing nothing."""
    platform = open_platform(folder / "platform.db", key=build.key, read_only=True)
    store = open_store(folder / "state.db", read_only=True)
    actual, recorded, intents = await platform.read(), await store.recorded(), await store.intents()
    recovered = recorded_after(recorded, intents, actual)
    moves = renames(NOW, actual, recovered, is_selection=False)
    history = [entry for entry in await store.history(1000) if not str(entry["run"]).startswith("run-0")]
    state = {
        "actual": [[*one.id, one.digest] for one in actual],
        "recorded": [[*one.id, one.digest] for one in recorded],
        "open": len(intents),
        "left": len(planned(actual, recorded, intents).ready),
        "drift": len(drift((), moves.of(actual), moves.of(recovered), accepted={}, proofs={})),
        "history": sorted(f"{entry['action']} {entry['name']} {entry['error']}" for entry in history),
        "accepted": sorted((await store.accepted()).keys()),
        "keys": {name: platform.credentials(name) == build.credentials(word(name)) for name in ("rekeyed", "tainted")},
        "moved": [name for name in ("alt", "neu") if opens(platform, name)],
    }
    await platform.close()
    await store.close()
    return state


def opens(platform, name: str) -> bool:
    try:
        return platform.credentials(name) == build.credentials("alt-first")
    except PlatformError:
        return False


def forked(folder: Path, run_id: str, kill_at: int, *, later: int = 0) -> bool:
    """Apply in a child that is killed at one statement; say whether it got that far."""
    pid = os.fork()
    if pid == 0:
        asyncio.run(run(folder, run_id, kill_at=kill_at, later=later))
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, KILLED):
        raise SystemExit(f"the child ended with {code}")
    return code == KILLED


def main(root: Path, start: int, stride: int) -> None:
    """Kill at every `stride`-th statement from `start` on, until one run gets through."""
    (root / "before").mkdir()
    asyncio.run(prepare(root / "before"))
    for kill_at in itertools.count(start, stride):
        folder = root / "trial"
        shutil.copytree(root / "before", folder)
        killed = forked(folder, "run-1", kill_at)
        after_kill = asyncio.run(seen(folder))
        # The dead writer still holds its lock; an hour later it has ended by itself. The next one is killed as well.
        forked(folder, "run-2", kill_at * 7 % 60, later=3600)
        errors = asyncio.run(run(folder, "run-3", later=7200))
        print(json.dumps({"killed": killed, "kill": after_kill, "errors": errors, "next": asyncio.run(seen(folder))}))
        shutil.rmtree(folder)
        if not killed:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
