"""The simulator as a program: it runs until it is told to stop, and a file tells others where it listens."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from reconciler.errors import OperationalError
from reconciler.kit import files
from reconciler.simulator.server import Ready, Simulator

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


async def run(simulator: Simulator, *, ready_file: Path | None, say: Callable[[str], None]) -> None:
    """Run a simulator until SIGTERM or SIGINT; `say` is told where it listens.

    Raises OperationalError when a port or the ready-file cannot be had.
    """
    with _signalled() as stop:
        async with simulator:
            with announced(simulator.ready, ready_file):
                _tell(say, simulator.ready, ready_file)
                await stop.wait()


@contextmanager
def _signalled() -> Iterator[asyncio.Event]:
    # The handlers stand before any port is opened, so that no signal finds the simulator half started.
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


def _tell(say: Callable[[str], None], ready: Ready, ready_file: Path | None) -> None:
    for id, url in ready["exchanges"].items():
        say(f"{id:<10} {url}")
    say(f"{'control':<10} {ready['control']}")
    if ready_file is not None:
        say(f"{'ready-file':<10} {ready_file}")
    say("stop with Ctrl-C")


@contextmanager
def announced(ready: Ready, path: Path | None) -> Iterator[None]:
    """Keep a ready-file while the block runs: it appears whole, for the owner only, and is gone afterwards.

    Raises OperationalError when it cannot be written.
    """
    if path is None:
        yield
        return
    text = json.dumps(ready) + "\n"
    try:
        files.write(path, text.encode())
    except OSError as error:
        hint = "its folder must exist and be writable"
        raise OperationalError(f"the ready-file {path} cannot be written: {error.strerror}", hint=hint) from error
    try:
        yield
    finally:
        # Another simulator may have been started on the same file since; that one's file stays.
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            path.unlink()
