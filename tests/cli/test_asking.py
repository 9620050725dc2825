"""A passphrase is asked for at a terminal, unseen, and nowhere else."""

import asyncio
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.cli.asking import asker, interruptible

ASK = "from reconciler.cli.asking import asker; print(len(asker()('Passphrase')))"


def test_nobody_is_asked_where_there_is_no_terminal(monkeypatch):
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)

        assert asker() is None


def test_what_is_typed_at_a_terminal_is_not_shown():
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", ASK], stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    shown = b""
    while b"Passphrase" not in shown:
        shown += os.read(ours, 1000)
    os.write(ours, b"open-sesame\n")
    out, _ = child.communicate()
    os.close(ours)

    assert out == b"11\n"
    assert b"sesame" not in shown


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_question_asked_inside_a_loop_can_be_interrupted(signal_number):
    async def asked():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: None)
        before = signal.getsignal(signal_number)
        try:
            with interruptible():
                signal.raise_signal(signal_number)
        except KeyboardInterrupt:
            return signal.getsignal(signal_number) is before
        return "unheard"

    assert asyncio.run(asked()) is True
