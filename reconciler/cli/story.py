"""The story of the demo: what is run, what must come of it, and where it is run."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import click

from reconciler.errors import NothingMatched

FUTURES = "kucoin-futures-conservative"
RECOVERY = "recovery-pro-connection"
_TRADER = ["read", "trade_futures"]
_READY = "simulator.json"


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the story: what is said before, and what it must print and exit with."""

    say: str
    arguments: tuple[str, ...]
    exit_code: int
    shows: tuple[str, ...] = ()
    is_harmless: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that happens at the exchange, through the simulator's control address."""

    say: str
    key: str
    rights: tuple[str, ...]


STORY: tuple[Step | Turn, ...] = (
    Step("The manifests are checked first: no key, no network.", ("validate",), 0, ("valid",), is_harmless=True),
    Turn('At the exchange, somebody has ticked "withdraw" on one of the four keys.', RECOVERY, (*_TRADER, "withdraw")),
    Step(
        "A dry run opens the secrets and tests every key. That key is found, and blocked.",
        ("--dry-run",),
        5,
        ("Blocked", "Withdrawal enabled"),
        is_harmless=True,
    ),
    Turn("The right is removed again at the exchange.", RECOVERY, tuple(_TRADER)),
    Step(
        "Now all four keys are proven clean, and the plan is shown.", ("--dry-run",), 0, ("Online",), is_harmless=True
    ),
    Step("The plan is applied to the embedded platform.", ("--yes",), 0, ("Online",)),
    Step("A second look finds nothing to do.", ("--dry-run", "--detailed-exitcode"), 0, (), is_harmless=True),
    Turn("Weeks later a key in use gains the right to withdraw.", FUTURES, (*_TRADER, "withdraw")),
    Step(
        "Nobody changed a manifest, so this is drift.",
        ("drift",),
        5,
        ("rights.withdraw", "Blocked"),
        is_harmless=True,
    ),
    Step("The next pass suspends what trades through that key.", ("--yes",), 5, ("suspend",)),
    Turn("The right is taken away at the exchange.", FUTURES, tuple(_TRADER)),
    Step("The key is proven clean again, and its strategies resume.", ("--yes",), 0, ("resume",)),
    Step(
        "The last known state can be read without touching an exchange.", ("status",), 0, ("Online",), is_harmless=True
    ),
)


def tell() -> int:
    """Tell the story in a folder of its own, and return 0 when every step came out as told."""
    with tempfile.TemporaryDirectory(prefix="reconcile-demo-") as folder, _moved_to(Path(folder).resolve()) as home:
        shutil.copytree(_examples(), home / "connections.d")
        _say(f"A config repository in {home}: connections.d/ holds the manifests and their encrypted secrets.")
        failures = _told(home)
    for failure in failures:
        click.echo(click.style("not as told: ", fg="red", bold=True) + failure, err=True)
    if not failures:
        _say("Done: every step came out as told, and nothing is left behind.")
    return 1 if failures else 0


def _told(home: Path) -> list[str]:
    from reconciler.rehearsal import declared
    from reconciler.simulator.background import BackgroundSimulator

    failures: list[str] = []
    keys, address = declared([Path("connections.d")], cwd=home, environ=os.environ)
    with BackgroundSimulator(accounts=keys) as simulator:
        simulator.set_client_ip(address or "127.0.0.1")
        (home / _READY).write_text(json.dumps(simulator.ready), encoding="utf-8")
        _say("Simulated exchanges on this machine know the four keys.")
        _prompt(f"reconcile simulator --manifests connections.d --ready-file {_READY} &")
        _prompt(f"export RECONCILE_SIMULATOR={_READY}")
        os.environ["RECONCILE_SIMULATOR"] = str(home / _READY)
        for step in STORY:
            _say(step.say)
            if isinstance(step, Turn):
                _turn(step, simulator.ready["control"])
            else:
                failures += _step(step, home)
    return failures


def _turn(turn: Turn, control: str) -> None:
    body = json.dumps({"rights": turn.rights})
    url = f"{control}/keys/{turn.key}"
    _prompt(f"curl -X PATCH -H 'Content-Type: application/json' -d '{body}' {url}")
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, body.encode(), headers, method="PATCH")  # noqa: S310
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
        answer.read()


def _step(step: Step, home: Path) -> list[str]:
    from reconciler.cli.main import run

    _prompt(" ".join(("reconcile", *step.arguments)))
    before = _tree(home)
    printed = _Tee(sys.stdout)
    with contextlib.redirect_stdout(printed):
        code = run(step.arguments)
    click.echo(click.style(f"[exit code {code}]", dim=True))
    what = f"`reconcile {' '.join(step.arguments)}`"
    failures = [f'{what} did not say "{text}"' for text in step.shows if text not in printed.text]
    if code != step.exit_code:
        failures.append(f"{what} left with {code} instead of {step.exit_code}")
    if step.is_harmless and _tree(home) != before:
        failures.append(f"{what} changed a file")
    return failures


class _Tee(io.TextIOBase):
    """Lets output through as it comes, and keeps it."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return self._out.write(text)

    def flush(self) -> None:
        self._out.flush()

    def isatty(self) -> bool:
        return self._out.isatty()


def _tree(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@contextlib.contextmanager
def _moved_to(folder: Path) -> Iterator[Path]:
    """Work in a folder with no settings of the user's own, and come back whatever happens."""
    before, environ = Path.cwd(), dict(os.environ)
    for name in [name for name in environ if name.startswith(("SOPS_", "RECONCILE_"))]:
        del os.environ[name]
    os.chdir(folder)
    try:
        yield folder
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(environ)


def _examples() -> Path:
    folder = Path(__file__).resolve().parents[2] / "connections.d"
    if not (folder / "demo.agekey").is_file():
        raise NothingMatched("the example manifests are not installed", hint="run the demo in a clone: make demo")
    return folder


def _say(text: str) -> None:
    click.echo()
    click.echo(click.style(f"# {text}", fg="cyan", bold=True))


def _prompt(command: str) -> None:
    click.echo(click.style("$ ", dim=True) + command)
