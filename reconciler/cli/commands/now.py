"""Ask the watcher to test connections now, in quarantine or not."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("now")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("-c", "--config", type=click.Path(path_type=Path), metavar="FILE", help="The reconciler.yaml to use.")
def command(names: tuple[str, ...], config: Path | None) -> int:
    """Ask `reconcile watch` to test the named connections now, or all of them.

    It reaches the watcher through the store and waits there, if need be, until one runs. A key in quarantine is tested
    too, and the interval and its floor do not matter.
    """
    from reconciler.cli.watching import ask

    click.echo(ask(names, config), err=True)
    return 0
