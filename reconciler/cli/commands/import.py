"""Write manifests for what the platform already holds, so that the next dry run has nothing to do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.asking import asker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.starting.importing import Imported

_PATH = click.Path(path_type=Path)


@click.command("import")
@click.option("-c", "--config", type=_PATH, metavar="FILE", help="The reconciler.yaml to use.")
@click.option("--only", multiple=True, metavar="NAME", help="Only this connection or binding (repeatable).")
@click.option("--all", "everything", is_flag=True, help="Also what was applied from here and is declared no more.")
@click.option(
    "--recipient", "recipients", multiple=True, metavar="PUBLIC_KEY", help="Encrypt the secrets for it (repeatable)."
)
def command(config: Path | None, only: tuple[str, ...], everything: bool, recipients: tuple[str, ...]) -> int:
    """Write manifests for what the platform already holds, so that the next dry run has nothing to do.

    Each connection gets a file of its own, its bindings one beside it. Secrets are encrypted for --recipient, else as
    .sops.yaml says, else for your own identity; where the platform does not hand them out, references are left to be
    filled. What is declared already is passed over, nothing is written over, and no key is tested. Exits with 1 when
    something could not be imported.
    """
    from datetime import UTC, datetime

    from reconciler.starting.importing import Wish, import_all, workspace_of

    home = Path(os.environ.get("HOME") or Path.home())
    workspace = workspace_of(Path.cwd(), os.environ, config)
    wish = Wish(workspace, recipients, everything, only, os.environ, home, datetime.now(UTC), asker())
    imported = import_all(wish)
    click.echo("\n".join(_told(imported)))
    return 1 if any(one.problem for one in imported) else 0


def _told(imported: Sequence[Imported]) -> Iterator[str]:
    if not imported:
        yield "Nothing to import. What was applied from here and is declared no more comes with --all."
        return
    width = max(len(one.object.name) for one in imported)
    for one in imported:
        what = f"{one.object.kind.ljust(15)}  {one.object.name.ljust(width)}"
        yield f"{'!' if one.problem else '+'} {what}  {one.problem or one.file}"
    if to_fill := [line for one in imported for line in one.to_fill]:
        yield ""
        yield "The platform does not hand out these credentials. Put each where its reference leads:"
        yield from (f"  {line}" for line in to_fill)
    yield ""
    yield "See that nothing is left to do:"
    yield "  reconcile --dry-run"
