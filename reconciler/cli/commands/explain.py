"""Explain a kind, field, rule, diagnosis, exit code or mistake."""

from __future__ import annotations

import os
import sys

import click


@click.command("explain")
@click.argument("topic", nargs=-1)
def command(topic: tuple[str, ...]) -> int:
    """Explain a TOPIC: a kind, a field such as connection.spec.ipAllowlist, a rule, a diagnosis, an exit code.

    Without a topic, all of them are listed.
    """
    from reconciler.cli.pages.library import find, index
    from reconciler.cli.pages.page import render

    pages = find(" ".join(topic)) if topic else (index(),)
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    click.echo("\n".join(render(page, colour=colour) for page in pages), nl=False)
    return 0
