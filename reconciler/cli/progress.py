"""Progress on stderr while keys are tested: for a person at a terminal, and for nobody else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from reconciler.kit.terminal import harmless
from reconciler.model.probe import ProbeResult

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class Silent:
    """Tells nobody anything."""

    def tested(self, result: ProbeResult, done: int, total: int) -> None:
        """Take note of nothing."""

    def close(self) -> None:
        """Take nothing away."""


class OnTerminal:
    """One line that is redrawn in place, and gone when the tests are over."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def tested(self, result: ProbeResult, done: int, total: int) -> None:
        """Move the bar on, and name the key and what came of it."""
        if self._bar is None or self._task is None:
            self._bar, self._task = _started(self._stream)
        told = f"{harmless(result.name)} {result.status}"
        self._bar.update(self._task, completed=done, total=total, description=told)

    def close(self) -> None:
        """Take the line away; the next result draws a new one."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


@contextmanager
def progress(stream: TextIO, environ: Mapping[str, str] | None = None) -> Iterator[Silent | OnTerminal]:
    """Give the tests somebody to tell; on anything but a capable terminal that somebody is silent."""
    environ = os.environ if environ is None else environ
    if not stream.isatty() or environ.get("TERM", "dumb") == "dumb" or environ.get("CI"):
        yield Silent()
        return
    line = OnTerminal(stream)
    try:
        yield line
    finally:
        line.close()


def _started(stream: TextIO) -> tuple[Bar, TaskID]:
    # Imported with the first result: a run that never tests a key never pays for it.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("testing keys"), BarColumn(bar_width=24), MofNCompleteColumn())
    name = TextColumn("{task.description}", markup=False)
    bar = Bar(*columns, name, console=Console(file=stream, markup=False, highlight=False), transient=True)
    task = bar.add_task("", total=None)
    bar.start()
    return bar, task
