"""Check manifests and policy offline: no key, no identity, no network."""

from __future__ import annotations

import click

from reconciler.cli.options import shared, taken_output, taken_selection


@click.command("validate")
@shared
def command(**options: object) -> int:
    """Check every manifest and every rule that needs no exchange.

    Opens no secret, reads no environment variable and contacts nothing, so it is safe on anybody's pull request.
    """
    from reconciler.cli.passes import check

    return check(taken_selection(options), taken_output(options))
