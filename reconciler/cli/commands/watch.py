"""Keep the platform as declared: test every key at its interval, suspend what must not run, until stopped."""

from __future__ import annotations

import click

from reconciler.cli.options import selection, taken_selection


@click.command("watch")
@click.option(
    "--log-format",
    type=click.Choice(["human", "json"]),
    default="human",
    show_default=True,
    help="How a line of the log looks.",
)
@click.option("-v", "--verbose", count=True, help="Log more to stderr (repeat for more).")
@selection
def command(*, log_format: str, verbose: int, **options: object) -> int:
    """Keep the platform as declared until SIGTERM or SIGINT, which let the change at hand come to its end.

    Every key is tested at its interval, and at once when its manifest changes or `reconcile now` asks for it. What runs
    on a key that may withdraw is suspended as soon as that is proven. SIGHUP reads everything anew. Of two watchers
    on one store, one stands by.
    """
    from reconciler.cli import logs
    from reconciler.cli.watching import watch

    logs.configure(1 + verbose, logs.LogFormat(log_format))
    return watch(taken_selection(options))
