"""Make one pass: load, test, check policy, plan, apply, report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.options import shared, taken_output, taken_selection, written_to

if TYPE_CHECKING:
    from datetime import timedelta


def _lifetime(_: click.Context, __: click.Parameter, text: str) -> timedelta:
    from datetime import timedelta

    from reconciler.cli.saving import LONGEST
    from reconciler.kit.duration import duration

    try:
        lifetime = duration(text)
    except (ValueError, OverflowError) as error:
        raise click.BadParameter("write a span of time, such as 30m or 2d") from error
    if not timedelta() < lifetime <= LONGEST:
        raise click.BadParameter(f"a plan is good for {LONGEST.days} days at most")
    return lifetime


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
@click.option(
    "--allow-replace",
    multiple=True,
    metavar="NAME",
    help="Let a connection get a key of another account while bindings run on it (repeatable).",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=written_to("--out"),
    metavar="FILE",
    help="With --dry-run: save the plan to FILE, for reconcile apply.",
)
@click.option(
    "--expires",
    default="1h",
    callback=_lifetime,
    metavar="TIME",
    help="How long the plan of --out holds, such as 30m or 2d (1h).",
)
@shared
def command(
    *,
    dry_run: bool,
    yes: bool,
    allow_deletes: int,
    allow_replace: tuple[str, ...],
    out: Path | None,
    expires: timedelta,
    **options: object,
) -> int:
    """Make the platform hold what the manifests declare, with every key proven at its exchange.

    Loads the manifests, opens their secrets, tests every key, checks the policy, shows a plan, asks, applies and
    reports. No key that can withdraw gets past it.
    """
    from reconciler.cli.passes import make_pass
    from reconciler.engine.order import Mode
    from reconciler.errors import UsageError
    from reconciler.model.saved import Permissions

    if out is not None and not dry_run:
        raise UsageError("--out goes with --dry-run", hint="what is applied at once needs no plan to be kept")
    permissions = Permissions(allow_deletes, tuple(sorted(set(allow_replace))))
    selection, output = taken_selection(options), taken_output(options)
    if dry_run:
        keeper = None
        if out is not None:
            from reconciler.cli.saving import Keeper

            keeper = Keeper(out, expires)
        return make_pass(selection, output, "dry-run", Mode.PLAN, permissions=permissions, keeper=keeper)
    return make_pass(selection, output, "run", Mode.APPLY, yes=yes, permissions=permissions)
