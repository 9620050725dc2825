"""A bound on the work that somebody else's text makes: patterns and references can ask for more than a lifetime."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Stop work that takes more than so many seconds of the processor's time, however busy the machine is.

    Raises TimeoutError out of the work. Signals reach the main thread alone; elsewhere nothing is bound.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, late)
    # Repeated, since what is busy may swallow the first one; a delay of 0 would mean none at all.
    signal.setitimer(signal.ITIMER_VIRTUAL, max(seconds, 0.001), 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
