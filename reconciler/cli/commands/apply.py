"""Make exactly the changes of a saved plan, or none of them."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.options import shared, taken_output, taken_selection


@click.command("apply")
@click.argument("planfile", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@shared
def command(*, planfile: Path, **options: object) -> int:
    """Make exactly the changes of a plan that --out saved, or none of them.

    Everything is read again and every key is tested anew. Where the revision, the manifests, the policy, the platform,
    a key or a verdict is not what the plan was made from, or its time is over, nothing is done and the report says
    which. A plan is applied once, and asks nobody: what it does was reviewed.
    """
    from reconciler.cli.passes import apply_saved

    return apply_saved(taken_selection(options), taken_output(options), planfile)
