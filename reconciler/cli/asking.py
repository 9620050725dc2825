"""Asking the person at the terminal for what must not be seen; where nobody is there, nobody is asked."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


def asker() -> Callable[[str], str] | None:
    """Return what asks for a passphrase without showing it, or None where standard input is no terminal."""
    if not sys.stdin.isatty():
        return None
    return lambda question: str(click.prompt(question, hide_input=True, err=True))


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end a question: the handlers of asyncio wait for a loop that itself waits for the answer."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
