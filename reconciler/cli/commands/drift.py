"""Say what differs from what was applied, though nobody changed a manifest."""

from __future__ import annotations

import click

from reconciler.cli.options import shared, taken_output, taken_selection


@click.command("drift")
@shared
def command(**options: object) -> int:
    """Test every key, read the platform, and report drift and pending changes.

    Exits with 2 when there is any. No file is written.
    """
    from reconciler.cli.passes import make_pass
    from reconciler.engine.order import Mode

    return make_pass(taken_selection(options), taken_output(options), "drift", Mode.PLAN)
