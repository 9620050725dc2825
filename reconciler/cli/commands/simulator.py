"""Run the simulated exchanges on loopback until stopped."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("simulator")
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback address to listen on.")
@click.option(
    "--accounts",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keys that exist from the start: a YAML or JSON list.",
)
@click.option(
    "-f",
    "--manifests",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Also know the keys of the simulated connections declared here (repeatable).",
)
@click.option(
    "--ready-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File to appear once all ports listen; name it in RECONCILE_SIMULATOR.",
)
def command(host: str, accounts: Path | None, manifests: tuple[Path, ...], ready_file: Path | None) -> None:
    """Run the simulated exchanges on loopback until stopped.

    Each exchange gets a port of its own and verifies real signatures; one more port is for control.
    """
    import asyncio
    import os

    from reconciler.simulator.accounts_file import read_accounts
    from reconciler.simulator.foreground import run
    from reconciler.simulator.server import Simulator

    keys = list(read_accounts(accounts)) if accounts else []
    address = None
    if manifests:
        from reconciler.rehearsal import declared

        declared_keys, address = declared(manifests, cwd=Path.cwd(), environ=os.environ)
        keys += declared_keys
    simulator = Simulator(host=host, accounts=keys)
    if address is not None:
        simulator.set_client_ip(address)
    asyncio.run(run(simulator, ready_file=ready_file, say=lambda line: click.echo(line, err=True)))
