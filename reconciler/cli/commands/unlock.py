"""Break the lock of a run that is gone for good, by the id that it is shown with."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("unlock")
@click.argument("lock_id", metavar="ID")
@click.option("-c", "--config", type=click.Path(path_type=Path), metavar="FILE", help="The reconciler.yaml to use.")
def command(lock_id: str, config: Path | None) -> int:
    """Break the lock of a run that is gone for good, by the ID that it is shown with.

    The lock of a run that was killed on this machine is free by itself. A run elsewhere may still live: should it, then
    its next change is refused, and the run after it finishes what it began.
    """
    from reconciler.cli.remembered import unlocked

    held = unlocked(config, lock_id)
    click.echo(f"lock {held.id} is broken; {held.owner} had it")
    return 0
