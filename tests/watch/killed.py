"""Watch the same ninety minutes again and again, killed at one SQL statement after the other, and tell how each ends.

Run by `test_kill.py`, in a process of its own because it forks. Prints one JSON line for each kill, the last without.
"""

from __future__ import annotations

import itertools
import json
import os
import runpy
import sys
from pathlib import Path

from reconciler.model.probe import Diagnosis
from reconciler.platforms import embedded
from reconciler.stores import sqlite

KILLED = 9
SPACE = runpy.run_path(str(Path(__file__).with_name("world.py")))
NOW, MINUTE = SPACE["NOW"], SPACE["MINUTE"]
# What happens at the exchange, by the minute; it happens whoever watches.
TURNS = (
    (20, "tainted", Diagnosis.WITHDRAWAL_ENABLED),
    (30, "refused", Diagnosis.INVALID_KEY),
    (50, "tainted", None),
    (70, "away", Diagnosis.EXCHANGE_UNAVAILABLE),
)
MINUTES = 90


def world(folder: Path, minute: float):
    """Return the world as it is at a minute, for whoever starts then."""
    made = SPACE["World"](folder, "tainted", "refused", "away")
    made.clock.advance(minute * 60)
    for at, name, diagnosis in TURNS:
        if at <= minute:
            made.diagnose(name, diagnosis)()
    return made


def watch(folder: Path, minute: float, *, kill_at: int | None = None) -> None:
    """Watch from a minute to the end, in this process."""
    made = world(folder, minute)
    statements = itertools.count()

    def traced(db):
        if kill_at is not None:
            db.set_trace_callback(lambda _: die(made) if next(statements) == kill_at else None)
        return db

    for module in (embedded, sqlite):
        module.open_writable = lambda *given, real=REAL[module]: traced(real(*given))
    later = [(at - minute, made.diagnose(name, diagnosis)) for at, name, diagnosis in TURNS if at > minute]
    made.run(MINUTES - minute, *later)
    note(made)


REAL = {module: module.open_writable for module in (embedded, sqlite)}


def note(made) -> None:
    """Write down what was asked when, and the time: it outlives the process."""
    with (made.folder / "asked.jsonl").open("a") as file:
        for name, at in made.prober.asked:
            file.write(json.dumps([name, (at - NOW) / MINUTE]) + "\n")
    (made.folder / "minute").write_text(str((made.clock.now() - NOW) / MINUTE))


def die(made) -> None:
    note(made)
    os._exit(KILLED)


def forked(folder: Path, minute: float, kill_at: int | None) -> bool:
    """Watch in a process of its own; say whether it was killed."""
    child = os.fork()
    if child == 0:
        try:
            watch(folder, minute, kill_at=kill_at)
        except BaseException:
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, KILLED), code
    return code == KILLED


def ended(folder: Path) -> dict:
    """Tell how it all ended."""
    made = world(folder, MINUTES)
    states, wished = made.states(), {}
    asked = [json.loads(line) for line in (folder / "asked.jsonl").read_text().splitlines()]
    for name, minute in asked:
        wished.setdefault(name, []).append(minute)
    return {
        "changes": sorted(made.changes()),
        "held": {name: one.suspended for name, one in made.held().items()},
        "quarantined": [name for name, one in states.items() if one.quarantine is not None],
        "truths": {name: [one.truth for one in state.conditions] for name, state in states.items()},
        "locks": len(made.look(lambda store: store.locks())),
        "intents": len(made.look(lambda store: store.intents())),
        "closest": min(two - one for at in wished.values() for one, two in itertools.pairwise(sorted(at))),
        "refused": sum(minute > 30 for minute in wished["refused"]),
    }


def main(folder: Path, start: int, stride: int, most: int) -> None:
    for number in range(most + 1):
        kill_at = start + number * stride if number < most else None
        here = folder / str(number)
        here.mkdir()
        killed = forked(here, 0, kill_at)
        if killed:
            minute = float((here / "minute").read_text())
            assert not forked(here, minute, None)
        print(json.dumps({"killed": killed, **ended(here)}))
        if not killed and number < most:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
