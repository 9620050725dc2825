"""Asking the person at the terminal for what must not be seen; where nobody is there, nobody is asked."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click


def asker() -> Callable[[str], str] | None:
    """Return what asks for a passphrase without showing it, or None where standard input is no terminal."""
    if not sys.stdin.isatty():
        return None
    return lambda question: str(click.prompt(question, hide_input=True, err=True))
