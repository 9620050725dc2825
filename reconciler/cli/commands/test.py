"""Test every key at its exchange; compare and change nothing."""

from __future__ import annotations

import click

from reconciler.cli.options import shared, taken_output, taken_selection


@click.command("test")
@shared
def command(**options: object) -> int:
    """Test every declared key at its exchange and check the policy.

    At most four signed requests a key, none of which can change anything. No file is written.
    """
    from reconciler.cli.passes import make_pass
    from reconciler.engine.order import Mode

    return make_pass(taken_selection(options), taken_output(options), "test", Mode.TEST)
