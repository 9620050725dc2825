"""Watch the main job from end to end on a simulated exchange; nothing is left behind."""

from __future__ import annotations

import click


@click.command("demo")
def command() -> int:
    """Tell the whole story in a temporary folder: validate, test, block, apply, drift, suspend, heal.

    Starts its own simulator, prints every command it runs so that it can be repeated by hand, and exits with 1 when
    any step does not come out as told.
    """
    from reconciler.cli.story import tell

    return tell()
