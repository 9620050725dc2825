"""Show the last known state without asking any exchange."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import output, taken_output


@click.command("status")
@click.option("-c", "--config", type=click.Path(path_type=Path), metavar="FILE", help="The reconciler.yaml to use.")
@click.option("--only", multiple=True, metavar="NAME", help="Only this connection or binding (repeatable).")
@output
def command(config: Path | None, only: tuple[str, ...], **options: object) -> int:
    """Show what the last run found, and how old that is.

    No exchange, platform or secret is touched, and no file is written.
    """
    from reconciler.cli.publish import publish
    from reconciler.cli.remembered import last_known

    return publish(last_known(config, only), taken_output(options))
