"""Make one pass: load, test, check policy, plan, apply, report."""

from __future__ import annotations

import click

from reconciler.cli.options import shared, taken_output, taken_selection


@click.command("run")
@click.option("--dry-run", is_flag=True, help="Do all but apply; nothing at all is changed.")
@click.option("-y", "--yes", is_flag=True, help="Apply without asking.")
@click.option(
    "--allow-deletes",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Let a mass deletion of up to N objects pass.",
)
@shared
def command(*, dry_run: bool, yes: bool, allow_deletes: int, **options: object) -> int:
    """Make the platform hold what the manifests declare, with every key proven at its exchange.

    Loads the manifests, opens their secrets, tests every key, checks the policy, shows a plan, asks, applies and
    reports. No key that can withdraw gets past it.
    """
    from reconciler.cli.passes import make_pass
    from reconciler.engine.order import Mode

    if dry_run:
        return make_pass(taken_selection(options), taken_output(options), "dry-run", Mode.PLAN)
    return make_pass(
        taken_selection(options), taken_output(options), "run", Mode.APPLY, yes=yes, allow_deletes=allow_deletes
    )
