"""Compare two states of the manifests by meaning: no key, no identity, no network."""

from __future__ import annotations

import click

from reconciler.cli.options import shared, taken_output, taken_selection


@click.command("diff")
@click.argument("base")
@click.argument("head", required=False)
@click.option("--merge-base", is_flag=True, help="Compare with what BASE and HEAD had in common when they parted.")
@click.option(
    "--fail-on",
    type=click.Choice(["wider", "any"]),
    help="Exit with 6 when anything is wider, or when anything differs at all.",
)
@shared
def command(*, base: str, head: str | None, merge_base: bool, fail_on: str | None, **options: object) -> int:
    """Say what changes from BASE to HEAD, and whether it lets more happen than before.

    BASE and HEAD are git revisions or folders; without HEAD, the files as they are now. What is wider comes first: a
    right, market or address gained, a limit or risk level raised, a binding enabled, a policy loosened. A secret is
    changed when its reference or its ciphertext is; it is never opened. Nothing is contacted or written.
    """
    from reconciler.cli.passes import compare

    selection = taken_selection(options)
    return compare(selection, taken_output(options), base, head, from_ancestor=merge_base, fail_on=fail_on)
