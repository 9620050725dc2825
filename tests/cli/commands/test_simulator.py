from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from reconciler.cli.commands.simulator import command
from reconciler.errors import GuardRefused, InvalidConfig

PROGRAM = "from reconciler.cli.commands.simulator import command; command()"


def test_it_tells_where_it_listens_knows_its_accounts_and_ends_on_sigterm(tmp_path):
    ready, accounts = tmp_path / "ready.json", tmp_path / "accounts.yaml"
    accounts.write_text("- {exchange: mexc, rights: [read], apiKey: mx0vFROMFILE, secret: not-to-be-seen}\n")
    arguments = ["--ready-file", str(ready), "--accounts", str(accounts)]

    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        lines = []
        while not lines or not lines[-1].startswith("stop"):
            lines.append(process.stderr.readline())
            assert lines[-1], "it ended before it was ready"
        told = json.loads(ready.read_text())
        os.kill(process.pid, signal.SIGTERM)
        out, rest = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()

    text = "".join(lines) + rest
    assert process.returncode == 0
    assert all(url in text for url in [*told["exchanges"].values(), told["control"]])
    assert out == ""
    assert "not-to-be-seen" not in text
    assert not ready.exists()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [(["--host", "0.0.0.0"], GuardRefused), (["--accounts", "no-such-file.yaml"], InvalidConfig)],
)
def test_what_it_cannot_do_it_refuses_before_it_listens(arguments, error):
    result = CliRunner().invoke(command, arguments)

    assert isinstance(result.exception, error)
