"""Check this machine and the config repository, each row with its fix."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

_PATH = click.Path(path_type=Path)


@click.command("doctor")
@click.option("--online", is_flag=True, help="Also ask the exchanges in use for their time; no key is sent.")
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", help="How to tell it.")
@click.option(
    "-f", "--manifests", multiple=True, type=_PATH, metavar="PATH", help="Manifest file or folder (repeatable)."
)
@click.option("-c", "--config", type=_PATH, metavar="FILE", help="The reconciler.yaml to use.")
def command(online: bool, output: str, manifests: tuple[Path, ...], config: Path | None) -> int:
    """Check what a run needs: Python, packages, identities, files and their modes, variables, clock.

    Changes nothing, opens no secret, and contacts nothing without --online. Exits with 1 when a check fails.
    """
    from reconciler.doctor import told
    from reconciler.doctor.examine import Scene, examine
    from reconciler.doctor.row import State
    from reconciler.kit.clock import SystemClock
    from reconciler.kit.redact import redact

    home = Path(os.environ.get("HOME") or Path.home())
    rows = examine(Scene(Path.cwd(), os.environ, home, SystemClock(), config, manifests, online))
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    click.echo(redact(told.as_json(rows) if output == "json" else told.text(rows, colour=colour)), nl=False)
    return 1 if any(row.state is State.FAIL for row in rows) else 0
